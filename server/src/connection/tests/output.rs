//! Bytes on their way out: in order, however little the peer takes at a time.

use bytes::Bytes;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};

use super::super::output::{Output, PENDING_BYTES_MAX};

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
    here.writable().await.expect("a socket");
    assert!(output.write_to(&here).expect("written"));
    assert!(!output.is_empty(), "more than a socket's buffer takes");
    assert!(!output.write_to(&here).expect("nothing written"));
    let reader = tokio::spawn(async move {
        let mut got = Vec::new();
        there.read_to_end(&mut got).await.expect("read");
        got
    });
    while !output.is_empty() {
        here.writable().await.expect("a socket");
        output.write_to(&here).expect("written");
    }
    drop(here);
    assert!(reader.await.expect("read") == expected);
}

#[tokio::test]
async fn a_peer_that_is_gone_is_an_error() {
    let (here, there) = pair().await;
    drop(there);
    let mut output = Output::default();
    let failed = loop {
        output.push(b"x");
        here.writable().await.expect("a socket");
        if let Err(error) = output.write_to(&here) {
            break error;
        }
    };
    assert!(matches!(
        failed.kind(),
        std::io::ErrorKind::BrokenPipe | std::io::ErrorKind::ConnectionReset
    ));
}
