//! What Tab offers. What a line completes to is the business of the commands; here are the names that
//! are known at this moment, and how far a choice among several goes. Values in, values out.

use salon_commands::{Candidates, Completion, Registry};

/// The names that can be completed at this moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) rooms: Vec<String>,
    pub(super) nicks: Vec<String>,
    /// Who spoke in the room in front, the last first.
    speakers: Vec<String>,
}

/// How many speakers are remembered.
const SPEAKERS_MAX: usize = 32;

impl Names {
    /// The names of rooms and of those who are in the one in front.
    #[cfg(test)]
    pub(super) fn new(rooms: Vec<String>, nicks: Vec<String>) -> Self {
        Self {
            rooms,
            nicks,
            speakers: Vec::new(),
        }
    }

    /// The rooms, and those who are in the one in front.
    pub(super) fn replace(&mut self, rooms: Vec<String>, nicks: Vec<String>) {
        self.rooms = rooms;
        self.nicks = nicks;
        for index in (0..self.speakers.len()).rev() {
            if let Some(speaker) = self.speakers.get(index) {
                bring_forward(&mut self.nicks, speaker);
            }
        }
    }

    /// Somebody spoke in the room in front.
    pub(super) fn speaks(&mut self, nick: &str) {
        self.speakers.retain(|speaker| speaker != nick);
        self.speakers.truncate(SPEAKERS_MAX - 1);
        self.speakers.insert(0, nick.to_owned());
        bring_forward(&mut self.nicks, nick);
    }

    /// Another room is in front.
    pub(super) fn forget_speakers(&mut self) {
        self.speakers.clear();
    }
}

impl Candidates for Names {
    fn nicks(&self, visit: &mut dyn FnMut(&str)) {
        self.nicks.iter().for_each(|nick| visit(nick));
    }

    fn rooms(&self, visit: &mut dyn FnMut(&str)) {
        self.rooms.iter().for_each(|room| visit(room));
    }
}

/// Puts a nick before the others, if it is there.
fn bring_forward(nicks: &mut [String], nick: &str) {
    if let Some(index) = nicks.iter().position(|known| known == nick)
        && let Some(start) = nicks.get_mut(..=index)
    {
        start.rotate_right(1);
    }
}

/// Completes at the cursor. Each line of a pasted text is one of its own.
pub(super) fn complete(
    registry: &Registry,
    names: &dyn Candidates,
    text: &str,
    cursor: usize,
) -> Completion {
    let line_start = text
        .get(..cursor)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |index| index + 1);
    let line = text.get(line_start..).unwrap_or_default();
    let line = line.split('\n').next().unwrap_or_default();
    let mut completion = registry.complete(line, cursor - line_start, names);
    completion.start += line_start;
    completion
}

/// The longest text that all candidates begin with, without regard to case; nothing if there are
/// none. A single candidate brings along what follows it.
pub(super) fn common(completion: &Completion) -> Option<&str> {
    let mut candidates = completion
        .candidates
        .iter()
        .map(|found| found.replacement.as_str());
    let first = candidates.next()?;
    Some(candidates.fold(first, common_start))
}

fn common_start<'a>(left: &'a str, right: &str) -> &'a str {
    let differs = |((_, left), right): &((usize, char), char)| !left.eq_ignore_ascii_case(right);
    let shared = left
        .char_indices()
        .zip(right.chars())
        .find(differs)
        .map_or(left.len().min(right.len()), |((index, _), _)| index);
    left.get(..shared).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Names::new(
            own(&["#design", "#dev", "#lobby"]),
            own(&["alice", "Albert", "bob"]),
        )
    }

    #[track_caller]
    fn check(text: &str, start: usize, expected: Option<&str>) {
        let completion = complete(&Registry::builtin(), &names(), text, text.len());
        assert_eq!(common(&completion), expected, "{text:?}");
        if expected.is_some() {
            assert_eq!(completion.start, start, "{text:?}");
        }
    }

    #[test]
    fn a_single_candidate_is_whole() {
        check("bo", 0, Some("bob: "));
        check("hi bo", 3, Some("bob "));
        check("see #l", 4, Some("#lobby "));
        check(":jo", 0, Some(":join "));
    }

    #[test]
    fn several_go_as_far_as_they_agree() {
        check("a", 0, Some("al"));
        check("#d", 0, Some("#de"));
        check(":whois A", 7, Some("al"));
    }

    #[test]
    fn the_last_speaker_is_offered_first() {
        let mut names = names();
        for speaker in ["alice", "gone", "bob", "Albert"] {
            names.speaks(speaker);
        }
        let mut offered = Vec::new();
        names.nicks(&mut |nick| offered.push(nick.to_owned()));
        assert_eq!(offered, ["Albert", "bob", "alice"]);
        let nicks = ["alice", "Albert", "bob", "carol"]
            .map(str::to_owned)
            .to_vec();
        names.replace(Vec::new(), nicks.clone());
        assert_eq!(names.nicks, ["Albert", "bob", "alice", "carol"]);
        names.forget_speakers();
        names.replace(Vec::new(), nicks);
        assert_eq!(names.nicks, ["alice", "Albert", "bob", "carol"]);
    }

    #[test]
    fn nothing_fits_nothing() {
        check("zz", 0, None);
        check("", 0, None);
    }

    #[test]
    fn a_line_of_a_pasted_text_is_one_of_its_own() {
        check("hello\nbo", 6, Some("bob: "));
        check("hello\n:jo", 6, Some(":join "));
    }
}
