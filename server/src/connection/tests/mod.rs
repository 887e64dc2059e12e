//! Connections without a socket: what they would send is read from their output.

mod account;
mod ban;
mod deliver;
mod extensions;
mod farewell;
mod feed;
mod output;
mod several;

use std::sync::Arc;

use super::{Caps, Client, Connection, Entrance, Transport, shown_host};
use crate::clock;
use crate::event::Speech;
use crate::hub::Hub;
use crate::room::{Asker, Request};
use crate::tests::{inbox, person};
use crate::user::User;
use crate::verb::handle_line;

/// A registered client in no room, and the same as somebody who asks.
fn client(hub: &Arc<Hub>, id: u64, nick: &str) -> (Client, Asker) {
    let asker = person(id, nick);
    let mut client = Client::new(
        Arc::clone(hub),
        asker.session,
        inbox(&asker),
        "host".to_owned(),
    );
    let user: Arc<User> = Arc::clone(&asker.user);
    user.touch(clock::now());
    client.direct = user.direct();
    client.user = Some(user);
    (client, asker)
}

/// What a client would have been sent since the last time.
fn sent(client: &mut Client) -> Vec<String> {
    let text = client.output.drain();
    text.lines().map(ToOwned::to_owned).collect()
}

/// A client that is known by its nick.
fn known(hub: &Arc<Hub>, id: u64, nick: &str, caps: Caps) -> Client {
    let (mut client, asker) = client(hub, id, nick);
    hub.directory.claim(&asker.user).expect("a free nick");
    client.caps = caps;
    client
}

/// Sends lines and gives what comes back, and what came meanwhile.
async fn tell(client: &mut Client, lines: &[&str]) -> Vec<String> {
    for line in lines {
        handle_line(client, line.as_bytes()).await;
    }
    client.flush_postings().await;
    client.collect().await;
    sent(client)
}

fn say(text: &str) -> Request {
    Request::Say {
        speech: Speech::Privmsg,
        text: text.to_owned(),
        client_tags: String::new(),
        at_least: None,
    }
}

fn join() -> Request {
    Request::Join { key: None }
}

/// What a connection that waits costs: ten thousand of them are to fit into two dozen megabytes. A task is a multiple of 128
/// bytes, and this one of 896 with what tokio adds.
#[tokio::test]
async fn a_connection_that_waits_is_small() {
    let hub = crate::tests::hub(crate::tests::FickleLog::new());
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await;
    let listener = listener.expect("a free port");
    let peer = listener.local_addr().expect("an address");
    let stream = tokio::net::TcpStream::connect(peer).await;
    let stream = stream.expect("it listens");
    let entrance = Entrance::default();
    let (session, inbox) = hub.admit(peer.ip(), entrance).expect("there is room");
    let transport = Transport::new(stream, entrance, &hub).expect("no handshake");
    let client = Client::new(hub, session, inbox, shown_host(peer.ip()));
    let serving = Connection::new(transport, peer, client).serve();
    let bytes = size_of_val(&serving);
    assert!(bytes <= 784, "{bytes} bytes");
}
