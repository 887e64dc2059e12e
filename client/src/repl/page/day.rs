//! Which day the lines on the page are of, so that a line says when another one begins. It reads no clock.

use jiff::civil::Date;
use salon_protocol::Timestamp;

/// Clocks differ by less than this: an event of yesterday that is not older than this belongs to today.
const LATE_MAX_MILLIS: u64 = 60_000;

/// The day of the last line.
#[derive(Debug)]
pub(super) struct Day {
    date: Date,
    /// When the last line happened.
    time: Timestamp,
}

impl Day {
    /// The day on which the program was started.
    pub(super) fn new(date: Date, time: Timestamp) -> Self {
        Self { date, time }
    }

    /// A line of this day comes. Gives whether it is another day than that of the line before.
    pub(super) fn turns(&mut self, date: Date, time: Timestamp) -> bool {
        let behind = self.time.as_millis().saturating_sub(time.as_millis());
        if date < self.date && behind < LATE_MAX_MILLIS {
            return false;
        }
        self.time = time;
        std::mem::replace(&mut self.date, date) != date
    }
}

/// The day in words.
pub(super) fn words(date: Date) -> String {
    date.strftime("%A, %-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn another_day_is_told_once_also_when_it_is_an_earlier_one() {
        let at = |seconds: u64| Timestamp::from_millis(seconds * 1000);
        let (monday, tuesday) = (date(2026, 11, 23), date(2026, 11, 24));
        let mut day = Day::new(monday, at(1000));
        assert!(!day.turns(monday, at(1001)));
        assert!(day.turns(tuesday, at(2000)));
        assert!(!day.turns(tuesday, at(2001)));
        // The hub's clock is a little behind ours.
        assert!(!day.turns(monday, at(1999)));
        assert!(!day.turns(tuesday, at(2002)));
        // What was said before.
        assert!(day.turns(monday, at(1500)));
        assert!(day.turns(tuesday, at(2003)));
    }

    #[test]
    fn a_day_has_its_name() {
        assert_eq!(words(date(2026, 11, 3)), "Tuesday, 3 November 2026");
    }
}
