//! A connection: one task between a socket and the hub. Only this module and [`transport`] below it touch the socket.
//!
//! The task reads lines, runs their verbs one after the other, takes what the rooms and the inbox have, and writes.
//! It never takes more than the peer reads: once [`output::PENDING_BYTES_MAX`] bytes wait, it leaves rings, inbox and
//! socket alone until some are gone. A line is handled when the one before it is done, its commit included, so a
//! `PONG` comes after everything that was sent before its `PING` has come about.

mod account;
mod ban;
mod caps;
mod client;
mod deliver;
mod feed;
mod history;
mod introduction;
mod membership;
mod metadata;
mod multiline;
mod output;
mod posting;
mod registration;
mod response;
mod search;
mod session;
mod socketless;
#[cfg(test)]
mod tests;
mod timing;
mod transport;

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use futures_util::FutureExt as _;
use salon_protocol::LineDecoder;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

use crate::hub::Hub;
use crate::verb;

pub(crate) use caps::Caps;
pub(crate) use client::{Client, not_registered};
pub(crate) use history::{Conversation, Reference, Window, unreadable, unreadable_for};
pub(crate) use multiline::{Line, OpenBatch, invalid as invalid_batch};
pub(crate) use posting::{Content, Posting, destination, no_such_channel};
pub(crate) use registration::nick_in_use;
pub(crate) use socketless::converse;
pub(crate) use timing::LineKind;
use timing::{Allowance, Deadlines, Verdict};
pub(crate) use transport::Entrance;
use transport::{READ_BYTES, Received, Transport};

/// How long a connection that has ended is read from, so that the peer gets what was sent last.
const LINGER: Duration = Duration::from_secs(1);

/// How long one who has quit may take nothing of what waits for it, where there is no ping timeout.
const PATIENCE: Duration = Duration::from_mins(1);

thread_local! {
    /// Where a thread reads, whichever connection it is for.
    static INTAKE: RefCell<Vec<u8>> = RefCell::new(Vec::with_capacity(READ_BYTES));
}

/// Lets a peer in and serves it on a task, or turns it away.
pub(crate) fn welcome(hub: &Arc<Hub>, stream: TcpStream, entrance: Entrance, peer: SocketAddr) {
    let (session, inbox) = match hub.admit(peer.ip(), entrance) {
        Ok(admitted) => admitted,
        Err(full) => {
            hub.metrics.refused(full.reason());
            hub.connections
                .spawn(turn_away(stream, entrance, full.to_string()));
            return;
        }
    };
    let transport = match Transport::new(stream, entrance, hub) {
        Ok(transport) => transport,
        Err(error) => {
            tracing::error!(%peer, %error, "a connection could not begin");
            return hub.forget(session);
        }
    };
    hub.metrics.connected();
    let mut client = Client::new(Arc::clone(hub), session, inbox, shown_host(peer.ip()));
    client.entrance = entrance;
    hub.connections
        .spawn(Connection::new(transport, peer, client).serve());
}

/// The address as it stands in masks; one that begins with a colon could not be told from a trailing parameter.
fn shown_host(address: IpAddr) -> String {
    let host = address.to_canonical().to_string();
    if host.starts_with(':') {
        format!("0{host}")
    } else {
        host
    }
}

/// Tells a peer that is not let in why, where that takes no handshake: a hub that is full has better to do.
async fn turn_away(mut stream: TcpStream, entrance: Entrance, reason: String) {
    if !entrance.tls {
        let words = if entrance.websocket {
            "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                .to_owned()
        } else {
            format!("ERROR :{reason}\r\n")
        };
        // Whether the peer still hears it is its own matter.
        let _ = stream.write_all(words.as_bytes()).await;
    }
    let _ = stream.shutdown().await;
}

struct Connection {
    transport: Transport,
    client: Client,
    decoder: LineDecoder,
    /// What was read and not yet handled.
    input: Bytes,
    /// The peer sends nothing more.
    input_ended: bool,
    /// What the rooms have was taken up without a look at all else.
    hurried: bool,
    allowance: Option<Box<Allowance>>,
    deadlines: Deadlines,
}

impl Connection {
    fn new(transport: Transport, peer: SocketAddr, client: Client) -> Self {
        let config = client.hub.config();
        let limits = &config.limits;
        let allowance = (!limits.is_exempt(peer.ip()))
            .then(|| Box::new(Allowance::new(limits, Instant::now())));
        let deadlines = Deadlines::new(Arc::clone(&config), Instant::now());
        Self {
            transport,
            client,
            decoder: LineDecoder::new(),
            input: Bytes::new(),
            input_ended: false,
            hurried: false,
            allowance,
            deadlines,
        }
    }

