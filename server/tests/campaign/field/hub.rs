//! The real `salond` as a process: started on a folder, asked to stop or killed, started again on the same port.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, prlimit};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdout, Command};

use super::PATIENCE;

/// A hub to start.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    /// The program.
    pub(crate) salond: PathBuf,
    /// The folder for data, settings and what the hub logs.
    pub(crate) folder: PathBuf,
    /// Settings beyond the defaults, in TOML.
    pub(crate) settings: String,
    /// A program and its arguments that end in running the hub in their own place.
    pub(crate) launcher: Vec<String>,
}

/// A hub that runs.
#[derive(Debug)]
pub(crate) struct Hub {
    child: Child,
    // Kept: a hub whose standard output is closed could tell.
    _stdout: BufReader<ChildStdout>,
    port: u16,
}

impl Site {
    /// A hub with the default settings.
    pub(crate) fn new(salond: &Path, folder: &Path) -> Self {
        Self {
            salond: salond.to_owned(),
            folder: folder.to_owned(),
            settings: String::new(),
            launcher: Vec::new(),
        }
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The log's file.
    pub(crate) fn log(&self) -> PathBuf {
        self.data().join("hub.db")
    }

    /// What the hub logged so far.
    pub(crate) fn diagnostics(&self) -> String {
        let path = self.folder.join("stderr");
        String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned()
    }

    /// Fails if the hub called something its own mistake.
    #[track_caller]
    pub(crate) fn assert_sound(&self) {
        let diagnostics = self.diagnostics();
        assert!(
            !diagnostics.contains("panicked") && !diagnostics.contains("mistake in salond"),
            "{diagnostics}"
        );
    }

    /// Starts the process; port 0 lets the system choose.
    pub(crate) fn spawn(&self, port: u16) -> Child {
        let settings = self.folder.join("hub.toml");
        std::fs::write(&settings, &self.settings).expect("the settings can be written");
        let stderr = File::options()
            .append(true)
            .create(true)
            .open(self.folder.join("stderr"));
        let mut words = self.launcher.iter().map(PathBuf::from).collect::<Vec<_>>();
        words.push(self.salond.clone());
        let (program, arguments) = words.split_first().expect("there is the hub itself");
        Command::new(program)
            .args(arguments)
            .args(["--listen", &format!("127.0.0.1:{port}"), "--log", "warn"])
            .arg("--data-dir")
            .arg(self.data())
            .arg("--config")
            .arg(settings)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr.expect("a file for what the hub logs"))
            .kill_on_drop(true)
            .spawn()
            .expect("the hub can be started")
    }

    /// Starts the hub and waits until it accepts.
    pub(crate) async fn start(&self, port: u16) -> Hub {
        let mut child = self.spawn(port);
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        let read = tokio::time::timeout(PATIENCE, stdout.read_line(&mut line)).await;
        read.expect("the hub starts in time").expect("a pipe");
        let port = line
            .trim_end()
            .strip_prefix("listening on 127.0.0.1:")
            .and_then(|port| port.parse().ok());
        let port = port.unwrap_or_else(|| {
            panic!("no hub, but {line:?} and {}", self.diagnostics());
        });
        Hub {
            child,
            _stdout: stdout,
            port,
        }
    }

    /// Starts a hub that is to refuse; gives its exit code and what it said.
    pub(crate) async fn refused(&self) -> (Option<i32>, String) {
        let before = self.diagnostics().len();
        let mut child = self.spawn(0);
        let status = tokio::time::timeout(PATIENCE, child.wait()).await;
        let status = status
            .expect("the hub ends by itself")
            .expect("it can be waited for");
        let said = self.diagnostics().split_off(before);
        (status.code(), said)
    }
}

impl Hub {
    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The process's id.
    pub(crate) fn pid(&self) -> Pid {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok());
        id.and_then(Pid::from_raw).expect("the hub runs")
    }

    /// `kill -9`.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.expect("it can be killed");
    }

    /// `SIGTERM`; gives how it ended and how long that took.
    pub(crate) async fn terminate(mut self) -> (ExitStatus, Duration) {
        let begun = Instant::now();
        kill_process(self.pid(), Signal::TERM).expect("it can be signalled");
        let status = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        let status = status.expect("the hub ends").expect("it can be waited for");
        (status, begun.elapsed())
    }

    /// Forbids the hub's files to grow beyond a size, or allows it again.
    pub(crate) fn limit_files(&self, bytes_max: Option<u64>) {
        let maximum = getrlimit(Resource::Fsize).maximum;
        let limit = Rlimit {
            current: bytes_max.or(maximum),
            maximum,
        };
        prlimit(Some(self.pid()), Resource::Fsize, limit).expect("a limit can be set");
    }

    /// How much memory the process has at present, in KiB.
    pub(crate) fn memory_kib(&self) -> u64 {
        let path = format!("/proc/{}/status", self.pid().as_raw_nonzero());
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok())
            .unwrap_or(0)
    }
}
