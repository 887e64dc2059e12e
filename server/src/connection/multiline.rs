//! A message of many lines on its way from a client: what has come of it, and what may still come.
//!
//! Values in, values out: no line is answered here. <https://ircv3.net/specs/extensions/multiline>

use super::posting::{Content, Posting};
use crate::event::{LINE_ENDS, Speech};
use crate::reply::Reply;

/// How many bytes a message may have, the ends of its lines among them.
const BYTES_MAX: usize = 16 * 1024;

/// How many lines a message may have.
const LINES_MAX: usize = 128;

/// The value of the capability.
pub(super) const LIMITS: &str = "max-bytes=16384,max-lines=128";

/// A line of the message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) speech: Speech,
    pub(crate) target: &'a str,
    pub(crate) text: &'a str,
    /// It continues the line before (`draft/multiline-concat`).
    pub(crate) continues: bool,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct OpenBatch {
    reference: String,
    label: Option<String>,
    target: String,
    client_tags: String,
    speech: Option<Speech>,
    text: String,
    lines: usize,
    /// It was refused, and what still comes of it is not looked at.
    refused: bool,
}

impl OpenBatch {
    /// A message to a target, of which nothing has come yet.
    pub(crate) fn new(
        reference: &str,
        label: Option<String>,
        target: &str,
        client_tags: String,
    ) -> Self {
        Self {
            reference: reference.to_owned(),
            label,
            target: target.to_owned(),
            client_tags,
            speech: None,
            text: String::new(),
            lines: 0,
            refused: false,
        }
    }

    /// Whether the client calls it so.
    pub(crate) fn is(&self, reference: &str) -> bool {
        self.reference == reference
    }

    /// Adds a line; the error is why the message is not to be sent, which is given once.
    pub(crate) fn add(&mut self, line: Line<'_>) -> Result<(), Reply> {
        if self.refused {
            return Ok(());
        }
        self.check(line)?;
        if self.lines > 0 {
            self.text.push(if line.continues { '\r' } else { '\n' });
        }
        self.text.push_str(line.text);
        self.speech = Some(line.speech);
        self.lines += 1;
        Ok(())
    }

    fn check(&self, line: Line<'_>) -> Result<(), Reply> {
        if !salon_protocol::eq_folded(line.target, &self.target) {
            let context = [self.target.as_str(), line.target];
            let text = "The line goes to somebody else than its batch";
            return Err(fail("MULTILINE_INVALID_TARGET", &context, text));
        }
        if self.speech.is_some_and(|speech| speech != line.speech) || line.speech == Speech::Tagmsg
        {
            return Err(invalid(
                "The lines of a batch are all PRIVMSG, or all NOTICE",
            ));
        }
        if line.continues && line.text.is_empty() {
            return Err(invalid("A blank line continues nothing"));
        }
        if self.lines >= LINES_MAX {
            let text = "Too many lines in one message";
            return Err(fail("MULTILINE_MAX_LINES", &[&LINES_MAX.to_string()], text));
        }
        if self.text.len() + line.text.len() >= BYTES_MAX {
            let text = "Too many bytes in one message";
            return Err(fail("MULTILINE_MAX_BYTES", &[&BYTES_MAX.to_string()], text));
        }
        Ok(())
    }

    /// Gives the answer to a message that is refused, once; the rest of it is not looked at.
    pub(crate) fn refuse(&mut self, reply: Reply) -> Posting {
        self.refused = true;
        Posting {
            label: self.label.take(),
            destinations: Vec::new(),
            content: Content {
                speech: Speech::Privmsg,
                text: String::new(),
                client_tags: String::new(),
            },
            refusal: Some(reply),
        }
    }

    /// The message, now that all of it has come; nothing of one that was refused.
    pub(crate) fn finish(mut self) -> Option<Posting> {
        if self.refused {
            return None;
        }
        let Some(speech) = self
            .speech
            .filter(|_| !self.text.trim_matches(LINE_ENDS).is_empty())
        else {
            return Some(self.refuse(invalid("A message with no text in it")));
        };
        Some(Posting {
            label: self.label,
            destinations: vec![super::posting::destination(&self.target)],
            content: Content {
                speech,
                text: self.text,
                client_tags: self.client_tags,
            },
            refusal: None,
        })
    }
}

/// Says that a message of many lines is not as it has to be.
pub(crate) fn invalid(text: &str) -> Reply {
    fail("MULTILINE_INVALID", &[], text)
}

fn fail(code: &'static str, context: &[&str], text: &str) -> Reply {
    let fit: Vec<&str> = context.iter().map(|word| crate::verb::fit(word)).collect();
    Reply::fail("BATCH", code, &fit, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, continues: bool) -> Line<'_> {
        Line {
            speech: Speech::Privmsg,
            target: "#A",
            text,
            continues,
        }
    }

    fn open() -> OpenBatch {
        OpenBatch::new("1", Some("x".to_owned()), "#a", String::new())
    }

    /// The code of the refusal of the last line.
    #[track_caller]
    fn check(lines: &[Line<'_>], expected: Option<&str>) {
        let mut batch = open();
        let results: Vec<_> = lines.iter().map(|line| batch.add(*line)).collect();
        let refusal = results.into_iter().find_map(Result::err);
        let code = match &refusal {
            Some(Reply::Standard { code, .. }) => Some(*code),
            Some(Reply::Numeric { .. }) | None => None,
        };
        assert_eq!(code, expected);
    }

    #[test]
    fn lines_are_joined_by_their_ends() {
        let mut batch = open();
        for (text, continues) in [("", false), ("how ", false), ("are", true), ("you", false)] {
            batch.add(line(text, continues)).expect("a fit line");
        }
        let posting = batch.finish().expect("a message");
        assert_eq!(posting.content.text, "\nhow \rare\nyou");
        assert_eq!(posting.label.as_deref(), Some("x"));
    }

    #[test]
    fn a_message_keeps_within_its_limits() {
        check(&vec![line("x", false); LINES_MAX], None);
        check(
            &vec![line("x", false); LINES_MAX + 1],
            Some("MULTILINE_MAX_LINES"),
        );
        let long = "x".repeat(400);
        check(&vec![line(&long, false); 40], None);
        check(&vec![line(&long, false); 41], Some("MULTILINE_MAX_BYTES"));
        assert_eq!(
            LIMITS,
            format!("max-bytes={BYTES_MAX},max-lines={LINES_MAX}")
        );
    }

    #[test]
    fn lines_that_do_not_belong_together_are_refused() {
        let (first, mut other) = (line("x", false), line("y", false));
        check(&[first, line("", true)], Some("MULTILINE_INVALID"));
        other.target = "#b";
        check(&[first, other], Some("MULTILINE_INVALID_TARGET"));
        other.target = "#a";
        other.speech = Speech::Notice;
        check(&[first, other], Some("MULTILINE_INVALID"));
    }

    #[test]
    fn a_refused_message_is_answered_once_and_never_sent() {
        let mut batch = open();
        let reply = batch.add(line("", true)).expect_err("a blank continuation");
        assert_eq!(batch.refuse(reply).label.as_deref(), Some("x"));
        batch.add(line("", true)).expect("not looked at");
        assert!(batch.finish().is_none());
        let mut blank = open();
        blank.add(line("", false)).expect("a blank line");
        assert!(
            blank
                .finish()
                .is_some_and(|posting| posting.refusal.is_some())
        );
    }
}