    /// Serves the peer until either side ends the connection.
    #[expect(
        clippy::manual_async_fn,
        reason = "an async fn would have room for its argument twice, in every connection"
    )]
    fn serve(mut self) -> impl Future<Output = ()> + Send {
        async move {
            let ending = match AssertUnwindSafe(self.run()).catch_unwind().await {
                Ok(Ok(())) => None,
                Ok(Err(error)) => {
                    tracing::debug!(peer = self.client.host, %error, "connection lost");
                    Some("Connection lost")
                }
                Err(_) => {
                    tracing::error!(
                        peer = self.client.host,
                        "a connection broke; this is a mistake in salond"
                    );
                    self.client.ending = None;
                    Some("Internal error of the server")
                }
            };
            // Boxed, as is the handling of input: a connection that waits is not to carry the room that these need.
            Box::pin(self.end(ending.unwrap_or("Connection closed"))).await;
        }
    }

    /// Takes the client out of the hub, and says good-bye; `otherwise` is why, unless the client is told something else.
    async fn end(&mut self, otherwise: &str) {
        let reason = self.client.ending.take();
        let reason = reason.as_deref().unwrap_or(otherwise);
        self.client.depart(reason).await;
        self.write_patiently().await;
        // Before the peer can see that it is over, and look whether it still counts.
        self.client.hub.forget(self.client.session);
        self.close(reason).await;
    }

    /// Serves until the connection is to end; an error is one of the socket.
    async fn run(&mut self) -> io::Result<()> {
        let mut timer = pin!(tokio::time::sleep_until(self.deadlines.first()));
        loop {
            if self.client.collect_plain() {
                Box::pin(self.client.collect()).await;
            }
            let held_until = if self.input.is_empty() {
                None
            } else {
                Box::pin(self.handle_input()).await
            };
            self.write()?;
            if self.client.ending.is_some() {
                return Ok(());
            }
            let room = !self.client.output.is_full();
            if room && (self.client.has_news() || (held_until.is_none() && !self.input.is_empty()))
            {
                tokio::task::consume_budget().await;
                continue;
            }
            if self.input_ended && self.input.is_empty() && self.client.output.is_empty() {
                self.client.ending = Some("Connection closed".to_owned());
                return Ok(());
            }
            let mut held = held_until.map(|until| Box::pin(tokio::time::sleep_until(until)));
            poll_fn(|context| self.poll_wait(context, timer.as_mut(), held.as_mut())).await?;
        }
    }

    /// Waits for something to do. What is ready is taken up together, so that no part keeps another from its turn.
    fn poll_wait(
        &mut self,
        context: &mut Context<'_>,
        mut timer: Pin<&mut Sleep>,
        held: Option<&mut Pin<Box<Sleep>>>,
    ) -> Poll<io::Result<()>> {
        let inbox = &self.client.inbox;
        let mut is_ready = false;
        if self.client.output.is_full() {
            is_ready |= inbox.poll_ended(context).is_ready();
        } else {
            is_ready |= inbox.poll_woken(context).is_ready();
            if is_ready && !self.hurried {
                // All else is looked at before it waits, or the next time.
                self.hurried = true;
                return Poll::Ready(Ok(()));
            }
            self.hurried = false;
            if !self.input_ended && self.input.is_empty() {
                is_ready |= self.poll_read(context)?.is_ready();
            }
        }
        if self.has_output() {
            is_ready |= self.transport.poll_writable(context)?.is_ready();
        }
        if let Some(held) = held {
            // It is the hub that does not listen.
            self.deadlines.heard(Instant::now());
            is_ready |= held.as_mut().poll(context).is_ready();
        }
        if timer.as_mut().poll(context).is_ready() {
            let next = self.keep_time();
            timer.reset(next);
            is_ready = true;
        }
        if is_ready {
            Poll::Ready(Ok(()))
        } else {
            Poll::Pending
        }
    }

    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // No buffer while there is nothing for it.
        ready!(self.transport.poll_readable(context))?;
        match self.take_in(context)? {
            Received::Nothing => {}
            Received::Data => {
                self.deadlines.heard(Instant::now());
                self.client.hub.metrics.received(self.input.len());
            }
            Received::End => self.input_ended = true,
            Received::Refused(reason) => self.client.ending = Some(reason.to_owned()),
        }
        if let Some(fingerprint) = self.transport.take_fingerprint() {
            self.client.fingerprint = Some(Box::new(fingerprint));
        }
        if let Some(forwarded) = self.transport.take_forwarded() {
            self.come_from(&forwarded);
        }
        Poll::Ready(Ok(()))
    }

    /// Reads what there is. There is room for as much as a peer may send at once, which is seldom so much.
    fn take_in(&mut self, context: &mut Context<'_>) -> io::Result<Received> {
        INTAKE.with_borrow_mut(|intake| {
            intake.clear();
            intake.shrink_to(READ_BYTES);
            let received = self.transport.read(context, intake)?;
            if received == Received::Data {
                self.input = Bytes::copy_from_slice(intake);
            }
            Ok(received)
        })
    }

    /// Takes the peer for one from the address that a proxy tells, if it is a proxy that is trusted.
    fn come_from(&mut self, forwarded: &str) {
        let hub = Arc::clone(&self.client.hub);
        let config = hub.config();
        let Some(settings) = &config.websocket else {
            return;
        };
        let behind = |peer| settings.client_behind(peer, forwarded);
        match hub.readmit(self.client.session, behind) {
            Ok(None) => {}
            Ok(Some(address)) => {
                self.client.host = shown_host(address);
                let limits = &config.limits;
                self.allowance = (!limits.is_exempt(address))
                    .then(|| Box::new(Allowance::new(limits, Instant::now())));
            }
            Err(full) => {
                hub.metrics.refused(full.reason());
                self.client.ending = Some(full.to_string());
            }
        }
    }

    /// Whether something waits to be written.
    fn has_output(&self) -> bool {
        !self.client.output.is_empty() || self.transport.wants_write()
    }

    /// Handles lines while there are some and the peer reads the answers; gives the time until which a peer that sends
    /// too fast has to wait.
    async fn handle_input(&mut self) -> Option<Instant> {
        let mut held = None;
        while self.client.ending.is_none()
            && !self.client.inbox.is_ended()
            && !self.client.output.is_full()
            && !self.input.is_empty()
        {
            if let Some(until) = self
                .allowance
                .as_ref()
                .and_then(|allowance| allowance.held(Instant::now()))
            {
                held = Some(until);
                break;
            }
            let mut rest = self.input.as_ref();
            let before = rest.len();
            let line = self.decoder.next_line(&mut rest);
            let used = before - rest.len();
            match line {
                None => {}
                Some(Ok(line)) => {
                    let kind = verb::handle_line(&mut self.client, line).await;
                    if let Some(allowance) = &mut self.allowance {
                        allowance.spend(Instant::now(), kind);
                    }
                }
                Some(Err(_)) => {
                    let kind = verb::refuse_long_line(&mut self.client).await;
                    if let Some(allowance) = &mut self.allowance {
                        allowance.spend(Instant::now(), kind);
                    }
                }
            }
            self.input.advance(used);
            // Whoever sends many lines at once leaves the others their turn, and whoever ends it is heard.
            tokio::task::consume_budget().await;
        }
        self.client.flush_postings().await;
        if self.input.is_empty() {
            // Lets the decoder give back what the last line needed.
            self.decoder.next_line(&mut [].as_slice());
            // Not even an empty view: it would keep the buffer.
            self.input = Bytes::new();
        }
        held
    }

    fn write(&mut self) -> io::Result<()> {
        if self.has_output() {
            let before = self.client.output.len();
            let progress = self.transport.write(&mut self.client.output)?;
            let sent = before - self.client.output.len();
            self.client.hub.metrics.sent(sent);
            self.deadlines
                .wrote(Instant::now, progress, !self.has_output());
        }
        Ok(())
    }

    /// Does what is due, and gives the time of the next look.
    fn keep_time(&mut self) -> Instant {
        let now = Instant::now();
        match self.deadlines.check(now, self.client.user.is_some()) {
            Verdict::Fine => {}
            Verdict::Ping => {
                let name = self.client.hub.name().to_owned();
                self.client
                    .output
                    .push(format!("PING :{name}\r\n").as_bytes());
            }
            Verdict::End(reason) => self.client.ending = Some(reason.to_owned()),
        }
        self.deadlines.next(now, self.client.user.is_some())
    }

    /// Lets one who has left of its own accord have all that was acknowledged, however slow the way is, unless it takes
    /// nothing at all for the ping timeout or the hub ends.
    async fn write_patiently(&mut self) {
        if !self.client.has_quit {
            return;
        }
        let patience = self.client.hub.config().limits.ping_timeout;
        let patience = patience.unwrap_or(PATIENCE);
        let mut deadline = Instant::now() + patience;
        while self.transport.is_open() && self.has_output() && !self.client.hub.is_stopping() {
            match self.transport.write(&mut self.client.output) {
                Ok(true) => deadline = Instant::now() + patience,
                Ok(false) => {}
                Err(_) => return,
            }
            if !self.has_output() {
                return;
            }
            let may_go_on = poll_fn(|context| {
                if self.client.inbox.poll_ended(context).is_ready() {
                    return Poll::Ready(false);
                }
                let ready = self.transport.poll_writable(context);
                ready.map(|ready| ready.is_ok())
            });
            let may_go_on = tokio::time::timeout_at(deadline, may_go_on).await;
            if !may_go_on.unwrap_or(false) {
                return;
            }
        }
    }

    /// Says good-bye, and waits a moment for the peer to read it: closing at once, with input unread, would make its
    /// system throw away what it has not read yet. A hub that ends does not wait.
    async fn close(&mut self, reason: &str) {
        if self.transport.is_open() {
            let line = format!("ERROR :{reason}\r\n");
            self.client.output.push(line.as_bytes());
        } else {
            // There are no lines yet.
            self.client.output.clear();
        }
        // Whether the peer heard it changes nothing.
        let _ = self.transport.write_last(&mut self.client.output);
        self.write_patiently().await;
        let output = &mut self.client.output;
        let farewell = async {
            self.transport.write_all(output).await?;
            self.transport.finish().await?;
            if !self.input_ended && !self.client.hub.is_stopping() {
                self.transport.read_to_end().await?;
            }
            io::Result::Ok(())
        };
        let _ = tokio::time::timeout(LINGER, farewell).await;
    }
}
