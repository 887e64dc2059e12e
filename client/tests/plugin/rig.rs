//! A user with a home, a hub and plug-ins.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use tempfile::TempDir;

use crate::hub::Hub;

/// What every hostile plug-in in Python begins with.
pub(crate) const PYTHON: &str = "#!/usr/bin/env python3
import json, os, subprocess, sys, time
def say(message):
    sys.stdout.write(json.dumps(message) + '\\n')
    sys.stdout.flush()
def answer(request, **result):
    say({'jsonrpc': '2.0', 'id': request['id'], 'result': result})
def hello(request, commands=(), hooks=()):
    answer(request, protocol=1, name='evil', hooks=[{'on': on} for on in hooks],
           commands=[{'name': name, 'summary': name} for name in commands])
def requests():
    for line in sys.stdin:
        request = json.loads(line)
        if request['method'] == 'shutdown':
            answer(request)
            sys.exit(0)
        yield request
";

/// A user.
pub(crate) struct Rig {
    pub(crate) home: TempDir,
    pub(crate) hub: Hub,
}

/// How a conversation went.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// What the hub got.
    pub(crate) sent: Vec<String>,
}

impl Rig {
    pub(crate) fn new() -> Self {
        Self {
            home: TempDir::new().unwrap(),
            hub: Hub::modern(),
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_salon"));
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("USER", "ann")
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("SECRET", "hunter2")
            .current_dir(self.home.path())
            .args(args);
        command
    }

    /// Runs `salon` with arguments alone.
    pub(crate) fn salon(&self, args: &[&str]) -> Output {
        self.command(args).stdin(Stdio::null()).output().unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.home.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// Installs and grants a plug-in of one file.
    pub(crate) fn one_shot(self, name: &str, text: &str) -> Self {
        let path = self.write(&format!("source/{name}"), text);
        self.install(&path);
        self
    }

    /// Installs and grants a resident plug-in called `evil`, in Python.
    pub(crate) fn evil(self, permissions: &str, body: &str) -> Self {
        self.resident(permissions, &format!("{PYTHON}{body}\n"))
    }

    /// Installs and grants a resident plug-in called `evil`.
    pub(crate) fn resident(self, permissions: &str, program: &str) -> Self {
        let manifest = format!(
            "name = \"evil\"\nversion = \"1\"\nexec = \"./main\"\n[permissions]\n{permissions}\n"
        );
        self.write("source/evil/plugin.toml", &manifest);
        let path = self.write("source/evil/main", program);
        self.install(path.parent().unwrap());
        self
    }

    /// Installs and grants what is at a path.
    #[track_caller]
    pub(crate) fn install(&self, path: &Path) {
        let output = self.salon(&["plugin", "install", path.to_str().unwrap(), "--grant"]);
        assert!(output.status.success(), "{output:?}");
    }

    /// Runs a script of these lines.
    pub(crate) fn run(&self, script: &str) -> Outcome {
        self.converse(script, "")
    }

    /// Says these lines, waits until a text is shown, and then leaves.
    pub(crate) fn converse(&self, script: &str, until: &str) -> Outcome {
        self.steps(&[(script, until)])
    }

    /// Says lines and waits until a text is shown, one step after the other, and then leaves.
    pub(crate) fn steps(&self, steps: &[(&str, &str)]) -> Outcome {
        self.steps_between(steps, || {})
    }

    /// The same, with something that is done after each step.
    pub(crate) fn steps_between(
        &self,
        steps: &[(&str, &str)],
        mut between: impl FnMut(),
    ) -> Outcome {
        let address = self.hub.address.to_string();
        let mut child = self
            .command(&[&address, "--room", "dev"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut errors = child.stderr.take().unwrap();
        let errors = thread::spawn(move || {
            let mut text = String::new();
            errors.read_to_string(&mut text).unwrap();
            text
        });
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut stdout = String::new();
        for (script, until) in steps {
            let begin = stdout.len();
            stdin.write_all(script.as_bytes()).unwrap();
            while !stdout.get(begin..).unwrap().contains(until)
                && output.read_line(&mut stdout).unwrap() > 0
            {}
            between();
        }
        drop(stdin);
        output.read_to_string(&mut stdout).unwrap();
        let status = child.wait().unwrap();
        Outcome {
            code: status.code(),
            stdout,
            stderr: errors.join().unwrap(),
            sent: self.hub.until_quit(),
        }
    }

    /// Whether this system confines plug-ins. Where it doesn't, the test says that it tested nothing.
    #[expect(
        clippy::print_stderr,
        reason = "who reads the tests must see that it tested nothing"
    )]
    pub(crate) fn is_confined(&self) -> bool {
        let path = self.write(
            "source/probe",
            "#!/bin/sh\n# salon: command=probe summary=probe\n",
        );
        let output = self.salon(&["plugin", "check", path.to_str().unwrap()]);
        let is_confined = !String::from_utf8(output.stdout)
            .unwrap()
            .contains("can't confine");
        if !is_confined {
            eprintln!(
                "SKIPPED: this system can't confine plug-ins, so that nothing is tested here"
            );
        }
        is_confined
    }
}

impl Outcome {
    #[track_caller]
    pub(crate) fn check_code(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// The user sees this.
    #[track_caller]
    pub(crate) fn check_shown(&self, text: &str) -> &Self {
        let is_shown = self.stdout.contains(text) || self.stderr.contains(text);
        assert!(is_shown, "{text:?} in {self:#?}");
        self
    }

    #[track_caller]
    pub(crate) fn check_not_shown(&self, text: &str) -> &Self {
        let is_shown = self.stdout.contains(text) || self.stderr.contains(text);
        assert!(!is_shown, "{text:?} in {self:#?}");
        self
    }

    /// The hub got just these messages.
    #[track_caller]
    pub(crate) fn check_sent(&self, messages: &[&str]) -> &Self {
        let sent: Vec<_> = self
            .sent
            .iter()
            .filter_map(|line| line.strip_prefix("PRIVMSG "))
            .collect();
        assert_eq!(sent, messages, "{self:#?}");
        self
    }
}
