//! The program `salond`, in a process and a folder of its own.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::lines::Lines;

/// How long anything may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

/// A command that finds nothing of the machine's user.
pub(crate) fn salond(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_salond"));
    command
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .stdin(Stdio::null());
    command
}

/// Runs the program to its end; gives its exit code, what it printed, and what it complained of.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = salond(folder).args(arguments).output();
    let output = output.expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// A hub that runs until it is told to stop, or the test ends.
pub(crate) struct Process {
    child: Child,
    stdout: BufReader<ChildStdout>,
    log: PathBuf,
}

impl Process {
    /// A hub with settings, on the folder `data`, that logs everything into the file `log`.
    pub(crate) fn start(folder: &Path, settings: &str) -> Self {
        Self::start_as(salond(folder), folder, settings)
    }

    /// The same by a command of one's own.
    pub(crate) fn start_as(mut command: Command, folder: &Path, settings: &str) -> Self {
        let text = format!(
            "[server]\nname = \"hub.test\"\nlisten = \"127.0.0.1:0\"\ndata_dir = \"data\"\n{settings}"
        );
        let path = folder.join("hub.toml");
        fs::write(&path, text).expect("written");
        let log = folder.join("log");
        let mut child = command
            .arg("--config")
            .arg(path)
            .stdout(Stdio::piped())
            .stderr(fs::File::create(&log).expect("a file"))
            .spawn()
            .expect("the program starts");
        Self {
            stdout: BufReader::new(child.stdout.take().expect("a pipe")),
            child,
            log,
        }
    }

    /// The address of the next listener.
    #[track_caller]
    pub(crate) fn address(&mut self) -> SocketAddr {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("a line");
        let address = line.trim_end().strip_prefix("listening on ");
        let address = address.unwrap_or_else(|| panic!("{line:?}, and {}", self.logged()));
        address.parse().expect("an address")
    }

    /// All that it logged so far.
    pub(crate) fn logged(&self) -> String {
        fs::read_to_string(&self.log).expect("UTF-8")
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("the hub is there");
    }

    /// Asks it to end, and waits for it; gives what else it printed.
    pub(crate) fn stop(mut self) -> String {
        self.signal(Signal::TERM);
        assert!(self.child.wait().expect("an end").success());
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).expect("UTF-8");
        rest
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection that fails where something takes too long.
pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the hub listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    stream.set_write_timeout(Some(PATIENCE)).expect("a socket");
    stream
}

/// Somebody who has registered.
pub(crate) fn client(address: SocketAddr, nick: &str) -> Lines<TcpStream> {
    Lines::new(connect(address)).register(nick)
}
