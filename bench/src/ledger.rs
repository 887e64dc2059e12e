//! What has arrived where: every receiver has to get every message of its streams, once and in order.

use std::collections::HashSet;

use hdrhistogram::Histogram;

use crate::failure::Failure;
use crate::text::Text;

/// Counts deliveries and what is wrong with them. Numbers go on over the phases of a run; counts begin anew with each.
#[derive(Debug)]
pub(crate) struct Ledger {
    streams: usize,
    /// The number that is expected next, for each receiver and stream.
    expected: Vec<u32>,
    /// What was jumped over and has not come since: receiver, stream, number.
    missing: HashSet<(usize, u32, u32)>,
    /// Deliveries of this phase to each receiver.
    pub(crate) received: Vec<u64>,
    pub(crate) counts: Counts,
    /// Between due and delivered, in microseconds.
    pub(crate) latencies: Histogram<u32>,
}

/// What was counted in a phase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) delivered: u64,
    pub(crate) doubled: u64,
    pub(crate) reordered: u64,
    pub(crate) corrupt: u64,
}

impl Ledger {
    pub(crate) fn new(receivers: usize, streams: usize) -> Result<Self, Failure> {
        // Up to 71 minutes, which is as long as the times in a text last.
        let latencies = Histogram::new_with_bounds(1, u64::from(u32::MAX), 3)
            .map_err(|error| Failure::unexpected("a histogram", error))?;
        Ok(Self {
            streams,
            expected: vec![0; receivers * streams],
            missing: HashSet::new(),
            received: vec![0; receivers],
            counts: Counts::default(),
            latencies,
        })
    }

    /// Begins a phase.
    pub(crate) fn begin(&mut self) {
        self.counts = Counts::default();
        self.latencies.reset();
        self.received.fill(0);
    }

    /// Notes a delivery and says whether it was a new one. `timed` is for receivers whose latency is of interest.
    pub(crate) fn note(&mut self, receiver: usize, text: Text, now_us: u64, timed: bool) -> bool {
        let stream = text.stream as usize;
        if stream >= self.streams {
            self.counts.corrupt += 1;
            return false;
        }
        let expected = &mut self.expected[receiver * self.streams + stream];
        if text.number >= *expected {
            for jumped in *expected..text.number {
                self.missing.insert((receiver, text.stream, jumped));
            }
            *expected = text.number + 1;
        } else if self.missing.remove(&(receiver, text.stream, text.number)) {
            self.counts.reordered += 1;
        } else {
            self.counts.doubled += 1;
            return false;
        }
        self.counts.delivered += 1;
        self.received[receiver] += 1;
        if timed {
            let latency = now_us.saturating_sub(u64::from(text.due_us));
            self.latencies.saturating_record(latency);
        }
        true
    }

    /// How many were jumped over and never came, at all receivers and in all phases.
    pub(crate) fn gaps(&self) -> usize {
        self.missing.len()
    }

    /// Refuses a phase in which anything was doubled, out of order or not what was sent.
    pub(crate) fn verify(&self) -> Result<(), Failure> {
        let Counts {
            doubled,
            reordered,
            corrupt,
            ..
        } = self.counts;
        if doubled + reordered + corrupt == 0 {
            return Ok(());
        }
        Err(Failure::Wrong {
            doubled,
            reordered,
            corrupt,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(numbers: &[u32], expected: Counts, gaps: usize) {
        let mut ledger = Ledger::new(2, 2).expect("a ledger");
        for &number in numbers {
            let text = Text {
                stream: 1,
                number,
                due_us: 5,
            };
            ledger.note(1, text, 9, true);
        }
        assert_eq!((ledger.counts, ledger.gaps()), (expected, gaps));
        assert_eq!(ledger.received, [0, expected.delivered]);
        assert_eq!(ledger.latencies.len(), expected.delivered);
    }

    fn delivered(delivered: u64) -> Counts {
        Counts {
            delivered,
            ..Counts::default()
        }
    }

    #[test]
    fn a_stream_in_order_is_fine() {
        check(&[0, 1, 2, 3], delivered(4), 0);
    }

    #[test]
    fn what_never_comes_is_a_gap() {
        check(&[0, 3, 4], delivered(3), 2);
    }

    #[test]
    fn what_comes_later_is_out_of_order() {
        let expected = Counts {
            reordered: 1,
            ..delivered(4)
        };
        check(&[0, 2, 1, 3], expected, 0);
    }

    #[test]
    fn what_comes_again_is_a_double() {
        let expected = Counts {
            doubled: 2,
            ..delivered(2)
        };
        check(&[0, 1, 1, 0], expected, 0);
    }

    #[test]
    fn a_stream_nobody_sends_is_corrupt() {
        let mut ledger = Ledger::new(1, 1).expect("a ledger");
        let text = Text {
            stream: 1,
            number: 0,
            due_us: 0,
        };
        assert!(!ledger.note(0, text, 0, true));
        assert_eq!(ledger.counts.corrupt, 1);
        assert!(ledger.verify().is_err());
    }
}
