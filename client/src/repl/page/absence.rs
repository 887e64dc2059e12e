//! Whether somebody is there to read, as far as keys tell: who has pressed none for a while is taken to be
//! away, and what is said from then on is below a rule. It reads no clock.

use std::time::{Duration, Instant};

/// Up to which key all was read.
#[derive(Debug, Default)]
pub(super) struct Absence {
    /// The last key of whoever is away.
    since: Option<Instant>,
}

impl Absence {
    /// Something is said now. Gives whether a rule belongs above it: it is the first that one was not there
    /// for. `after` is how long one is there without pressing a key; `None` is for ever.
    pub(super) fn begins(
        &mut self,
        now: Instant,
        last_key: Instant,
        after: Option<Duration>,
    ) -> bool {
        let is_away = after.is_some_and(|after| now.saturating_duration_since(last_key) >= after);
        if !is_away {
            self.since = None;
        }
        is_away && self.since.replace(last_key) != Some(last_key)
    }

    /// Whether one was away when something was last said, and has pressed no key since.
    pub(super) fn lasts(&self, last_key: Instant) -> bool {
        self.since == Some(last_key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AFTER: Duration = Duration::from_mins(5);

    #[test]
    fn there_is_one_rule_for_each_absence() {
        let mut absence = Absence::default();
        let key = Instant::now();
        let mut at = |minutes, key| {
            let now = key + Duration::from_mins(minutes);
            (absence.begins(now, key, Some(AFTER)), absence.lasts(key))
        };
        assert_eq!(at(0, key), (false, false));
        assert_eq!(at(4, key), (false, false));
        assert_eq!(at(5, key), (true, true));
        assert_eq!(at(6, key), (false, true));
        let later = key + Duration::from_mins(7);
        assert_eq!(at(1, later), (false, false));
        assert_eq!(at(9, later), (true, true));
    }

    #[test]
    fn who_wants_no_rule_is_never_away() {
        let mut absence = Absence::default();
        let key = Instant::now();
        assert!(!absence.begins(key + AFTER * 99, key, None));
        assert!(!absence.lasts(key));
    }
}
