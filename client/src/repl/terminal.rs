//! The terminal's modes. For the time of a conversation it neither echoes nor collects lines by
//! itself, so that what is typed between two calls of the editor appears once, where it belongs,
//! and pasted text comes marked as such. On every way out, a panic and a signal among them, it is
//! what it was before. It must not write anything else.
//!
//! In the background the terminal is somebody else's. Who changes its modes from there is stopped, all
//! threads of it, and a shell that ends hangs up its stopped jobs and goes: nobody is left to have them
//! go on. So nothing here touches a terminal from the background, unless to be stopped is what is wanted.

use std::io::{self, Write as _};
use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

use nix::sys::signal::{SigSet, Signal as Blocked};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::Signal;
use rustix::termios::{
    InputModes, LocalModes, OptionalActions, Termios, tcgetattr, tcgetpgrp, tcgetwinsize, tcsetattr,
};

/// How the terminal was, for as long as it is not so.
///
/// A global, since a panic hook can be given nothing else.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// What has come since this job was told to stop.
static AFTER_STOP: (Mutex<AfterStop>, Condvar) = (Mutex::new(AfterStop::Nothing), Condvar::new());

/// What has come since this job was told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AfterStop {
    Nothing,
    /// SIGCONT.
    Resumed,
    /// A signal that ends it.
    Ending,
}

/// A job that has not stopped by now has no shell that could continue it.
const STOP_PATIENCE: Duration = Duration::from_millis(300);

/// A paste of which nothing comes for so long has ended.
const SKIP_PATIENCE: Duration = Duration::from_millis(200);

/// What terminals send behind pasted text.
const PASTE_END: &[u8] = b"\x1b[201~";
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
        let stdin = rustix::stdio::stdin();
        tcsetattr(stdin, OptionalActions::Drain, &quiet(&before))?;
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
        // Under one lock: what another thread changes after it would stay.
        let mut before = lock();
        if let Some(before) = before.take() {
            put_back(&before);
        }
    }
}

/// Makes the terminal what it was before [`Terminal::enter`]; at any time, from any thread, and more
/// than once: where a panic unwinds the editor, that has the last word with the modes it found.
///
/// From the background it does nothing.
pub(super) fn restore() {
    if let Some(before) = lock().as_ref() {
        put_back(before);
    }
}

fn put_back(before: &Termios) {
    if is_in_background() {
        return;
    }
    // The shell may take the terminal at this moment.
    hold_stops();
    // There is nothing left to do about a terminal that refuses.
    let _ = tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, before);
    let _ = write(LEAVE);
}

/// Ctrl-C and the like are signals from now on, for whoever may wait for long and reads no keys meanwhile.
pub(super) fn heed_signals() {
    change(|modes| {
        modes.local_modes |= LocalModes::ISIG;
        // Neither what is typed nor what is on its way to the screen goes with them.
        modes.local_modes |= LocalModes::NOFLSH;
    });
}

/// The same for as long as something lasts.
pub(super) fn heeding_signals<T>(during: impl FnOnce() -> T) -> T {
    heed_signals();
    let done = during();
    change(|modes| modes.local_modes -= LocalModes::ISIG);
    done
}

/// Has the terminal as it was before the conversation while another program has it.
pub(super) fn lend<T>(during: impl FnOnce() -> T) -> T {
    let Some(before) = lock().clone() else {
        return during();
    };
    // A terminal that takes nothing is noticed by whoever reads from it.
    let _ = write(LEAVE);
    change(|modes| *modes = before.clone());
    let done = during();
    change(|modes| *modes = quiet(&before));
    // Most editors turn it off when they are left, whether it was on before or not.
    let _ = write(BRACKETED_PASTE_ON);
    done
}

/// Reads away the rest of a paste: up to its end, or until nothing has come for a moment. Between two calls of the editor
/// alone, which is when nobody else reads.
pub(super) fn skip_paste() {
    let mut matched = 0;
    while matched < PASTE_END.len() && has_input(SKIP_PATIENCE) {
        // One by one: what is typed behind it is somebody's.
        let mut byte = [0];
        match rustix::io::read(rustix::stdio::stdin(), &mut byte) {
            Ok(1..) if byte.first() == PASTE_END.get(matched) => matched += 1,
            // Its first byte is in it only once.
            Ok(1..) => matched = usize::from(byte.first() == PASTE_END.first()),
            Ok(0) | Err(_) => return,
        }
    }
}

