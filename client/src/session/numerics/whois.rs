//! What is known of a person.

use crate::session::{Incoming, Session};

pub(super) fn user(session: &mut Session, incoming: &Incoming<'_>) {
    let (nick, user, host) = (incoming.param(1), incoming.param(2), incoming.param(3));
    session.show_info(&format!("{nick} is {user}@{host}: {}", incoming.last()));
}

pub(super) fn server(session: &mut Session, incoming: &Incoming<'_>) {
    session.show_info(&format!(
        "{} is on {} ({})",
        incoming.param(1),
        incoming.param(2),
        incoming.last()
    ));
}

pub(super) fn rooms(session: &mut Session, incoming: &Incoming<'_>) {
    session.show_info(&format!(
        "{} is in {}",
        incoming.param(1),
        incoming.last().trim_end()
    ));
}

pub(super) fn account(session: &mut Session, incoming: &Incoming<'_>) {
    session.show_info(&format!(
        "{} is logged in as {}",
        incoming.param(1),
        incoming.param(2)
    ));
}

pub(super) fn idle(session: &mut Session, incoming: &Incoming<'_>) {
    let seconds: u64 = incoming.param(2).parse().unwrap_or_default();
    session.show_info(&format!(
        "{} has been idle for {}",
        incoming.param(1),
        duration(seconds)
    ));
}

/// A reply that says it in words behind the nick.
pub(super) fn sentence(session: &mut Session, incoming: &Incoming<'_>) {
    session.show_info(&super::text(incoming, 1));
}

pub(super) fn end(_: &mut Session, _: &Incoming<'_>) {}

fn duration(seconds: u64) -> String {
    match (
        seconds / 86_400,
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60,
    ) {
        (0, 0, 0, seconds) => format!("{seconds} s"),
        (0, 0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (0, hours, minutes, _) => format!("{hours} h {minutes} min"),
        (days, hours, ..) => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_at_most_two_units() {
        assert_eq!(duration(59), "59 s");
        assert_eq!(duration(61), "1 min 1 s");
        assert_eq!(duration(3661), "1 h 1 min");
        assert_eq!(duration(90_000), "1 d 1 h");
    }
}
