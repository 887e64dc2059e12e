//! What holds between parsing and formatting, whatever the message.

use proptest::prelude::*;

use super::*;

fn tags() -> impl Strategy<Value = Vec<(String, Option<String>)>> {
    let key = "\\+?([a-z0-9.-]{1,8}/)?[a-zA-Z0-9-]{1,8}";
    let value = "[^\0]{0,12}|[;\\\\ \r\n:srn]{0,8}";
    proptest::collection::vec((key, proptest::option::of(value)), 0..5)
}

/// Every message that may be written.
fn messages() -> impl Strategy<Value = Message<'static>> {
    let source = proptest::option::of("[^ \r\n\0]{1,20}");
    let verb = "[A-Za-z]{1,12}|[0-9]{3}";
    let middle = proptest::collection::vec("[^ :\r\n\0][^ \r\n\0]{0,10}", 0..15);
    let last = proptest::option::of("[^\r\n\0]{0,40}|[: a]{0,4}");
    (tags(), source, verb, middle, last, any::<bool>()).prop_map(
        |(tags, source, verb, middle, last, is_text)| {
            let mut message = Message::new(verb);
            for (key, value) in tags {
                message = message.with_tag(key, value);
            }
            message.source = source.map(Source::from);
            message.params = middle.into_iter().collect();
            match last {
                Some(last) if is_text => message.with_text(last),
                Some(last) => message.with_param(last),
                None => message,
            }
        },
    )
}

proptest! {
    #[test]
    fn parsing_undoes_formatting(message in messages()) {
        let line = message.to_line().unwrap();
        let parsed = Message::parse(&line).unwrap();
        prop_assert_eq!(&parsed, &message);
        prop_assert_eq!(parsed.to_owned(), message);
    }

    #[test]
    fn written_bytes_are_as_many_as_told(message in messages()) {
        let mut out = b"before".to_vec();
        message.write_to(&mut out).unwrap();
        let bytes = "before".len() + message.tags_bytes() + message.body_bytes();
        prop_assert_eq!(out.len(), bytes);
        prop_assert!(out.starts_with(b"before") && out.ends_with(b"\r\n"));
    }

    #[test]
    fn what_is_parsed_and_written_is_read_the_same(line in "[@:;=\\\\ +/a-zA-Z0-9é]{0,60}") {
        if let Ok(message) = Message::parse(&line)
            && let Ok(written) = message.to_line()
        {
            prop_assert_eq!(Message::parse(&written), Ok(message));
        }
    }
}

#[test]
fn nothing_is_appended_when_a_message_is_refused() {
    let mut out = b"before".to_vec();
    let message = Message::new("V")
        .with_tag("a", Some("b"))
        .with_param("x\ny");
    assert!(message.write_to(&mut out).is_err());
    assert_eq!(out, b"before");
}

#[test]
fn verbs_compare_in_any_case_and_numerics_are_numbers() {
    let message = Message::parse("privmsg x").unwrap();
    assert!(message.is("PRIVMSG") && !message.is("NOTICE"));
    assert_eq!(message.numeric(), None);
    let message = Message::parse(":hub 001 ann").unwrap();
    assert_eq!(message.numeric(), Some(crate::numeric::RPL_WELCOME));
    assert_eq!(
        (message.nick(), message.param(0), message.param(1)),
        (Some("hub"), Some("ann"), None)
    );
}
