//! Cuts a text that is too long for one line of the wire into parts that fit, without losing or
//! adding a byte: the parts joined are the text. A cut never goes through a grapheme, and goes
//! behind a blank when one is near.

use unicode_segmentation::UnicodeSegmentation;

/// How far back from the limit a blank is looked for: one part in this many.
const BLANK_SEARCH_FRACTION: usize = 4;

/// Splits `text` into parts of at most `part_bytes_max` bytes (taken as at least 4, the longest
/// character). An empty text is one empty part.
pub(crate) fn split(text: &str, part_bytes_max: usize) -> Vec<&str> {
    let part_bytes_max = part_bytes_max.max(4);
    let mut parts = Vec::with_capacity(1);
    let mut rest = text;
    while rest.len() > part_bytes_max {
        let (part, after) = rest.split_at(cut(rest, part_bytes_max));
        parts.push(part);
        rest = after;
    }
    parts.push(rest);
    parts
}

/// Where to end the first part: the last good boundary within the limit, and never 0.
fn cut(text: &str, part_bytes_max: usize) -> usize {
    let blank_from = part_bytes_max - part_bytes_max / BLANK_SEARCH_FRACTION;
    let mut last_grapheme = 0;
    let mut last_blank = 0;
    for (start, grapheme) in text.grapheme_indices(true) {
        let end = start + grapheme.len();
        if end > part_bytes_max {
            break;
        }
        last_grapheme = end;
        if grapheme == " " && end >= blank_from {
            last_blank = end;
        }
    }
    if last_blank > 0 {
        last_blank
    } else if last_grapheme > 0 {
        last_grapheme
    } else {
        // One grapheme fills more than a line (stacked accents): cut it between characters.
        text.floor_char_boundary(part_bytes_max)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, part_bytes_max: usize, expected: &[&str]) {
        assert_eq!(split(text, part_bytes_max), expected);
    }

    #[test]
    fn short_text_is_one_part() {
        check("hello", 5, &["hello"]);
    }

    #[test]
    fn empty_text_is_one_empty_part() {
        check("", 5, &[""]);
    }

    #[test]
    fn cut_goes_behind_a_near_blank_and_keeps_it() {
        check("seven or eight", 8, &["seven ", "or eight"]);
    }

    #[test]
    fn a_blank_too_far_back_is_no_place_to_cut() {
        check("a bcdefghijk", 8, &["a bcdefg", "hijk"]);
    }

    #[test]
    fn wide_graphemes_stay_whole() {
        check("ab👩‍💻cd", 12, &["ab", "👩‍💻c", "d"]);
    }

    #[test]
    fn a_grapheme_longer_than_a_part_is_cut_between_characters() {
        check("e\u{301}\u{301}\u{301}", 4, &["e\u{301}", "\u{301}\u{301}"]);
    }

    proptest! {
        #[test]
        fn parts_fit_and_joined_are_the_text(text in "\\PC*", limit in 4_usize..40) {
            let parts = split(&text, limit);
            prop_assert!(parts.iter().all(|part| part.len() <= limit));
            prop_assert_eq!(parts.concat(), text);
        }
    }
}
