//! Whatever a peer says from its first byte on: the hub answers in whole lines of UTF-8 that are not too long and parse,
//! nothing is left of the peer when it has gone, and the next one is served.

use std::path::Path;
use std::sync::LazyLock;

use salon_config::ServerConfig;
use salon_protocol::{LINE_BYTES_MAX, Message, TAGS_BYTES_MAX};
use salond::fuzzed::Hall;

/// Everything before registration that can be switched on is.
const SETTINGS: &str =
    "[server]\nmotd = \"Hello\"\n[accounts]\nregistration = true\nbefore_connect = true\n";

static HALL: LazyLock<Hall> = LazyLock::new(|| {
    let config = ServerConfig::parse(Path::new("fuzz.toml"), SETTINGS);
    Hall::new(config.expect("valid settings")).expect("a runtime")
});

pub(crate) fn check(said: &[u8]) {
    let told = HALL.visit(said).expect("memory takes it");
    let text = String::from_utf8(told).expect("UTF-8");
    for line in text.split_inclusive('\n') {
        assert!(line.ends_with("\r\n"), "{line:?}");
        assert!(line.len() <= LINE_BYTES_MAX + TAGS_BYTES_MAX, "{line:?}");
        let message = Message::parse(line.trim_end_matches(['\r', '\n']));
        assert!(message.is_ok(), "{line:?}: {message:?}");
    }
    assert_eq!(HALL.census(), (0, 0));
}
