//! What a server says in `sts`: that it is to be spoken to over TLS alone. <https://ircv3.net/specs/extensions/sts>

use salon_protocol::cap;

/// A policy, as far as it can be read. Which of its keys counts depends on what carries the connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Strictness {
    /// Where TLS is; for a connection without.
    pub(crate) port: Option<u16>,
    /// How many seconds it holds, none being 0; for a connection over TLS.
    pub(crate) seconds: Option<u64>,
}

impl Strictness {
    /// The policy in a list of capabilities, if there is one. A key that can't be read is as good as none.
    pub(super) fn find(capabilities: &str) -> Option<Self> {
        let mut tokens = capabilities.split_ascii_whitespace();
        let value = tokens.find_map(|token| token.strip_prefix(cap::STS)?.strip_prefix('='))?;
        let of_key = |wanted: &str| {
            let mut keys = value.split(',').filter_map(|key| key.split_once('='));
            keys.find(|(key, _)| *key == wanted).map(|(_, value)| value)
        };
        let port = of_key("port").and_then(|port| port.parse().ok());
        Some(Self {
            port: port.filter(|port| *port != 0),
            seconds: of_key("duration").and_then(|seconds| seconds.parse().ok()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(capabilities: &str, expected: Option<(Option<u16>, Option<u64>)>) {
        let found = Strictness::find(capabilities);
        let found = found.map(|policy| (policy.port, policy.seconds));
        assert_eq!(found, expected, "{capabilities:?}");
    }

    #[test]
    fn a_policy_is_found_among_capabilities() {
        check("sasl=PLAIN sts=port=6697 batch", Some((Some(6697), None)));
        check(
            "sts=duration=2592000,preload",
            Some((None, Some(2_592_000))),
        );
        check(
            "sts=port=6697,duration=0,new=x",
            Some((Some(6697), Some(0))),
        );
        check("batch vendor/sts=port=6697", None);
    }

    #[test]
    fn what_cannot_be_read_is_as_good_as_none() {
        check("sts", None);
        check("sts=port=,duration=-1", Some((None, None)));
        check("sts=port=0", Some((None, None)));
        check("sts=port=65536,duration=1.5", Some((None, None)));
    }
}
