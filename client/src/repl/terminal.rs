//! The terminal's modes. For the time of a conversation it neither echoes nor collects lines by
//! itself, so that what is typed between two calls of the editor appears once, where it belongs,
//! and pasted text comes marked as such. On every way out, a panic and a signal among them, it is
//! what it was before. It must not write anything else.

use std::io::{self, Write as _};
use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

use rustix::process::Signal;
use rustix::termios::{InputModes, LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// How the terminal was, for as long as it is not so.
///
/// A global, since a panic hook can be given nothing else.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// Whether SIGCONT has come since this job was told to stop.
static RESUMED: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());

/// A job that has not stopped by now has no shell that could continue it.
const STOP_PATIENCE: Duration = Duration::from_millis(300);

const BRACKETED_PASTE_ON: &str = "\x1b[?2004h";
/// Also ends a synchronized update, should one be open, and shows the cursor.
const LEAVE: &str = "\x1b[?2004l\x1b[?2026l\x1b[?25h";

/// Restores the terminal when it is dropped.
#[derive(Debug)]
#[must_use]
pub(super) struct Terminal(());

impl Terminal {
    /// Puts the terminal into the state of a conversation.
    pub(super) fn enter() -> io::Result<Self> {
        static HOOK: Once = Once::new();
        let before = tcgetattr(rustix::stdio::stdin())?;
        set_quiet(&before)?;
        *lock() = Some(before);
        HOOK.call_once(|| {
            let next = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                restore();
                next(panic);
            }));
        });
        write(BRACKETED_PASTE_ON)?;
        Ok(Self(()))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
        *lock() = None;
    }
}

/// Makes the terminal what it was before [`Terminal::enter`]; at any time, from any thread, and more
/// than once: where a panic unwinds the editor, that has the last word with the modes it found.
pub(super) fn restore() {
    if let Some(before) = lock().as_ref() {
        // There is nothing left to do about a terminal that refuses.
        let _ = tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, before);
        let _ = write(LEAVE);
    }
}

/// Stops this job as the shell expects it, with the terminal as it was, and returns when the shell
/// has it go on.
pub(super) fn suspend() -> io::Result<()> {
    let Some(before) = lock().clone() else {
        return Ok(());
    };
    let during = tcgetattr(rustix::stdio::stdin())?;
    write(LEAVE)?;
    write("\n")?;
    tcsetattr(rustix::stdio::stdin(), OptionalActions::Drain, &before)?;
    *resumed() = false;
    rustix::process::kill_current_process_group(Signal::TSTP)?;
    // Another thread may be the one that takes the signal, and until it does this one runs on. It
    // must not change the modes back before the shell has seen them.
    let waited = RESUMED
        .1
        .wait_timeout_while(resumed(), STOP_PATIENCE, |resumed| !*resumed);
    drop(waited.unwrap_or_else(PoisonError::into_inner));
    tcsetattr(rustix::stdio::stdin(), OptionalActions::Drain, &during)?;
    write(BRACKETED_PASTE_ON)
}

/// This job was continued.
pub(super) fn continued() {
    *resumed() = true;
    RESUMED.1.notify_all();
}

fn resumed() -> MutexGuard<'static, bool> {
    RESUMED.0.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The editor takes what it finds for the state to return to after each line.
fn set_quiet(before: &Termios) -> io::Result<()> {
    let mut quiet = before.clone();
    quiet.local_modes -= LocalModes::ECHO | LocalModes::ICANON;
    // The editor knows Enter as CR. What is typed ahead must arrive as what it was.
    quiet.input_modes -= InputModes::ICRNL;
    tcsetattr(rustix::stdio::stdin(), OptionalActions::Drain, &quiet)?;
    Ok(())
}

fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn lock() -> MutexGuard<'static, Option<Termios>> {
    BEFORE.lock().unwrap_or_else(PoisonError::into_inner)
}
