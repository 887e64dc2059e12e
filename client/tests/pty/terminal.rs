//! A pseudo-terminal with the program in it, and a model of its screen.

use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::{Parser, Screen};

/// No test waits longer than this for anything.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// How many rows that left the screen are remembered.
const SCROLLBACK: usize = 40_000;

struct Shared {
    model: Mutex<Model>,
    changed: Condvar,
}

struct Model {
    parser: Parser,
    bytes: Vec<u8>,
    closed: bool,
}

/// A person's terminal.
pub(crate) struct Terminal {
    shared: Arc<Shared>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    started: Instant,
}

impl Terminal {
    /// Starts `salon` with these arguments and nothing in its home or its environment.
    pub(crate) fn start(arguments: &[&str], home: &Path, rows: u16, columns: u16) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_salon"));
        command.args(arguments);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("TZ", "UTC");
        command.env("HOME", home);
        command.env("XDG_CONFIG_HOME", home.join("config"));
        command.env("XDG_STATE_HOME", home.join("state"));
        command.env("XDG_DATA_HOME", home.join("data"));
        command.cwd(home);
        Self::run(command, rows, columns)
    }

    /// Starts any command.
    pub(crate) fn run(command: CommandBuilder, rows: u16, columns: u16) -> Self {
        let pair = native_pty_system()
            .openpty(size(rows, columns))
            .expect("a pseudo-terminal");
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).expect("salon starts");
        drop(pair.slave);
        let shared = Arc::new(Shared {
            model: Mutex::new(Model {
                parser: Parser::new(count(rows), count(columns), SCROLLBACK),
                bytes: Vec::new(),
                closed: false,
            }),
            changed: Condvar::new(),
        });
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let model = Arc::clone(&shared);
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(length) = reader.read(&mut buffer) {
                if length == 0 {
                    break;
                }
                model.update(|model| {
                    let bytes = buffer.get(..length).unwrap_or_default();
                    model.parser.process(bytes);
                    model.bytes.extend_from_slice(bytes);
                });
            }
            model.update(|model| model.closed = true);
        });
        Self {
            shared,
            writer: pair.master.take_writer().expect("a writer"),
            master: pair.master,
            child,
            started,
        }
    }

    /// Presses these keys.
    pub(crate) fn press(&mut self, keys: impl AsRef<[u8]>) {
        self.writer
            .write_all(keys.as_ref())
            .and_then(|()| self.writer.flush())
            .expect("the terminal takes keys");
    }

    /// Pastes a text as a terminal does it that was asked to mark pasted text.
    pub(crate) fn paste(&mut self, text: &str) {
        let is_marked = self.look(Screen::bracketed_paste);
        assert!(is_marked, "pasted text is not marked");
        self.press(format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Types a line and presses Enter.
    pub(crate) fn enter(&mut self, line: &str) {
        self.press(format!("{line}\r"));
    }

    /// Has the terminal stand still, taking nothing that the program writes, until the end of `during`.
    pub(crate) fn stand_still<T>(&self, during: impl FnOnce() -> T) -> T {
        let _held = self.shared.lock();
        during()
    }

    /// Changes the size of the window.
    pub(crate) fn resize(&mut self, rows: u16, columns: u16) {
        self.shared.update(|model| {
            let screen = model.parser.screen_mut();
            screen.set_size(count(rows), count(columns));
        });
        self.master.resize(size(rows, columns)).expect("resized");
    }

    /// The same as most terminals do it: rows that wrapped are divided anew. What has left the screen is forgotten.
    pub(crate) fn resize_anew(&mut self, rows: u16, columns: u16) {
        self.shared.update(|model| {
            let text = flowing(model.parser.screen());
            model.parser = Parser::new(count(rows), count(columns), SCROLLBACK);
            model.parser.process(text.as_bytes());
        });
        self.master.resize(size(rows, columns)).expect("resized");
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, signal: &str) {
        let process = self.child.process_id().expect("it runs").to_string();
        let sent = std::process::Command::new("kill")
            .args(["-s", signal, &process])
            .status()
            .expect("kill runs");
        assert!(sent.success());
    }

    /// Waits until the screen is as wanted.
    #[track_caller]
    pub(crate) fn wait(&self, wanted: &str, is_so: impl Fn(&Screen) -> bool) {
        let mut model = self.shared.lock();
        let end = Instant::now() + LIMIT;
        while !is_so(model.parser.screen()) {
            let left = end.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !model.closed,
                "never saw {wanted}; the screen is\n{}\n(cursor: {:?}, closed: {})",
                model.parser.screen().contents(),
                model.parser.screen().cursor_position(),
                model.closed,
            );
            model = self
                .shared
                .changed
                .wait_timeout(model, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Waits until the row with the cursor is the prompt and this text, with the cursor behind it.
    #[track_caller]
    pub(crate) fn wait_for_prompt(&mut self, prompt: &str, typed: &str) {
        let wanted = format!("{prompt}{typed}");
        self.wait(&format!("the row {wanted:?}"), |screen| {
            cursor_row(screen) == wanted.trim_end()
                && usize::from(screen.cursor_position().1) == columns(&wanted)
        });
    }

    /// Waits until a row ends like this.
    #[track_caller]
    pub(crate) fn wait_for(&self, end: &str) {
        self.wait(&format!("a row that ends {end:?}"), |screen| {
            rows(screen).iter().any(|row| row.ends_with(end))
        });
    }

    /// Asks something about the screen as it is.
    pub(crate) fn look<T>(&self, question: impl FnOnce(&Screen) -> T) -> T {
        question(self.shared.lock().parser.screen())
    }

    /// All rows from the first one that left the screen to the last one on it, rows that wrapped
    /// as they are, without the empty ones.
    pub(crate) fn everything(&self) -> Vec<String> {
        let mut model = self.shared.lock();
        let screen = model.parser.screen_mut();
        let height = usize::from(screen.size().0.get());
        let mut found = Vec::new();
        let mut above = screen.scrollback_len();
        while above > 0 {
            screen.set_scrollback(above);
            let page = above.min(height);
            found.extend(rows(screen).into_iter().take(page));
            above -= page;
        }
        screen.set_scrollback(0);
        found.extend(rows(screen));
        found.retain(|row| !row.is_empty());
        found
    }

    /// Every byte that the program wrote.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.shared.lock().bytes.clone()
    }

    /// How long ago the program was started.
    pub(crate) fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// Waits until the program has ended and all its output is seen, and returns its exit code.
    #[track_caller]
    pub(crate) fn exit_code(&mut self) -> u32 {
        let end = Instant::now() + LIMIT;
        let mut model = self.shared.lock();
        while !model.closed {
            let left = end.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "it did not end; the screen is\n{}",
                model.parser.screen().contents()
            );
            model = self
                .shared
                .changed
                .wait_timeout(model, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        drop(model);
        self.child.wait().expect("it has ended").exit_code()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // One that has ended cannot be killed, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Model> {
        self.model.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn update(&self, change: impl FnOnce(&mut Model)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }
}

/// The rows of the screen without the blanks at their ends.
pub(crate) fn rows(screen: &Screen) -> Vec<String> {
    let width = screen.size().1.get();
    screen
        .rows(0, width)
        .map(|row| row.trim_end().to_owned())
        .collect()
}

/// The row with the cursor.
pub(crate) fn cursor_row(screen: &Screen) -> String {
    let row = usize::from(screen.cursor_position().0);
    rows(screen).into_iter().nth(row).unwrap_or_default()
}

/// What is on the screen down to the cursor, as text that was not wrapped.
fn flowing(screen: &Screen) -> String {
    let width = screen.size().1.get();
    let (last, column) = screen.cursor_position();
    let mut text = String::new();
    let filled = |shown: &str, width| format!("{shown:<width$}", width = usize::from(width));
    for (row, shown) in (0..=last).zip(screen.rows(0, width)) {
        let (shown, end) = if row == last {
            (filled(&shown, column), "")
        } else if screen.row_wrapped(row) {
            (filled(&shown, width), "")
        } else {
            (shown.trim_end().to_owned(), "\r\n")
        };
        text.extend([shown.as_str(), end]);
    }
    text
}

fn columns(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

fn size(rows: u16, cols: u16) -> PtySize {
    PtySize {
        rows,
        cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}

fn count(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).expect("a screen has rows and columns")
}
