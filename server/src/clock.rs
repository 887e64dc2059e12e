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
