//! `STATS`: the bans of the hub, and for how long it has been up. <https://modern.ircdocs.horse/#stats-message>

use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb, fit};
use crate::ban::BanKind;
use crate::clock;
use crate::connection::Client;

pub(super) const VERB: Verb = Verb {
    name: "STATS",
    params_min: 1,
    phase: Phase::Registered,
    handler: Handler::Now(run),
    help: "STATS k|d|u\nShows the bans of masks and accounts (k) or of addresses (d), which is for operators of the server, or for how long it has been up (u).",
};

fn run(client: &mut Client, message: &Message<'_>) -> Handled {
    let letter = message.param(0).unwrap_or_default();
    match letter {
        "k" | "K" => show(client, BanKind::Mask)?,
        "d" | "D" => show(client, BanKind::Address)?,
        "u" => client.numeric(numeric::RPL_STATSUPTIME, &[&uptime(client)]),
        _ => {}
    }
    client.numeric(
        numeric::RPL_ENDOFSTATS,
        &[fit(letter), "End of /STATS report"],
    );
    Ok(())
}

fn show(client: &mut Client, kind: BanKind) -> Handled {
    client.operator()?;
    let numeric = match kind {
        BanKind::Mask => numeric::RPL_STATSKLINE,
        BanKind::Address => numeric::RPL_STATSDLINE,
    };
    for ban in client.hub.bans.of_kind(kind, clock::now()) {
        let until = ban
            .expires
            .map_or_else(|| "*".to_owned(), |time| time.to_string());
        let letter = kind.letter().to_string();
        client.numeric(
            numeric,
            &[&letter, &ban.mask, &until, &ban.setter, &ban.reason],
        );
    }
    Ok(())
}

fn uptime(client: &Client) -> String {
    let started = client.hub.started.as_millis();
    let seconds = clock::now().as_millis().saturating_sub(started) / 1_000;
    let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    format!("Server Up {days} days {hours}:{minutes:02}:{seconds:02}")
}
