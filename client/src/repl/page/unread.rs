//! How much was said where one is not looking: lines and mentions by room and person, for the prompt. It must
//! not decide what is said to whom, and not paint.

use salon_protocol::eq_folded;
use unicode_width::UnicodeWidthStr as _;

use crate::event::is_room;
use crate::render::{Style, sanitize};

/// More rooms and people are not counted.
const PLACES_MAX: usize = 256;

/// The counts, the place that was heard of first before the others.
#[derive(Debug, Default)]
pub(super) struct Unread(Vec<Place>);

/// A room or a person.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    name: String,
    lines: u64,
    mentions: u64,
}

/// A piece of a prompt.
pub(crate) type Piece = (Option<Style>, String);

impl Unread {
    /// Something was said there.
    pub(super) fn note(&mut self, name: &str, is_mention: bool) {
        let known = self.0.iter().position(|place| eq_folded(&place.name, name));
        let index = known.unwrap_or(self.0.len());
        if known.is_none() {
            if self.0.len() >= PLACES_MAX {
                return;
            }
            self.0.push(Place {
                name: name.to_owned(),
                lines: 0,
                mentions: 0,
            });
        }
        if let Some(place) = self.0.get_mut(index) {
            place.lines += 1;
            place.mentions += u64::from(is_mention);
        }
    }

    /// All was read there.
    pub(super) fn forget(&mut self, name: &str) {
        self.0.retain(|place| !eq_folded(&place.name, name));
    }

    /// Only these matter from now on.
    pub(super) fn retain(&mut self, matters: impl Fn(&str) -> bool) {
        self.0.retain(|place| matters(&place.name));
    }

    /// `#dev +12 !2`, one after the other, in so many columns: where one was named comes first, and what has no
    /// room is an ellipsis. A place in front of all needs no name.
    pub(super) fn pieces(&self, columns_max: usize) -> Vec<Piece> {
        let mut order: Vec<&Place> = self.0.iter().collect();
        order.sort_by_key(|place| place.mentions == 0 && is_room(&place.name));
        let mut pieces = Vec::new();
        let mut columns = 0;
        for (index, place) in order.iter().enumerate() {
            let mut own = place.pieces();
            if index > 0 {
                own.insert(0, (None, ", ".to_owned()));
            }
            let own_columns: usize = own.iter().map(|(_, text)| text.width()).sum();
            if columns + own_columns > columns_max {
                pieces.push((None, if index > 0 { ", …" } else { "…" }.to_owned()));
                break;
            }
            columns += own_columns;
            pieces.extend(own);
        }
        pieces
    }
}

impl Place {
    fn pieces(&self) -> Vec<Piece> {
        let name = sanitize(&self.name).into_owned();
        let mut pieces = if is_room(&self.name) {
            vec![(Some(Style::Room), name)]
        } else {
            vec![(None, "@".to_owned()), (Some(Style::Nick), name)]
        };
        pieces.push((None, format!(" +{}", short(self.lines))));
        if self.mentions > 0 {
            pieces.push((None, " ".to_owned()));
            pieces.push((Some(Style::Alarm), format!("!{}", short(self.mentions))));
        }
        pieces
    }
}

/// A number in few columns.
fn short(number: u64) -> String {
    match number {
        0..1_000 => number.to_string(),
        1_000..1_000_000 => format!("{}k", number / 1_000),
        _ => format!("{}M", number / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(unread: &Unread, columns_max: usize) -> String {
        let pieces = unread.pieces(columns_max);
        pieces.into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn lines_and_mentions_are_counted_by_place() {
        let mut unread = Unread::default();
        assert_eq!(text(&unread, 80), "");
        unread.note("#dev", false);
        unread.note("#DEV", false);
        unread.note("#ops", false);
        assert_eq!(text(&unread, 80), "#dev +2, #ops +1");
        unread.note("bob", false);
        unread.note("#ops", true);
        assert_eq!(text(&unread, 80), "#ops +2 !1, @bob +1, #dev +2");
        unread.forget("#Ops");
        unread.retain(|name| name != "bob");
        assert_eq!(text(&unread, 80), "#dev +2");
    }

    #[test]
    fn what_has_no_room_is_an_ellipsis() {
        let mut unread = Unread::default();
        for name in ["#one", "#two", "#three"] {
            unread.note(name, false);
        }
        assert_eq!(
            text(&unread, 26),
            "#one +1, #two +1, #three +1".replace(", #three +1", ", …")
        );
        assert_eq!(text(&unread, 7), "#one +1, …");
        assert_eq!(text(&unread, 6), "…");
    }

    #[test]
    fn big_numbers_are_short_and_names_harmless() {
        let mut unread = Unread::default();
        for _ in 0..1_999 {
            unread.note("#d\x1b[2J", false);
        }
        assert_eq!(text(&unread, 80), "#d␛[2J +1k");
        assert_eq!(short(999), "999");
        assert_eq!(short(12_345_678), "12M");
    }

    #[test]
    fn memory_is_bounded() {
        let mut unread = Unread::default();
        for number in 0..=PLACES_MAX {
            unread.note(&format!("#{number}"), false);
        }
        assert_eq!(unread.0.len(), PLACES_MAX);
    }
}
