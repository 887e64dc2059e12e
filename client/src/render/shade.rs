//! The colours that people name, in as many as the terminal has. The first sixteen are those of its theme,
//! as everywhere; for the others the nearest is taken.

use std::fmt::Write as _;

use super::code::Shade;
use super::palette::Palette;

/// What is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    /// The letters.
    Letters,
    /// What is behind them.
    Behind,
}

/// The number of the colour that is usual.
const USUAL: u8 = 99;

/// The sixteen colours of IRC among the sixteen of a terminal.
const SIXTEEN: [u8; 16] = [15, 0, 4, 2, 9, 1, 5, 3, 11, 10, 6, 14, 12, 13, 8, 7];

/// The colours 16 to 98 among the 256 of a terminal: <https://modern.ircdocs.horse/formatting#colors-16-98>.
const BEYOND: [u8; 83] = [
    52, 94, 100, 58, 22, 29, 23, 24, 17, 54, 53, 89, 88, 130, 142, 64, 28, 35, 30, 25, 18, 91, 90,
    125, 124, 166, 184, 106, 34, 49, 37, 33, 19, 129, 127, 161, 196, 208, 226, 154, 46, 86, 51, 75,
    21, 171, 201, 198, 203, 215, 227, 191, 83, 122, 87, 111, 63, 177, 207, 205, 217, 223, 229, 193,
    157, 158, 159, 153, 147, 183, 219, 212, 16, 233, 235, 237, 239, 241, 244, 247, 250, 254, 231,
];

/// The sixteen of a terminal as most have them, to find the nearest.
const USUAL_SIXTEEN: [[u8; 3]; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];

/// The steps of each colour in the cube of 216.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// Whether it is the colour that letters have anyway.
pub(super) fn is_usual(shade: Shade) -> bool {
    matches!(shade, Shade::Numbered(USUAL..))
}

/// Appends what begins this colour.
pub(super) fn push(palette: Palette, shade: Shade, ground: Ground, out: &mut String) {
    match (palette, shade) {
        (Palette::Plain, _) => {}
        (Palette::Direct, Shade::Mixed([red, green, blue])) => {
            let first = extended(ground);
            // Writing to a String cannot fail.
            let _ = write!(out, "\x1b[{first};2;{red};{green};{blue}m");
        }
        (_, Shade::Numbered(number)) => {
            if let Some(index) = SIXTEEN.get(usize::from(number)) {
                push_sixteen(*index, ground, out);
            } else if let Some(index) = BEYOND.get(usize::from(number) - SIXTEEN.len()) {
                push_indexed(palette, *index, ground, out);
            }
        }
        (_, Shade::Mixed(mixture)) => push_indexed(palette, nearest_indexed(mixture), ground, out),
    }
}

fn push_indexed(palette: Palette, index: u8, ground: Ground, out: &mut String) {
    if palette == Palette::Colour {
        return push_sixteen(nearest_of_sixteen(mixture(index)), ground, out);
    }
    let first = extended(ground);
    let _ = write!(out, "\x1b[{first};5;{index}m");
}

/// 30 to 37 and 90 to 97, or ten more behind the letters.
fn push_sixteen(index: u8, ground: Ground, out: &mut String) {
    let first = if index < 8 { 30 } else { 90 - 8 };
    let ground = match ground {
        Ground::Letters => 0,
        Ground::Behind => 10,
    };
    let _ = write!(out, "\x1b[{}m", first + ground + index);
}

fn extended(ground: Ground) -> u8 {
    match ground {
        Ground::Letters => 38,
        Ground::Behind => 48,
    }
}

/// The nearest in the cube.
fn nearest_indexed(mixture: [u8; 3]) -> u8 {
    let [red, green, blue] = mixture.map(|value| nearest(&STEPS.map(|step| [step; 3]), [value; 3]));
    16 + 36 * red + 6 * green + blue
}

fn nearest_of_sixteen(mixture: [u8; 3]) -> u8 {
    nearest(&USUAL_SIXTEEN, mixture)
}

/// The place of the colour that differs least.
fn nearest(colours: &[[u8; 3]], wanted: [u8; 3]) -> u8 {
    let distance = |colour: &[u8; 3]| -> u32 {
        let pairs = colour.iter().zip(wanted);
        pairs
            .map(|(one, other)| u32::from(one.abs_diff(other)).pow(2))
            .sum()
    };
    let places = (0..).zip(colours);
    places
        .min_by_key(|(_, colour)| distance(colour))
        .map_or(0, |(place, _)| place)
}

/// What a colour of the 256 beyond the first sixteen is mixed of.
fn mixture(index: u8) -> [u8; 3] {
    let step = |place: u8| STEPS.get(usize::from(place % 6)).copied().unwrap_or(0);
    if let Some(grey) = index.checked_sub(232) {
        return [8 + 10 * grey; 3];
    }
    let place = index.saturating_sub(16);
    [step(place / 36), step(place / 6), step(place)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(palette: Palette, shade: Shade, ground: Ground, expected: &str) {
        let mut out = String::new();
        push(palette, shade, ground, &mut out);
        assert_eq!(out, expected, "{palette:?} {shade:?}");
    }

    #[test]
    fn the_first_sixteen_are_those_of_the_theme() {
        for palette in [Palette::Colour, Palette::Indexed, Palette::Direct] {
            check(palette, Shade::Numbered(0), Ground::Letters, "\x1b[97m");
            check(palette, Shade::Numbered(1), Ground::Behind, "\x1b[40m");
            check(palette, Shade::Numbered(4), Ground::Letters, "\x1b[91m");
            check(palette, Shade::Numbered(14), Ground::Behind, "\x1b[100m");
        }
        check(Palette::Plain, Shade::Numbered(4), Ground::Letters, "");
    }

    #[test]
    fn the_others_are_of_the_256_or_the_nearest() {
        let dark_red = Shade::Numbered(16);
        check(Palette::Indexed, dark_red, Ground::Letters, "\x1b[38;5;52m");
        check(Palette::Direct, dark_red, Ground::Behind, "\x1b[48;5;52m");
        check(Palette::Colour, dark_red, Ground::Letters, "\x1b[30m");
        let red = Shade::Numbered(52);
        check(Palette::Colour, red, Ground::Letters, "\x1b[91m");
        let white = Shade::Numbered(98);
        check(Palette::Indexed, white, Ground::Letters, "\x1b[38;5;231m");
        check(Palette::Colour, white, Ground::Letters, "\x1b[97m");
        let grey = Shade::Numbered(94);
        check(Palette::Colour, grey, Ground::Letters, "\x1b[90m");
    }

    #[test]
    fn mixtures_are_shown_as_near_as_can_be() {
        let orange = Shade::Mixed([255, 135, 3]);
        check(
            Palette::Direct,
            orange,
            Ground::Letters,
            "\x1b[38;2;255;135;3m",
        );
        check(Palette::Indexed, orange, Ground::Behind, "\x1b[48;5;208m");
        check(Palette::Colour, orange, Ground::Letters, "\x1b[33m");
    }

    #[test]
    fn every_number_up_to_98_is_a_colour() {
        for number in 0..USUAL {
            let mut out = String::new();
            push(
                Palette::Indexed,
                Shade::Numbered(number),
                Ground::Letters,
                &mut out,
            );
            assert!(!out.is_empty(), "{number}");
        }
        assert!(is_usual(Shade::Numbered(99)));
        assert!(!is_usual(Shade::Numbered(98)));
    }
}
