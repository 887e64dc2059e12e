//! Which colour means what. Sixteen-colour codes alone: every terminal has them, and they follow
//! the theme that its owner chose. It must not decide whether there is colour; the caller knows the
//! options, `NO_COLOR` and the terminal.

use super::sanitize::push_harmless;

/// Whether output carries colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Palette {
    /// Text alone.
    #[default]
    Plain,
    /// The sixteen colours of a terminal.
    Colour,
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

/// Legible on a dark and on a light background; neither black, white nor the dark blue.
const NICK_COLOURS: [&str; 10] = [
    "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[35m", "\x1b[36m", "\x1b[91m", "\x1b[92m", "\x1b[94m",
    "\x1b[95m", "\x1b[96m",
];

const RESET: &str = "\x1b[0m";

impl Palette {
    /// Appends `text`, made harmless, in the colour of its `style`.
    pub(crate) fn paint(self, out: &mut String, style: Style, text: &str) {
        match self {
            Self::Plain => push_harmless(out, text),
            Self::Colour => {
                out.push_str(colour(style, text));
                push_harmless(out, text);
                out.push_str(RESET);
            }
        }
    }
}

fn colour(style: Style, text: &str) -> &'static str {
    match style {
        Style::Faint => "\x1b[2m",
        Style::Room => "\x1b[36m",
        Style::Own => "\x1b[1m",
        Style::Alarm => "\x1b[1;31m",
        Style::Nick => NICK_COLOURS
            .get(steady_hash(text) % NICK_COLOURS.len())
            .copied()
            .unwrap_or(RESET),
    }
}

/// FNV-1a of the folded nick: the same on every machine and in every version, which the standard
/// library's hasher does not promise.
fn steady_hash(nick: &str) -> usize {
    let hash = nick.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193)
    });
    // The low bits of FNV are its weakest; folding the high ones in spreads short nicks better.
    usize::try_from(hash ^ (hash >> 16)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn painted(palette: Palette, style: Style, text: &str) -> String {
        let mut out = String::new();
        palette.paint(&mut out, style, text);
        out
    }

    #[test]
    fn plain_has_no_escapes() {
        assert_eq!(painted(Palette::Plain, Style::Alarm, "no"), "no");
    }

    #[test]
    fn colour_ends_where_the_text_ends() {
        assert_eq!(
            painted(Palette::Colour, Style::Room, "#dev"),
            "\x1b[36m#dev\x1b[0m"
        );
    }

    #[test]
    fn text_cannot_carry_its_own_colour() {
        assert_eq!(
            painted(Palette::Colour, Style::Faint, "\x1b[31mx"),
            "\x1b[2m␛[31mx\x1b[0m"
        );
    }

    #[test]
    fn a_nick_keeps_its_colour_in_any_case() {
        assert_eq!(colour(Style::Nick, "Alice"), colour(Style::Nick, "aLICE"));
    }

    #[test]
    fn nicks_spread_over_the_colours() {
        let used: BTreeSet<&str> = [
            "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy",
            "mallory", "niaj", "olivia", "peggy", "rupert", "sybil", "trent", "victor", "walter",
        ]
        .into_iter()
        .map(|nick| colour(Style::Nick, nick))
        .collect();
        assert!(used.len() >= 7, "{used:?}");
    }
}
