//! The modes of a room and of its members: one table a kind, from which `004`, `005` and the `MODE` verb are made.

use bitflags::bitflags;

bitflags! {
    /// What a member may do beyond speaking; drawn as prefixes before the nick.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub(crate) struct Rank: u8 {
        const OPERATOR = 2;
        const VOICE = 1;
    }
}

impl Rank {
    /// Letter, prefix and rank, the highest first, as `PREFIX` lists them.
    pub(crate) const TABLE: &[(char, char, Rank)] =
        &[('o', '@', Rank::OPERATOR), ('v', '+', Rank::VOICE)];

    /// The rank a mode letter gives.
    pub(crate) fn from_letter(letter: char) -> Option<Self> {
        Self::TABLE
            .iter()
            .find(|row| row.0 == letter)
            .map(|row| row.2)
    }

    /// The rank that a prefix shows.
    pub(crate) fn from_prefix(prefix: char) -> Option<Self> {
        Self::TABLE
            .iter()
            .find(|row| row.1 == prefix)
            .map(|row| row.2)
    }

    /// All prefixes of a member, the highest first (`multi-prefix`), or the highest alone.
    pub(crate) fn prefixes(self, all: bool) -> String {
        let held = Self::TABLE
            .iter()
            .filter(|row| self.contains(row.2))
            .map(|row| row.1);
        held.take(if all { usize::MAX } else { 1 }).collect()
    }

    /// Whether this rank is at least another.
    pub(crate) fn is_at_least(self, other: Self) -> bool {
        self.bits() >= other.bits()
    }
}

bitflags! {
    /// Modes of a room that are on or off.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub(crate) struct Flags: u16 {
        const INVITE_ONLY = 1;
        const MODERATED = 1 << 1;
        const NO_EXTERNAL = 1 << 2;
        const SECRET = 1 << 3;
        const TOPIC_LOCKED = 1 << 4;
        const NO_CTCP = 1 << 5;
        /// For those alone who are logged in.
        const ACCOUNTS_ONLY = 1 << 6;
        /// Belongs to an account; not to be set with `MODE`.
        const REGISTERED = 1 << 7;
    }
}

impl Flags {
    /// Letter and flag, in the order in which they are shown.
    pub(crate) const TABLE: &[(char, Flags)] = &[
        ('C', Flags::NO_CTCP),
        ('R', Flags::ACCOUNTS_ONLY),
        ('i', Flags::INVITE_ONLY),
        ('m', Flags::MODERATED),
        ('n', Flags::NO_EXTERNAL),
        ('r', Flags::REGISTERED),
        ('s', Flags::SECRET),
        ('t', Flags::TOPIC_LOCKED),
    ];

    /// The flag that a mode letter stands for.
    pub(crate) fn from_letter(letter: char) -> Option<Self> {
        Self::TABLE
            .iter()
            .find(|row| row.0 == letter)
            .map(|row| row.1)
    }
}

/// A list of masks that a room keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListKind {
    Ban,
    Exception,
    InviteException,
}

impl ListKind {
    /// Letter and list.
    pub(crate) const TABLE: &[(char, ListKind)] = &[
        ('b', ListKind::Ban),
        ('e', ListKind::Exception),
        ('I', ListKind::InviteException),
    ];

    /// The list that a mode letter stands for.
    pub(crate) fn from_letter(letter: char) -> Option<Self> {
        Self::TABLE
            .iter()
            .find(|row| row.0 == letter)
            .map(|row| row.1)
    }
}

/// The changes of one `MODE`, in the short form that goes on the wire: `+o-v alice bob`.
#[derive(Debug, Default)]
pub(crate) struct ChangeText {
    letters: String,
    arguments: String,
    sign: Option<bool>,
}

impl ChangeText {
    /// Notes one change; a sign is written only where it differs from the one before.
    pub(crate) fn push(&mut self, set: bool, letter: char, argument: Option<&str>) {
        if self.sign != Some(set) {
            self.letters.push(if set { '+' } else { '-' });
            self.sign = Some(set);
        }
        self.letters.push(letter);
        if let Some(argument) = argument {
            self.arguments.push(' ');
            self.arguments.push_str(argument);
        }
    }

    /// How long the text is so far, in bytes.
    pub(crate) fn len(&self) -> usize {
        self.letters.len() + self.arguments.len()
    }

    /// The text, unless nothing changed.
    pub(crate) fn finish(self) -> Option<String> {
        (!self.letters.is_empty()).then(|| self.letters + &self.arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_drawn_from_the_highest() {
        let both = Rank::OPERATOR | Rank::VOICE;
        assert_eq!(
            (both.prefixes(true), both.prefixes(false)),
            ("@+".into(), "@".into())
        );
        assert_eq!(Rank::empty().prefixes(true), "");
    }

    #[test]
    fn changes_share_a_sign_and_keep_the_order_of_arguments() {
        let mut change = ChangeText::default();
        change.push(true, 'o', Some("alice"));
        change.push(true, 'm', None);
        change.push(false, 'v', Some("bob"));
        assert_eq!(change.finish().as_deref(), Some("+om-v alice bob"));
        assert_eq!(ChangeText::default().finish(), None);
    }
}
