//! Makes text from the network harmless for a terminal and for the eye: whatever a peer, a hub or a
//! plug-in sends, none of it acts as a control sequence or reorders what stands beside it.
//!
//! What is replaced and what is dropped:
//! - C0 controls and DEL become their Unicode picture (`␛` for ESC), so that a reader sees that
//!   something was there. A tab stays: it moves the cursor no further than text does.
//! - IRC formatting (bold, colour, reverse and the like) is dropped, colours with their digits: it
//!   is meant for the eye, and its absence loses nothing. `formatted` shows it where it is wanted.
//! - C1 controls, bidirectional overrides, embeddings and isolates, and the line and paragraph
//!   separators become U+FFFD. Plain right-to-left text and its marks stay.
//!
//! It must not measure, wrap or colour.

use std::borrow::Cow;

use super::code;

/// What stands for a character that has no picture of its own.
const REPLACEMENT: char = '\u{fffd}';

/// `text` as it may be printed: one line, with no control character but the tab.
pub(crate) fn sanitize(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_harmful) {
        let mut out = String::with_capacity(text.len());
        push_harmless(&mut out, text);
        Cow::Owned(out)
    } else {
        Cow::Borrowed(text)
    }
}

/// Appends what [`sanitize`] would return, without an allocation of its own.
pub(super) fn push_harmless(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(position) = rest.find(is_harmful) {
        let (clean, tail) = rest.split_at(position);
        out.push_str(clean);
        rest = push_replaced(out, tail);
    }
    out.push_str(rest);
}

fn is_harmful(character: char) -> bool {
    match character {
        '\t' | ' '..='~' => false,
        '\u{0}'..='\u{1f}'
        | '\u{7f}'..='\u{9f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => true,
        _ => false,
    }
}

/// Takes the harmful character at the start of `tail`, with what belongs to it, appends what stands
/// for it and returns what follows.
fn push_replaced<'a>(out: &mut String, tail: &'a str) -> &'a str {
    if let Some((_, rest)) = code::read(tail) {
        return rest;
    }
    let mut characters = tail.chars();
    let Some(first) = characters.next() else {
        return tail;
    };
    let rest = characters.as_str();
    match first {
        '\u{0}'..='\u{1f}' => {
            out.push(char::from_u32(0x2400 + u32::from(first)).unwrap_or(REPLACEMENT));
            rest
        }
        '\u{7f}' => {
            out.push('\u{2421}');
            rest
        }
        _ => {
            out.push(REPLACEMENT);
            rest
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(input: &str, expected: &str) {
        assert_eq!(sanitize(input), expected);
    }

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(
            sanitize("Grüße, 世界 👋🏽 \u{5e9}\u{5dc}\u{5d5}\u{5dd} a\tb"),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn escape_sequences_become_visible() {
        check("\x1b[31mred\x1b]0;title\x07", "␛[31mred␛]0;title␇");
        check("a\rb\nc\0\x7f\x08", "a␍b␊c␀␡␈");
    }

    #[test]
    fn c1_controls_are_replaced() {
        check("\u{9b}2J\u{85}\u{90}x", "\u{fffd}2J\u{fffd}\u{fffd}x");
    }

    #[test]
    fn bidirectional_overrides_are_replaced() {
        check("user\u{202e}gpj.exe", "user\u{fffd}gpj.exe");
        check("\u{2066}a\u{2069}\u{202a}", "\u{fffd}a\u{fffd}\u{fffd}");
        check("a\u{2028}b", "a\u{fffd}b");
    }

    #[test]
    fn formatting_is_dropped_with_its_digits() {
        check("\x02bold\x02 \x1ditalic\x0f", "bold italic");
        check("\x034red\x0304,12on blue\x03", "redon blue");
        check("\x0312345", "345");
        check("\x034,text", ",text");
        check("\x03,5", ",5");
        check("\x04ff00AA,00ff00x", "x");
    }

    proptest! {
        #[test]
        fn nothing_harmful_survives(text in any::<String>()) {
            let clean = sanitize(&text);
            prop_assert!(!clean.chars().any(|c| is_harmful(c) || (c.is_control() && c != '\t')));
        }

        #[test]
        fn what_is_clean_stays(text in any::<String>()) {
            let clean = sanitize(&text).into_owned();
            prop_assert_eq!(sanitize(&clean), clean.as_str());
        }
    }
}
