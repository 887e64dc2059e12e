//! Ranges of peer addresses, such as those that limits spare: `"127.0.0.0/8"`, `"::1"`.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::text::deserialize_from_text;

/// An address with the number of leading bits that count. An IPv4 address that reaches an IPv6 listener
/// (`::ffff:127.0.0.1`) is taken as the IPv4 address that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AddressRange {
    address: IpAddr,
    prefix_bits: u8,
}

/// Why a text is not a range of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{text}' is not a range of addresses; expected one such as \"10.0.0.0/8\", \"192.0.2.7\" or \"2001:db8::/32\""
)]
#[non_exhaustive]
pub struct AddressRangeError {
    text: String,
}

impl AddressRange {
    /// `127.0.0.0/8`, the machine itself.
    pub const LOOPBACK_V4: Self = Self {
        address: IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)),
        prefix_bits: 8,
    };
    /// `::1`, the machine itself.
    pub const LOOPBACK_V6: Self = Self {
        address: IpAddr::V6(Ipv6Addr::LOCALHOST),
        prefix_bits: 128,
    };

    /// Whether `address` lies in the range.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let ignored_bits = 32 - u32::from(self.prefix_bits);
                (own.to_bits() ^ other.to_bits())
                    .checked_shr(ignored_bits)
                    .unwrap_or(0)
                    == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let ignored_bits = 128 - u32::from(self.prefix_bits);
                (own.to_bits() ^ other.to_bits())
                    .checked_shr(ignored_bits)
                    .unwrap_or(0)
                    == 0
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl FromStr for AddressRange {
    type Err = AddressRangeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| AddressRangeError {
            text: text.to_owned(),
        })
    }
}

fn parse(text: &str) -> Option<AddressRange> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let bits_max = if address.is_ipv4() { 32 } else { 128 };
    let prefix_bits = prefix.map_or(Some(bits_max), |bits| bits.parse().ok())?;
    (prefix_bits <= bits_max).then_some(AddressRange {
        address,
        prefix_bits,
    })
}

deserialize_from_text!(AddressRange);

impl fmt::Display for AddressRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.address, self.prefix_bits)
    }
}

#[cfg(test)]
mod tests {
    use super::AddressRange;

    #[track_caller]
    fn check(range: &str, address: &str, expected: bool) {
        let range: AddressRange = range.parse().expect("a range");
        assert_eq!(
            range.contains(address.parse().expect("an address")),
            expected,
            "{range} {address}"
        );
    }

    #[test]
    fn ranges_compare_the_leading_bits() {
        check("127.0.0.0/8", "127.9.8.7", true);
        check("127.0.0.0/8", "128.0.0.1", false);
        check("192.0.2.7", "192.0.2.7", true);
        check("192.0.2.7", "192.0.2.6", false);
        check("0.0.0.0/0", "203.0.113.9", true);
        check("::1", "::1", true);
        check("2001:db8::/32", "2001:db8:1::9", true);
        check("2001:db8::/32", "2001:db9::", false);
        check("::/0", "2001:db8::1", true);
    }

    #[test]
    fn ranges_see_through_mapped_addresses() {
        check("127.0.0.0/8", "::ffff:127.0.0.1", true);
        check("::1", "127.0.0.1", false);
        check("0.0.0.0/0", "::1", false);
    }

    #[test]
    fn loopback_is_written_as_usual() {
        assert_eq!("127.0.0.0/8".parse(), Ok(AddressRange::LOOPBACK_V4));
        assert_eq!("::1".parse(), Ok(AddressRange::LOOPBACK_V6));
    }

    #[test]
    fn ranges_refuse_other_texts() {
        for text in [
            "",
            "localhost",
            "10.0.0.0/33",
            "::/129",
            "10.0.0/8",
            "10.0.0.0/",
            "10.0.0.0/-1",
        ] {
            assert!(text.parse::<AddressRange>().is_err(), "{text:?}");
        }
    }
}
