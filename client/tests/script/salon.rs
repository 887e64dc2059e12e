//! Runs the real program, in a home of its own.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;

use tempfile::TempDir;

use crate::hub::PATIENCE;

/// A program that is about to start.
pub(crate) struct Salon {
    pub(crate) command: Command,
    home: TempDir,
}

/// What a program left behind.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Its exit code.
    pub(crate) code: Option<i32>,
    /// Its standard output.
    pub(crate) stdout: String,
    /// Its standard error.
    pub(crate) stderr: String,
}

impl Salon {
    /// The program with these arguments.
    pub(crate) fn new(args: &[&str]) -> Self {
        let home = TempDir::new().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_salon"));
        command
            .env_clear()
            .env("HOME", home.path())
            .env("USER", "ann")
            .args(args);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self { command, home }
    }

    /// The same with this settings file.
    pub(crate) fn settings(self, text: &str) -> Self {
        let folder = self.home.path().join(".config/salon");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("config.toml"), text).unwrap();
        self
    }

    /// Starts it.
    pub(crate) fn start(mut self) -> Running {
        let child = self.command.spawn().unwrap();
        Running {
            child,
            _home: self.home,
        }
    }

    /// Runs it with this input to its end.
    pub(crate) fn run(self, input: impl Into<Vec<u8>>) -> Outcome {
        let input = input.into();
        let mut running = self.start();
        let mut stdin = running.child.stdin.take().unwrap();
        // The program may end before it has read everything.
        thread::spawn(move || drop(stdin.write_all(&input)));
        running.end()
    }
}

/// A program under way.
pub(crate) struct Running {
    /// The process.
    pub(crate) child: Child,
    _home: TempDir,
}

impl Running {
    /// Writes to its standard input.
    pub(crate) fn write(&mut self, text: &str) {
        self.child
            .stdin
            .as_mut()
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Outcome {
        let stdout = drain(self.child.stdout.take());
        let stderr = drain(self.child.stderr.take());
        let (sender, ended) = channel();
        let mut child = self.child;
        thread::spawn(move || sender.send(child.wait()));
        let status = ended
            .recv_timeout(PATIENCE)
            .expect("the program ends")
            .unwrap();
        Outcome {
            code: status.code(),
            stdout: stdout.join().unwrap(),
            stderr: stderr.join().unwrap(),
        }
    }
}

fn drain(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        if let Some(mut stream) = stream {
            stream.read_to_string(&mut text).unwrap();
        }
        text
    })
}
