//! The formatting that people put into what they say, one code after the other:
//! <https://modern.ircdocs.horse/formatting>. It reads, and must not paint.

/// What a code changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    /// On, or off where it was on.
    Toggle(Trait),
    /// The colours from now on; no foreground is those that are usual.
    Colours {
        /// Of the letters.
        foreground: Option<Shade>,
        /// Behind them; where none is named, it stays.
        background: Option<Shade>,
    },
    /// All as usual.
    Reset,
}

/// What letters can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trait {
    /// Heavy.
    Bold,
    /// Slanted.
    Italic,
    /// With a line under them.
    Underline,
    /// With a line through them.
    Strike,
    /// All of one width, which they are in a terminal.
    Monospace,
    /// Letters and what is behind them change colours.
    Reverse,
}

/// A colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shade {
    /// By its number, 0 to 98; 99 is the usual one.
    Numbered(u8),
    /// Red, green and blue.
    Mixed([u8; 3]),
}

/// Whether a code begins with this character.
pub(super) fn begins(character: char) -> bool {
    matches!(
        character,
        '\u{2}'..='\u{4}' | '\u{f}' | '\u{11}' | '\u{16}' | '\u{1d}'..='\u{1f}'
    )
}

/// Reads the code that `text` begins with, and gives what follows it.
pub(super) fn read(text: &str) -> Option<(Code, &str)> {
    let mut characters = text.chars();
    let first = characters.next()?;
    let rest = characters.as_str();
    let toggled = |which| Some((Code::Toggle(which), rest));
    match first {
        '\u{2}' => toggled(Trait::Bold),
        '\u{3}' => Some(colours(rest, number)),
        '\u{4}' => Some(colours(rest, mixture)),
        '\u{f}' => Some((Code::Reset, rest)),
        '\u{11}' => toggled(Trait::Monospace),
        '\u{16}' => toggled(Trait::Reverse),
        '\u{1d}' => toggled(Trait::Italic),
        '\u{1e}' => toggled(Trait::Strike),
        '\u{1f}' => toggled(Trait::Underline),
        _ => None,
    }
}

type Reader = fn(&str) -> Option<(Shade, &str)>;

/// `4`, `4,12`, `04`. A comma that no colour follows belongs to the text.
fn colours(text: &str, shade: Reader) -> (Code, &str) {
    let (foreground, rest) = match shade(text) {
        Some((shade, rest)) => (Some(shade), rest),
        None => (None, text),
    };
    let behind = rest
        .strip_prefix(',')
        .filter(|_| foreground.is_some())
        .and_then(shade);
    let (background, rest) = match behind {
        Some((shade, rest)) => (Some(shade), rest),
        None => (None, rest),
    };
    let colours = Code::Colours {
        foreground,
        background,
    };
    (colours, rest)
}

/// One digit or two.
fn number(text: &str) -> Option<(Shade, &str)> {
    let digits = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits)?;
    Some((Shade::Numbered(number.parse().ok()?), rest))
}

/// Six digits of base 16; fewer belong to the text.
fn mixture(text: &str) -> Option<(Shade, &str)> {
    let (digits, rest) = text.split_at_checked(6)?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let value = u32::from_str_radix(digits, 16).ok()?;
    let [_, red, green, blue] = value.to_be_bytes();
    Some((Shade::Mixed([red, green, blue]), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, code: Code, rest: &str) {
        assert_eq!(read(text), Some((code, rest)), "{text:?}");
    }

    fn numbered(foreground: Option<u8>, background: Option<u8>) -> Code {
        Code::Colours {
            foreground: foreground.map(Shade::Numbered),
            background: background.map(Shade::Numbered),
        }
    }

    #[test]
    fn toggles_are_one_character() {
        check("\x02x", Code::Toggle(Trait::Bold), "x");
        check("\x11", Code::Toggle(Trait::Monospace), "");
        check("\x0fx", Code::Reset, "x");
        assert_eq!(read("x"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn colours_have_up_to_two_digits_each() {
        check("\x03", numbered(None, None), "");
        check("\x034red", numbered(Some(4), None), "red");
        check("\x0304,12x", numbered(Some(4), Some(12)), "x");
        check("\x0312345", numbered(Some(12), None), "345");
        check("\x034,text", numbered(Some(4), None), ",text");
        check("\x03,5", numbered(None, None), ",5");
        check("\x031,123", numbered(Some(1), Some(12)), "3");
    }

    #[test]
    fn mixtures_have_six_digits() {
        let mixed = |foreground, background| Code::Colours {
            foreground: Some(Shade::Mixed(foreground)),
            background: Some(Shade::Mixed(background)),
        };
        check("\x04ff00AA,00ff00x", mixed([255, 0, 170], [0, 255, 0]), "x");
        check("\x04bad", numbered(None, None), "bad");
    }

    #[test]
    fn what_begins_a_code_is_one() {
        for character in (0..=0x7f_u8).map(char::from) {
            let is_code = read(&character.to_string()).is_some();
            assert_eq!(begins(character), is_code, "{character:?}");
        }
    }
}
