//! Whose turn it is to have much of the log looked through.
//!
//! A question that looks at no certain number of events may take seconds, and one address may have many connections. So
//! those of one address wait for each other, and for nobody else; whoever waits too long is told so.

use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::log::LogError;
use crate::network::network;

/// How many lanes there are. Addresses share one by chance; a lane for each would have to be made and cleared away.
const LANES: usize = 256;

/// How long somebody waits for their turn: their connection does nothing else meanwhile.
const PATIENCE: Duration = Duration::from_secs(5);

/// See the module.
pub(crate) struct Turns {
    lanes: Box<[Semaphore]>,
    /// With a secret of its own, so that nobody can choose whom to share a lane with.
    hasher: RandomState,
}

impl Turns {
    /// Turns for a number of questions of one address at once.
    pub(crate) fn new(at_once: usize) -> Self {
        let lanes = std::iter::repeat_with(|| Semaphore::new(at_once));
        Self {
            lanes: lanes.take(LANES).collect(),
            hasher: RandomState::new(),
        }
    }

    /// Waits for the turn of an address, which lasts for as long as what it gives is there. Without one there is nothing to
    /// wait for.
    pub(crate) async fn take(
        &self,
        address: Option<IpAddr>,
    ) -> Result<Option<SemaphorePermit<'_>>, LogError> {
        let Some(lane) = address.and_then(|address| self.lane(address)) else {
            return Ok(None);
        };
        match timeout(PATIENCE, lane.acquire()).await {
            // Never closed.
            Ok(turn) => Ok(turn.ok()),
            Err(_) => Err(LogError::TakesTooLong { limit: PATIENCE }),
        }
    }

    fn lane(&self, address: IpAddr) -> Option<&Semaphore> {
        let hash = self.hasher.hash_one(network(address));
        let lanes = self.lanes.len() as u64;
        self.lanes.get(usize::try_from(hash % lanes).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn address(number: u32) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from_bits(number))
    }

    #[track_caller]
    fn check<T>(taken: &Result<T, LogError>, expected: bool) {
        assert_eq!(taken.is_ok(), expected);
    }

    #[tokio::test(start_paused = true)]
    async fn those_of_one_address_wait_for_each_other_and_not_for_ever() {
        let turns = Turns::new(2);
        let lane = |number| turns.lane(address(number)).expect("a lane");
        let is_apart = |number: &u32| !std::ptr::eq(lane(1), lane(*number));
        let other = (2..1_000).find(is_apart).expect("another lane");
        let first = turns.take(Some(address(1))).await;
        let second = turns.take(Some(address(1))).await;
        check(&first, true);
        check(&second, true);
        check(&turns.take(Some(address(1))).await, false);
        check(&turns.take(Some(address(other))).await, true);
        check(&turns.take(None).await, true);
        drop(first);
        check(&turns.take(Some(address(1))).await, true);
    }
}
