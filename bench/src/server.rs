//! Starts a server on its core, waits until it accepts, and ends it.

use std::fs::{self, Permissions};
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use rustix::time::Timespec;
use tempfile::TempDir;

use crate::cores::Cores;
use crate::failure::Failure;
use crate::names;
use crate::process::Process;
use crate::subject::{Site, Subject};
use crate::wire::Protocol;

/// How long a server may take to accept connections, and to end.
const PATIENCE: Duration = Duration::from_secs(10);
/// Servers that refuse to run as root run as nobody.
const NOBODY: u32 = 65534;

/// What is started, where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start<'a> {
    pub(crate) subject: Subject,
    pub(crate) hub: Option<&'a Path>,
    pub(crate) cores: Cores,
    pub(crate) durability: &'a str,
}

/// A server that runs until this value is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    handle: OwnedFd,
    pub(crate) process: Process,
    pub(crate) protocol: Protocol,
    pub(crate) address: SocketAddr,
    /// How many clients may be about to register at a time.
    pub(crate) opening: usize,
    /// Over how many addresses clients are to be spread.
    pub(crate) sources: usize,
    /// How long it took from its start to being able to accept.
    pub(crate) start: Duration,
    /// Its output is read for the address alone, but stays open.
    stdout: Option<BufReader<ChildStdout>>,
    /// Removed when this value is dropped.
    folder: Option<TempDir>,
}

impl Start<'_> {
    /// Starts the server with a folder of its own.
    pub(crate) fn run(&self) -> Result<Server, Failure> {
        let folder = TempDir::with_prefix("salon-bench-").map_err(Failure::io("make a folder"))?;
        let mut server = self.run_in(folder.path())?;
        server.folder = Some(folder);
        Ok(server)
    }

    /// Starts the server with a folder that outlives it.
    pub(crate) fn run_in(&self, folder: &Path) -> Result<Server, Failure> {
        let subject = self.subject;
        let program = subject.program(self.hub)?;
        let settings = folder.join("settings");
        let port = match subject {
            Subject::Salond => 0,
            _ => free_port()?,
        };
        let site = Site {
            folder,
            settings: &settings,
            port,
        };
        let mut recipe = subject.recipe(&program, &site, self.durability);
        fs::write(&settings, &recipe.settings).map_err(Failure::io("write settings"))?;
        let command = &mut recipe.command;
        command.stdin(Stdio::null()).stderr(Stdio::null());
        if subject == Subject::Salond {
            command.stdout(Stdio::piped());
        } else {
            command.stdout(Stdio::null());
            if subject == Subject::Hybrid {
                names::start()?;
            }
            if rustix::process::getuid().is_root() {
                let doing = "give a folder away";
                let open = Permissions::from_mode(0o777);
                fs::set_permissions(folder, open).map_err(Failure::io(doing))?;
                if recipe.as_nobody {
                    command.uid(NOBODY).gid(NOBODY);
                }
            }
        }
        let began = Instant::now();
        let child = self.cores.on_server(|| {
            command
                .spawn()
                .map_err(Failure::io(format!("start {}", program.display())))
        })?;
        Server::await_it(child, subject, port, recipe.opening, began)
    }
}

impl Server {
    fn await_it(
        mut child: Child,
        subject: Subject,
        port: u16,
        opening: usize,
        began: Instant,
    ) -> Result<Self, Failure> {
        let stdout = child.stdout.take().map(BufReader::new);
        let handle = Pid::from_raw(i32::try_from(child.id()).unwrap_or(0))
            .ok_or(rustix::io::Errno::SRCH)
            .and_then(|id| pidfd_open(id, PidfdFlags::empty()))
            .map_err(|error| Failure::io("watch a process")(error.into()))?;
        let process = Process::new(child.id())
            .ok_or_else(|| Failure::server(subject.name(), "it has no id"))?;
        let mut server = Self {
            child,
            handle,
            process,
            protocol: subject.protocol(),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            opening,
            sources: 100,
            start: Duration::ZERO,
            stdout,
            folder: None,
        };
        if server.stdout.is_some() {
            server.read_address(subject)?;
            server.start = began.elapsed();
            return Ok(server);
        }
        while TcpStream::connect(server.address).is_err() {
            let ended = server.ends_within(Duration::from_millis(20));
            if ended || began.elapsed() > PATIENCE {
                return Err(Failure::server(subject.name(), "it does not start"));
            }
        }
        server.start = began.elapsed();
        // It notices that the connection of this attempt is gone before anything is measured.
        server.ends_within(Duration::from_millis(300));
        Ok(server)
    }

    fn read_address(&mut self, subject: Subject) -> Result<(), Failure> {
        let mut line = String::new();
        if let Some(stdout) = &mut self.stdout {
            stdout
                .read_line(&mut line)
                .map_err(Failure::io("read where the hub listens"))?;
        }
        let address = line.trim_end().strip_prefix("listening on ");
        let address = address.and_then(|address| address.parse().ok());
        self.address = address.ok_or_else(|| {
            let reason = format!("expected `listening on ADDRESS`, and it said {line:?}");
            Failure::server(subject.name(), reason)
        })?;
        Ok(())
    }

    /// Waits for the process to end, for at most this long.
    fn ends_within(&self, wait: Duration) -> bool {
        let mut watched = [PollFd::new(&self.handle, PollFlags::IN)];
        let wait = Timespec::try_from(wait).unwrap_or_default();
        poll(&mut watched, Some(&wait)).is_ok_and(|ready| ready > 0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended already cannot be told to.
        let _ = pidfd_send_signal(&self.handle, Signal::TERM);
        if !self.ends_within(PATIENCE) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// A port that nobody has; somebody may take it before the server does, which then does not start.
fn free_port() -> Result<u16, Failure> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
    Ok(free.map_err(Failure::io("find a free port"))?.port())
}
