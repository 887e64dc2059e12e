//! The decoder against a reference that sees the whole stream at once, and its limits to the byte.

use proptest::prelude::*;

use super::*;
use crate::limits::LINE_BYTES_MAX;

const TAGS_TOO_LONG: LineTooLong = LineTooLong::Tags {
    bytes_max: TAGS_BYTES_MAX,
};

const BODY_TOO_LONG: LineTooLong = LineTooLong::Body { bytes_max: 512 };

/// What is kept of an unfinished line at most.
const PARTIAL_BYTES_MAX: usize = 8703;

type Lines = Vec<Result<Vec<u8>, LineTooLong>>;

/// Feeds the pieces one by one, checking the bound on memory at each step.
#[track_caller]
fn decode<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> (Lines, LineDecoder) {
    let mut decoder = LineDecoder::new();
    let mut lines = Vec::new();
    for piece in pieces {
        let mut input = piece;
        while let Some(line) = decoder.next_line(&mut input) {
            lines.push(line.map(<[u8]>::to_vec));
        }
        assert!(input.is_empty(), "the input is used up");
        assert!(decoder.partial.capacity() <= PARTIAL_BYTES_MAX);
        if decoder.is_empty() {
            assert_eq!(
                decoder.partial.capacity(),
                0,
                "nothing is kept between lines"
            );
        }
    }
    (lines, decoder)
}

/// Checks the lines of a stream fed whole, byte by byte, and cut in two at its start and end.
#[track_caller]
fn check(stream: &[u8], expected: &[Result<&[u8], LineTooLong>]) {
    let expected: Lines = expected
        .iter()
        .map(|line| line.map(<[u8]>::to_vec))
        .collect();
    assert_eq!(decode([stream]).0, expected, "whole");
    assert_eq!(decode(stream.chunks(1)).0, expected, "byte by byte");
    for cut in [1, stream.len().saturating_sub(1), stream.len() / 2] {
        let (front, back) = stream.split_at(cut.min(stream.len()));
        assert_eq!(decode([front, back]).0, expected, "cut at {cut}");
    }
}

#[test]
fn lines_end_with_lf_and_any_cr_before_it() {
    check(b"a\r\nb\nc\r\r\nd", &[Ok(b"a"), Ok(b"b"), Ok(b"c")]);
}

#[test]
fn empty_lines_are_skipped() {
    check(b"\r\n\n\r\r\na\n\n", &[Ok(b"a")]);
    check(b"", &[]);
}

#[test]
fn a_cr_inside_a_line_stays() {
    check(b"a\rb\r\n", &[Ok(b"a\rb")]);
}

#[test]
fn bytes_that_are_no_text_pass() {
    check(b"\xff\0\xfe\r\n", &[Ok(b"\xff\0\xfe")]);
}

#[test]
fn whole_lines_are_borrowed_from_the_input() {
    let stream = b"first\r\nsecond\r\n";
    let mut input = &stream[..];
    let mut decoder = LineDecoder::new();
    let line = decoder.next_line(&mut input).unwrap().unwrap();
    assert_eq!(line.as_ptr(), stream.as_ptr());
    assert_eq!(input, b"second\r\n");
}

#[test]
fn an_unfinished_line_is_kept_and_then_given_back() {
    let (lines, mut decoder) = decode([&b"PI"[..], b"NG"]);
    assert_eq!(lines, []);
    assert!(!decoder.is_empty());
    let mut input = &b" x\r\n"[..];
    assert_eq!(decoder.next_line(&mut input), Some(Ok(&b"PING x"[..])));
    assert!(decoder.is_empty());
    assert_eq!(decoder.next_line(&mut input), None);
    assert_eq!(decoder.partial.capacity(), 0);
}

#[test]
fn the_body_is_limited_to_the_byte() {
    let fits = vec![b'x'; LINE_BYTES_MAX - 2];
    let too_long = vec![b'x'; LINE_BYTES_MAX - 1];
    for ending in [&b"\r\n"[..], b"\n"] {
        let stream = [&fits, ending, &too_long, ending, b"a", ending].concat();
        check(&stream, &[Ok(&fits), Err(BODY_TOO_LONG), Ok(b"a")]);
    }
}

