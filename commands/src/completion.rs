//! What Tab offers, read from the specs.
//!
//! A command's name completes to the names of the registry; an argument to what its spec says; a word
//! of a message to those present and to rooms. The host supplies the people and the rooms through
//! [`Candidates`], in the order in which they are to be offered. Nothing here knows an editor: the
//! result is what should stand in the place of a part of the line.

use crate::grammar::{self, Call, Line};
use crate::reader;
use crate::registry::{Entry, Mode, Registry};
use crate::spec::{Argument, Complete, Kind, Spec};
use crate::topics::TOPICS;
use crate::value::Room;

/// The people and rooms that the host knows. `()` knows none.
pub trait Candidates {
    /// Calls `visit` with the nicks present, the most recent speaker first.
    fn nicks(&self, visit: &mut dyn FnMut(&str)) {
        let _ = visit;
    }

    /// Calls `visit` with the rooms, the likeliest first.
    fn rooms(&self, visit: &mut dyn FnMut(&str)) {
        let _ = visit;
    }

    /// Calls `visit` with the values of the list of that name, which an argument that completes to
    /// [`Complete::List`] asks for, each with its summary if it has one. `word` is what is there of
    /// the value; those that don't begin like it are left out afterwards, so they need not be.
    fn list(&self, name: &str, word: &str, visit: &mut dyn FnMut(&str, Option<&str>)) {
        let _ = (name, word, visit);
    }
}

impl Candidates for () {}

/// What may stand in the place of `line[start..cursor]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completion {
    /// Where the part of the line begins that is replaced, in bytes; it ends at the cursor.
    pub start: usize,
    /// What may stand there, the likeliest first.
    pub candidates: Vec<Candidate>,
}

/// One thing that may stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Candidate {
    /// What stands in the line then, with the blank or the `: ` that follows it.
    pub replacement: String,
    /// What it does, in one line, if that is known.
    pub summary: Option<String>,
    /// How much of the replacement a menu shows.
    label_bytes: usize,
}

impl Candidate {
    /// What a menu shows: the name alone. It is the beginning of the replacement.
    pub fn label(&self) -> &str {
        self.replacement
            .get(..self.label_bytes)
            .unwrap_or(&self.replacement)
    }
}

impl Registry {
    /// What may stand at the cursor, which is a place in the line in bytes.
    pub fn complete(&self, line: &str, cursor: usize, known: &dyn Candidates) -> Completion {
        let cursor = line.floor_char_boundary(cursor);
        let (head, tail) = line.split_at(cursor);
        let offer = Offer {
            known,
            followed_by_blank: tail.starts_with(grammar::is_blank),
            found: Vec::new(),
        };
        let (indent, marked) = grammar::split_indent(head);
        match marked.strip_prefix([':', '/']) {
            Some(name) if !name.contains(grammar::is_blank) && !name.starts_with([':', '/']) => {
                self.complete_name(indent.len(), marked, offer)
            }
            _ => match self.read(head) {
                Line::Call(call) => self.complete_argument(call, cursor, offer),
                Line::Message(_) => complete_message(head, offer),
                Line::Blank | Line::Foreign(_) => Completion::default(),
            },
        }
    }

    /// The commands that can be called now, by names that begin like this.
    fn callable(&self, name: &str) -> impl Iterator<Item = (&str, &Entry)> {
        self.beginning_with(name)
            .filter(|(_, entry)| entry.disabled().is_none())
    }

    /// Completes a name with its mark, which begins at `start`.
    fn complete_name(&self, start: usize, marked: &str, mut offer: Offer<'_>) -> Completion {
        let (mark, name) = marked.split_at(1);
        for (candidate, entry) in self.callable(name) {
            offer.add(&[mark, candidate], " ", Some(&entry.spec().summary));
        }
        Completion {
            start,
            candidates: offer.found,
        }
    }

    fn complete_argument(&self, call: Call<'_>, cursor: usize, mut offer: Offer<'_>) -> Completion {
        let Ok(entry) = self.resolve(call.name, Mode::Prompt) else {
            return Completion::default();
        };
        if entry.is_beginning()
            && let Some(line) = entry.expansion(call.rest)
        {
            // The line's end is the same as that of what is typed, so the places from there are too.
            let completion = self.complete(&line, line.len(), offer.known);
            let word = line.len() - completion.start;
            return Completion {
                start: cursor.saturating_sub(word),
                ..completion
            };
        }
        let spec = entry.spec();
        let end = reader::at_end(spec, call.rest, self.room_marks());
        let last = spec
            .arguments
            .iter()
            .rposition(|argument| argument.flag.is_none());
        for index in end.possible {
            let Some(argument) = spec.arguments.get(index) else {
                continue;
            };
            let is_end = Some(index) == last && !argument.is_rest() && !argument.is_repeated();
            let after = if is_end { "" } else { " " };
            self.offer_argument(argument, end.word, after, &mut offer);
        }
        if end.may_be_flag && (end.word.starts_with('-') || offer.found.is_empty()) {
            offer_flags(spec, end.word, &mut offer);
        }
        Completion {
            start: cursor - end.word.len(),
            candidates: offer.found,
        }
    }

