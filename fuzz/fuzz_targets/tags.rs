//! The values of tags: escaping and taking it back gives the same, and no section of tags breaks the parser.

#![no_main]

use libfuzzer_sys::fuzz_target;
use salon_protocol::{Message, check_client_tags, escape_value, unescape_value};

fuzz_target!(|text: &str| {
    let escaped = escape_value(text);
    assert_eq!(unescape_value(&escaped), text);
    let _ = unescape_value(text);
    let line = format!("@{text} PING");
    let _ = check_client_tags(line.as_bytes());
    if let Ok(message) = Message::parse(&line) {
        for (key, value) in message.tags.iter() {
            assert_eq!(message.tags.get(key).is_some(), true, "{key} {value:?}");
        }
    }
});
