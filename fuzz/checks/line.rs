//! Bytes off a socket: the decoder cuts them into the same lines however they arrive, and what parses can be written
//! and read again.

use salon_protocol::{LineDecoder, Message};

fn lines<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Vec<Option<Vec<u8>>> {
    let mut decoder = LineDecoder::new();
    let mut found = Vec::new();
    for mut piece in pieces {
        while let Some(line) = decoder.next_line(&mut piece) {
            found.push(line.ok().map(<[u8]>::to_vec));
        }
    }
    found
}

pub(crate) fn check(bytes: &[u8]) {
    let whole = lines(std::iter::once(bytes));
    assert_eq!(whole, lines(bytes.chunks(7)));
    for line in whole.iter().flatten() {
        let Ok(text) = std::str::from_utf8(line) else {
            continue;
        };
        let Ok(message) = Message::parse(text) else {
            continue;
        };
        let Ok(written) = message.to_line() else {
            continue;
        };
        let again = Message::parse(&written).expect("what was written parses");
        assert_eq!(again.to_line().as_deref(), Ok(written.as_str()));
    }
}
