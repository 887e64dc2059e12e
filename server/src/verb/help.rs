//! `HELP`: what the hub understands, out of the table of verbs. <https://modern.ircdocs.horse/#help-message>

use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, TABLE, Verb, look_up};
use crate::connection::Client;
use crate::reply::Reply;

/// How many verbs stand on one line of the index.
const NAMES_PER_LINE: usize = 8;

pub(super) const VERB: Verb = Verb {
    name: "HELP",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Now(run),
    help: "HELP [verb]\nShows what a verb does, or which verbs there are.",
};

fn run(client: &mut Client, message: &Message<'_>) -> Handled {
    let Some(subject) = message.param(0).filter(|subject| !subject.is_empty()) else {
        show(
            client,
            "index",
            "Verbs of this server; HELP verb tells more",
            &index(),
        );
        return Ok(());
    };
    let fit = !subject.contains(' ') && !subject.starts_with(':');
    let verb = look_up(subject).filter(|_| fit).ok_or_else(|| {
        let shown = if fit { subject } else { "*" };
        Reply::numeric(
            numeric::ERR_HELPNOTFOUND,
            &[shown, "There is no help on that"],
        )
    })?;
    let mut lines = verb.help.lines().map(ToOwned::to_owned);
    let form = lines.next().unwrap_or_default();
    show(client, subject, &form, &lines.collect::<Vec<_>>());
    Ok(())
}

fn index() -> Vec<String> {
    let names: Vec<&str> = TABLE.iter().map(|verb| verb.name).collect();
    names
        .chunks(NAMES_PER_LINE)
        .map(|names| names.join(" "))
        .collect()
}

fn show(client: &mut Client, subject: &str, first: &str, lines: &[String]) {
    client.numeric(numeric::RPL_HELPSTART, &[subject, first]);
    for line in lines {
        client.numeric(numeric::RPL_HELPTXT, &[subject, line]);
    }
    client.numeric(numeric::RPL_ENDOFHELP, &[subject, "End of /HELP"]);
}
