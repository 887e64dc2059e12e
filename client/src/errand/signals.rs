//! What ends a subcommand from outside. Each signal is taken and not left to end the process, so that a file that was begun
//! is removed.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::failure::Failure;

/// The signals that end it.
#[derive(Debug)]
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// Not for `nohup`.
    hangup: Option<Signal>,
}

impl Signals {
    /// Takes them from now on.
    pub(super) fn take() -> io::Result<Self> {
        let hangup = (!is_hangup_ignored()).then(|| signal(SignalKind::hangup()));
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: hangup.transpose()?,
        })
    }

    /// Waits for one.
    pub(super) async fn next(&mut self) -> Failure {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => Failure::Interrupted,
            _ = self.terminate.recv() => Failure::Terminated,
            _ = hangup => Failure::HungUp,
        }
    }
}

/// Whether whoever started us wants us to outlive the terminal. Where that can't be told, nobody is known to.
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status");
    status.is_ok_and(|status| ignores_hangup(&status))
}

/// The signals that a process ignores are a mask in hexadecimal digits, and the hang-up is its first.
fn ignores_hangup(status: &str) -> bool {
    let mut lines = status.lines();
    let mask = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_started_it_may_have_it_outlive_the_terminal() {
        for (status, expected) in [
            (
                "SigBlk:\t0000000000000001\nSigIgn:\t0000000000001000\n",
                false,
            ),
            ("Name:\tsalon\nSigIgn:\t0000000000001001\n", true),
            ("SigIgn:\tx\n", false),
            ("", false),
        ] {
            assert_eq!(ignores_hangup(status), expected, "{status:?}");
        }
    }
}
