//! What was sent, echoed and seen, and what must be true of it whatever died in between.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::client::Entry;

/// The books of one room. All clients write into them.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    books: Mutex<Books>,
}

#[derive(Debug, Default)]
struct Books {
    /// A moment is the number of bookings before it.
    moment: u64,
    /// When each text was about to be sent.
    sent: HashMap<String, u64>,
    /// When each text was echoed, and under which id.
    echoed: HashMap<String, (u64, String)>,
    /// Texts that the hub said it did not store.
    refused: HashSet<String>,
    /// What anybody was told, echo or not: the texts by their ids.
    told: HashMap<String, String>,
}

impl Ledger {
    fn lock(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Books that a text is about to be sent.
    pub(crate) fn sending(&self, text: &str) {
        let mut books = self.lock();
        books.moment += 1;
        let moment = books.moment;
        books.sent.insert(text.to_owned(), moment);
    }

    /// Books an echo.
    #[track_caller]
    pub(crate) fn echoed(&self, entry: &Entry) {
        let mut books = self.lock();
        books.moment += 1;
        let moment = books.moment;
        let before = books
            .echoed
            .insert(entry.text.clone(), (moment, entry.id.clone()));
        assert_eq!(before, None, "{:?} was echoed twice", entry.text);
        books.tell(entry);
    }

    /// Books that the hub refused a text.
    pub(crate) fn refused(&self, text: &str) {
        self.lock().refused.insert(text.to_owned());
    }

    /// Books what a reader was sent.
    #[track_caller]
    pub(crate) fn told(&self, entry: &Entry) {
        self.lock().tell(entry);
    }

    /// How many texts were sent, echoed and refused.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        let books = self.lock();
        (books.sent.len(), books.echoed.len(), books.refused.len())
    }

    /// Holds a room's history against the books.
    #[track_caller]
    pub(crate) fn check(&self, history: &[Entry]) {
        let books = self.lock();
        let mut ids = HashMap::new();
        let mut texts = HashSet::new();
        // The latest moment at which something that stands before was sent.
        let mut sent_before = 0;
        for Entry { id, text } in history {
            assert!(texts.insert(text), "{text:?} is in the history twice");
            assert!(
                ids.insert(id, text).is_none(),
                "the id {id} is in the history twice"
            );
            assert!(
                !books.refused.contains(text),
                "{text:?} was refused and is in the history"
            );
            let Some(sent) = books.sent.get(text) else {
                panic!("nobody sent {text:?}, which is in the history");
            };
            sent_before = sent_before.max(*sent);
            if let Some((echoed, echoed_id)) = books.echoed.get(text) {
                assert_eq!(
                    id, echoed_id,
                    "{text:?} has another id in the history than in its echo"
                );
                assert!(
                    sent_before < *echoed,
                    "{text:?} stands behind something that was sent after its echo"
                );
            }
        }
        for text in books.echoed.keys() {
            assert!(
                texts.contains(text),
                "{text:?} was echoed and is not in the history"
            );
        }
        for (id, text) in &books.told {
            assert_eq!(
                ids.get(id),
                Some(&text),
                "{id} was delivered and is not so in the history"
            );
        }
        check_senders(history);
    }
}

impl Books {
    #[track_caller]
    fn tell(&mut self, entry: &Entry) {
        let before = self.told.insert(entry.id.clone(), entry.text.clone());
        assert!(
            before.as_ref().is_none_or(|before| *before == entry.text),
            "the id {} stands for {before:?} and for {:?}",
            entry.id,
            entry.text
        );
    }
}

/// Texts are a sender's name and a number that rises.
#[track_caller]
fn check_senders(history: &[Entry]) {
    let mut last: HashMap<&str, u64> = HashMap::new();
    for Entry { text, .. } in history {
        let (sender, number) = text.split_once(' ').expect("a name and a number");
        let number: u64 = number.parse().expect("a number");
        let before = last.insert(sender, number);
        assert!(
            before.is_none_or(|before| before < number),
            "{text:?} stands behind number {before:?} of the same sender"
        );
    }
}
