//! A terminal with a shell in it, and a model of what it shows.

use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::{Parser, Screen};

use crate::LIMIT;

pub(crate) const ROWS: u16 = 15;
pub(crate) const COLUMNS: u16 = 60;

/// One window of the screenshot.
pub(crate) struct Pane {
    model: Arc<Model>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    // Closing it hangs up.
    _master: Box<dyn MasterPty + Send>,
}

struct Model {
    parser: Mutex<Parser>,
    changed: Condvar,
}

impl Model {
    fn lock(&self) -> MutexGuard<'_, Parser> {
        self.parser.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn process(&self, bytes: &[u8]) {
        self.lock().process(bytes);
        self.changed.notify_all();
    }
}

impl Pane {
    /// A shell with the prompt `$`, in this home, with `salon` on its path.
    pub(crate) fn open(home: &Path) -> Self {
        let program = Path::new(env!("CARGO_BIN_EXE_salon"));
        let programs = program.parent().expect("a folder of programs").display();
        let mut command = CommandBuilder::new("bash");
        command.args(["--norc", "--noprofile"]);
        command.env_clear();
        for (name, value) in [
            ("TERM", "xterm-256color"),
            ("LANG", "C.UTF-8"),
            ("TZ", "UTC"),
            ("PS1", "$ "),
        ] {
            command.env(name, value);
        }
        command.env("PATH", format!("{programs}:/usr/local/bin:/usr/bin:/bin"));
        command.env("HOME", home);
        command.env("XDG_CONFIG_HOME", home.join("config"));
        command.env("XDG_STATE_HOME", home.join("state"));
        command.cwd(home);
        let pane = Self::run(command);
        pane.shows("$", "$");
        pane
    }

    fn run(command: CommandBuilder) -> Self {
        let size = PtySize {
            rows: ROWS,
            cols: COLUMNS,
            ..PtySize::default()
        };
        let pair = native_pty_system()
            .openpty(size)
            .expect("a pseudo-terminal");
        let child = pair.slave.spawn_command(command).expect("bash starts");
        drop(pair.slave);
        let count = |number| NonZeroU16::new(number).expect("a terminal has an extent");
        let model = Arc::new(Model {
            parser: Mutex::new(Parser::new(count(ROWS), count(COLUMNS), 0)),
            changed: Condvar::new(),
        });
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let screen = Arc::clone(&model);
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                screen.process(buffer.get(..length).unwrap_or_default());
            }
        });
        Self {
            model,
            writer: pair.master.take_writer().expect("a writer"),
            child,
            _master: pair.master,
        }
    }

    pub(crate) fn press(&mut self, keys: &str) {
        let written = self.writer.write_all(keys.as_bytes());
        written
            .and_then(|()| self.writer.flush())
            .expect("the terminal takes keys");
    }

    /// Types a line and presses Enter.
    pub(crate) fn enter(&mut self, line: &str) {
        self.press(&format!("{line}\r"));
    }

    /// Waits until this text is on the screen and the last line is `last`.
    pub(crate) fn shows(&self, text: &str, last: &str) {
        let is_awaited = |parser: &mut Parser| {
            let contents = parser.screen().contents();
            let end = contents.trim_end().lines().next_back();
            !(contents.contains(text) && end.map(str::trim_end) == Some(last))
        };
        let (parser, waited) = self
            .model
            .changed
            .wait_timeout_while(self.model.lock(), LIMIT, is_awaited)
            .unwrap_or_else(PoisonError::into_inner);
        assert!(
            !waited.timed_out(),
            "no {text:?} above {last:?} in\n{}",
            parser.screen().contents()
        );
    }

    /// Leaves the conversation and the shell, as a person does: nothing is left running.
    pub(crate) fn close(mut self) {
        // Ctrl-U, for what was not sent.
        self.enter("\u{15}:quit");
        self.shows("$", "$");
        self.enter("exit");
        self.child.wait().expect("the shell ends");
    }

    /// What it shows now.
    pub(crate) fn screen(&self) -> Screen {
        self.model.lock().screen().clone()
    }
}

impl Drop for Pane {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