/// Waits until something was typed, at most this long. Whether it was.
fn has_input(at_most: Duration) -> bool {
    let stdin = rustix::stdio::stdin();
    let mut wanted = [PollFd::new(&stdin, PollFlags::IN)];
    let at_most = Timespec::try_from(at_most).ok();
    poll(&mut wanted, at_most.as_ref()).is_ok_and(|ready| ready > 0)
}

/// Changes the modes, where a conversation has the terminal.
fn change(change: impl FnOnce(&mut Termios)) {
    let before = lock();
    if before.is_none() || is_in_background() {
        return;
    }
    // A terminal that is gone is noticed by whoever reads from it.
    if let Ok(mut modes) = tcgetattr(rustix::stdio::stdin()) {
        change(&mut modes);
        // At once: with the lock held, a terminal that takes no output would keep everybody from the way out.
        let _ = tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &modes);
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
    *after_stop() = AfterStop::Nothing;
    rustix::process::kill_current_process_group(Signal::TSTP)?;
    // Another thread may be the one that takes the signal, and until it does this one runs on. It
    // must not change the modes back before the shell has seen them.
    let mut after = wait_after_stop(after_stop(), |after| after == AfterStop::Nothing);
    if is_in_background() {
        // A job that goes on there is stopped for wanting the terminal, unless it was to end.
        after = wait_after_stop(after, |after| after != AfterStop::Ending);
    }
    while *after == AfterStop::Ending {
        // The process ends; the editor must not have the terminal again before.
        after = wait_after_stop(after, |after| after == AfterStop::Ending);
    }
    drop(after);
    let stops = SigSet::from(Blocked::SIGTTOU);
    // These can't fail: the signal exists.
    let _ = stops.thread_unblock();
    let set = tcsetattr(rustix::stdio::stdin(), OptionalActions::Drain, &during);
    let _ = stops.thread_block();
    set?;
    write(BRACKETED_PASTE_ON)
}

/// This job was continued.
pub(super) fn continued() {
    let mut after = after_stop();
    if *after == AfterStop::Nothing {
        *after = AfterStop::Resumed;
    }
    AFTER_STOP.1.notify_all();
}

/// This process ends, by a signal.
pub(super) fn ending() {
    *after_stop() = AfterStop::Ending;
    AFTER_STOP.1.notify_all();
}

/// How wide the terminal is now; `None` where there is none.
pub(super) fn columns() -> Option<usize> {
    size().map(|(columns, _)| usize::from(columns))
}

/// How many columns and rows the terminal has now; `None` where there is none.
pub(super) fn size() -> Option<(u16, u16)> {
    let size = tcgetwinsize(rustix::stdio::stdout()).ok()?;
    Some((size.ws_col, size.ws_row)).filter(|(columns, rows)| *columns > 0 && *rows > 0)
}

/// Whether another job has the terminal.
pub(super) fn is_in_background() -> bool {
    // Where it is gone, nobody has it.
    tcgetpgrp(rustix::stdio::stdin()).is_ok_and(|owner| owner != rustix::process::getpgrp())
}

/// This thread is not stopped for changing the modes of a terminal that is somebody else's.
pub(super) fn hold_stops() {
    // It can't fail: the signal exists.
    let _ = SigSet::from(Blocked::SIGTTOU).thread_block();
}

fn after_stop() -> MutexGuard<'static, AfterStop> {
    AFTER_STOP.0.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits while it is so, for [`STOP_PATIENCE`] at most.
fn wait_after_stop(
    after: MutexGuard<'static, AfterStop>,
    is_so: impl Fn(AfterStop) -> bool,
) -> MutexGuard<'static, AfterStop> {
    let waited = AFTER_STOP
        .1
        .wait_timeout_while(after, STOP_PATIENCE, |after| is_so(*after));
    waited.unwrap_or_else(PoisonError::into_inner).0
}

/// The modes between two calls of the editor, which takes what it finds for the state to return to after each line.
///
/// Ctrl-C is a key there too. As a signal it would come out of its order among the keys, after some that were pressed
/// later, and the system would throw away what was typed and what is on its way to the screen.
fn quiet(before: &Termios) -> Termios {
    let mut quiet = before.clone();
    quiet.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
    // The editor knows Enter as CR. What is typed ahead must arrive as what it was.
    quiet.input_modes -= InputModes::ICRNL;
    quiet
}

fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn lock() -> MutexGuard<'static, Option<Termios>> {
    BEFORE.lock().unwrap_or_else(PoisonError::into_inner)
}
