//! Who counts as one by the address: what somebody is given of the net.

use std::net::{IpAddr, Ipv6Addr};

/// The bits of an IPv6 address that whoever has a connection to the net can't choose, at least.
const NETWORK_BITS: u128 = u128::MAX << 64;

/// What one person has: an IPv4 address, or the 64 bits before the free part of an IPv6 address.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & NETWORK_BITS).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, expected: &str) {
        let [address, expected] =
            [address, expected].map(|text| text.parse::<IpAddr>().expect("an address"));
        assert_eq!(network(address), expected);
    }

    #[test]
    fn an_address_is_ones_own_and_of_ipv6_a_network() {
        check("192.0.2.7", "192.0.2.7");
        check("::ffff:192.0.2.7", "192.0.2.7");
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::");
    }
}
