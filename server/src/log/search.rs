//! A search over several streams, and which events it finds.

use std::collections::HashSet;

use salon_protocol::{Nick, Timestamp};

use super::{Author, Kinds, Selection};
use crate::event::{Body, Event, Seq, StreamId};
use crate::identity::UserId;

/// What is searched for: messages that meet all that is given.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    /// The streams, each with whose events in it count.
    pub(crate) scopes: Vec<(StreamId, Author)>,
    /// Words that the text has, all of them.
    pub(crate) text: Option<String>,
    /// Who wrote it, by the nick of then.
    pub(crate) from: Option<Nick>,
    /// Not before this time; and where it is given, the first that are found count, and else the last.
    pub(crate) after: Option<Timestamp>,
    /// Not after this time.
    pub(crate) before: Option<Timestamp>,
    /// Who reads: what was for some users alone is shown to them alone.
    pub(crate) reader: UserId,
    pub(crate) events_max: usize,
}

impl Search {
    /// Whether the last ones are wanted where more are found than that.
    pub(super) fn newest(&self) -> bool {
        self.after.is_none()
    }

    /// Whether an event of a stream is found.
    pub(super) fn finds(&self, event: &Event, author: &Author) -> bool {
        let of_stream = Selection {
            stream: event.id.stream,
            after: Seq(0),
            before: Seq(u64::MAX),
            kinds: Kinds::Messages,
            author: author.clone(),
            reader: self.reader,
            events_max: 1,
            newest: true,
        };
        of_stream.holds(event)
            && self
                .from
                .as_ref()
                .is_none_or(|nick| event.source.nick == *nick)
            && self.after.is_none_or(|after| event.time >= after)
            && self.before.is_none_or(|before| event.time <= before)
            && self.text.as_ref().is_none_or(|text| has_words(event, text))
    }

    /// What counts of what was found, in order.
    pub(super) fn cut<T: std::ops::Deref<Target = Event>>(&self, mut found: Vec<T>) -> Vec<T> {
        found.sort_by_key(|event| (event.time, event.id.stream, event.id.seq));
        if self.newest() {
            let surplus = found.len().saturating_sub(self.events_max);
            found.drain(..surplus);
        } else {
            found.truncate(self.events_max);
        }
        found
    }
}

fn has_words(event: &Event, wanted: &str) -> bool {
    let Body::Said { text, .. } = &event.body else {
        return false;
    };
    let (said, wanted) = (words(text), words(wanted));
    !wanted.is_empty() && wanted.is_subset(&said)
}

fn words(text: &str) -> HashSet<String> {
    let words = text.split(|symbol: char| !symbol.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}
