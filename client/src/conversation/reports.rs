//! What happened and is not told yet, in order. A message that a plug-in has to let pass holds up all that came after it, so
//! that nothing is told out of order; it never does for longer than the deadline of a hook.

use std::collections::VecDeque;

use crate::driver::Report;
use crate::event::Event;

/// The reports that wait.
#[derive(Debug, Default)]
pub(super) struct Reports(VecDeque<Slot>);

#[derive(Debug)]
enum Slot {
    Ready(Report),
    Held { number: u64, event: Event },
}

impl Reports {
    /// Adds a report.
    pub(super) fn push_back(&mut self, report: Report) {
        self.0.push_back(Slot::Ready(report));
    }

    /// Adds an event that waits for the verdict of this number.
    pub(super) fn hold(&mut self, number: u64, event: Event) {
        self.0.push_back(Slot::Held { number, event });
    }

    /// The verdict of this number: what the event has become, or that it is not told. Gives it if it is.
    pub(super) fn settle(
        &mut self,
        number: u64,
        verdict: impl FnOnce(Event) -> Option<Event>,
    ) -> Option<Event> {
        let is_it =
            |slot: &Slot| matches!(slot, Slot::Held { number: held, .. } if *held == number);
        let index = self.0.iter().position(is_it)?;
        let Some(Slot::Held { event, .. }) = self.0.remove(index) else {
            return None;
        };
        let event = verdict(event)?;
        self.0
            .insert(index, Slot::Ready(Report::Show(event.clone())));
        Some(event)
    }

    /// The next report, unless an event before it waits.
    pub(super) fn pop_front(&mut self) -> Option<Report> {
        match self.0.pop_front()? {
            Slot::Ready(report) => Some(report),
            held @ Slot::Held { .. } => {
                self.0.push_front(held);
                None
            }
        }
    }

    /// Whether the next report is that a line is done.
    pub(super) fn is_next_resolved(&self) -> bool {
        matches!(self.0.front(), Some(Slot::Ready(Report::Resolved { .. })))
    }

    /// Whether an event waits before all others.
    pub(super) fn is_held(&self) -> bool {
        matches!(self.0.front(), Some(Slot::Held { .. }))
    }

    /// Tells of what waits as it is: nobody is left to judge it. Gives what waited.
    pub(super) fn release(&mut self) -> Vec<Event> {
        let mut released = Vec::new();
        for slot in &mut self.0 {
            if let Slot::Held { event, .. } = slot {
                released.push(event.clone());
                *slot = Slot::Ready(Report::Show(event.clone()));
            }
        }
        released
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets them.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
