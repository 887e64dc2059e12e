//! In how many messages a text goes on the wire: the very division by which it is said, so that what a
//! person is told beforehand is what happens.

use salon_protocol::LINE_BYTES_MAX;

use super::multiline::{Limits, Piece, divide};

/// What decides it on a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wire {
    /// How long a line may be, with its end and without its tags.
    pub(super) line_bytes_max: usize,
    /// How long our name is in the lines that the others receive.
    pub(super) prefix_bytes: usize,
    /// What the server takes of a message of many lines, if it knows such.
    pub(super) multiline: Option<Limits>,
}

impl Default for Wire {
    /// What is so before there is a server.
    fn default() -> Self {
        Self {
            line_bytes_max: LINE_BYTES_MAX,
            prefix_bytes: 0,
            multiline: None,
        }
    }
}

impl Wire {
    /// How long the text of one message to that target may be, whose frame has so many bytes.
    pub(super) fn text_bytes_max(&self, target: &str, frame_bytes: usize) -> usize {
        let relayed =
            ":".len() + self.prefix_bytes + " PRIVMSG ".len() + target.len() + " :\r\n".len();
        self.line_bytes_max.saturating_sub(relayed + frame_bytes)
    }

    /// The messages that these lines are, each of which has such a frame. What is framed goes as one piece each: a frame
    /// is around a whole message.
    pub(super) fn divided<'a>(
        &self,
        target: &str,
        lines: &[&'a str],
        frame_bytes: usize,
    ) -> Vec<Vec<Piece<'a>>> {
        let text_bytes_max = self.text_bytes_max(target, frame_bytes);
        let limits = self.multiline.filter(|_| frame_bytes == 0);
        divide(lines, text_bytes_max, limits)
    }

    /// How many messages these lines are.
    pub(crate) fn messages(&self, target: &str, lines: &[&str], frame_bytes: usize) -> usize {
        self.divided(target, lines, frame_bytes).len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &[&str], limits: Option<&str>, expected: usize) {
        assert_eq!(wire(limits).messages("#lobby", lines, 0), expected);
    }

    fn wire(limits: Option<&str>) -> Wire {
        Wire {
            prefix_bytes: "ann!ann@host".len(),
            multiline: limits.and_then(Limits::parse),
            ..Wire::default()
        }
    }

    #[test]
    fn what_is_said_is_what_is_counted() {
        let long = "x".repeat(1000);
        check(&["hello"], None, 1);
        check(&[&long], None, 3);
        check(&[&long], Some("max-bytes=4096"), 1);
        check(&[&long.repeat(5)], Some("max-bytes=4096"), 2);
        check(&[&long], Some("max-bytes=4096,max-lines=2"), 2);
        let frame_bytes = "\u{1}ACTION \u{1}".len();
        let deeds = wire(Some("max-bytes=4096")).messages("#lobby", &[&long], frame_bytes);
        assert_eq!(deeds, 3);
        check(&["one", "", "two"], None, 2);
        check(&["one", "", "two"], Some("max-bytes=4096"), 1);
        check(&["x"; 30], Some("max-bytes=4096,max-lines=10"), 3);
        check(&[&long, &long, &long], Some("max-bytes=2048"), 2);
    }
}
