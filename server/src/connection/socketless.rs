//! A whole connection without a socket and without a clock, for fuzz/: what a peer says goes in, what it is told comes out.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use salon_protocol::LineDecoder;

use super::client::Client;
use super::transport::Entrance;
use super::{io, shown_host};
use crate::hub::Hub;
use crate::verb;

/// What a peer is told that says all of this and then leaves. It reads whatever it is told at once.
pub(crate) async fn converse(hub: &Arc<Hub>, mut said: &[u8]) -> io::Result<Vec<u8>> {
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let admitted = hub.admit(address, Entrance::default());
    let (session, inbox) = admitted.map_err(io::Error::other)?;
    let mut client = Client::new(Arc::clone(hub), session, inbox, shown_host(address));
    let mut decoder = LineDecoder::new();
    let mut told = Vec::new();
    while client.ending.is_none() && !said.is_empty() {
        match decoder.next_line(&mut said) {
            None => {}
            Some(Ok(line)) => {
                verb::handle_line(&mut client, line).await;
            }
            Some(Err(_)) => {
                verb::refuse_long_line(&mut client).await;
            }
        }
        client.flush_postings().await;
        client.collect().await;
        client.output.write_to(&mut told)?;
    }
    client.depart("Connection closed").await;
    hub.forget(session);
    Ok(told)
}
