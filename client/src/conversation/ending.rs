//! How a conversation ends, and what becomes of what is not acknowledged then.

use super::{Conversation, clock, is_inner};
use crate::driver::{Ended, Report};
use crate::link::Heard;
use crate::session::End;

impl Conversation {
    /// Leaves; the hub's closing ends the conversation.
    pub(crate) fn quit(&mut self, reason: Option<&str>) {
        // Whoever leaves goes nowhere else.
        self.moving_to.settle();
        if self.moving_to.is_off() || self.returning.is_trying() {
            self.finish(Ended::Quit);
        } else if !self.ended && self.quit_at.is_none() {
            self.session.quit(reason);
            self.carry_out();
        }
    }

    /// Leaves and waits for the hub to close, when nobody wants to know any more what happens.
    pub(crate) async fn leave(&mut self) {
        self.quit(None);
        while !self.ended {
            self.reports.clear();
            self.turn().await;
        }
    }

    /// The link is gone.
    pub(super) fn end(&mut self, reason: &str) {
        let reason = &self.with_way_to_tls(reason);
        self.note_place();
        self.link.abort();
        self.session.link_down(reason, clock());
        self.leave_all_unsaid();
        self.carry_out();
    }

    /// A server that speaks TLS alone makes nothing of what we say, and ends it.
    fn with_way_to_tls(&self, reason: &str) -> String {
        let is_lost_in_clear = self.plan.tls().is_none() && self.session.is_registering();
        let way = || format!("`ircs://{}`", self.address);
        match self.link.heard() {
            Heard::Nothing if is_lost_in_clear => {
                format!(
                    "{reason} without a word; if this port speaks TLS, use {}",
                    way()
                )
            }
            Heard::Tls if is_lost_in_clear => {
                format!("this port speaks TLS: use {}", way())
            }
            Heard::Nothing | Heard::Tls | Heard::Lines => reason.to_owned(),
        }
    }

    pub(super) fn finish_session(&mut self, end: End) {
        self.keep_strictness();
        if self.moving_to.is_leaving() || self.moving_to.is_trying() {
            return self.left();
        }
        if self.moving_to.is_off() {
            // It was told already why.
            return;
        }
        let ended = match end {
            End::Quit => Ended::Quit,
            End::Lost {
                reason,
                unacknowledged,
            } if self.is_for_person() && self.opened => return self.lost(&reason, unacknowledged),
            End::Lost {
                reason,
                mut unacknowledged,
            } => {
                unacknowledged.retain(|ticket| !is_inner(*ticket));
                unacknowledged.extend(self.held.take().map(|(ticket, _)| ticket));
                unacknowledged.extend(self.extensions.lines());
                unacknowledged.sort_unstable();
                Ended::Lost {
                    reason,
                    unacknowledged,
                }
            }
        };
        self.finish(ended);
    }

    pub(super) fn finish(&mut self, ended: Ended) {
        if self.moves > 0
            && let Ended::Failed(error) = &ended
        {
            // Nobody listens to that hub any more, and it would take us for its guest.
            self.link.abort();
            let reason = error.to_string();
            let reason = reason.lines().next().unwrap_or_default().to_owned();
            if self.returning.is_trying() {
                return self.failed_to_return(&reason);
            }
            return self.be_stranded(reason);
        }
        if !self.ended {
            self.close_outbox();
            self.ended = true;
            self.reports.release();
            self.reports.push_back(Report::Ended(ended));
        }
    }
}
