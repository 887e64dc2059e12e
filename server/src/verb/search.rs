//! `SEARCH`: finds what was said. <https://codeberg.org/emersion/soju/src/branch/master/doc/ext/search.md>

use futures_util::future::BoxFuture;
use salon_protocol::{Message, Timestamp, unescape_value};

use super::{Handled, Handler, Phase, Verb, chathistory, fit};
use crate::connection::{Client, unreadable_for};
use crate::log::{Found, LogError, Search, Words};
use crate::metrics::Refusal;
use crate::reply::Reply;

pub(super) const VERB: Verb = Verb {
    name: "SEARCH",
    params_min: 1,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "SEARCH attributes\nFinds messages by in=target;from=nick;after=time;before=time;text=words;limit=number, as many of these as you like.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let reader = client.asker()?.user.id;
        let mut search = Search {
            scopes: Vec::new(),
            text: None,
            from: None,
            after: None,
            before: None,
            reader,
            events_max: chathistory::MESSAGES_MAX,
        };
        let mut target = None;
        for attribute in message.param(0).unwrap_or_default().split(';') {
            let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            let value = unescape_value(value);
            if key == "in" {
                target = Some(value.into_owned());
            } else {
                read(&mut search, key, &value).ok_or_else(|| invalid(key))?;
            }
        }
        let conversation = match &target {
            Some(target) => client.conversation(target).ok_or_else(|| invalid("in"))?,
            None => client.all_conversations(),
        };
        let found = client.search(conversation, search).await;
        if let Err(LogError::TakesTooLong { .. })
        | Ok(Found {
            is_whole: false, ..
        }) = &found
        {
            client.hub.metrics.refused(Refusal::Search);
        }
        let found = found.map_err(|error| unreadable_for("SEARCH", &error, &[]))?;
        if !found.is_whole {
            let text = "There may be more: looking everywhere takes too long; ask for less, such as one room or a shorter time";
            client.reply(&Reply::warn("SEARCH", "INCOMPLETE", &[], text));
        }
        client.push_events("soju.im/search", &[], &found.events);
        Ok(())
    })
}

/// Notes an attribute; nothing for a value that is none. Attributes that are not known are left out.
fn read(search: &mut Search, key: &str, value: &str) -> Option<()> {
    let time = || value.parse::<Timestamp>().ok();
    match key {
        "from" => search.from = Some(value.parse().ok()?),
        "after" => search.after = Some(time()?),
        "before" => search.before = Some(time()?),
        "text" => search.text = Some(Words::new(value)),
        "limit" => {
            let limit = value.parse::<usize>().ok().filter(|limit| *limit > 0)?;
            search.events_max = limit.min(chathistory::MESSAGES_MAX);
        }
        _ => {}
    }
    Some(())
}

fn invalid(key: &str) -> Reply {
    let text = "Invalid parameters: a value of this attribute is not what it takes";
    Reply::fail("SEARCH", "INVALID_PARAMS", &[fit(key)], text)
}
