//! `LIST`: which rooms there are. <https://modern.ircdocs.horse/#list-message>

use std::sync::Arc;

use futures_util::future::BoxFuture;
use salon_protocol::mask::Mask;
use salon_protocol::{Message, RoomName, Timestamp, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::clock;
use crate::connection::Client;
use crate::reply::Reply;
use crate::room::{Room, Summary};

/// How many rooms, masks and conditions one command may have; `TARGMAX` in `005`. Each room is held against all of them.
pub(crate) const CONDITIONS_MAX: usize = 20;

pub(super) const VERB: Verb = Verb {
    name: "LIST",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
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

    fn admits(&self, listed: &Listed, now: Timestamp) -> bool {
        match self {
            Self::Name(mask) => mask.matches(listed.name.as_str()),
            Self::NotName(mask) => !mask.matches(listed.name.as_str()),
            Self::Members(bound) => bound.admits(listed.summary.members as u64),
            Self::Created(bound) => bound.admits_age(listed.room.created, now),
            Self::TopicSet(bound) => listed
                .summary
                .topic
                .as_ref()
                .is_some_and(|topic| bound.admits_age(topic.time, now)),
        }
    }
}

/// What is asked for. Names are alternatives, other conditions hold together.
struct Wanted {
    names: Vec<Condition>,
    others: Vec<Condition>,
}

impl Wanted {
    fn parse(text: &str) -> Result<Self, Reply> {
        let conditions = text.split(',').filter(|one| !one.is_empty());
        if conditions.clone().count() > CONDITIONS_MAX {
            let params = [text, "Too many targets"];
            return Err(Reply::numeric(numeric::ERR_TOOMANYTARGETS, &params));
        }
        let (names, others) = conditions
            .map(Condition::parse)
            .partition(|condition| matches!(condition, Condition::Name(_)));
        Ok(Self { names, others })
    }

    fn admits(&self, listed: &Listed, now: Timestamp) -> bool {
        let admits = |condition: &Condition| condition.admits(listed, now);
        (self.names.is_empty() || self.names.iter().any(admits)) && self.others.iter().all(admits)
    }
}

/// A room as it is at one moment.
struct Listed {
    room: Arc<Room>,
    name: RoomName,
    summary: Summary,
}

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let user = client.asker()?.user;
        let wanted = Wanted::parse(message.param(0).unwrap_or_default())?;
        let now = clock::now();
        let rooms = client.hub.directory.rooms().into_iter();
        let mut rooms: Vec<(RoomName, Arc<Room>)> = rooms.map(|room| (room.name(), room)).collect();
        rooms.sort_by(|(one, _), (other, _)| one.cmp(other));
        client.numeric(numeric::RPL_LISTSTART, &["Channel", "Users  Name"]);
        for (name, room) in rooms {
            // A hub may have very many, and others have something to do meanwhile.
            tokio::task::consume_budget().await;
            let summary = room.summary();
            let is_visible = !summary.secret || user.is_member_of(room.id);
            let listed = Listed {
                room,
                name,
                summary,
            };
            if is_visible && wanted.admits(&listed, now) {
                show(client, &listed);
            }
        }
        client.numeric(numeric::RPL_LISTEND, &["End of /LIST"]);
        Ok(())
    })
}

/// `322`
fn show(client: &mut Client, listed: &Listed) {
    let members = listed.summary.members.to_string();
    let topic = listed.summary.topic.as_ref();
    let topic = topic.map_or("", |topic| &*topic.text);
    let params = [listed.name.as_str(), &members, topic];
    client.numeric(numeric::RPL_LIST, &params);
}
