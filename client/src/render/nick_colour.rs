//! The colour of a nick: always the same one, on every machine and in every version, whoever looks at it.
//! Each is legible on a dark and on a light background. It must not know of anything but names.

use std::fmt::Write as _;

use super::palette::{Palette, RESET};

/// Of the sixteen: neither black, white nor the dark blue.
const SIXTEEN: [&str; 10] = [
    "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[35m", "\x1b[36m", "\x1b[91m", "\x1b[92m", "\x1b[94m",
    "\x1b[95m", "\x1b[96m",
];

/// Of the cube of 216: what is neither pale nor dark, by hue.
const INDEXED: [u8; 32] = [
    131, 167, 196, 203, 202, 166, 130, 172, 136, 100, 64, 70, 28, 34, 35, 29, 36, 30, 37, 31, 32,
    33, 67, 69, 63, 99, 98, 135, 134, 165, 170, 168,
];

/// Hues at even distances and of one lightness, as the eye has it (`OKLCH` with L = 0.64).
const DIRECT: [[u8; 3]; 32] = [
    [217, 91, 127],
    [220, 92, 106],
    [220, 95, 83],
    [218, 99, 59],
    [214, 105, 25],
    [201, 116, 13],
    [189, 125, 7],
    [177, 132, 7],
    [165, 138, 7],
    [151, 144, 8],
    [134, 151, 13],
    [110, 158, 26],
    [80, 163, 61],
    [34, 166, 87],
    [21, 165, 115],
    [13, 163, 134],
    [18, 161, 149],
    [24, 159, 161],
    [27, 158, 173],
    [4, 156, 187],
    [15, 153, 201],
    [20, 149, 219],
    [55, 142, 233],
    [89, 135, 236],
    [113, 128, 236],
    [134, 122, 231],
    [152, 115, 224],
    [168, 109, 213],
    [182, 104, 200],
    [194, 99, 184],
    [203, 95, 166],
    [211, 93, 147],
];

/// Appends what begins the colour of this nick; nothing where there is none.
pub(super) fn push(palette: Palette, nick: &str, out: &mut String) {
    let hash = steady_hash(nick);
    match palette {
        Palette::Plain => {}
        Palette::Colour => out.push_str(chosen(&SIXTEEN, hash).copied().unwrap_or(RESET)),
        // Writing to a String cannot fail.
        Palette::Indexed => {
            if let Some(index) = chosen(&INDEXED, hash) {
                let _ = write!(out, "\x1b[38;5;{index}m");
            }
        }
        Palette::Direct => {
            if let Some([red, green, blue]) = chosen(&DIRECT, hash) {
                let _ = write!(out, "\x1b[38;2;{red};{green};{blue}m");
            }
        }
    }
}

fn chosen<T>(colours: &[T], hash: usize) -> Option<&T> {
    colours.get(hash % colours.len().max(1))
}

/// FNV-1a of the folded nick; the standard library's hasher does not promise to stay the same. Who comes as
/// `bob_` since `bob` is taken has bob's colour.
fn steady_hash(nick: &str) -> usize {
    let nick = nick.trim_end_matches('_');
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

    fn begun(palette: Palette, nick: &str) -> String {
        let mut out = String::new();
        push(palette, nick, &mut out);
        out
    }

    #[test]
    fn a_nick_keeps_its_colour_in_any_case_and_for_good() {
        for (palette, expected) in [
            (Palette::Plain, ""),
            (Palette::Colour, "\x1b[95m"),
            (Palette::Indexed, "\x1b[38;5;37m"),
            (Palette::Direct, "\x1b[38;2;27;158;173m"),
        ] {
            assert_eq!(begun(palette, "bob"), expected);
            assert_eq!(begun(palette, "Bob"), expected);
            assert_eq!(begun(palette, "bob__"), expected);
        }
    }

    #[test]
    fn a_room_of_people_is_a_room_of_colours() {
        let nicks = [
            "alice", "bob", "carol", "dave", "eve", "frank", "grace", "heidi", "ivan", "judy",
            "mallory", "niaj", "olivia", "peggy", "rupert", "sybil", "trent", "victor", "walter",
        ];
        for (palette, at_least) in [
            (Palette::Colour, 7),
            (Palette::Indexed, 12),
            (Palette::Direct, 12),
        ] {
            let used: BTreeSet<_> = nicks.iter().map(|nick| begun(palette, nick)).collect();
            assert!(used.len() >= at_least, "{palette:?} {used:?}");
        }
    }

    /// Relative luminance, as WCAG 2 has it.
    fn luminance(rgb: [u8; 3]) -> f64 {
        let linear = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        let [red, green, blue] = rgb.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    #[test]
    fn every_colour_stands_out_from_black_and_from_white() {
        let cube = [0, 95, 135, 175, 215, 255];
        let of_index = |index: u8| {
            let index = usize::from(index - 16);
            [cube[index / 36], cube[index / 6 % 6], cube[index % 6]]
        };
        let all = DIRECT.into_iter().chain(INDEXED.map(of_index));
        for rgb in all {
            let luminance = luminance(rgb);
            let on_black = (luminance + 0.05) / 0.05;
            let on_white = 1.05 / (luminance + 0.05);
            assert!(
                on_black >= 2.7 && on_white >= 2.7,
                "{rgb:?} {on_black} {on_white}"
            );
        }
    }
}
