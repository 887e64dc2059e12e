//! What people made bold or coloured, as the terminal has it: each code of theirs becomes one of ours, and
//! whatever else they sent is made harmless. It must not decide whether that is wanted.

use std::fmt::Write as _;

use super::code::{self, Code, Shade, Trait};
use super::palette::{Palette, RESET};
use super::sanitize::push_harmless;
use super::shade;

/// The numbers that a terminal has for the traits of letters.
const NUMBERS: [u8; 5] = [1, 3, 4, 7, 9];

/// How letters look at one place of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Look {
    /// A bit for each trait, by the number that the terminal has for it.
    traits: u16,
    foreground: Option<Shade>,
    background: Option<Shade>,
}

/// Appends a text with its formatting, and ends that where the text ends.
pub(super) fn push_formatted(palette: Palette, text: &str, out: &mut String) {
    if palette == Palette::Plain || !text.contains(code::begins) {
        return push_harmless(out, text);
    }
    let (mut wanted, mut painted) = (Look::default(), Look::default());
    let mut rest = text;
    while !rest.is_empty() {
        if let Some((code, after)) = code::read(rest) {
            wanted.change(code);
            rest = after;
            continue;
        }
        let end = rest.find(code::begins).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        if wanted != painted {
            wanted.begin(painted, palette, out);
            painted = wanted;
        }
        push_harmless(out, piece);
        rest = after;
    }
    if painted != Look::default() {
        out.push_str(RESET);
    }
}

impl Look {
    fn change(&mut self, code: Code) {
        match code {
            Code::Toggle(which) => {
                if let Some(number) = number(which) {
                    self.traits ^= 1 << number;
                }
            }
            Code::Colours {
                foreground: None, ..
            } => (self.foreground, self.background) = (None, None),
            Code::Colours {
                foreground,
                background,
            } => {
                self.foreground = foreground.filter(|shade| !shade::is_usual(*shade));
                if let Some(shade) = background {
                    self.background = Some(shade).filter(|shade| !shade::is_usual(*shade));
                }
            }
            Code::Reset => *self = Self::default(),
        }
    }

    /// Begins this look where another one was.
    fn begin(self, before: Self, palette: Palette, out: &mut String) {
        if before != Self::default() {
            out.push_str(RESET);
        }
        for number in NUMBERS {
            if self.traits & 1 << number != 0 {
                // Writing to a String cannot fail.
                let _ = write!(out, "\x1b[{number}m");
            }
        }
        if let Some(shade) = self.foreground {
            shade::push(palette, shade, shade::Ground::Letters, out);
        }
        if let Some(shade) = self.background {
            shade::push(palette, shade, shade::Ground::Behind, out);
        }
    }
}

/// The number of a trait. All letters of a terminal have one width.
fn number(which: Trait) -> Option<u8> {
    match which {
        Trait::Bold => Some(1),
        Trait::Italic => Some(3),
        Trait::Underline => Some(4),
        Trait::Reverse => Some(7),
        Trait::Strike => Some(9),
        Trait::Monospace => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn formatted(palette: Palette, text: &str) -> String {
        let mut out = String::new();
        push_formatted(palette, text, &mut out);
        out
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(formatted(Palette::Colour, text), expected);
    }

    #[test]
    fn traits_go_on_and_off() {
        check(
            "a \x02bold\x02 \x1dx\x1f y\x0f z",
            "a \x1b[1mbold\x1b[0m \x1b[3mx\x1b[0m\x1b[3m\x1b[4m y\x1b[0m z",
        );
        check("\x16r\x1es", "\x1b[7mr\x1b[0m\x1b[7m\x1b[9ms\x1b[0m");
    }

    #[test]
    fn what_changes_nothing_writes_nothing() {
        check("\x02\x02plain\x11mono\x11", "plainmono");
        check("tail\x02", "tail");
    }

    #[test]
    fn colours_end_with_the_text_or_with_a_code_without_digits() {
        check("\x034red\x03 x", "\x1b[91mred\x1b[0m x");
        check("\x038,1warn", "\x1b[93m\x1b[40mwarn\x1b[0m");
        check(
            "\x034,1a\x033b",
            "\x1b[91m\x1b[40ma\x1b[0m\x1b[32m\x1b[40mb\x1b[0m",
        );
        check("\x034,1a\x0399,99b", "\x1b[91m\x1b[40ma\x1b[0mb");
    }

    #[test]
    fn nothing_else_gets_through() {
        check("\x02\x1b[31mx\x07", "\x1b[1m␛[31mx␇\x1b[0m");
        assert_eq!(formatted(Palette::Plain, "\x02a\x034b"), "ab");
    }

    proptest! {
        #[test]
        fn without_what_we_write_it_is_the_harmless_text(text in "[\x02-\x04\x0f\x11\x16\x1b\x1d-\x1f0-9a-f,m\\[ ]*") {
            for palette in [Palette::Colour, Palette::Indexed, Palette::Direct] {
                let shown = formatted(palette, &text);
                let mut pieces = shown.split('\x1b');
                let mut left = pieces.next().unwrap_or_default().to_owned();
                for piece in pieces {
                    let (codes, rest) = piece.split_once('m').expect("an end");
                    let numbers = codes.strip_prefix('[').unwrap_or("x");
                    let is_ours = numbers.bytes().all(|c| c.is_ascii_digit() || c == b';');
                    prop_assert!(is_ours, "{:?}", shown);
                    left.push_str(rest);
                }
                prop_assert_eq!(left, formatted(Palette::Plain, &text));
                let is_left_as_found = !shown.contains('\x1b') || {
                    let after = shown.rsplit("\x1b[0m").next().unwrap_or_default();
                    !after.contains('\x1b')
                };
                prop_assert!(is_left_as_found, "{:?}", shown);
            }
        }
    }
}