#[test]
fn longer_lines_are_taken_where_that_is_wanted() {
    let mut decoder = LineDecoder::with_body_max(1000);
    let longest = [&[b'x'; 1000][..], b"\r\n"].concat();
    let (first, second) = longest.split_at(700);
    assert_eq!(decoder.next_line(&mut &first[..]), None);
    let line = decoder.next_line(&mut &second[..]).unwrap().unwrap();
    assert_eq!(line.len(), 1000);
    let longer = [b'x'; 1002];
    let too_long = LineTooLong::Body { bytes_max: 1002 };
    assert_eq!(decoder.next_line(&mut &longer[..]), Some(Err(too_long)));
}

#[test]
fn the_tags_are_limited_to_the_byte() {
    let data = vec![b't'; TAGS_BYTES_MAX - 2];
    let body = vec![b'x'; LINE_BYTES_MAX - 2];
    let longest = [b"@", &data[..], b" ", &body].concat();
    let tags_too_long = [b"@", &data[..], b"t a"].concat();
    let body_too_long = [&longest[..], b"x"].concat();
    let lines = [&longest[..], &tags_too_long, &body_too_long, b"a", b""];
    let expected = [
        Ok(&longest[..]),
        Err(TAGS_TOO_LONG),
        Err(BODY_TOO_LONG),
        Ok(b"a"),
    ];
    check(&lines.join(&b"\r\n"[..]), &expected);
}

#[test]
fn tags_without_an_end_are_limited_too() {
    let fits = [b"@", &vec![b't'; TAGS_BYTES_MAX - 2][..]].concat();
    let too_long = [&fits[..], b"t"].concat();
    let stream = [&fits[..], b"\r\n", &too_long, b"\r\na\n"].concat();
    check(&stream, &[Ok(&fits), Err(TAGS_TOO_LONG), Ok(b"a")]);
}

#[test]
fn a_line_that_never_ends_is_reported_once_and_kept_nowhere() {
    let piece = vec![b'x'; 4096];
    let (lines, mut decoder) = decode((0..256).map(|_| &piece[..]));
    assert_eq!(lines, [Err(BODY_TOO_LONG)]);
    assert_eq!(decoder.partial.capacity(), 0);
    assert!(!decoder.is_empty(), "the line has not ended");
    let mut input = &b"\nPING\n"[..];
    assert_eq!(decoder.next_line(&mut input), Some(Ok(&b"PING"[..])));
}

#[test]
fn a_line_longer_than_the_buffer_in_one_piece_is_reported_once() {
    let huge = [&vec![b'x'; 1 << 20][..], b"\na\n"].concat();
    check(&huge, &[Err(BODY_TOO_LONG), Ok(b"a")]);
}

#[test]
fn no_more_is_kept_than_can_matter_even_for_a_moment() {
    let mut decoder = LineDecoder::new();
    for count in [1, 1 << 20] {
        decoder.append(&vec![b'x'; count]);
    }
    assert_eq!(decoder.partial.len(), PARTIAL_BYTES_MAX);
    assert_eq!(decoder.partial.capacity(), PARTIAL_BYTES_MAX);
}

/// What the decoder must give, told from the whole stream.
fn reference(stream: &[u8]) -> Lines {
    let mut lines = Vec::new();
    let mut pieces = stream.split(|byte| *byte == b'\n');
    let unended = pieces.next_back().unwrap_or_default();
    for line in pieces {
        match finished(line, BODY_BYTES_MAX) {
            Ok([]) => {}
            result => lines.push(result.map(<[u8]>::to_vec)),
        }
    }
    lines.extend(unfinished(unended, BODY_BYTES_MAX).err().map(Err));
    lines
}

/// Streams in which limits, line endings and tags come often.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => Just(b"\n".to_vec()),
        4 => Just(b"\r\n".to_vec()),
        2 => Just(b"\r".to_vec()),
        3 => Just(b"@".to_vec()),
        3 => Just(b" ".to_vec()),
        3 => proptest::collection::vec(any::<u8>(), 0..20),
        2 => (505_usize..515).prop_map(|count| vec![b'x'; count]),
        1 => (8185_usize..8195).prop_map(|count| vec![b't'; count]),
    ];
    proptest::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn every_chunking_gives_the_same_lines(
        stream in stream(),
        sizes in proptest::collection::vec(1_usize..700, 1..12),
    ) {
        let expected = reference(&stream);
        prop_assert_eq!(&decode([&stream[..]]).0, &expected, "whole");
        prop_assert_eq!(&decode(stream.chunks(1)).0, &expected, "byte by byte");
        let mut rest = &stream[..];
        let mut pieces = Vec::new();
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at(rest.len().min(*size));
            pieces.push(piece);
            rest = after;
        }
        prop_assert_eq!(&decode(pieces).0, &expected, "in pieces");
    }
}
