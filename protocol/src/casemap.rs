//! `CASEMAPPING=ascii`: which names are the same name. Other hubs' mappings are in [`crate::isupport`].

use std::hash::{Hash, Hasher};

/// The form of a name under which all its spellings meet: ASCII letters in lower case, the rest untouched.
pub fn fold(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// Whether two names are the same but for the case of ASCII letters.
pub fn eq_folded(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
}

/// Orders two names as their folded forms are ordered, without making those.
pub(crate) fn cmp_folded(left: &str, right: &str) -> std::cmp::Ordering {
    left.bytes()
        .map(|byte| byte.to_ascii_lowercase())
        .cmp(right.bytes().map(|byte| byte.to_ascii_lowercase()))
}

/// Hashes a name as its folded form, in pieces of a fixed size, since hashers are slow on single bytes.
pub(crate) fn hash_folded<H: Hasher>(name: &str, state: &mut H) {
    let mut piece = [0_u8; 64];
    for bytes in name.as_bytes().chunks(piece.len()) {
        if let Some(folded) = piece.get_mut(..bytes.len()) {
            folded.copy_from_slice(bytes);
            folded.make_ascii_lowercase();
            state.write(folded);
        }
    }
    0xff_u8.hash(state);
}

/// What a name has in common with every other: it equals, orders and hashes as its folded form, and displays as written.
///
/// The name is a tuple struct of an `Arc<str>` with `parse` and `as_str`.
macro_rules! folded_name {
    ($name:ident, $error:ident) => {
        impl std::str::FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                Self::parse(text)
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                $crate::casemap::eq_folded(self.as_str(), other.as_str())
            }
        }

        impl Eq for $name {}

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                $crate::casemap::cmp_folded(self.as_str(), other.as_str())
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                $crate::casemap::hash_folded(self.as_str(), state);
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl<'a> From<&'a $name> for std::borrow::Cow<'a, str> {
            fn from(name: &'a $name) -> Self {
                std::borrow::Cow::Borrowed(name.as_str())
            }
        }
    };
}

pub(crate) use folded_name;

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;
    use std::hash::DefaultHasher;

    use super::*;

    fn hash_of(name: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        hash_folded(name, &mut hasher);
        hasher.finish()
    }

    #[test]
    fn only_ascii_letters_fold() {
        assert_eq!(fold("Ann[42]{ÉLAN}~^"), "ann[42]{Élan}~^");
        assert!(eq_folded("#Lobby", "#lOBBY"));
        assert!(!eq_folded("a[", "a{"), "that is rfc1459, not ascii");
        assert!(!eq_folded("é", "É"));
    }

    #[test]
    fn order_is_that_of_the_folded_forms() {
        assert_eq!(cmp_folded("ANN", "ann"), Ordering::Equal);
        assert_eq!(cmp_folded("Bob", "ann"), Ordering::Greater);
        assert_eq!(cmp_folded("_x", "A"), "_x".cmp("a"));
    }

    #[test]
    fn hash_ignores_case_over_more_than_one_piece() {
        let long = "Abc".repeat(50);
        assert_eq!(hash_of(&long), hash_of(&long.to_ascii_uppercase()));
        assert_ne!(hash_of("ann"), hash_of("anne"));
    }

    #[test]
    fn hash_of_two_names_tells_where_one_ends() {
        let hash_of_both = |first, second| {
            let mut hasher = DefaultHasher::new();
            hash_folded(first, &mut hasher);
            hash_folded(second, &mut hasher);
            hasher.finish()
        };
        assert_ne!(hash_of_both("ab", "c"), hash_of_both("a", "bc"));
    }
}
