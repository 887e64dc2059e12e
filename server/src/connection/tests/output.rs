//! Bytes on their way out: in order, however little the peer takes at a time.

use std::io::{self, IoSlice, Write};

use bytes::Bytes;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};

use super::super::output::{Output, PENDING_BYTES_MAX};

/// A socket that is written to without waiting, and how much it took.
struct Socket(TcpStream, usize);

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        let written = self.0.try_write_vectored(pieces)?;
        self.1 += written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (here, there) = tokio::join!(TcpStream::connect(address), listener.accept());
    (here.expect("connected"), there.expect("accepted").0)
}

#[test]
fn own_lines_and_shared_chunks_keep_their_order() {
    let mut output = Output::default();
    assert!(output.is_empty());
    output.push(b"one ");
    output.push(b"two ");
    output.push_shared(Bytes::from_static(b"three "));
    output.push_shared(Bytes::new());
    output.push(b"four");
    assert!(!output.is_empty());
    assert_eq!(output.drain(), "one two three four");
    assert!(output.is_empty());
}

#[test]
fn lines_can_be_taken_out_one_by_one() {
    let mut output = Output::default();
    output.push(b"one\r\n");
    output.push_shared(Bytes::from_static(b"two\r\n:three\r\n"));
    output.push(b"four\r\n");
    let lines = std::iter::from_fn(|| output.take_line());
    let lines: Vec<Bytes> = lines.collect();
    assert_eq!(lines, ["one", "two", ":three", "four"]);
    assert!(output.is_empty());
    assert_eq!(output.drain(), "");
}

#[test]
fn it_is_full_from_its_bound_on() {
    let mut output = Output::default();
    output.push(&vec![b'x'; PENDING_BYTES_MAX - 1]);
    assert!(!output.is_full());
    output.push_shared(Bytes::from_static(b"x"));
    assert!(output.is_full());
}

#[tokio::test]
async fn what_the_socket_does_not_take_is_written_later() {
    let (here, mut there) = pair().await;
    let mut here = Socket(here, 0);
    let mut output = Output::default();
    let mut expected = Vec::new();
    for index in 0..40_000_u32 {
        let piece = format!("{index:0100}\r\n").into_bytes();
        expected.extend_from_slice(&piece);
        if index % 3 == 0 {
            output.push(&piece);
        } else {
            output.push_shared(piece.into());
        }
    }
    here.0.writable().await.expect("a socket");
    output.write_to(&mut here).expect("written");
    let written = here.1;
    assert!(written > 0);
    assert!(!output.is_empty(), "more than a socket's buffer takes");
    output.write_to(&mut here).expect("nothing written");
    assert_eq!(here.1, written);
    let reader = tokio::spawn(async move {
        let mut got = Vec::new();
        there.read_to_end(&mut got).await.expect("read");
        got
    });
    while !output.is_empty() {
        here.0.writable().await.expect("a socket");
        output.write_to(&mut here).expect("written");
    }
    drop(here);
    assert!(reader.await.expect("read") == expected);
}

#[tokio::test]
async fn a_peer_that_is_gone_is_an_error() {
    let (here, there) = pair().await;
    let mut here = Socket(here, 0);
    drop(there);
    let mut output = Output::default();
    let failed = loop {
        output.push(b"x");
        here.0.writable().await.expect("a socket");
        if let Err(error) = output.write_to(&mut here) {
            break error;
        }
    };
    assert!(matches!(
        failed.kind(),
        std::io::ErrorKind::BrokenPipe | std::io::ErrorKind::ConnectionReset
    ));
}
