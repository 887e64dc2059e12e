//! Which colour means what. All but nicks and what people colour themselves keep to the sixteen colours:
//! every terminal has them, and they follow the theme that its owner chose. It must not decide whether there
//! is colour, or how much; the caller knows the options, `NO_COLOR` and the terminal.

use super::nick_colour;
use super::sanitize::push_harmless;

/// Whether output carries colour, and how many colours there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Palette {
    /// Text alone.
    #[default]
    Plain,
    /// The sixteen colours of a terminal.
    Colour,
    /// 256 colours: those sixteen, a cube of 216, and greys.
    Indexed,
    /// Any colour.
    Direct,
}

/// What a piece of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// The time, and what happens beside the conversation.
    Faint,
    /// The name of a room.
    Room,
    /// A nick, in a colour that is always the same one.
    Nick,
    /// The own nick.
    Own,
    /// Something went wrong.
    Alarm,
}

/// What ends a colour.
pub(super) const RESET: &str = "\x1b[0m";

impl Palette {
    /// Appends `text`, made harmless, in the colour of its `style`.
    pub(crate) fn paint(self, out: &mut String, style: Style, text: &str) {
        if self == Self::Plain {
            return push_harmless(out, text);
        }
        match style {
            Style::Faint => out.push_str("\x1b[2m"),
            Style::Room => out.push_str("\x1b[36m"),
            Style::Own => out.push_str("\x1b[1m"),
            Style::Alarm => out.push_str("\x1b[1;31m"),
            Style::Nick => nick_colour::push(self, text, out),
        }
        push_harmless(out, text);
        out.push_str(RESET);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(palette: Palette, style: Style, text: &str) -> String {
        let mut out = String::new();
        palette.paint(&mut out, style, text);
        out
    }

    #[test]
    fn plain_has_no_escapes() {
        assert_eq!(painted(Palette::Plain, Style::Alarm, "no"), "no");
        assert_eq!(painted(Palette::Plain, Style::Nick, "bob"), "bob");
    }

    #[test]
    fn colour_ends_where_the_text_ends() {
        for palette in [Palette::Colour, Palette::Indexed, Palette::Direct] {
            assert_eq!(painted(palette, Style::Room, "#dev"), "\x1b[36m#dev\x1b[0m");
        }
    }

    #[test]
    fn text_cannot_carry_its_own_colour() {
        assert_eq!(
            painted(Palette::Colour, Style::Faint, "\x1b[31mx"),
            "\x1b[2m␛[31mx\x1b[0m"
        );
    }
}
