//! What a service manager is told (`sd_notify(3)`), and the sockets that it hands over (`sd_listen_fds(3)`).
//!
//! Without one, nothing here does anything. The crates read the variables of that protocol, and nothing else of the
//! environment.

use std::io;
use std::time::Duration;

use listenfd::ListenFd;
use salond::Handed;
use sd_notify::NotifyState;

/// Says that the hub serves.
pub(super) fn ready() {
    tell(&[NotifyState::Ready]);
}

/// Says that the settings are read anew; [`ready`] ends it.
pub(super) fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(error) => tracing::warn!(%error, "the service manager was not told of a reload"),
    }
}

/// Says that the hub is about to end.
pub(super) fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// Says again and again that the hub is alive, if the service manager wants to know; never done.
pub(super) async fn watchdog() {
    let Some(limit) = sd_notify::watchdog_enabled() else {
        return std::future::pending().await;
    };
    // Twice as often as is asked for, as the manual has it.
    let mut turns = tokio::time::interval((limit / 2).max(Duration::from_millis(1)));
    loop {
        turns.tick().await;
        tell(&[NotifyState::Watchdog]);
    }
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, "the service manager was not told");
    }
}

/// The listening sockets that this process was started with. Fails where one is no TCP listener.
pub(super) fn sockets() -> io::Result<Vec<Handed>> {
    let mut handed = ListenFd::from_env();
    let mut sockets = Vec::new();
    for index in 0..handed.len() {
        if let Some(socket) = handed.take_tcp_listener(index)? {
            socket.set_nonblocking(true)?;
            sockets.push(socket);
        }
    }
    Ok(sockets)
}
