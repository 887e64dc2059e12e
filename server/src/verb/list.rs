//! `LIST`: which rooms there are. <https://modern.ircdocs.horse/#list-message>

use std::sync::Arc;

use salon_protocol::mask::Mask;
use salon_protocol::{Message, Timestamp, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::clock;
use crate::connection::Client;
use crate::room::{Room, Summary};

pub(super) const VERB: Verb = Verb {
    name: "LIST",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Now(run),
    help: "LIST [#room|mask|condition[,...]]\nLists rooms. Conditions: >n and <n members, C>n and C<n minutes since the room was made, T>n and T<n since its topic was set; !mask leaves out.",
};

/// What a room has to be to be listed; the letters are those of `ELIST`.
enum Condition {
    Name(Mask),
    NotName(Mask),
    Members(Bound),
    Created(Bound),
    TopicSet(Bound),
}

/// Strictly more or strictly fewer.
enum Bound {
    Above(u64),
    Below(u64),
}

impl Bound {
    fn parse(text: &str) -> Option<Self> {
        if let Some(number) = text.strip_prefix('>') {
            return Some(Self::Above(number.parse().ok()?));
        }
        Some(Self::Below(text.strip_prefix('<')?.parse().ok()?))
    }

    fn admits(&self, number: u64) -> bool {
        match self {
            Self::Above(bound) => number > *bound,
            Self::Below(bound) => number < *bound,
        }
    }

    /// Holds the age of something, in minutes, against the bound.
    fn admits_age(&self, since: Timestamp, now: Timestamp) -> bool {
        let millis = now.as_millis().saturating_sub(since.as_millis());
        match self {
            Self::Above(minutes) => millis > minutes.saturating_mul(60_000),
            Self::Below(minutes) => millis < minutes.saturating_mul(60_000),
        }
    }
}

impl Condition {
    fn parse(text: &str) -> Self {
        let name = || Self::Name(Mask::new(text));
        if let Some(mask) = text.strip_prefix('!') {
            return Self::NotName(Mask::new(mask));
        }
        match text.chars().next() {
            Some('<' | '>') => Bound::parse(text).map_or_else(name, Self::Members),
            Some('C' | 'c') => {
                Bound::parse(text.get(1..).unwrap_or_default()).map_or_else(name, Self::Created)
            }
            Some('T' | 't') => {
                Bound::parse(text.get(1..).unwrap_or_default()).map_or_else(name, Self::TopicSet)
            }
            Some(_) | None => name(),
        }
    }

    fn admits(&self, room: &Room, summary: &Summary, now: Timestamp) -> bool {
        match self {
            Self::Name(mask) => mask.matches(room.name().as_str()),
            Self::NotName(mask) => !mask.matches(room.name().as_str()),
            Self::Members(bound) => bound.admits(summary.members as u64),
            Self::Created(bound) => bound.admits_age(room.created, now),
            Self::TopicSet(bound) => summary
                .topic
                .as_ref()
                .is_some_and(|topic| bound.admits_age(topic.time, now)),
        }
    }
}

/// Names are alternatives, other conditions hold together.
fn run(client: &mut Client, message: &Message<'_>) -> Handled {
    let user = client.asker()?.user;
    let wanted = message.param(0).unwrap_or_default();
    let conditions: Vec<Condition> = wanted
        .split(',')
        .filter(|text| !text.is_empty())
        .map(Condition::parse)
        .collect();
    let (names, others): (Vec<_>, Vec<_>) = conditions
        .into_iter()
        .partition(|condition| matches!(condition, Condition::Name(_)));
    let now = clock::now();
    let mut rooms: Vec<Arc<Room>> = client.hub.directory.rooms();
    rooms.sort_by_key(|room| room.name());
    client.numeric(numeric::RPL_LISTSTART, &["Channel", "Users  Name"]);
    for room in rooms {
        let summary = room.summary();
        let visible = !summary.secret || user.is_in(&room.name());
        let named = names.is_empty() || names.iter().any(|name| name.admits(&room, &summary, now));
        if visible
            && named
            && others
                .iter()
                .all(|condition| condition.admits(&room, &summary, now))
        {
            let topic = summary
                .topic
                .as_ref()
                .map(|topic| topic.text.to_string())
                .unwrap_or_default();
            client.numeric(
                numeric::RPL_LIST,
                &[room.name().as_str(), &summary.members.to_string(), &topic],
            );
        }
    }
    client.numeric(numeric::RPL_LISTEND, &["End of /LIST"]);
    Ok(())
}
