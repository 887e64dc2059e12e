//! A line that a person types and nobody sees, where there is no editor yet. A signal that ends the program meanwhile leaves
//! the terminal as it was. It must not know what the line is for.

use std::io::{self, BufRead as _, Write as _};
use std::thread;

use nix::sys::signal::{SigSet, SigmaskHow, Signal, raise};
use rustix::process::{getpgrp, getpid, kill_process};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr};

/// The signals that end a program.
const ENDINGS: [Signal; 4] = [
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
];

/// The modes of the terminal before the question, and while what is typed is not to be seen.
struct Modes {
    before: Termios,
    hidden: Termios,
}

impl Modes {
    fn of_terminal() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        Ok(Self { before, hidden })
    }
}

/// Asks for a line; fails where standard input is no terminal, or one that doesn't know how to hide what is typed. It must be
/// asked for before there are other threads: they would take the signals.
pub(crate) fn line(question: &str) -> io::Result<String> {
    let modes = Modes::of_terminal()?;
    let mut handed = SigSet::from_iter(ENDINGS);
    handed.add(Signal::SIGUSR1);
    let others = handed.thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
    let read = thread::scope(|scope| {
        let watching = thread::Builder::new();
        watching.spawn_scoped(scope, || watch(&handed, &modes))?;
        let read = read(question, &modes);
        kill_process(getpid(), rustix::process::Signal::USR1)?;
        read
    });
    others.thread_set_mask()?;
    read
}

fn read(question: &str, modes: &Modes) -> io::Result<String> {
    let stdin = io::stdin();
    tcsetattr(&stdin, OptionalActions::Flush, &modes.hidden)?;
    let _ = write!(io::stderr(), "{question}");
    let mut line = String::new();
    let read = stdin.lock().read_line(&mut line);
    let _ = tcsetattr(&stdin, OptionalActions::Flush, &modes.before);
    let _ = writeln!(io::stderr());
    read.map(|_| line)
}

/// Waits for a signal, until it is the one that says that the line is there. Any other ends the program as it would have by
/// itself, but with the terminal as it was; what was typed so far goes to nobody.
fn watch(handed: &SigSet, modes: &Modes) {
    while let Ok(signal) = handed.wait()
        && signal != Signal::SIGUSR1
    {
        let is_ours = tcgetpgrp(io::stdin()).is_ok_and(|owner| owner == getpgrp());
        if is_ours {
            let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &modes.before);
            let _ = writeln!(io::stderr());
        }
        let signal_alone = SigSet::from(signal);
        let _ = signal_alone.thread_unblock();
        let _ = raise(signal);
        // Whoever started us wants it to be ignored.
        let _ = signal_alone.thread_block();
        if is_ours {
            let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &modes.hidden);
        }
    }
}
