//! `PREFIX` and `CHANMODES`: what the letters of a MODE mean, without which its parameters can't be told apart.

/// The ranks of members: a mode letter and the sign shown before a nick, highest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prefix {
    ranks: Vec<(char, char)>,
}

impl Prefix {
    /// Parses `(ov)@+`; what does not pair up is left away.
    pub fn parse(value: &str) -> Self {
        let pair = value
            .strip_prefix('(')
            .and_then(|rest| rest.split_once(')'));
        let (modes, signs) = pair.unwrap_or_default();
        Self {
            ranks: modes.chars().zip(signs.chars()).collect(),
        }
    }

    /// The ranks as (mode, sign), highest first.
    pub fn ranks(&self) -> &[(char, char)] {
        &self.ranks
    }

    /// The sign of a mode.
    pub fn sign_of(&self, mode: char) -> Option<char> {
        let mut ranks = self.ranks.iter();
        ranks.find(|rank| rank.0 == mode).map(|rank| rank.1)
    }

    /// The mode of a sign.
    pub fn mode_of(&self, sign: char) -> Option<char> {
        let mut ranks = self.ranks.iter();
        ranks.find(|rank| rank.1 == sign).map(|rank| rank.0)
    }

    /// Splits the signs off the front of an entry of NAMES: `@+ann` into `@+` and `ann`.
    pub fn split<'a>(&self, entry: &'a str) -> (&'a str, &'a str) {
        let name = entry.trim_start_matches(|sign| self.mode_of(sign).is_some());
        let signs = entry.strip_suffix(name).unwrap_or_default();
        (signs, name)
    }
}

/// What a mode of rooms takes and is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModeKind {
    /// A list of masks; without a parameter it is asked for.
    List,
    /// A setting that takes a parameter to be set and to be unset.
    ParamAlways,
    /// A setting that takes a parameter to be set alone.
    ParamOnSet,
    /// A setting without parameter.
    Flag,
}

impl ModeKind {
    /// Whether a change of such a mode takes a parameter.
    pub fn takes_param(self, is_set: bool) -> bool {
        match self {
            Self::List | Self::ParamAlways => true,
            Self::ParamOnSet => is_set,
            Self::Flag => false,
        }
    }
}

/// The modes of rooms, by kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChanModes {
    letters: [String; 4],
}

impl ChanModes {
    /// Parses `beI,k,l,imnst`; what kinds a server adds behind the fourth is left away.
    pub fn parse(value: &str) -> Self {
        let mut kinds = value.split(',');
        Self {
            letters: std::array::from_fn(|_| kinds.next().unwrap_or_default().to_owned()),
        }
    }

    /// The kind of a mode; nothing for one that isn't known or that is a rank of members.
    pub fn kind(&self, mode: char) -> Option<ModeKind> {
        let [list, always, on_set, flag] = &self.letters;
        [
            (list, ModeKind::List),
            (always, ModeKind::ParamAlways),
            (on_set, ModeKind::ParamOnSet),
            (flag, ModeKind::Flag),
        ]
        .into_iter()
        .find(|(letters, _)| letters.contains(mode))
        .map(|(_, kind)| kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_go_both_ways() {
        let prefix = Prefix::parse("(qaohv)~&@%+");
        assert_eq!(prefix.ranks().first(), Some(&('q', '~')));
        assert_eq!(
            (prefix.sign_of('o'), prefix.mode_of('+')),
            (Some('@'), Some('v'))
        );
        assert_eq!((prefix.sign_of('x'), prefix.mode_of('!')), (None, None));
    }

    #[test]
    fn signs_are_split_off_a_name() {
        let prefix = Prefix::parse("(ov)@+");
        assert_eq!(prefix.split("@+ann"), ("@+", "ann"));
        assert_eq!(prefix.split("ann"), ("", "ann"));
        assert_eq!(prefix.split("@"), ("@", ""));
        assert_eq!(Prefix::parse("").split("@ann"), ("", "@ann"));
    }

    #[test]
    fn broken_prefixes_give_what_pairs_up() {
        assert_eq!(Prefix::parse("(ov)@").ranks(), [('o', '@')]);
        assert_eq!(Prefix::parse("ov)@+").ranks(), []);
        assert_eq!(Prefix::parse("(ov").ranks(), []);
    }

    #[test]
    fn modes_know_when_they_take_a_parameter() {
        let modes = ChanModes::parse("beI,k,l,imnst,extra");
        let takes = |mode, is_set| modes.kind(mode).map(|kind| kind.takes_param(is_set));
        assert_eq!(
            (takes('b', true), takes('b', false)),
            (Some(true), Some(true))
        );
        assert_eq!(
            (takes('k', true), takes('k', false)),
            (Some(true), Some(true))
        );
        assert_eq!(
            (takes('l', true), takes('l', false)),
            (Some(true), Some(false))
        );
        assert_eq!(
            (takes('m', true), takes('m', false)),
            (Some(false), Some(false))
        );
        assert_eq!((takes('x', true), modes.kind('o')), (None, None));
        assert_eq!(ChanModes::parse("b").kind('b'), Some(ModeKind::List));
    }
}
