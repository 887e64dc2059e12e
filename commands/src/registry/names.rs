//! The names and aliases of a registry, sorted: exact names, beginnings and near misses.
//!
//! It knows places in the registry's table and no command.

use std::cmp::Ordering;

use crate::spec::Spec;

/// The longest name that is compared with others: the time that it takes grows with its length, and
/// a line can be a megabyte without a blank.
const SIMILAR_BYTES_MAX: usize = 64;

/// Every name and alias in lower case, sorted.
#[derive(Debug, Clone, Default)]
pub(super) struct Names(Vec<Name>);

#[derive(Debug, Clone)]
struct Name {
    folded: String,
    place: usize,
    /// Of several commands that want the name, the one of the least rank has it.
    rank: u8,
    is_alias: bool,
}

impl Names {
    /// Adds the names of a command that stands at this place. No other of its rank has one of them.
    pub(super) fn add(&mut self, spec: &Spec, place: usize, rank: u8) {
        for (index, name) in spec.names().enumerate() {
            let name = Name {
                folded: name.to_ascii_lowercase(),
                place,
                rank,
                is_alias: index > 0,
            };
            let at = self
                .0
                .partition_point(|known| (&known.folded, known.rank) < (&name.folded, name.rank));
            self.0.insert(at, name);
        }
    }

    /// The place of the command with this name or alias.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let first = self.from(name).next()?;
        compare(&first.folded, name).is_eq().then_some(first.place)
    }

    /// The names that begin like this, sorted, with their places; aliases, if no name does.
    pub(super) fn beginning_with(&self, prefix: &str) -> impl Iterator<Item = (&str, usize)> {
        let matching = || {
            let mut last = "";
            self.from(prefix)
                .take_while(|known| starts_with(&known.folded, prefix))
                // Of several that want a name, the first has it.
                .filter(move |known| std::mem::replace(&mut last, &known.folded) != known.folded)
        };
        let only_aliases = matching().all(|known| known.is_alias);
        matching()
            .filter(move |known| known.is_alias == only_aliases)
            .map(|known| (known.folded.as_str(), known.place))
    }

    /// The name or alias that is most like this one, if one is so like it that a slip of the fingers
    /// makes the difference. A name of one letter is like everything, and never meant.
    pub(super) fn similar(&self, name: &str) -> Option<&str> {
        if name.len() > SIMILAR_BYTES_MAX {
            return None;
        }
        let folded = name.to_ascii_lowercase();
        let distance_max = folded.chars().count().max(3) / 3;
        let candidates = self.0.iter().filter(|known| known.folded.len() > 1);
        let (distance, nearest) = candidates
            .map(|known| (strsim::osa_distance(&known.folded, &folded), known))
            .min_by_key(|(distance, known)| (*distance, first_differs(&known.folded, &folded)))?;
        (distance <= distance_max).then_some(nearest.folded.as_str())
    }

    fn from(&self, prefix: &str) -> impl Iterator<Item = &Name> {
        let from = self
            .0
            .partition_point(|known| compare(&known.folded, prefix).is_lt());
        self.0.iter().skip(from)
    }
}

/// Orders a name in lower case against any other, without regard to the other's case.
fn compare(folded: &str, other: &str) -> Ordering {
    folded
        .bytes()
        .cmp(other.bytes().map(|byte| byte.to_ascii_lowercase()))
}

fn starts_with(folded: &str, prefix: &str) -> bool {
    folded
        .as_bytes()
        .get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

/// Whether the first letters differ, which fingers rarely miss.
fn first_differs(left: &str, right: &str) -> bool {
    left.chars().next() != right.chars().next()
}

#[cfg(test)]
mod tests {
    use crate::registry::Registry;

    #[track_caller]
    fn check_similar(name: &str, expected: Option<&str>) {
        assert_eq!(Registry::builtin().similar(name), expected, "{name:?}");
    }

    #[track_caller]
    fn check_beginning(prefix: &str, expected: &[&str]) {
        let registry = Registry::builtin();
        let names: Vec<&str> = registry
            .beginning_with(prefix)
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, expected, "{prefix:?}");
    }

    #[test]
    fn a_slip_of_the_fingers_is_understood() {
        for (slip, meant) in [
            ("jion", "join"),
            ("JION", "join"),
            ("qiut", "quit"),
            ("mgs", "msg"),
            ("topci", "topic"),
            ("swtich", "switch"),
            ("nikc", "nick"),
            ("hlep", "help"),
            ("wohis", "whois"),
            ("wois", "whois"),
            ("kcik", "kick"),
            ("room", "rooms"),
            ("name", "names"),
        ] {
            check_similar(slip, Some(meant));
        }
    }

    #[test]
    fn another_word_is_not_like_any() {
        for name in ["bogus", "foo", "hello", ")", "-)", "D", "shrug", ""] {
            check_similar(name, None);
        }
    }

    #[test]
    fn name_of_any_length_is_answered_at_once() {
        check_similar(&"join".repeat(1_000_000), None);
    }

    #[test]
    fn names_come_before_aliases() {
        check_beginning("q", &["quit"]);
        check_beginning("QUE", &["query"]);
        check_beginning("n", &["names", "nick", "notify"]);
        check_beginning("who", &["who", "whois"]);
        check_beginning("x", &[]);
        check_beginning("joint", &[]);
    }
}
