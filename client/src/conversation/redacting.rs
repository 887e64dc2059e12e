//! What somebody takes back. A line that was shown can't be taken off the screen, so it is said that it was taken back:
//! by whom, and whose it was and when, as far as it was seen. What it said is not repeated.

use jiff::ZonedDateTime;
use jiff::tz::TimeZone;
use salon_protocol::{Timestamp, eq_folded};

use super::Conversation;
use crate::event::{Event, EventKind, room_of};
use crate::session::Redaction;

impl Conversation {
    /// A message was taken back.
    pub(super) fn take_back(&mut self, redaction: &Redaction) {
        let line = self.kept.redact(&redaction.id);
        let text = told(redaction, line.as_ref(), &TimeZone::system());
        self.tell_arriving(Event {
            time: redaction.time,
            id: None,
            from: None,
            account: None,
            to: None,
            own: false,
            kind: EventKind::Note { text },
        });
    }
}

/// What is told of a message that was taken back, by a clock of this zone.
fn told(redaction: &Redaction, line: Option<&Event>, zone: &TimeZone) -> String {
    let from = &redaction.from;
    let what = line.map_or_else(
        || "a message".to_owned(),
        |line| {
            let author = line.from.as_deref().unwrap_or("?");
            let is_own = eq_folded(author, from);
            let author = if is_own { "they" } else { author };
            let moment = moment(line.time, redaction.time, zone);
            format!("what {author} said at {moment}")
        },
    );
    let place = room_of(&redaction.to).map(|room| format!(" in {room}"));
    let reason = redaction
        .reason
        .as_ref()
        .map(|reason| format!(": {reason}"));
    let (place, reason) = (place.unwrap_or_default(), reason.unwrap_or_default());
    format!("{from} took back {what}{place}{reason}")
}

/// A time of day, with its day where that is another than now.
fn moment(time: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (Some(time), Some(now)) = (local(time, zone), local(now, zone)) else {
        return "some time".to_owned();
    };
    let form = if time.date() == now.date() {
        "%H:%M"
    } else {
        "%Y-%m-%d %H:%M"
    };
    time.strftime(form).to_string()
}

fn local(time: Timestamp, zone: &TimeZone) -> Option<ZonedDateTime> {
    let millis = i64::try_from(time.as_millis()).ok()?;
    let time = jiff::Timestamp::from_millisecond(millis).ok()?;
    Some(time.to_zoned_datetime(zone.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    /// What is told when `ann` takes back, on the 23rd, a message of this time and nick.
    #[track_caller]
    fn check(to: &str, reason: Option<&str>, line: Option<(&str, &str)>, expected: &str) {
        let redaction = Redaction {
            time: at("2026-11-23T18:04:00.000Z"),
            from: "ann".to_owned(),
            to: to.to_owned(),
            id: "m1".to_owned(),
            reason: reason.map(str::to_owned),
        };
        let line = line.map(|(time, from)| Event {
            time: at(time),
            id: Some("m1".to_owned()),
            from: Some(from.to_owned()),
            account: None,
            to: Some(to.to_owned()),
            own: false,
            kind: EventKind::Message {
                text: "hi".to_owned(),
            },
        });
        assert_eq!(told(&redaction, line.as_ref(), &TimeZone::UTC), expected);
    }

    #[test]
    fn whose_it_was_and_when_is_told_as_far_as_it_is_known() {
        check("#dev", None, None, "ann took back a message in #dev");
        let today = "2026-11-23T18:03:05.000Z";
        check(
            "#dev",
            None,
            Some((today, "Ann")),
            "ann took back what they said at 18:03 in #dev",
        );
        check(
            "#dev",
            Some("rude"),
            Some((today, "bob")),
            "ann took back what bob said at 18:03 in #dev: rude",
        );
        check(
            "bob",
            None,
            Some(("2026-11-22T18:03:05.000Z", "ann")),
            "ann took back what they said at 2026-11-22 18:03",
        );
    }
}
