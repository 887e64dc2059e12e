//! Leaving one hub and going to another, or back, while the program goes on: the settings and the plug-ins stay, and
//! what was seen if it goes back; the session and the link are new. A person leaves a hub for another one once there is
//! a link to that, since its name may be mistyped. A script leaves first: no line of it is to land on the hub before.

use std::future::Future;
use std::io;
use std::pin::Pin;

use tokio::time::{Instant, timeout};

use super::kept::Kept;
use super::liveness::Liveness;
use super::{Conversation, OpenError, Plan, cause, clock};
use crate::driver::{Ended, Report};
use crate::link::Link;
use crate::session::{Refusal, Session};

/// Where the conversation is, besides on a hub.
#[derive(Default)]
pub(super) enum Moving {
    /// On a hub, to stay.
    #[default]
    Settled,
    /// On a hub, until there is a link to another one.
    Trying(Connecting),
    /// On a hub, about to leave it: for another, or for none.
    Leaving(Option<Box<Onward>>),
    /// On no hub.
    Away,
    /// On no hub, and about to try again then.
    Waiting(Instant),
    /// On the way to one.
    Connecting(Connecting),
}

/// Where to go from a hub, with the link if there is one already.
pub(super) struct Onward {
    pub(super) plan: Plan,
    link: Option<Link>,
}

/// A link that is being made.
pub(super) struct Connecting {
    plan: Box<Plan>,
    link: Pin<Box<dyn Future<Output = io::Result<Link>> + Send>>,
}

impl Moving {
    pub(super) fn is_away(&self) -> bool {
        matches!(self, Self::Away)
    }

    /// Whether the hub is left, and not the program.
    pub(super) fn is_leaving(&self) -> bool {
        matches!(self, Self::Leaving(_))
    }

    /// Whether another hub is tried while one is on this.
    pub(super) fn is_trying(&self) -> bool {
        matches!(self, Self::Trying(_))
    }

    /// Whether another hub is gone to.
    pub(super) fn is_on_the_way(&self) -> bool {
        matches!(
            self,
            Self::Trying(_) | Self::Leaving(Some(_)) | Self::Connecting(_)
        )
    }

    /// What is left is left for good, whatever was to come after it.
    pub(super) fn settle(&mut self) {
        if self.is_leaving() || self.is_trying() {
            *self = Self::Settled;
        }
    }

    /// Whether there is no link to listen to.
    pub(super) fn is_off(&self) -> bool {
        matches!(self, Self::Away | Self::Waiting(_) | Self::Connecting(_))
    }
}

impl Conversation {
    /// Brings a room or a conversation to the front, if one is there and the hub is.
    pub(crate) fn bring_forward(&mut self, target: &str) {
        if self.session.is_ready() {
            self.session.bring_forward(target);
        }
    }

    /// `:disconnect`.
    pub(super) fn disconnect(&mut self, reason: Option<&str>) -> Result<(), Refusal> {
        if self.returning.is_trying() {
            self.stop_returning();
            self.be_away(&format!("gave up {}", self.address));
            return Ok(());
        }
        if self.moving_to.is_off() {
            return Err(Refusal::new("not connected"));
        }
        self.note_place();
        self.moving_to = Moving::Leaving(None);
        self.session.quit(reason);
        Ok(())
    }

    /// `:connect`, and `:reconnect` with the plan that there is.
    pub(super) fn go(&mut self, plan: Plan) {
        if self.is_for_person() && self.session.is_ready() && !plan.is_beside(&self.plan) {
            self.moving_to = Moving::Trying(self.begin_link(Box::new(plan)));
        } else {
            self.leave_for(plan, None);
        }
    }

    /// Leaves the hub that there is, if there is one, for another.
    pub(super) fn leave_for(&mut self, plan: Plan, link: Option<Link>) {
        self.note_place();
        self.forget_place_unless(&plan);
        self.next_hub = None;
        self.stop_returning();
        if self.moving_to.is_off() {
            self.begin_connecting(Box::new(plan));
        } else {
            let onward = Onward { plan, link };
            self.moving_to = Moving::Leaving(Some(Box::new(onward)));
            self.session.quit(None);
        }
    }

    /// The hub has let us go.
    pub(super) fn left(&mut self) {
        self.quit_at = None;
        self.opened = true;
        match std::mem::take(&mut self.moving_to) {
            Moving::Leaving(Some(onward)) => {
                let Onward { plan, link } = *onward;
                match link {
                    Some(link) => {
                        self.address = plan.address();
                        self.begin_session(link, plan);
                    }
                    None => self.begin_connecting(Box::new(plan)),
                }
            }
            Moving::Trying(connecting) => {
                // It is gone before we left it.
                self.forget_place_unless(&connecting.plan);
                self.moving_to = Moving::Connecting(connecting);
            }
            _ => self.be_away(&format!("left {}", self.address)),
        }
    }

