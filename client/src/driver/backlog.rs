//! Reports that the terminal has not taken yet. The terminal may be busy for as long as a person looks
//! at a menu, and the hub wants to hear from us meanwhile: so they wait here, and when they are too
//! many, what others said is left out, and how much that was is told.

use std::collections::VecDeque;

use salon_protocol::Timestamp;
use tokio::sync::mpsc::Permit;

use super::Report;
use crate::event::{Event, EventKind};

/// How many reports may wait before what others do is left out.
pub(super) const REPORTS_MAX: usize = 10_000;

/// How many may wait before complaints and answers of the server are left out too: they are few, and for this person alone.
const REPORTS_MOST: usize = 2 * REPORTS_MAX;

/// The reports, in order.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    reports: VecDeque<Report>,
    /// The events left out behind the last report: when the last was, and how many.
    left_out: Option<(Timestamp, u64)>,
}

impl Backlog {
    /// Keeps a report, unless there are too many. What one said oneself is never left out.
    pub(super) fn keep(&mut self, report: Report) {
        match &report {
            Report::Show(event) if !event.own && self.reports.len() >= most_before(event) => {
                let before = self.left_out.map_or(0, |(_, count)| count);
                self.left_out = Some((event.time, before + 1));
                return;
            }
            Report::Show(_) | Report::Ended(_) => self.tell_what_is_left_out(),
            Report::Status(_)
            | Report::Commands { .. }
            | Report::Look(_)
            | Report::Clear
            | Report::Stranded { .. }
            | Report::Read { .. }
            | Report::Found(_)
            | Report::Resolved { .. } => {}
        }
        self.reports.push_back(report);
    }

    /// Whether nothing is to be told.
    pub(super) fn is_empty(&self) -> bool {
        self.reports.is_empty() && self.left_out.is_none()
    }

    /// Whether nothing can follow.
    pub(super) fn is_complete(&self) -> bool {
        matches!(self.reports.back(), Some(Report::Ended(_)))
    }

    /// Gives the terminal the next report.
    pub(super) fn pass(&mut self, permit: Permit<'_, Report>) {
        if self.reports.is_empty() {
            self.tell_what_is_left_out();
        }
        if let Some(report) = self.reports.pop_front() {
            permit.send(report);
        }
    }

    fn tell_what_is_left_out(&mut self) {
        if let Some((time, skipped)) = self.left_out.take() {
            self.reports.push_back(Report::Show(Event {
                time,
                id: None,
                from: None,
                account: None,
                to: None,
                own: false,
                kind: EventKind::Gap {
                    skipped: Some(skipped),
                    since: None,
                },
            }));
        }
    }
}

/// How many reports may wait before an event is left out.
fn most_before(event: &Event) -> usize {
    match event.kind {
        EventKind::Error { .. }
        | EventKind::Ready { .. }
        | EventKind::Gap { .. }
        | EventKind::ReadUpTo
        | EventKind::Alert { .. }
        | EventKind::Info { .. } => REPORTS_MOST,
        EventKind::Message { .. }
        | EventKind::Action { .. }
        | EventKind::Notice { .. }
        | EventKind::Join
        | EventKind::Part { .. }
        | EventKind::Quit { .. }
        | EventKind::Nick { .. }
        | EventKind::Topic { .. }
        | EventKind::Kick { .. }
        | EventKind::Mode { .. }
        | EventKind::Note { .. } => REPORTS_MAX,
    }
}
