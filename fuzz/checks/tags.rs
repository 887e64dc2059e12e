//! The values of tags: escaping and taking it back gives the same, and no section of tags breaks the parser.

use salon_protocol::{Message, check_client_tags, escape_value, unescape_value};

pub(crate) fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let escaped = escape_value(text);
    assert_eq!(unescape_value(&escaped), text);
    let _ = unescape_value(text);
    let line = format!("@{text} PING");
    let _ = check_client_tags(line.as_bytes());
    if let Ok(message) = Message::parse(&line) {
        for (key, value) in message.tags.iter() {
            assert!(message.tags.get(key).is_some(), "{key} {value:?}");
        }
    }
}
