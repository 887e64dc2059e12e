//! The last lines of a connection, over a socket that takes little at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpSocket;
use tokio::time::timeout;

use crate::connection::{Entrance, welcome};
use crate::log::MemoryLog;
use crate::tests::hub;

/// What a socket of the test may hold, in bytes; the system makes it somewhat more.
const SOCKET_BYTES: u32 = 4_096;

#[tokio::test(start_paused = true)]
async fn one_who_quits_on_a_slow_way_gets_all_that_was_acknowledged() {
    let listener = TcpSocket::new_v4().expect("a socket");
    listener.set_send_buffer_size(SOCKET_BYTES).expect("a size");
    let any = "127.0.0.1:0".parse().expect("an address");
    listener.bind(any).expect("a free port");
    let listener = listener.listen(1).expect("a listener");
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(SOCKET_BYTES).expect("a size");
    let address = listener.local_addr().expect("an address");
    let mut peer = socket.connect(address).await.expect("it listens");
    let (stream, from) = listener.accept().await.expect("a connection");
    let hub = hub(Arc::new(MemoryLog::new(7, 0)));
    welcome(&hub, stream, Entrance::default(), from);
    let pings: Vec<String> = (0..300)
        .map(|number| format!("PING {number:0400}"))
        .collect();
    let lines = format!("{}\r\nQUIT :enough\r\n", pings.join("\r\n"));
    let (reader, mut writer) = peer.split();
    let mut reader = BufReader::new(reader).lines();
    let reading = async {
        let mut read = Vec::new();
        while let Ok(Ok(Some(line))) = timeout(Duration::from_mins(5), reader.next_line()).await {
            read.push(line);
            // Slower than a peer may be that is sent away at once.
            tokio::time::advance(Duration::from_millis(100)).await;
        }
        read
    };
    let (written, read) = tokio::join!(writer.write_all(lines.as_bytes()), reading);
    written.expect("the hub reads");
    let mut expected: Vec<String> = (0..300)
        .map(|number| format!(":salon.local PONG salon.local {number:0400}"))
        .collect();
    expected.push("ERROR :Quit: enough".to_owned());
    assert_eq!(read, expected);
    hub.connections.close();
    hub.connections.wait().await;
}
