//! What of an input line is said to others, so that a plug-in may have to let it pass.

use salon_commands::plugin::protocol::MessageKind;
use salon_commands::{Effect, Text};
use salon_protocol::Message;

use crate::event::room_of;

/// A text that leaves.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Leaving {
    /// Where to.
    pub(super) to: String,
    /// What.
    pub(super) text: String,
    /// As what.
    pub(super) kind: MessageKind,
}

/// The text that an effect says to others, if it is a message.
pub(super) fn leaving(effect: &Effect) -> Option<Leaving> {
    match effect {
        Effect::Say { target, text } => Some(Leaving {
            to: target.place().to_owned(),
            text: text.to_string(),
            kind: MessageKind::Message,
        }),
        Effect::Action { target, text } => Some(Leaving {
            to: target.place().to_owned(),
            text: text.to_string(),
            kind: MessageKind::Action,
        }),
        Effect::Raw { line } => {
            let message = Message::parse(line).ok()?;
            let kind = if message.is("PRIVMSG") {
                MessageKind::Message
            } else if message.is("NOTICE") {
                MessageKind::Notice
            } else {
                return None;
            };
            let to = message.param(0)?;
            Some(Leaving {
                to: room_of(to).unwrap_or(to).to_owned(),
                text: message.param(1)?.to_owned(),
                kind,
            })
        }
        _ => None,
    }
}

/// The same effect with another text; `None` where that can't be said.
pub(super) fn with_text(effect: &Effect, text: &str) -> Option<Effect> {
    let new = Text::new(text).ok()?;
    match effect {
        Effect::Say { target, .. } => Some(Effect::Say {
            target: target.clone(),
            text: new,
        }),
        Effect::Action { target, .. } => Some(Effect::Action {
            target: target.clone(),
            text: new,
        }),
        Effect::Raw { line } => {
            let old = Message::parse(line).ok()?;
            let message = Message::new(old.verb.to_string())
                .with_param(old.param(0)?.to_owned())
                .with_text(text.to_owned());
            let line = Text::new(message.to_line().ok()?).ok()?;
            Some(Effect::Raw { line })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(line: &str) -> Effect {
        Effect::Raw {
            line: Text::new(line).expect("one line"),
        }
    }

    #[test]
    fn messages_leave_however_they_are_written() {
        for line in ["PRIVMSG #dev :hi there", "privmsg #dev :hi there"] {
            let found = leaving(&raw(line)).expect(line);
            assert_eq!(
                (found.to.as_str(), found.text.as_str()),
                ("#dev", "hi there")
            );
        }
        let ranked = leaving(&raw("PRIVMSG @#dev :hi")).expect("a message");
        assert_eq!(ranked.to, "#dev", "whoever judges the room judges this");
        assert_eq!(leaving(&raw("TOPIC #dev :hi")), None);
        assert_eq!(leaving(&raw("PRIVMSG #dev")), None);
        assert_eq!(leaving(&Effect::Rooms), None);
    }

    #[test]
    fn another_text_keeps_the_rest() {
        assert_eq!(
            with_text(&raw("NOTICE bob :a b"), "c d"),
            Some(raw("NOTICE bob :c d"))
        );
        assert_eq!(with_text(&raw("NOTICE bob :a"), "c\nd"), None);
    }
}
