//! `MONITOR`: hears of the coming and going of nicks. <https://ircv3.net/specs/extensions/monitor>

use std::sync::Arc;

use salon_protocol::{Message, Nick, numeric};

use super::{Handled, Handler, Phase, Verb, need_more_params};
use crate::connection::Client;
use crate::directory::Watcher;
use crate::reply::Reply;

/// How many nicks a client may watch; `MONITOR` in `005`.
pub(crate) const WATCHED_MAX: usize = 100;

pub(super) const VERB: Verb = Verb {
    name: "MONITOR",
    params_min: 1,
    phase: Phase::Registered,
    handler: Handler::Now(run),
    help: "MONITOR + nick[,nick...] | - nick[,nick...] | C | L | S\nWatches nicks, stops watching, clears, lists, or shows who is here.",
};

fn run(client: &mut Client, message: &Message<'_>) -> Handled {
    let nicks = || message.param(1).ok_or_else(|| need_more_params("MONITOR"));
    match message.param(0).unwrap_or_default() {
        "+" => watch(client, nicks()?),
        "-" => {
            unwatch(client, parse(nicks()?));
            Ok(())
        }
        "C" | "c" => {
            let all = std::mem::take(&mut client.monitored);
            unwatch(client, all);
            Ok(())
        }
        "L" | "l" => {
            let nicks: Vec<String> = client.monitored.iter().map(ToString::to_string).collect();
            client.numeric_list(numeric::RPL_MONLIST, &[], &nicks, ",");
            client.numeric(numeric::RPL_ENDOFMONLIST, &["End of MONITOR list"]);
            Ok(())
        }
        "S" | "s" => {
            let nicks: Vec<Nick> = client.monitored.iter().cloned().collect();
            show(client, &nicks);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// What is no nick can never be here, and is left out.
fn parse(nicks: &str) -> impl Iterator<Item = Nick> {
    nicks
        .split(',')
        .filter_map(|nick| nick.parse::<Nick>().ok())
}

fn watch(client: &mut Client, nicks: &str) -> Handled {
    let mut added = Vec::new();
    let wanted: Vec<Nick> = parse(nicks).collect();
    let mut refused = Vec::new();
    for nick in wanted {
        if client.monitored.len() >= WATCHED_MAX && !client.monitored.contains(&nick) {
            refused.push(nick.to_string());
        } else if client.monitored.insert(nick.clone()) {
            added.push(nick);
        }
    }
    show(client, &added);
    if refused.is_empty() {
        return Ok(());
    }
    let limit = WATCHED_MAX.to_string();
    Err(Reply::numeric(
        numeric::ERR_MONLISTFULL,
        &[&limit, &refused.join(","), "Monitor list is full."],
    ))
}

fn unwatch(client: &mut Client, nicks: impl IntoIterator<Item = Nick>) {
    for nick in nicks {
        client.monitored.remove(&nick);
        client.hub.directory.unwatch(client.session, &nick);
    }
}

/// Shows who of the nicks is here, and has the directory tell of every change from now on.
fn show(client: &mut Client, nicks: &[Nick]) {
    let Some(user) = client.user.clone() else {
        return;
    };
    let watcher = Watcher {
        session: client.session,
        user,
        inbox: Arc::clone(&client.inbox),
    };
    let (mut online, mut offline) = (Vec::new(), Vec::new());
    for nick in nicks {
        match client.hub.directory.watch(&watcher, nick) {
            Some(mask) => online.push(mask),
            None => offline.push(nick.to_string()),
        }
    }
    client.numeric_list(numeric::RPL_MONONLINE, &[], &online, ",");
    client.numeric_list(numeric::RPL_MONOFFLINE, &[], &offline, ",");
}
