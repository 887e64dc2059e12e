//! A filter of system calls: what Landlock leaves open.
//!
//! Without the permission `net` no socket can be made: Landlock knows TCP alone, and a socket of the file system leads to a
//! bus or an agent that would do what the plug-in may not. In any case the ways out of the process group are shut, so that a
//! signal to the group ends all that the plug-in started, and `io_uring`, which makes sockets without a system call.

use std::collections::BTreeMap;
use std::io;

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};

use super::policy::Policy;

/// Whether the filter can be made for this processor.
pub(super) fn is_available() -> bool {
    architecture().is_some()
}

/// Shuts the calls for this process and all that it will start.
pub(super) fn apply(policy: &Policy) -> io::Result<()> {
    let architecture = architecture().ok_or(io::ErrorKind::Unsupported)?;
    let mut shut = vec![
        libc::SYS_setsid,
        libc::SYS_setpgid,
        libc::SYS_io_uring_setup,
    ];
    if !policy.net {
        shut.push(libc::SYS_socket);
    }
    let rules: BTreeMap<_, _> = shut.into_iter().map(|call| (call, Vec::new())).collect();
    let denied = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, denied, architecture)
        .map_err(io::Error::other)?;
    let program = BpfProgram::try_from(filter).map_err(io::Error::other)?;
    seccompiler::apply_filter(&program).map_err(io::Error::other)
}

fn architecture() -> Option<TargetArch> {
    std::env::consts::ARCH.try_into().ok()
}