    fn offer_argument(&self, argument: &Argument, word: &str, after: &str, offer: &mut Offer<'_>) {
        match &argument.complete {
            Complete::Nothing => {}
            Complete::Nicks => offer.add_nicks(word, after),
            Complete::Rooms => offer.add_rooms(word, after),
            Complete::Targets => {
                offer.add_rooms(word, after);
                offer.add_nicks(word, after);
            }
            Complete::Topics => self.offer_topics(word, after, offer),
            Complete::Commands => self.offer_commands(word, after, offer),
            Complete::Values => {
                for value in argument.kind.values() {
                    offer.add_if(value, word, after, None);
                }
            }
            Complete::List(name) => offer.add_list(name, word, after),
        }
    }

    fn offer_commands(&self, word: &str, after: &str, offer: &mut Offer<'_>) {
        let bare = word.strip_prefix([':', '/']).unwrap_or(word);
        let mark = word.get(..word.len() - bare.len()).unwrap_or_default();
        for (name, entry) in self.callable(bare) {
            offer.add(&[mark, name], after, Some(&entry.spec().summary));
        }
    }

    fn offer_topics(&self, word: &str, after: &str, offer: &mut Offer<'_>) {
        self.offer_commands(word, after, offer);
        // One that a command has the name of is offered with it.
        let names = TOPICS.iter().filter(|topic| self.get(topic.name).is_none());
        for topic in names {
            offer.add_if(topic.name, word, after, Some(topic.summary));
        }
    }
}

/// The flags of a command that begin like the word.
fn offer_flags(spec: &Spec, word: &str, offer: &mut Offer<'_>) {
    for argument in &spec.arguments {
        if let Some(flag) = &argument.flag {
            let flag = format!("--{flag}");
            let summary = argument.kind.expectation();
            let summary = (argument.kind != Kind::Switch).then_some(summary.as_str());
            offer.add_if(&flag, word, " ", summary);
        }
    }
}

/// The word under the cursor in a message: a room if it begins like one, else a person, who is spoken
/// to if the line begins with the name.
fn complete_message(head: &str, mut offer: Offer<'_>) -> Completion {
    let start = head.rfind(grammar::is_blank).map_or(0, |blank| blank + 1);
    let word = head.get(start..).unwrap_or_default();
    if word.is_empty() {
        return Completion::default();
    }
    offer.add_nicks(word, if start == 0 { ": " } else { " " });
    if Room::looks_like(word) {
        offer.add_rooms(word, " ");
    }
    Completion {
        start,
        candidates: offer.found,
    }
}

/// What is found so far.
struct Offer<'a> {
    known: &'a dyn Candidates,
    followed_by_blank: bool,
    found: Vec<Candidate>,
}

impl Offer<'_> {
    /// Adds a name, given in parts, and what follows it, without a blank where one stands already.
    fn add(&mut self, parts: &[&str], after: &str, summary: Option<&str>) {
        let after = if self.followed_by_blank {
            after.trim_end()
        } else {
            after
        };
        let label_bytes = parts.iter().map(|part| part.len()).sum();
        let mut replacement = String::with_capacity(label_bytes + after.len());
        for part in parts {
            replacement.push_str(part);
        }
        replacement.push_str(after);
        self.found.push(Candidate {
            replacement,
            label_bytes,
            summary: summary.map(str::to_owned),
        });
    }

    /// Adds a name if it begins like the word.
    fn add_if(&mut self, name: &str, word: &str, after: &str, summary: Option<&str>) {
        if begins(name, word) {
            self.add(&[name], after, summary);
        }
    }

    fn add_nicks(&mut self, word: &str, after: &str) {
        let known = self.known;
        known.nicks(&mut |nick| self.add_if(nick, word, after, None));
    }

    /// Adds the rooms that begin like the word, with or without their mark.
    fn add_rooms(&mut self, word: &str, after: &str) {
        let known = self.known;
        known.rooms(&mut |room| {
            let bare = room.trim_start_matches(['#', '&']);
            if begins(room, word) || begins(bare, word) {
                self.add(&[room], after, None);
            }
        });
    }

    fn add_list(&mut self, name: &str, word: &str, after: &str) {
        let known = self.known;
        known.list(name, word, &mut |value, summary| {
            self.add_if(value, word, after, summary);
        });
    }
}

