//! The ways in which servers compare names. Our own hub has one; a client meets them all.

use crate::casemap::{eq_folded, fold};

/// How a server compares names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CaseMapping {
    /// ASCII letters fold.
    #[default]
    Ascii,
    /// ASCII letters fold, and `[]\~` are the upper case of `{}|^`.
    Rfc1459,
    /// ASCII letters fold, and `[]\` are the upper case of `{}|`.
    Rfc1459Strict,
    /// Something of the server's own, of which ASCII folding is the part that is sure.
    Other,
}

impl CaseMapping {
    /// The mapping of a name as it stands in `CASEMAPPING`.
    pub fn from_name(name: &str) -> Self {
        match name {
            "ascii" => Self::Ascii,
            "rfc1459" => Self::Rfc1459,
            "rfc1459-strict" | "strict-rfc1459" => Self::Rfc1459Strict,
            _ => Self::Other,
        }
    }

    /// The form of a name under which all its spellings meet.
    pub fn fold(self, name: &str) -> String {
        if self.is_ascii() {
            return fold(name);
        }
        name.chars().map(|found| self.fold_char(found)).collect()
    }

    /// Whether two names are the same.
    pub fn eq(self, left: &str, right: &str) -> bool {
        let folded = |character| self.fold_char(character);
        eq_folded(left, right)
            || !self.is_ascii() && left.chars().map(folded).eq(right.chars().map(folded))
    }

    /// Whether names are the same only where they differ in nothing but the case of ASCII letters.
    pub fn is_ascii(self) -> bool {
        match self {
            Self::Ascii | Self::Other => true,
            Self::Rfc1459 | Self::Rfc1459Strict => false,
        }
    }

    fn fold_char(self, character: char) -> char {
        match (self, character) {
            (Self::Rfc1459 | Self::Rfc1459Strict, '[') => '{',
            (Self::Rfc1459 | Self::Rfc1459Strict, ']') => '}',
            (Self::Rfc1459 | Self::Rfc1459Strict, '\\') => '|',
            (Self::Rfc1459, '~') => '^',
            (_, other) => other.to_ascii_lowercase(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mapping: &str, name: &str, folded: &str) {
        let mapping = CaseMapping::from_name(mapping);
        assert_eq!(mapping.fold(name), folded);
        assert!(mapping.eq(name, folded));
    }

    #[test]
    fn each_mapping_folds_its_own_characters() {
        check("ascii", r"AZ[]\~É", r"az[]\~É");
        check("rfc1459", r"AZ[]\~É", "az{}|^É");
        check("rfc1459-strict", r"AZ[]\~É", "az{}|~É");
        check("precis", r"AZ[]\~É", r"az[]\~É");
    }

    #[test]
    fn different_names_differ() {
        assert!(!CaseMapping::Ascii.eq("a[", "a{"));
        assert!(!CaseMapping::Rfc1459.eq("ann", "anne"));
    }
}
