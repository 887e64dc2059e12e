//! Chance that can be had again: `SplitMix64` (Steele, Lea and Flood, 2014), from a seed that is printed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A source of numbers.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// The numbers of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A seed that is another one each time.
    pub(crate) fn fresh_seed() -> u64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.expect("the clock is past 1970");
        now.as_secs() << 20 | u64::from(now.subsec_micros())
    }

    /// The next number.
    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below a bound.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.number() % bound.max(1)
    }

    /// A time below a bound.
    pub(crate) fn time_below(&mut self, bound: Duration) -> Duration {
        let bound = u64::try_from(bound.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(self.below(bound))
    }

    /// Bytes of all values, a line end among them now and then.
    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(count);
        while bytes.len() < count {
            let number = self.number();
            bytes.extend_from_slice(&number.to_le_bytes());
            if number.is_multiple_of(5) {
                bytes.extend_from_slice(b"\r\n");
            }
        }
        bytes
    }
}
