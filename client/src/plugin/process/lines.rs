//! The lines of a pipe, in memory that is bounded whatever comes.

use salon_commands::plugin::LineFault;
use salon_commands::plugin::protocol::LINE_BYTES_MAX;
use tokio::io::{AsyncRead, AsyncReadExt};

/// How much is read at once.
const READ_BYTES: usize = 16 * 1024;

/// Reads lines.
#[derive(Debug)]
pub(in crate::plugin) struct Lines<R> {
    pipe: R,
    buffer: Vec<u8>,
    /// How much of the buffer was handed out.
    taken: usize,
    /// How much of the rest holds no line break.
    searched: usize,
    ended: bool,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// The lines of a pipe.
    pub(in crate::plugin) fn new(pipe: R) -> Self {
        Self {
            pipe,
            buffer: Vec::new(),
            taken: 0,
            searched: 0,
            ended: false,
        }
    }

    /// The next line, without its line break; `None` at the end. A line that is too long is the last.
    pub(in crate::plugin) async fn next(&mut self) -> Option<Result<String, LineFault>> {
        loop {
            let rest = self.buffer.get(self.taken..).unwrap_or_default();
            let unsearched = rest.get(self.searched..).unwrap_or_default();
            if let Some(at) = memchr::memchr(b'\n', unsearched) {
                let length = self.searched + at;
                let line = rest.get(..length).unwrap_or_default();
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                let line = text(line);
                self.taken += length + 1;
                self.searched = 0;
                return Some(line);
            }
            self.searched = rest.len();
            if rest.len() >= LINE_BYTES_MAX {
                return Some(Err(LineFault::TooLong));
            }
            if self.ended {
                // A last line may lack its break.
                let line = text(rest);
                let is_empty = rest.is_empty();
                self.taken = self.buffer.len();
                self.searched = 0;
                return (!is_empty).then_some(line);
            }
            self.buffer.drain(..self.taken);
            self.taken = 0;
            self.buffer.reserve(READ_BYTES);
            let read = (&mut self.pipe)
                .take(READ_BYTES as u64)
                .read_buf(&mut self.buffer)
                .await;
            self.ended = !matches!(read, Ok(1..));
        }
    }
}

fn text(line: &[u8]) -> Result<String, LineFault> {
    std::str::from_utf8(line)
        .map(str::to_owned)
        .map_err(|_| LineFault::NotUtf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &[u8], expected: &[Result<&str, LineFault>]) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let found = runtime.block_on(async {
            let mut lines = Lines::new(input);
            let mut found = Vec::new();
            while let Some(line) = lines.next().await {
                let is_last = line == Err(LineFault::TooLong);
                found.push(line);
                if is_last {
                    break;
                }
            }
            found
        });
        let found: Vec<_> = found
            .iter()
            .map(|line| line.as_deref().map_err(|fault| *fault))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn lines_are_split_at_their_breaks() {
        check(b"", &[]);
        check(b"a\r\n\nb", &[Ok("a"), Ok(""), Ok("b")]);
        check(b"a\xff\nb\n", &[Err(LineFault::NotUtf8), Ok("b")]);
    }

    #[test]
    fn line_too_long_is_not_kept() {
        let long = vec![b'x'; LINE_BYTES_MAX - 1];
        let text = String::from_utf8(long.clone()).unwrap();
        check(&[&long[..], b"\n"].concat(), &[Ok(&text)]);
        check(&[&long[..], b"x\n"].concat(), &[Err(LineFault::TooLong)]);
        check(&vec![b'x'; 1 << 20], &[Err(LineFault::TooLong)]);
    }
}
