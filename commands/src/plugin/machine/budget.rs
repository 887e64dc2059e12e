//! How much of something a plug-in may do: some at once, and then so many a second.

use super::Moment;

/// A bucket of tokens that refills with time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// How much may be spent at once.
    burst: f64,
    /// How much comes back in a second.
    per_second: f64,
    left: f64,
    since: Moment,
}

impl Budget {
    /// A full budget.
    pub fn new(burst: u32, per_second: f64) -> Self {
        Self {
            burst: f64::from(burst),
            per_second,
            left: f64::from(burst),
            since: Moment::ZERO,
        }
    }

    /// Takes one, if one is left.
    pub(super) fn spend(&mut self, now: Moment) -> bool {
        let passed = now.saturating_sub(self.since).as_secs_f64();
        self.since = now;
        self.left = (self.left + passed * self.per_second).min(self.burst);
        let is_left = self.left >= 1.0;
        if is_left {
            self.left -= 1.0;
        }
        is_left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budget_is_spent_and_comes_back() {
        let mut budget = Budget::new(2, 1.0);
        let at = Moment::from_millis;
        let spent =
            [0, 0, 0, 500, 1000, 1000, 60_000, 60_000, 60_000].map(|ms| budget.spend(at(ms)));
        assert_eq!(
            spent,
            [true, true, false, false, true, false, true, true, false]
        );
    }

    #[test]
    fn clock_that_goes_back_gives_nothing() {
        let mut budget = Budget::new(1, 1.0);
        assert!(budget.spend(Moment::from_secs(5)));
        assert!(!budget.spend(Moment::from_secs(1)));
    }
}
