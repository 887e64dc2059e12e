//! A search over several streams, and which events it finds.

use std::sync::Arc;

use salon_protocol::{Nick, Timestamp};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::{Author, Kinds, Selection};
use crate::event::{Body, Event, Seq, StreamId};
use crate::identity::UserId;

/// What is searched for: messages that meet all that is given.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    /// The streams, each with whose events in it count.
    pub(crate) scopes: Vec<(StreamId, Author)>,
    /// Words that the text has, all of them.
    pub(crate) text: Option<Words>,
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
            && self.text.as_ref().is_none_or(|words| has(event, words))
    }

    /// What counts of what was found, in order; and whether it was looked for everywhere.
    pub(super) fn found(&self, mut events: Vec<Arc<Event>>, is_whole: bool) -> Found {
        events.sort_by_key(|event| (event.time, event.id.stream, event.id.seq));
        if self.newest() {
            let surplus = events.len().saturating_sub(self.events_max);
            events.drain(..surplus);
        } else {
            events.truncate(self.events_max);
        }
        Found { events, is_whole }
    }
}

fn has(event: &Event, words: &Words) -> bool {
    matches!(&event.body, Body::Said { text, .. } if words.are_in(text))
}

/// What a search has found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// In the order of their times.
    pub(crate) events: Vec<Arc<Event>>,
    /// Whether there was time to look everywhere.
    pub(crate) is_whole: bool,
}

/// Words to be found in a text, in any order and case, with or without accents. Where something divides a word, as in
/// `don't`, its parts are to stand one behind the other.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    written: String,
    phrases: Vec<Vec<String>>,
    is_ascii: bool,
}

impl Words {
    /// The words of a text.
    pub(crate) fn new(text: &str) -> Self {
        let phrases = text
            .split_whitespace()
            .map(|word| parts(word).collect::<Vec<_>>());
        let phrases: Vec<_> = phrases.filter(|phrase| !phrase.is_empty()).collect();
        Self {
            written: text.to_owned(),
            is_ascii: phrases.iter().flatten().all(|part| part.is_ascii()),
            phrases,
        }
    }

    /// The text that they were made of.
    pub(super) fn written(&self) -> &str {
        &self.written
    }

    /// Whether a text has all of them. None at all are nowhere.
    pub(super) fn are_in(&self, text: &str) -> bool {
        if self.phrases.is_empty() || (text.is_ascii() && !self.may_be_in(text)) {
            return false;
        }
        let said: Vec<String> = parts(text).collect();
        let has = |phrase: &Vec<String>| said.windows(phrase.len()).any(|some| some == phrase);
        self.phrases.iter().all(has)
    }

    /// Whether an ASCII text has all that they consist of, be it within other words: cheap, and true of few texts.
    fn may_be_in(&self, text: &str) -> bool {
        let has = |part: &String| {
            let mut places = text.as_bytes().windows(part.len());
            places.any(|place| place.eq_ignore_ascii_case(part.as_bytes()))
        };
        self.is_ascii && self.phrases.iter().flatten().all(has)
    }
}

/// What a text is divided into, in small letters and without accents, as in the index of the file.
fn parts(text: &str) -> impl Iterator<Item = String> {
    let divides = |symbol: char| !symbol.is_alphanumeric() && !is_combining_mark(symbol);
    let fold = |part: &str| -> String {
        if part.is_ascii() {
            return part.to_ascii_lowercase();
        }
        let bare = part.nfd().filter(|symbol| !is_combining_mark(*symbol));
        bare.flat_map(char::to_lowercase).collect()
    };
    let parts = text.split(divides).map(fold);
    parts.filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &str, text: &str, expected: bool) {
        assert_eq!(
            Words::new(words).are_in(text),
            expected,
            "{words} in {text}"
        );
    }

    #[test]
    fn words_are_found_whatever_their_case_order_and_accents() {
        check("BUILD the", "the Build failed", true);
        check("build fail", "the build failed", false);
        check("ete", "cet Été-là", true);
        check("été", "the ETE framework", true);
        check("e\u{301}te\u{301}", "cet été", true);
        check("ich", "Straße und ich", true);
        check("straße", "STRASSE", false);
        check("привет", "ПРИВЕТ всем", true);
    }

    #[test]
    fn the_parts_of_a_word_stand_one_behind_the_other() {
        check("don't", "I don't know", true);
        check("don't", "t is what I don", false);
        check("10.0.0.1", "from 10.0.0.1:6000", true);
        check("10.0.0.1", "from 10.0.1.0", false);
    }

    #[test]
    fn no_words_are_nowhere_and_signs_are_none() {
        check("", "anything", false);
        check("?! ...", "what?! ...", false);
        check("what ?!", "so what", true);
    }
}
