//! The messages that the hub has not confirmed yet. Their line was taken off the screen, since their
//! echo will show them; until it does, they must be nowhere forgotten: one that takes long is shown
//! as waiting, and what is left when the connection ends is given back. It must not print or send.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::sleep_until;

/// After this long without an echo a person wonders.
const PATIENCE: Duration = Duration::from_secs(2);

/// Messages on their way, in the order in which they were typed.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    sent: Mutex<VecDeque<Sent>>,
    added: Notify,
}

#[derive(Debug)]
struct Sent {
    ticket: u64,
    text: String,
    /// When it is to be shown as waiting; `None` once it was.
    due: Option<Instant>,
}

impl Outbox {
    /// A message is about to be handed over. `is_shown` is whether the person was told that it
    /// waits.
    pub(super) fn add(&self, ticket: u64, text: &str, now: Instant, is_shown: bool) {
        self.lock().push_back(Sent {
            ticket,
            text: text.to_owned(),
            due: (!is_shown).then_some(now + PATIENCE),
        });
        self.added.notify_one();
    }

    /// The line of this number is done, one way or the other. Gives what it said, if it was a message.
    pub(super) fn resolve(&self, ticket: u64) -> Option<String> {
        let mut sent = self.lock();
        // Nearly always the first.
        let index = sent.iter().position(|sent| sent.ticket == ticket)?;
        sent.remove(index).map(|sent| sent.text)
    }

    /// Waits until [`Outbox::overdue`] has something new to say.
    pub(super) async fn wait_overdue(&self) {
        loop {
            match self.next_due() {
                None => self.added.notified().await,
                Some(due) if due <= Instant::now() => return,
                Some(due) => sleep_until(due.into()).await,
            }
        }
    }

    fn next_due(&self) -> Option<Instant> {
        self.lock().iter().find_map(|sent| sent.due)
    }

    /// The messages that wait too long and were not said to wait before.
    pub(super) fn overdue(&self, now: Instant) -> Vec<String> {
        let mut found = Vec::new();
        for sent in self.lock().iter_mut() {
            if sent.due.is_some_and(|due| due <= now) {
                sent.due = None;
                found.push(sent.text.clone());
            }
        }
        found
    }

    /// All that is left.
    pub(super) fn rest(&self) -> Vec<String> {
        self.lock().drain(..).map(|sent| sent.text).collect()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Sent>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_confirmed_in_time_is_never_mentioned() {
        let outbox = Outbox::default();
        let now = Instant::now();
        outbox.add(1, "one", now, false);
        assert_eq!(outbox.next_due(), Some(now + PATIENCE));
        assert_eq!(outbox.resolve(1).as_deref(), Some("one"));
        assert_eq!(outbox.resolve(1), None);
        assert_eq!(outbox.next_due(), None);
        assert_eq!(outbox.overdue(now + PATIENCE), [""; 0]);
        assert_eq!(outbox.rest(), [""; 0]);
    }

    #[test]
    fn what_takes_long_is_mentioned_once_and_given_back_at_the_end() {
        let outbox = Outbox::default();
        let now = Instant::now();
        outbox.add(1, "one", now, false);
        outbox.add(2, "two", now + PATIENCE, false);
        outbox.add(3, "three", now, true);
        assert_eq!(outbox.overdue(now + PATIENCE), ["one"]);
        assert_eq!(outbox.overdue(now + PATIENCE), [""; 0]);
        assert_eq!(outbox.next_due(), Some(now + 2 * PATIENCE));
        outbox.resolve(2);
        assert_eq!(outbox.rest(), ["one", "three"]);
    }
}
