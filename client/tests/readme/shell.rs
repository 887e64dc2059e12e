//! The recipes, run by bash with `salon` on its path and a home that knows the hub.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::LIMIT;
use crate::hub::Hub;
use crate::page::Page;
use crate::watcher::Watcher;

/// A recipe that runs on, with all that it started; ended when dropped.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<String>,
}

/// A hub, somebody who listens, and the file of a page's recipe in the home.
pub(crate) fn with(page: &Page, recipe: &str) -> (Hub, Watcher) {
    let hub = Hub::start();
    let recipes = page.recipes();
    let block = recipes.get(recipe).expect("the page has the recipe");
    std::fs::write(hub.home().join(recipe), &block.text).expect("a file");
    let watcher = Watcher::join(hub.address());
    (hub, watcher)
}

/// A bash that runs `arguments` (a file and its arguments, or `-c` and a line) in the hub's home.
pub(crate) fn bash(hub: &Hub, arguments: &[&str]) -> Command {
    let programs = Path::new(env!("CARGO_BIN_EXE_salon"))
        .parent()
        .expect("the program stands in a folder");
    let home = hub.home();
    let mut command = Command::new("bash");
    command
        .args(["-c", r#"PATH=$PROGRAMS:$PATH exec bash "$@""#, "bash"])
        .args(arguments)
        .current_dir(home)
        .env("PROGRAMS", programs)
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_STATE_HOME", home.join("state"))
        .env("XDG_DATA_HOME", home.join("data"))
        .env("USER", "ann")
        .stdin(Stdio::null());
    command
}

/// Runs to the end.
pub(crate) fn run(hub: &Hub, arguments: &[&str]) -> Output {
    bash(hub, arguments).output().expect("bash runs")
}

/// Starts what runs on.
pub(crate) fn start(hub: &Hub, arguments: &[&str]) -> Running {
    let mut child = bash(hub, arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("bash runs");
    let output = child.stdout.take().expect("the output is a pipe");
    Running {
        child,
        lines: lines(output),
    }
}

/// Reads on a thread of its own, so that a line that never comes is noticed.
fn lines(output: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = sync_channel(64);
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

impl Running {
    /// The next line of its output.
    pub(crate) fn line(&self) -> String {
        self.lines.recv_timeout(LIMIT).expect("a line in time")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // What it started is in its group; nobody there is no error.
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let _ = self.child.wait();
    }
}
