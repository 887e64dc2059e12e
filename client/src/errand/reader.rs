//! Notices that whoever read our standard output has left, also while there is nothing to write: who
//! follows a quiet room is not to stay for ever behind a `head -n 1` that has ended.

use std::io;
use std::thread;

use rustix::event::{PollFd, PollFlags, poll};
use tokio::sync::oneshot;

/// Waits until nobody reads standard output any more; for ever where that can't be told, as with a file.
pub(super) async fn reader_leaves() {
    let (sender, left) = oneshot::channel();
    // A thread of its own, since a wait that never ends must not keep the program from ending.
    let watcher = thread::Builder::new().name("stdout-reader".to_owned());
    let watching = watcher.spawn(move || {
        if has_left() {
            // Whoever waited may have stopped waiting.
            let _ = sender.send(());
        }
    });
    let is_known = watching.is_ok() && left.await.is_ok();
    if !is_known {
        std::future::pending::<()>().await;
    }
}

/// Blocks until the reader of standard output has left; `false` if that can't be waited for.
fn has_left() -> bool {
    let stdout = io::stdout();
    loop {
        // No event is asked for: errors and hang-ups are always told.
        let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
        match poll(&mut watched, None) {
            Ok(_) => {
                let told = watched.iter().map(PollFd::revents);
                return told
                    .fold(PollFlags::empty(), PollFlags::union)
                    .intersects(PollFlags::ERR | PollFlags::HUP);
            }
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return false,
        }
    }
}
