//! What a user has read, and to whom it wrote: shared by all users of an account, and kept with it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use salon_protocol::{Nick, Timestamp, fold};

use super::{User, lock};
use crate::log::{Note, Notebook};
use crate::metadata::Metadata;

/// How many conversations have a marker of what was read; the one that was read longest ago goes first.
const MARKERS_MAX: usize = 1_024;

/// How many of those whom one wrote to are remembered; the one who was written to first goes first.
const PARTNERS_MAX: usize = 1_024;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Whose they are; nobody's go with the user.
    pub(crate) account: Option<Nick>,
    /// Held while notes are stored, so that the book is as the log has it.
    pub(crate) changing: tokio::sync::Mutex<()>,
    // Held for a look-up.
    book: Mutex<Notebook>,
}

impl Notes {
    /// The notes of an account.
    pub(crate) fn of(account: Nick, book: Notebook) -> Self {
        Self {
            account: Some(account),
            book: Mutex::new(book),
            ..Self::default()
        }
    }

    /// Up to when a conversation was read.
    pub(crate) fn marker(&self, target: &str) -> Option<Timestamp> {
        lock(&self.book).markers.get(&fold(target)).copied()
    }

    /// What is to be noted when a conversation was read up to a time, which is nothing where it was read further already.
    pub(crate) fn of_reading(&self, target: &str, time: Timestamp) -> Vec<Note> {
        let target = fold(target);
        let book = lock(&self.book);
        if book.markers.get(&target).is_some_and(|read| *read >= time) {
            return Vec::new();
        }
        let stalest = stalest(&book.markers, &target, MARKERS_MAX);
        let goes = stalest.map(Note::Unread).into_iter();
        goes.chain([Note::Read(target, time)]).collect()
    }

    /// What is to be noted when somebody was written to, which is nothing where that is known.
    pub(crate) fn of_writing_to(&self, nick: &Nick, now: Timestamp) -> Vec<Note> {
        let book = lock(&self.book);
        if book.partners.contains_key(nick) {
            return Vec::new();
        }
        let stalest = stalest(&book.partners, nick, PARTNERS_MAX);
        let goes = stalest.map(Note::NoPartner).into_iter();
        goes.chain([Note::Partner(nick.clone(), now)]).collect()
    }

    /// Notes what is stored, or is nobody's to store.
    pub(crate) fn keep(&self, note: Note) {
        lock(&self.book).keep(note);
    }

    /// Lets what was read of a room hold for its new name. The log has done the same when it stored the renaming.
    pub(super) fn rename(&self, before: &str, name: &str) {
        lock(&self.book).rename(&fold(before), fold(name));
    }

    /// Those who were written to.
    pub(crate) fn partners(&self) -> Vec<Nick> {
        lock(&self.book).partners.keys().cloned().collect()
    }

    /// Keys and values, of an account alone.
    pub(crate) fn metadata(&self) -> Metadata {
        lock(&self.book).metadata.clone()
    }
}

/// The entry that goes where a new one would be one too many.
fn stalest<K: Ord + Clone>(entries: &BTreeMap<K, Timestamp>, new: &K, most: usize) -> Option<K> {
    if entries.len() < most || entries.contains_key(new) {
        return None;
    }
    let stalest = entries.iter().min_by_key(|(_, time)| **time);
    stalest.map(|(key, _)| key.clone())
}

impl User {
    /// What the user notes, made if there is nothing yet.
    pub(crate) fn notes(&self) -> Arc<Notes> {
        Arc::clone(lock(&self.notes).get_or_insert_default())
    }

    /// Whether what the user notes is an account's.
    pub(crate) fn has_account(&self) -> bool {
        lock(&self.notes)
            .as_ref()
            .is_some_and(|notes| notes.account.is_some())
    }

    /// Gives the user the notes of its account, or none any more.
    pub(crate) fn set_notes(&self, notes: Option<Arc<Notes>>) {
        *lock(&self.notes) = notes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    /// Notes what is to be noted, and gives it.
    fn noted(notes: &Notes, made: Vec<Note>) -> Vec<Note> {
        for note in &made {
            notes.keep(note.clone());
        }
        made
    }

    #[test]
    fn a_marker_only_ever_rises() {
        let notes = Notes::default();
        let kept = noted(&notes, notes.of_reading("#Lobby", at(20)));
        assert_eq!(kept, [Note::Read("#lobby".to_owned(), at(20))]);
        assert_eq!(notes.of_reading("#lobby", at(10)), []);
        assert_eq!(notes.marker("#LOBBY"), Some(at(20)));
        assert_eq!(notes.marker("#other"), None);
    }

    #[test]
    fn a_marker_goes_with_its_room() {
        let notes = Notes::default();
        noted(&notes, notes.of_reading("#old", at(20)));
        noted(&notes, notes.of_reading("#new", at(10)));
        notes.rename("#OLD", "#New");
        assert_eq!(
            (notes.marker("#old"), notes.marker("#new")),
            (None, Some(at(20)))
        );
        notes.rename("#new", "#NEW");
        notes.rename("#nosuch", "#new");
        assert_eq!(notes.marker("#new"), Some(at(20)));
    }

    #[test]
    fn beyond_their_bound_the_stalest_marker_goes() {
        let notes = Notes::default();
        for number in 0..MARKERS_MAX as u64 {
            noted(
                &notes,
                notes.of_reading(&format!("#{number}"), at(number + 1)),
            );
        }
        let kept = noted(&notes, notes.of_reading("#new", at(9_999)));
        let expected = [
            Note::Unread("#0".to_owned()),
            Note::Read("#new".to_owned(), at(9_999)),
        ];
        assert_eq!(kept, expected);
        assert_eq!(
            (notes.marker("#0"), notes.marker("#1")),
            (None, Some(at(2)))
        );
    }

    #[test]
    fn whom_one_wrote_to_is_noted_once() {
        let notes = Notes::default();
        let bob: Nick = "bob".parse().expect("a nick");
        assert_eq!(
            noted(&notes, notes.of_writing_to(&bob, at(1))),
            [Note::Partner(bob.clone(), at(1))]
        );
        assert_eq!(notes.of_writing_to(&bob, at(2)), []);
        assert_eq!(notes.partners(), [bob]);
    }
}
