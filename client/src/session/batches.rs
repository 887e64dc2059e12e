//! The batches that are open, and which request each answers.

use std::collections::HashMap;

use salon_protocol::{Message, cap};

use super::multiline::Arriving;
use super::requests::Number;

/// How many batches a server may have open; more are taken for lines that stand alone.
const BATCHES_OPEN_MAX: usize = 256;

/// The kinds of batches that hold what was said before.
const PAST: [&str; 5] = [
    "chathistory",
    "draft/chathistory",
    "chathistory-targets",
    "draft/chathistory-targets",
    "soju.im/search",
];

/// The open batches by their references.
#[derive(Debug, Default)]
pub(super) struct Batches {
    open: HashMap<String, Batch>,
}

#[derive(Debug)]
struct Batch {
    label: Option<Number>,
    /// Whether the end of the batch is the end of the answer.
    is_answer: bool,
    /// Whether what it holds was said before.
    is_past: bool,
    /// What came so far of a message of many lines.
    arriving: Option<Arriving>,
}

/// What became of a line that may be one of a message of many lines.
#[derive(Debug)]
pub(super) enum Collected {
    /// It is none.
    Not,
    /// It waits for the rest.
    Taken,
    /// These come before it: the message is whole, or longer than what is collected.
    Before(Vec<Message<'static>>),
}

impl Batches {
    /// A batch begins. `own_label` stands on the line that begins it.
    pub(super) fn begin(
        &mut self,
        reference: &str,
        own_label: Option<Number>,
        message: &Message<'_>,
    ) {
        if self.open.len() < BATCHES_OPEN_MAX {
            let label = own_label.or_else(|| self.label_of(message));
            let kind = message.param(1).unwrap_or_default();
            let batch = Batch {
                label,
                is_answer: own_label.is_some(),
                is_past: PAST.contains(&kind) || self.holds_past(message),
                arriving: (kind == cap::MULTILINE).then(|| Arriving::new(message)),
            };
            self.open.insert(reference.to_owned(), batch);
        }
    }

    /// A batch ends. Gives the request whose answer ends with it.
    pub(super) fn end(&mut self, reference: &str) -> Option<Number> {
        let batch = self.open.remove(reference)?;
        batch.label.filter(|_| batch.is_answer)
    }

    /// Collects the lines of a message of many lines until it is whole.
    pub(super) fn collect(&mut self, message: &Message<'_>) -> Collected {
        if self.open.is_empty() {
            return Collected::Not;
        }
        let is_said = message.is("PRIVMSG") || message.is("NOTICE");
        let reference = if is_said {
            message.tags.get("batch")
        } else if message.is("BATCH") {
            message.param(0).and_then(|word| word.strip_prefix('-'))
        } else {
            None
        };
        let Some(reference) = reference else {
            return Collected::Not;
        };
        let Some(slot) = self
            .open
            .get_mut(reference)
            .map(|batch| &mut batch.arriving)
        else {
            return Collected::Not;
        };
        let Some(arriving) = slot else {
            return Collected::Not;
        };
        if is_said && arriving.take(message) {
            return Collected::Taken;
        }
        let whole = slot.take().map(|arriving| arriving.into_lines(reference));
        Collected::Before(whole.unwrap_or_default())
    }

    /// Whether a line stands in a batch of what was said before.
    pub(super) fn holds_past(&self, message: &Message<'_>) -> bool {
        let batch = |reference| self.open.get(reference);
        !self.open.is_empty()
            && message
                .tags
                .get("batch")
                .and_then(batch)
                .is_some_and(|batch| batch.is_past)
    }

    /// The request that a line inside a batch answers.
    pub(super) fn label_of(&self, message: &Message<'_>) -> Option<Number> {
        if self.open.is_empty() {
            return None;
        }
        self.open.get(message.tags.get("batch")?)?.label
    }
}
