//! The hub's clock: the only place that reads the time of day.

use std::time::{SystemTime, UNIX_EPOCH};

use salon_protocol::Timestamp;

/// The time of day, in whole milliseconds; the epoch itself on a machine whose clock stands before it.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// The day in UTC: year, month and day of the month.
pub(crate) fn today() -> (i16, u8, u8) {
    let millis = i64::try_from(now().as_millis()).unwrap_or(i64::MAX);
    let day = jiff::Timestamp::from_millisecond(millis)
        .unwrap_or(jiff::Timestamp::MAX)
        .to_zoned_datetime(jiff::tz::TimeZone::UTC)
        .date();
    let month_day = [day.month(), day.day()].map(|number| u8::try_from(number).unwrap_or(1));
    let [month, day_of_month] = month_day;
    (day.year(), month, day_of_month)
}