/// Whether a text begins like a word, without regard to ASCII case.
fn begins(text: &str, word: &str) -> bool {
    text.as_bytes()
        .get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Known;

    impl Candidates for Known {
        fn nicks(&self, visit: &mut dyn FnMut(&str)) {
            ["bob", "Anna", "ann", "dave"].into_iter().for_each(visit);
        }

        fn rooms(&self, visit: &mut dyn FnMut(&str)) {
            ["#lobby", "#dev", "#Design"].into_iter().for_each(visit);
        }
    }

    /// Completes at the `|`, and compares the whole line after each choice; `|` is the cursor then.
    #[track_caller]
    fn check(input: &str, expected: &[&str]) {
        let (head, tail) = input.split_once('|').expect("a cursor");
        let completion = Registry::builtin().complete(&format!("{head}{tail}"), head.len(), &Known);
        let kept = head
            .get(..completion.start)
            .expect("the start is a boundary before the cursor");
        let lines: Vec<String> = completion
            .candidates
            .iter()
            .map(|candidate| format!("{kept}{}|{tail}", candidate.replacement))
            .collect();
        assert_eq!(lines, expected, "{input:?}");
    }

    #[test]
    fn name_of_a_command() {
        check(":jo|", &[":join |"]);
        check(":JO|", &[":join |"]);
        check("  :jo|", &["  :join |"]);
        check("/wh|", &["/who |", "/whois |"]);
        check(":que|", &[":query |"]);
        check(":jo| #dev", &[":join| #dev"]);
        check(":xyz|", &[]);
    }

    #[test]
    fn name_shows_what_the_command_does() {
        let completion = Registry::builtin().complete(":joi", 4, &());
        let [candidate] = completion.candidates.as_slice() else {
            panic!("one command begins so")
        };
        assert_eq!(candidate.label(), ":join");
        assert_eq!(
            candidate.summary.as_deref(),
            Some("enter a room, or make it")
        );
    }

    #[test]
    fn room_with_or_without_its_mark() {
        check(":join #d|", &[":join #dev |", ":join #Design |"]);
        check(":join de|", &[":join #dev |", ":join #Design |"]);
        check(":names #l|", &[":names #lobby|"]);
        check(":j |", &[":j #lobby |", ":j #dev |", ":j #Design |"]);
    }

    #[test]
    fn target_is_a_room_or_a_person() {
        check(":s d|", &[":s #dev|", ":s #Design|", ":s dave|"]);
        check(":msg AN|", &[":msg Anna |", ":msg ann |"]);
    }

    #[test]
    fn argument_that_may_be_left_out_gives_way() {
        check(":kick b|", &[":kick bob |"]);
        check(":kick #d|", &[":kick #dev |", ":kick #Design |"]);
        check(":kick #dev b|", &[":kick #dev bob |"]);
        check(
            ":part d|",
            &[":part #dev |", ":part #Design |", ":part dave |"],
        );
    }

    #[test]
    fn word_of_a_text() {
        check(":me hugs b|", &[":me hugs bob |"]);
        check(":msg bob tell da| so", &[":msg bob tell dave| so"]);
        check(
            ":kick #dev bob for an|",
            &[":kick #dev bob for Anna |", ":kick #dev bob for ann |"],
        );
    }

    #[test]
    fn nothing_where_nothing_is_known() {
        check(":nick a|", &[]);
        check(":rooms |", &[]);
        check(":whois bob a|", &[]);
        check(":jion #|", &[]);
        check(":away an|", &[]);
    }

    #[test]
    fn topic_of_help() {
        check(":help jo|", &[":help join|"]);
        check(":help :jo|", &[":help :join|"]);
        check(":help me|", &[":help me|", ":help messages|"]);
    }

    #[test]
    fn person_in_a_message() {
        check("bo|", &["bob: |"]);
        check("ask bo|", &["ask bob |"]);
        check("::bo|", &[]);
        check("see #de| there", &["see #dev| there", "see #Design| there"]);
        check("|", &[]);
        check("hello |", &[]);
    }

    #[test]
    fn cursor_outside_or_within_a_character_is_moved_back() {
        for cursor in 0..12 {
            let completion = Registry::builtin().complete("é: b\u{1f600}", cursor, &Known);
            assert!(completion.start <= cursor, "{cursor}");
        }
    }
}
