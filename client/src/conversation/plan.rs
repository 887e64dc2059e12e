//! What a conversation goes by, decided before it begins.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use base64ct::{Base64, Encoding as _};
use salon_commands::Target;
use salon_config::{ClientTls, ListenAddress, ServerUrl, Transport};

use super::preferences::Preferences;
use crate::plugin::Setup;
use crate::policies::Policies;
use crate::session::Identity;

/// What a line that begins with `:` or `/` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    /// A command, typed by a person.
    Typed,
    /// A command of a script.
    Scripted,
    /// A message like any other.
    Verbatim,
}

/// What to do when a room that was asked for at the start is closed to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClosedRoom {
    /// Tell, and go on: a person sees where they are.
    Tell,
    /// Give up: a script's lines must not land in another room.
    Fail,
}

/// What a conversation goes by.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The host of the hub.
    pub(crate) host: String,
    /// Its port.
    pub(crate) port: u16,
    /// What carries the conversation.
    pub(crate) transport: Transport,
    /// Where TLS is, if the server itself wants nothing else.
    pub(crate) secure_port: Option<u16>,
    /// What servers wanted so far; `None` is for who has no home.
    pub(crate) policies: Option<Policies>,
    /// Whom to trust with TLS, and what to show.
    pub(crate) tls: ClientTls,
    /// Who we want to be.
    pub(crate) identity: Identity,
    /// How input lines are read.
    pub(crate) lines: Lines,
    /// What becomes of rooms that we can't join at the start.
    pub(crate) closed_room: ClosedRoom,
    /// How long to wait for the hub; `None` is for ever.
    pub(crate) timeout: Option<Duration>,
    /// What the person likes to have it, and may change.
    pub(crate) preferences: Preferences,
    /// How long to wait at least before coming back to a hub that was lost.
    pub(crate) pause_min: Duration,
    /// The folder where what is said stays until it is sent; `None` is for who has no home.
    pub(crate) unsent: Option<PathBuf>,
    /// What `~` is.
    pub(crate) home: Option<PathBuf>,
    /// Where the plug-ins are; `None` is without any.
    pub(crate) plugins: Option<Setup>,
    /// Whom the lines are for, wherever we are; `None` is whoever is in front.
    pub(crate) addressee: Option<Target>,
}

impl Plan {
    /// Leads to another hub. What was known by another host alone is not shown to it, nor trusted there.
    pub(crate) fn lead_to(&mut self, hub: &ServerUrl) {
        if self.host != hub.host {
            self.tls.fingerprint = None;
            self.tls.cert = None;
            self.tls.key = None;
            self.identity.password = None;
            self.identity.login = None;
            for room in &mut self.identity.rooms {
                room.key = None;
            }
        }
        self.host.clone_from(&hub.host);
        self.port = hub.port;
        self.transport = hub.transport;
        self.secure_port = None;
    }

    /// Whether it leads to the hub of another plan.
    pub(super) fn is_beside(&self, other: &Self) -> bool {
        (&self.host, self.port) == (&other.host, other.port)
    }

    /// Whether it leads to this hub, in this way.
    pub(super) fn is_for(&self, hub: &ServerUrl) -> bool {
        (&self.host, self.port, self.transport) == (&hub.host, hub.port, hub.transport)
    }

    /// Who arrives now: with what no connection has had before, and knowing whether somebody may listen.
    pub(crate) fn arriving_identity(&self) -> Identity {
        let host = self.host.parse::<IpAddr>();
        let is_here = self.host == "localhost" || host.is_ok_and(|address| address.is_loopback());
        Identity {
            is_private: is_here || self.tls().is_some(),
            nonce: nonce(),
            ..self.identity.clone()
        }
    }

    /// The settings for TLS, if that carries the conversation.
    pub(crate) fn tls(&self) -> Option<&ClientTls> {
        (self.is_tls_asked_for() || self.secure_port.is_some()).then_some(&self.tls)
    }

    /// Whether TLS is wanted whatever the server wants.
    pub(super) fn is_tls_asked_for(&self) -> bool {
        self.transport == Transport::Tls
    }

    /// The port that is connected to.
    pub(super) fn link_port(&self) -> u16 {
        self.secure_port.unwrap_or(self.port)
    }

    /// The hub, as one would write it.
    pub(super) fn address(&self) -> String {
        ListenAddress::new(&*self.host, self.port).to_string()
    }

    /// Where the hub is connected to.
    pub(super) fn link_address(&self) -> String {
        ListenAddress::new(&*self.host, self.link_port()).to_string()
    }
}

fn nonce() -> String {
    let mut bytes = [0; 18];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    Base64::encode_string(&bytes)
}
