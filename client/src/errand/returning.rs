//! Coming back to a hub that was lost, for `salon tail --follow`: again and again, after pauses that
//! grow, and each reason why it can't be is told once.

use std::io::Write;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::failure::Failure;
use super::hub::Hub;
use crate::conversation::{Plan, pause_before};
use crate::script::Complaints;

/// A connection that held for so long has not failed: the pauses begin anew with the next one.
const HELD: Duration = Duration::from_mins(1);

/// How often it was tried, and what was said about it.
#[derive(Debug)]
pub(super) struct Returning {
    tries: u32,
    connected_at: Instant,
}

impl Returning {
    /// The first connection is there since then.
    pub(super) fn new(connected_at: Instant) -> Self {
        Self {
            tries: 0,
            connected_at,
        }
    }

    /// Comes back to the hub, however long it takes.
    pub(super) async fn open<E: Write>(
        &mut self,
        plan: &Plan,
        failure: Failure,
        complaints: &mut Complaints<E>,
    ) -> Result<Hub, Failure> {
        if self.connected_at.elapsed() >= HELD {
            self.tries = 0;
        }
        let mut failure = failure;
        let mut told = None;
        loop {
            let reason = first_line(&failure);
            if told.as_ref() != Some(&reason) {
                complaints.line(&format!("{reason}; trying again"));
                told = Some(reason);
            }
            let pause = pause_before(self.tries);
            self.tries = self.tries.saturating_add(1);
            sleep_until(Instant::now() + pause).await;
            failure = match Hub::open(plan.clone()).await {
                Ok(hub) => {
                    complaints.line("the connection is back");
                    self.connected_at = Instant::now();
                    return Ok(hub);
                }
                Err(failure @ (Failure::Lost(_) | Failure::Unreachable(_))) => failure,
                Err(failure) => return Err(failure),
            };
        }
    }
}

/// Why, in one line.
fn first_line(failure: &Failure) -> String {
    let text = failure.text().unwrap_or_default();
    text.lines().next().unwrap_or_default().to_owned()
}