    /// Nothing came of it: the program goes on without a hub.
    pub(super) fn be_away(&mut self, reason: &str) {
        self.moving_to = Moving::Away;
        let way = match &self.hub_before {
            Some(before) => format!("goes back to {}", before.address()),
            None => "comes back".to_owned(),
        };
        self.inform(&format!("{reason}; ':reconnect' {way}, ':quit' leaves"));
    }

    /// Goes by another plan from now on. The hub before it is the way back until this one has let us in.
    fn go_by(&mut self, plan: Plan) {
        let before = std::mem::replace(&mut self.plan, plan);
        if self.hub_before.is_none() && !before.is_beside(&self.plan) {
            self.hub_before = Some(Box::new(before));
        }
    }

    /// The hub that was to be gone to can't be had. A script has to know.
    pub(super) fn be_stranded(&mut self, reason: String) {
        if self.is_for_person() {
            return self.be_away(&reason);
        }
        self.moving_to = Moving::Away;
        self.reports.push_back(Report::Stranded { reason });
    }

    pub(super) fn begin_connecting(&mut self, plan: Box<Plan>) {
        self.moving_to = Moving::Connecting(self.begin_link(plan));
    }

    fn begin_link(&self, mut plan: Box<Plan>) -> Connecting {
        plan.heed_policy();
        let (host, port, patience) = (plan.host.clone(), plan.link_port(), self.timeout);
        let tls = plan.tls().cloned();
        let link = async move {
            let connecting = Link::connect(&host, port, tls.as_ref());
            match patience {
                None => connecting.await,
                Some(patience) => match timeout(patience, connecting).await {
                    Ok(connected) => connected,
                    Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "no answer")),
                },
            }
        };
        Connecting {
            plan,
            link: Box::pin(link),
        }
    }

    /// Waits until the link is there or isn't; for ever when none is being made. Nothing is lost when
    /// it is dropped before it is done.
    pub(super) async fn connecting(moving: &mut Moving) -> io::Result<Link> {
        match moving {
            Moving::Connecting(connecting) | Moving::Trying(connecting) => {
                connecting.link.as_mut().await
            }
            Moving::Settled | Moving::Leaving(_) | Moving::Away | Moving::Waiting(_) => {
                std::future::pending().await
            }
        }
    }

    /// The link is there, or isn't.
    pub(super) fn arrive(&mut self, link: io::Result<Link>) {
        let plan = match std::mem::take(&mut self.moving_to) {
            Moving::Connecting(connecting) => connecting.plan,
            Moving::Trying(connecting) => return self.tried(link, *connecting.plan),
            Moving::Settled | Moving::Leaving(_) | Moving::Away | Moving::Waiting(_) => return,
        };
        self.address = plan.address();
        match link {
            Ok(link) => self.begin_session(link, *plan),
            Err(error) if !self.opened => {
                let failed = OpenError::connect(plan.link_address(), &error, None);
                self.finish(Ended::Failed(failed));
            }
            Err(error) => {
                let reason = why_not(&plan, &error);
                self.go_by(*plan);
                if self.returning.is_trying() {
                    self.failed_to_return(&reason);
                } else {
                    self.be_stranded(reason);
                }
            }
        }
    }

    /// The link to another hub is there, or isn't, and we are still on this one.
    fn tried(&mut self, link: io::Result<Link>, plan: Plan) {
        match link {
            Ok(link) => {
                self.leave_for(plan, Some(link));
                self.carry_out();
            }
            Err(error) => {
                let reason = why_not(&plan, &error);
                self.inform(&format!("{reason}; you are still on {}", self.address));
            }
        }
    }

    pub(super) fn begin_session(&mut self, link: Link, mut plan: Plan) {
        if self.returning.is_trying() {
            // Rooms may have come and gone since the way began.
            plan.identity.rooms = std::mem::take(&mut self.plan.identity.rooms);
        }
        self.link = link;
        self.session = Session::new(plan.arriving_identity());
        if self.moves > 0 || self.returning.is_trying() {
            self.session.regain_nick();
        }
        self.quit_at = None;
        self.session.ignore(&self.preferences.config.ignore);
        self.go_by(plan);
        if std::mem::take(&mut self.returning.is_elsewhere) {
            // The hub that was left went on speaking until now. Its rooms are others, even where their names are the same.
            self.seen.clear();
            self.kept = Kept::default();
            self.open_outbox();
        }
        self.strict_seconds = None;
        // The way to a server's port with TLS is a part of the way to it.
        self.moves = self.moves.saturating_add(u32::from(self.opened));
        self.last_heard = Instant::now();
        self.liveness = Liveness::new(self.last_heard, clock());
        self.begin_arrival();
        self.expect_gaps();
        self.update_arrival();
        self.session.link_up(clock());
        self.carry_out();
    }
}

/// Why there is no link.
fn why_not(plan: &Plan, error: &io::Error) -> String {
    let address = plan.link_address();
    let mut reason = format!("could not connect to {address}: {}", cause(error));
    if let Some(error) = super::tls_error(error) {
        reason.push_str("; ");
        reason.push_str(&error.hint());
    }
    reason
}
