//! What a hub says while it lets a person in: it is told behind the line that says where one is now, and
//! not before it, with what is otherwise there than was wanted. A script is told in the order in which it came.

use salon_protocol::eq_folded;

use super::Conversation;
use crate::event::{Event, EventKind};

/// How many events wait at most; a hub that says more is told of as it speaks.
const WAITING_MAX: usize = 1000;

impl Conversation {
    /// From now on what happens waits until the hub has let us in.
    pub(super) fn begin_arrival(&mut self) {
        self.arriving = self.is_for_person().then(Vec::new);
    }

    /// Tells what happened, or keeps it until one has arrived.
    pub(super) fn tell_arriving(&mut self, event: Event) {
        match &mut self.arriving {
            None => self.take_live(event),
            Some(_) if matches!(event.kind, EventKind::Ready { .. }) => {
                let current = event.to.clone();
                self.take_live(event);
                let is_of_current = |event: &Event| {
                    event.own && event.kind == EventKind::Join && event.to == current
                };
                for event in self.arriving.take().unwrap_or_default() {
                    if is_of_current(&event) {
                        // Where one is has been said; from when on something may be missed there has not.
                        self.enter(&event);
                    } else {
                        self.take_live(event);
                    }
                }
            }
            Some(waiting) if waiting.len() < WAITING_MAX => waiting.push(event),
            Some(_) => {
                self.end_arrival();
                self.take_live(event);
            }
        }
    }

    /// Says what is otherwise than a person may think: what they are called, and once what the server lacks.
    pub(super) fn tell_otherwise(&mut self) {
        if !self.is_for_person() {
            return;
        }
        let (nick, wanted) = (self.session.nick(), self.session.wanted_nick());
        if !eq_folded(nick, wanted) {
            let is_known = self.session.account_name().is_some();
            let way = if self.session.has_accounts() && !is_known {
                "; ':login' gives it back to you if it is your account's"
            } else {
                ""
            };
            let told = format!("the nick '{wanted}' is taken; you are '{nick}' here{way}");
            self.inform(&told);
        }
        let lacking = self.session.lacking();
        let lacking = lacking.map(|lacking| (self.address.clone(), lacking));
        if let Some((_, told)) = lacking.as_ref().filter(|_| lacking != self.told_lacking) {
            self.inform(told);
        }
        self.told_lacking = lacking;
    }

    /// Nothing waits any more: one has arrived, or won't.
    pub(super) fn end_arrival(&mut self) {
        for event in self.arriving.take().unwrap_or_default() {
            self.take_live(event);
        }
    }
}
