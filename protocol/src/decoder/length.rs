//! How long a line may be: its tags and the rest are limited each for itself.

use memchr::memchr;

use crate::limits::{CLIENT_TAGS_BYTES_MAX, TAGS_BYTES_MAX};

/// Which part of a line is longer than the protocol allows; the answer is `417`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineTooLong {
    /// The tags.
    #[error("tags too long; expected at most {bytes_max} bytes")]
    Tags {
        /// How long they may be.
        bytes_max: usize,
    },
    /// What follows the tags.
    #[error("line too long; expected at most {bytes_max} bytes with its line ending")]
    Body {
        /// How long it may be.
        bytes_max: usize,
    },
}

/// Checks that the tag data of a client's line is within [`CLIENT_TAGS_BYTES_MAX`].
///
/// # Errors
/// [`LineTooLong::Tags`] when it isn't.
pub fn check_client_tags(line: &[u8]) -> Result<(), LineTooLong> {
    let (tags, _) = split_tags(line);
    let bytes_max = CLIENT_TAGS_BYTES_MAX;
    let data = tags.strip_prefix(b"@").unwrap_or_default();
    if data.strip_suffix(b" ").unwrap_or(data).len() > bytes_max {
        return Err(LineTooLong::Tags { bytes_max });
    }
    Ok(())
}

/// A finished line without its ending, or what is too long in it.
pub(super) fn finished(line: &[u8], body_bytes_max: usize) -> Result<&[u8], LineTooLong> {
    unfinished(line, body_bytes_max)?;
    let content = without_ending(line);
    let (_, body) = split_tags(content);
    if body.len() > body_bytes_max {
        return Err(body_too_long(body_bytes_max));
    }
    Ok(content)
}

/// What is too long in the beginning of a line, whatever may follow; one CR may yet be part of its ending.
pub(super) fn unfinished(line: &[u8], body_bytes_max: usize) -> Result<(), LineTooLong> {
    let (tags, body) = split_tags(line);
    if tags.len() > TAGS_BYTES_MAX {
        return Err(TAGS_TOO_LONG);
    }
    if body.len() > body_bytes_max + 1 {
        return Err(body_too_long(body_bytes_max));
    }
    Ok(())
}

const TAGS_TOO_LONG: LineTooLong = LineTooLong::Tags {
    bytes_max: TAGS_BYTES_MAX,
};

fn body_too_long(body_bytes_max: usize) -> LineTooLong {
    let bytes_max = body_bytes_max + "\r\n".len();
    LineTooLong::Body { bytes_max }
}

/// The tag section, with `@` and blank as far as they are there, and the rest.
fn split_tags(line: &[u8]) -> (&[u8], &[u8]) {
    if line.first() != Some(&b'@') {
        return (&[], line);
    }
    let tags_end = memchr(b' ', line).map_or(line.len(), |blank| blank + 1);
    line.split_at_checked(tags_end).unwrap_or((line, &[]))
}

pub(super) fn without_ending(line: &[u8]) -> &[u8] {
    let mut content = line;
    while let Some(shorter) = content.strip_suffix(b"\r") {
        content = shorter;
    }
    content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(data_bytes: usize, end: &str, fits: bool) {
        let line = format!("@{}{end}", "t".repeat(data_bytes));
        let bytes_max = CLIENT_TAGS_BYTES_MAX;
        let expected = if fits {
            Ok(())
        } else {
            Err(LineTooLong::Tags { bytes_max })
        };
        assert_eq!(check_client_tags(line.as_bytes()), expected);
    }

    #[test]
    fn client_tags_are_limited_to_the_byte() {
        check(CLIENT_TAGS_BYTES_MAX, " PRIVMSG", true);
        check(CLIENT_TAGS_BYTES_MAX + 1, " PRIVMSG", false);
        check(CLIENT_TAGS_BYTES_MAX, "", true);
        check(CLIENT_TAGS_BYTES_MAX + 1, "", false);
    }

    #[test]
    fn a_line_without_tags_has_none_that_are_too_long() {
        let line = "x".repeat(5000);
        assert_eq!(check_client_tags(line.as_bytes()), Ok(()));
    }

    #[test]
    fn errors_say_what_was_expected() {
        assert_eq!(
            body_too_long(510).to_string(),
            "line too long; expected at most 512 bytes with its line ending"
        );
    }
}
