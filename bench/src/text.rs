//! The text of a measured message: who says it on which stream, which one it is, and when.
//!
//! A text is `~`, three groups of eight hexadecimal digits (stream, number, microseconds since the run began) and a
//! filling that is always the same, so that a receiver verifies every byte of what it was sent.

/// The shortest text that has room for everything.
pub(crate) const TEXT_BYTES_MIN: usize = 25;
/// The longest text that fits into a line of IRC with the source of its sender before it.
pub(crate) const TEXT_BYTES_MAX: usize = 400;

const MARK: u8 = b'~';
const FILLING: &[u8; 48] = b"the quick brown fox jumps over the lazy dogs .. ";

/// What a text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    /// Which stream it belongs to: one speaker in one room.
    pub(crate) stream: u32,
    /// Its place in the stream, from 0.
    pub(crate) number: u32,
    /// When it was due, in microseconds since the run began.
    pub(crate) due_us: u32,
}

impl Text {
    /// Appends the text with a length of `bytes`, which is at least [`TEXT_BYTES_MIN`].
    pub(crate) fn write_to(self, out: &mut Vec<u8>, bytes: usize) {
        let start = out.len();
        out.push(MARK);
        for group in [self.stream, self.number, self.due_us] {
            for place in (0..8).rev() {
                let digit = (group >> (4 * place)) & 0xf;
                out.push(b"0123456789abcdef"[digit as usize]);
            }
        }
        let filled = FILLING.iter().cycle();
        out.extend(filled.take((start + bytes).saturating_sub(out.len())));
    }

    /// Reads a text back. `None` when a byte of it is not what [`Text::write_to`] made.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let (head, filling) = text.split_at_checked(TEXT_BYTES_MIN)?;
        let (mark, digits) = head.split_first()?;
        let (groups, _) = digits.as_chunks::<8>();
        let &[stream, number, due_us] = groups else {
            return None;
        };
        let (wholes, rest) = filling.as_chunks::<48>();
        let filled = wholes.iter().all(|whole| whole == FILLING) && FILLING.starts_with(rest);
        (*mark == MARK && filled).then_some(())?;
        Some(Self {
            stream: parse_group(stream)?,
            number: parse_group(number)?,
            due_us: parse_group(due_us)?,
        })
    }
}

/// Eight digits at once: each byte becomes its value, and neighbours are then joined pairwise.
fn parse_group(digits: [u8; 8]) -> Option<u32> {
    const LETTERS: u64 = 0x4040_4040_4040_4040;
    let bytes = u64::from_be_bytes(digits);
    let letters = (bytes & LETTERS) >> 6;
    let values = (bytes & 0x0f0f_0f0f_0f0f_0f0f) + letters * 9;
    // A digit is 0x30 to 0x39 and a letter 0x61 to 0x66. Hardly anything else comes back as it was.
    let back = values + 0x3030_3030_3030_3030 + letters * u64::from(b'a' - b'0' - 10);
    if back != bytes {
        return None;
    }
    let pairs = (values | (values >> 4)) & 0x00ff_00ff_00ff_00ff;
    let quads = (pairs | (pairs >> 8)) & 0x0000_ffff_0000_ffff;
    u32::try_from((quads | (quads >> 16)) & 0xffff_ffff).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: Text, bytes: usize) -> Vec<u8> {
        let mut out = b"before".to_vec();
        text.write_to(&mut out, bytes);
        out.split_off(6)
    }

    #[test]
    fn what_is_written_is_read_back() {
        let text = Text {
            stream: 0x0102_03af,
            number: 0xdead_beef,
            due_us: 0x9876_5432,
        };
        for bytes in [TEXT_BYTES_MIN, 64, 73, 200, TEXT_BYTES_MAX] {
            let line = written(text, bytes);
            assert_eq!((line.len(), Text::parse(&line)), (bytes, Some(text)));
        }
    }

    #[test]
    fn no_byte_may_differ() {
        let text = Text {
            stream: 7,
            number: 0xa0b1,
            due_us: 0x00ff_1234,
        };
        let line = written(text, 140);
        for place in 0..line.len() {
            for bit in 0..8 {
                let mut broken = line.clone();
                broken[place] ^= 1 << bit;
                let parsed = Text::parse(&broken);
                assert_ne!(parsed, Some(text), "bit {bit} of byte {place}");
            }
        }
        assert_eq!(Text::parse(&line[..TEXT_BYTES_MIN - 1]), None);
    }
}
