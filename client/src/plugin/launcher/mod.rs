//! The first program of a plug-in's process: this one, called anew with a policy. It takes away what the plug-in may not
//! have, and then becomes the plug-in. What is taken away here cannot be got back by whatever runs afterwards.
//!
//! On Linux it applies Landlock (files), a filter of system calls (network, and the ways out of the process group) and
//! limits of resources. A policy that asks for confinement is never run without: where a part fails, nothing is run.

#[cfg(target_os = "linux")]
mod files;
mod limits;
mod policy;
#[cfg(target_os = "linux")]
mod syscalls;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

pub(super) use self::policy::{Confinement, Policy, path, system};

/// The hidden first argument.
pub(super) const CALL: &str = "__launch-plugin";

/// The exit code when the plug-in could not become what runs, as shells have it.
const NOT_RUN: u8 = 126;

/// Becomes a plug-in if that is what the arguments ask for. Then it returns only when it failed.
pub(crate) fn intercept(mut arguments: impl Iterator<Item = OsString>) -> Option<ExitCode> {
    if arguments.next()? != CALL {
        return None;
    }
    let error = launch(arguments);
    // The host shows the last lines of a plug-in's standard error.
    let _ = writeln!(io::stderr(), "could not be started: {error}");
    Some(ExitCode::from(NOT_RUN))
}

/// Never returns but with an error.
fn launch(mut arguments: impl Iterator<Item = OsString>) -> io::Error {
    let expected = |what: &str| io::Error::other(format!("expected {what}"));
    let policy = arguments
        .next()
        .and_then(|policy| policy.into_string().ok())
        .and_then(|policy| serde_json::from_str::<Policy>(&policy).ok());
    let Some(policy) = policy else {
        return expected("a policy");
    };
    let Some(program) = arguments.next() else {
        return expected("a program");
    };
    if let Err(error) = limits::apply(&policy).and_then(|()| confine(&policy)) {
        return error;
    }
    Command::new(program).args(arguments).exec()
}

/// What this kernel can confine a plug-in with.
pub(super) fn confinement() -> Confinement {
    #[cfg(target_os = "linux")]
    if files::is_available() && syscalls::is_available() {
        return Confinement::Full;
    }
    Confinement::None
}

#[cfg(target_os = "linux")]
fn confine(policy: &Policy) -> io::Result<()> {
    match policy.confinement {
        Confinement::Full => files::apply(policy).and_then(|()| syscalls::apply(policy)),
        Confinement::None => Ok(()),
    }
}

#[cfg(not(target_os = "linux"))]
fn confine(policy: &Policy) -> io::Result<()> {
    match policy.confinement {
        Confinement::Full => Err(io::ErrorKind::Unsupported.into()),
        Confinement::None => Ok(()),
    }
}
