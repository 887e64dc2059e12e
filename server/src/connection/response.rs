//! The answer to one command, and the label that it carries.
//!
//! Without a label, lines go straight out. With one they are collected: none becomes an `ACK`, one gets the label,
//! more become a batch. <https://ircv3.net/specs/extensions/labeled-response>

/// The lines that answer a labelled command.
#[derive(Debug)]
pub(crate) struct Response {
    label: String,
    lines: Vec<u8>,
    /// The lines are one batch already, whose first line takes the label.
    is_batch: bool,
}

impl Response {
    /// An answer to the command of a label.
    pub(crate) fn new(label: String) -> Self {
        Self {
            label,
            lines: Vec::new(),
            is_batch: false,
        }
    }

    /// Adds whole lines, each with its end.
    pub(crate) fn push(&mut self, lines: &[u8]) {
        self.is_batch = false;
        self.lines.extend_from_slice(lines);
    }

    /// Takes out the lines, for more to be written behind them.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.lines)
    }

    /// Puts back what [`Self::take`] gave, with more lines behind it.
    pub(super) fn put(&mut self, lines: Vec<u8>) {
        self.is_batch = false;
        self.lines = lines;
    }

    /// Takes a whole batch, from its first line to its last, as the answer.
    pub(crate) fn push_batch(&mut self, batch: &[u8]) {
        self.is_batch = self.lines.is_empty();
        self.lines.extend_from_slice(batch);
    }

    /// The bytes to send. `server` is the hub's name, `batch` an id for a batch if one is needed.
    pub(crate) fn finish(self, server: &str, batch: u64) -> Vec<u8> {
        let lines: Vec<&[u8]> = self.lines.split_inclusive(|byte| *byte == b'\n').collect();
        let label = format!("label={}", salon_protocol::escape_value(&self.label));
        match lines.as_slice() {
            [] => format!("@{label} :{server} ACK\r\n").into_bytes(),
            [line] => tagged(line, &label),
            [first, rest @ ..] if self.is_batch => [tagged(first, &label), rest.concat()].concat(),
            lines => {
                let mut out = format!("@{label} :{server} BATCH +{batch:x} labeled-response\r\n")
                    .into_bytes();
                let tag = format!("batch={batch:x}");
                out.extend(lines.iter().flat_map(|line| tagged(line, &tag)));
                out.extend(format!(":{server} BATCH -{batch:x}\r\n").bytes());
                out
            }
        }
    }
}

/// The line with a tag before its own, unless it is in a batch already: that one is within the other.
pub(super) fn tagged(line: &[u8], tag: &str) -> Vec<u8> {
    if line.starts_with(b"@batch=") {
        return line.to_vec();
    }
    let (separator, rest) = match line.strip_prefix(b"@") {
        Some(rest) => (b';', rest),
        None => (b' ', line),
    };
    [b"@", tag.as_bytes(), &[separator], rest].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &[&str], expected: &str) {
        let mut response = Response::new("a b".to_owned());
        for line in lines {
            response.push(line.as_bytes());
        }
        assert_eq!(
            String::from_utf8(response.finish("hub", 26)).expect("UTF-8"),
            expected
        );
    }

    #[test]
    fn no_line_is_acknowledged() {
        check(&[], "@label=a\\sb :hub ACK\r\n");
    }

    #[test]
    fn one_line_carries_the_label_before_its_own_tags() {
        check(&[":hub PONG x\r\n"], "@label=a\\sb :hub PONG x\r\n");
        check(
            &["@time=1 :hub PONG x\r\n"],
            "@label=a\\sb;time=1 :hub PONG x\r\n",
        );
    }

    #[test]
    fn a_batch_takes_the_label_itself() {
        let mut response = Response::new("a".to_owned());
        response.push_batch(b"BATCH +1 x\r\n@batch=1 A\r\nBATCH -1\r\n");
        assert_eq!(
            response.finish("hub", 26),
            b"@label=a BATCH +1 x\r\n@batch=1 A\r\nBATCH -1\r\n"
        );
    }

    #[test]
    fn a_batch_among_other_lines_is_within_another() {
        let mut response = Response::new("a".to_owned());
        response.push_batch(b"BATCH +1 x\r\n@batch=1 A\r\nBATCH -1\r\n");
        response.push(b"B\r\n");
        assert_eq!(
            String::from_utf8(response.finish("hub", 26)).expect("UTF-8"),
            "@label=a :hub BATCH +1a labeled-response\r\n@batch=1a BATCH +1 x\r\n@batch=1 A\r\n\
             @batch=1a BATCH -1\r\n@batch=1a B\r\n:hub BATCH -1a\r\n"
        );
    }

    #[test]
    fn more_lines_become_a_batch() {
        check(
            &["A\r\n", "@t B\r\n"],
            "@label=a\\sb :hub BATCH +1a labeled-response\r\n@batch=1a A\r\n@batch=1a;t B\r\n:hub BATCH -1a\r\n",
        );
    }
}
