//! What bytes say that may be no UTF-8: old clients write Latin-1, and old servers cut a character in two. It must not
//! know of lines and what they mean.

use std::borrow::Cow;

/// Reads bytes as UTF-8. Where they are none, they are Latin-1, unless some character of theirs shows that only a part
/// is broken; what is broken then becomes U+FFFD.
pub(crate) fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) if bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii()) => {
            String::from_utf8_lossy(bytes)
        }
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(text_of(bytes), expected);
    }

    #[test]
    fn utf8_is_taken_as_it_is() {
        check("café 👋".as_bytes(), "café 👋");
        assert!(matches!(text_of(b"plain"), Cow::Borrowed("plain")));
    }

    #[test]
    fn what_no_utf8_is_in_is_latin_1() {
        check(b"caf\xe9, na\xefve", "café, naïve");
    }

    #[test]
    fn what_is_broken_in_utf8_is_marked() {
        check(&"café 👋".as_bytes()[..8], "café \u{fffd}");
        check(b"caf\xc3\xa9 caf\xe9", "café caf\u{fffd}");
    }
}
