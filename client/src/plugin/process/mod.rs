//! A plug-in's process: its start through the launcher, its pipes, its end. It knows nothing of what is said over them.
//!
//! Everything is bounded: what waits to be written, how long a line may be, how fast standard error is read, how large the
//! log grows. Each process has a group of its own, so that a signal ends all that it started.

mod lines;
mod log;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use std::{io, mem};

use rustix::process::{Pid, Signal, kill_process_group};
use salon_commands::plugin::LineFault;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::mpsc;

pub(super) use self::lines::Lines;
pub(super) use self::log::{LastWords, Log};
use super::launcher::{self, Policy};

/// How many lines may wait to be written to a plug-in.
const WAITING_LINES_MAX: usize = 1024;
/// How many bytes of them before it counts as one that doesn't read.
const WAITING_BYTES_MAX: usize = 256 * 1024;
/// How long after the end of a process its last words are waited for: what it started may hold the pipe open.
const LAST_WORDS_WITHIN: Duration = Duration::from_millis(200);

/// How a process is started.
#[derive(Debug, Clone)]
pub(super) struct Start {
    /// The program and its arguments.
    pub(super) command: Vec<OsString>,
    /// Its whole environment.
    pub(super) environment: Vec<(OsString, OsString)>,
    /// The folder that it starts in.
    pub(super) folder: PathBuf,
    /// What it may have.
    pub(super) policy: Policy,
}

/// Something that a process did.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Happened {
    /// It wrote a line.
    Line(Result<String, LineFault>),
    /// It ended.
    Exited {
        /// How, in words.
        how: String,
        /// Whether it said that all is well.
        is_success: bool,
        /// The last lines of its standard error.
        last_words: Vec<String>,
    },
}

/// A process that runs. Dropping it ends the process and all that it started.
#[derive(Debug)]
pub(super) struct Process {
    group: Pid,
    input: mpsc::Sender<String>,
    waiting_bytes: Arc<AtomicUsize>,
}

impl Process {
    /// Starts one. What it does is sent to `happened`, after `mark`.
    pub(super) fn start<M: Clone + Send + 'static>(
        start: &Start,
        log: Log,
        mark: M,
        happened: mpsc::Sender<(M, Happened)>,
    ) -> io::Result<Self> {
        let mut child = command(start)?.spawn()?;
        let group = child
            .id()
            .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?))
            .ok_or(io::ErrorKind::NotFound)?;
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let (input, lines) = mpsc::channel(WAITING_LINES_MAX);
        let waiting_bytes = Arc::new(AtomicUsize::new(0));
        tokio::spawn(write_lines(stdin, lines, Arc::clone(&waiting_bytes)));
        let (line_mark, line_sink) = (mark.clone(), happened.clone());
        let reading = tokio::spawn(async move {
            let mut lines = Lines::new(stdout);
            while let Some(line) = lines.next().await {
                let is_last = line == Err(LineFault::TooLong);
                let sent = line_sink
                    .send((line_mark.clone(), Happened::Line(line)))
                    .await;
                if sent.is_err() || is_last {
                    return;
                }
            }
        });
        let words = tokio::spawn(log.follow(stderr));
        tokio::spawn(async move {
            let exited = wait(child, reading, words).await;
            // A host that has gone has no use for it.
            let _ = happened.send((mark, exited)).await;
        });
        Ok(Self {
            group,
            input,
            waiting_bytes,
        })
    }

    /// The group of processes that it leads.
    pub(super) fn group(&self) -> Pid {
        self.group
    }

    /// Has a line written, with a line break. Gives false if too much waits already; the line is dropped then.
    pub(super) fn write(&self, mut line: String) -> bool {
        line.push('\n');
        let length = line.len();
        if self.is_congested() || self.input.try_send(line).is_err() {
            return false;
        }
        self.waiting_bytes.fetch_add(length, Ordering::Relaxed);
        true
    }

    /// Whether so much waits to be written that it seems not to read.
    pub(super) fn is_congested(&self) -> bool {
        self.waiting_bytes.load(Ordering::Relaxed) > WAITING_BYTES_MAX
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Nothing is left of a group that can't be found.
        let _ = kill_process_group(self.group, Signal::KILL);
    }
}

/// The launcher with what it is to become.
fn command(start: &Start) -> io::Result<Command> {
    let policy = serde_json::to_string(&start.policy)?;
    let mut command = Command::new(launcher()?);
    command
        .arg(launcher::CALL)
        .arg(policy)
        .args(&start.command)
        .env_clear()
        .envs(start.environment.iter().map(|(name, value)| (name, value)))
        .current_dir(&start.folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    Ok(command)
}

/// This program, also when its file was replaced since it started.
fn launcher() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") {
        return Ok("/proc/self/exe".into());
    }
    std::env::current_exe()
}

async fn write_lines(
    mut stdin: ChildStdin,
    mut lines: mpsc::Receiver<String>,
    waiting: Arc<AtomicUsize>,
) {
    while let Some(mut text) = lines.recv().await {
        while text.len() < WAITING_BYTES_MAX
            && let Ok(more) = lines.try_recv()
        {
            text.push_str(&more);
        }
        // One that has closed its input hears nothing more, and is told by its silence.
        let _ = stdin.write_all(text.as_bytes()).await;
        waiting.fetch_sub(text.len(), Ordering::Relaxed);
    }
}

/// Waits for the end of a process and what it said last.
async fn wait(
    mut child: Child,
    reading: tokio::task::JoinHandle<()>,
    words: tokio::task::JoinHandle<LastWords>,
) -> Happened {
    let status = child.wait().await;
    let words_abort = words.abort_handle();
    let reading_abort = reading.abort_handle();
    let rest = async {
        // Both end by themselves unless something else holds the pipes.
        let _ = reading.await;
        words.await.unwrap_or_default()
    };
    let mut last_words = tokio::time::timeout(LAST_WORDS_WITHIN, rest)
        .await
        .unwrap_or_default();
    words_abort.abort();
    reading_abort.abort();
    Happened::Exited {
        how: match &status {
            Ok(status) => describe(*status),
            Err(error) => error.to_string(),
        },
        is_success: status.is_ok_and(|status| status.success()),
        last_words: mem::take(&mut last_words).into_lines(),
    }
}

/// How a process ended, in words.
fn describe(status: std::process::ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;

    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("killed by signal {signal}"),
        (None, None) => "it ended".to_owned(),
    }
}
