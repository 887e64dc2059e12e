//! `CAP`: which capabilities there are, and which a client wants.
//!
//! <https://ircv3.net/specs/extensions/capability-negotiation>

use futures_util::future::BoxFuture;
use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::connection::{Caps, Client};
use crate::reply::Reply;

/// Bytes of capability names on one line of `CAP LS`; the rest of the line is its frame.
const NAMES_BYTES_MAX: usize = 400;

/// The version of `CAP LS` from which answers may take several lines.
const VERSION_MULTILINE: u32 = 302;

pub(super) const VERB: Verb = Verb {
    name: "CAP",
    params_min: 1,
    phase: Phase::Any,
    handler: Handler::Ask(run),
    help: "CAP LS [version] | LIST | REQ :capabilities | END\nNegotiates IRCv3 capabilities.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let subcommand = message.param(0).unwrap_or_default();
        match subcommand.to_ascii_uppercase().as_str() {
            "LS" => list(client, message.param(1)),
            "LIST" => {
                let names: Vec<String> = client.caps.names().map(ToOwned::to_owned).collect();
                answer(
                    client,
                    "LIST",
                    &names,
                    client.cap_version >= VERSION_MULTILINE,
                );
            }
            "REQ" => request(client, message.param(1).unwrap_or_default()),
            "END" if client.user.is_none() => {
                client.introduce().negotiating = false;
                client.try_register().await;
            }
            "END" => {}
            _ => {
                let params = [subcommand, "Invalid CAP command"];
                return Err(Reply::numeric(numeric::ERR_INVALIDCAPCMD, &params));
            }
        }
        Ok(())
    })
}

fn list(client: &mut Client, version: Option<&str>) {
    if client.user.is_none() {
        client.introduce().negotiating = true;
    }
    let version = version
        .and_then(|version| version.parse().ok())
        .unwrap_or(0);
    client.cap_version = client.cap_version.max(version);
    if client.hears_of_caps() {
        client.caps |= Caps::CAP_NOTIFY;
    }
    let with_values = version >= VERSION_MULTILINE;
    let accounts = &client.hub.config().accounts;
    let mut names = Caps::offered(accounts, client.entrance.tls, with_values);
    // Without its value it says nothing.
    names.extend(client.sts().filter(|_| with_values));
    answer(client, "LS", &names, with_values);
}

/// Lists names on as many lines as it takes, or on one for a client that would not understand more.
fn answer(client: &mut Client, subcommand: &str, names: &[String], may_continue: bool) {
    let nick = client.nick();
    let mut line = String::new();
    for name in names {
        if may_continue && line.len() + name.len() >= NAMES_BYTES_MAX {
            client.hub_line("CAP", &[&nick, subcommand, "*", &line]);
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(name);
    }
    client.hub_line("CAP", &[&nick, subcommand, &line]);
}

/// All of what is asked for, or nothing.
fn request(client: &mut Client, wanted: &str) {
    if client.user.is_none() {
        client.introduce().negotiating = true;
    }
    let nick = client.nick();
    let mut caps = client.caps;
    for word in wanted.split_ascii_whitespace() {
        let (name, on) = word
            .strip_prefix('-')
            .map_or((word, true), |name| (name, false));
        let Some(cap) = Caps::named(name) else {
            client.hub_line("CAP", &[&nick, "NAK", wanted]);
            return;
        };
        caps.set(cap, on);
    }
    // A response to a label may be a batch.
    let labels_alone = caps.contains(Caps::LABELED_RESPONSE) && !caps.contains(Caps::BATCH);
    if labels_alone && !client.caps.contains(Caps::LABELED_RESPONSE) {
        client.hub_line("CAP", &[&nick, "NAK", wanted]);
        return;
    }
    client.caps = if labels_alone {
        caps - Caps::LABELED_RESPONSE
    } else {
        caps
    };
    client.hub_line("CAP", &[&nick, "ACK", wanted]);
}
