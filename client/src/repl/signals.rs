//! The signals that end a conversation, so that each ends it in order: the hub is told, the terminal
//! restored, and the exit code says which signal it was. They are awaited on a thread of their own.
//!
//! A terminal that stands still, or a pipe that nobody reads from, holds up whoever writes, and with it the lock of the screen.
//! So that thread waits for neither: what may be held up is done on another one, and has only so long.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::WeakSender;

use super::keys::INTERRUPT_HINT;
use super::screen::{Interrupt, Screen};
use super::terminal;
use crate::driver::Request;
use crate::exit;

/// SIGCONT, which tokio has no name for.
const CONT: i32 = rustix::process::Signal::CONT.as_raw();

/// A conversation that has not ended by itself this long after a signal is ended here.
const PATIENCE: Duration = Duration::from_millis(1500);

/// What may be held up by the output has so long.
const OUTPUT_PATIENCE: Duration = Duration::from_millis(200);

/// The exit code that a signal asked for; 0 where none did.
#[derive(Debug, Default)]
pub(super) struct Signalled(AtomicU8);

impl Signalled {
    pub(super) fn code(&self) -> Option<u8> {
        Some(self.0.load(Ordering::Acquire)).filter(|code| *code != 0)
    }
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
    resume: Signal,
}

/// Awaits the signals from now on. Must be called before the editor first reads: it replaces the
/// handler of SIGINT for the time of each call, and puts back what it found.
pub(super) fn watch(
    screen: &Arc<Screen>,
    requests: WeakSender<Request>,
) -> io::Result<Arc<Signalled>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let signals = {
        let _entered = runtime.enter();
        Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            resume: signal(SignalKind::from_raw(CONT))?,
        }
    };
    let signalled = Arc::new(Signalled::default());
    let (screen, shared) = (Arc::clone(screen), Arc::clone(&signalled));
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || handle(&runtime, signals, &screen, &requests, &shared))?;
    Ok(signalled)
}

fn handle(
    runtime: &Runtime,
    mut signals: Signals,
    screen: &Arc<Screen>,
    requests: &WeakSender<Request>,
    signalled: &Signalled,
) {
    let code = runtime.block_on(async {
        loop {
            tokio::select! {
                // A shell that ends hangs its jobs up and has them go on, in this order.
                biased;
                Some(()) = signals.terminate.recv() => break 128 + 15,
                Some(()) = signals.hangup.recv() => break 128 + 1,
                Some(()) = signals.interrupt.recv() => match screen.interrupt() {
                    Interrupt::First => {
                        // As the key does it, which is a signal where the editor is not called for long.
                        if let Some(requests) = requests.upgrade() {
                            let _ = requests.try_send(Request::Cancel);
                        }
                        let screen = Arc::clone(screen);
                        soon(move || screen.show_now(INTERRUPT_HINT));
                    }
                    Interrupt::Second => break exit::INTERRUPTED,
                },
                Some(()) = signals.resume.recv() => terminal::continued(),
                else => break exit::INTERRUPTED,
            }
        }
    });
    signalled.0.store(code, Ordering::Release);
    terminal::ending();
    if !terminal::is_in_background() {
        let screen = Arc::clone(screen);
        soon(move || screen.stop());
    }
    // The reader may be stuck in a read; the hub is to be told in any case.
    if let Some(requests) = requests.upgrade() {
        let _ = requests.try_send(Request::Quit { reason: None });
    }
    runtime.block_on(async {
        let again = async {
            tokio::select! {
                _ = signals.interrupt.recv() => {}
                _ = signals.terminate.recv() => {}
            }
        };
        let _ = tokio::time::timeout(PATIENCE, again).await;
    });
    leave(code);
}

/// The main thread would have ended the process by now.
#[expect(
    clippy::exit,
    reason = "the editor can be stuck in a read that nothing ends but the process"
)]
fn leave(code: u8) -> ! {
    soon(terminal::restore);
    std::process::exit(i32::from(code))
}

/// Does what the output may hold up, and waits until it is done, but no longer than [`OUTPUT_PATIENCE`].
fn soon(act: impl FnOnce() + Send + 'static) {
    let (done, is_done) = sync_channel(1);
    let acting = std::thread::Builder::new().spawn(move || {
        act();
        // Nobody may wait any more.
        let _ = done.send(());
    });
    if acting.is_ok() {
        // An error is that it takes longer, or that it panicked: there is nothing to do about either.
        let _ = is_done.recv_timeout(OUTPUT_PATIENCE);
    }
}
