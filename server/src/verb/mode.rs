//! `MODE`: of a room, or of oneself. <https://modern.ircdocs.horse/#mode-message>

use futures_util::future::BoxFuture;
use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::connection::{Client, no_such_channel};
use crate::identity::{Identity, UserModes};
use crate::inbox::Own;
use crate::reply::{Reply, no_such_nick};
use crate::room::Request;
use crate::room::modes::ChangeText;

pub(super) const VERB: Verb = Verb {
    name: "MODE",
    params_min: 1,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "MODE #room|nick [+-letters [arguments]]\nShows or changes modes. Rooms: b e I (masks; +b ~m:mask silences, ~a:name is an account), o v (nicks), k (key), l (limit), W (seconds from one message of a member to the next), C R i m n s t. You: B i o w.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let target = message.param(0).unwrap_or_default();
        if target.starts_with('#') {
            let room = client.room(target).map_err(|_| no_such_channel(target))?;
            let changes = message
                .params
                .iter()
                .skip(1)
                .map(ToString::to_string)
                .collect();
            client.ask(&room, Request::Mode { changes }).await?;
            return Ok(());
        }
        let asker = client.asker()?;
        if !asker.identity.nick.is(target) {
            client
                .hub
                .directory
                .user(target)
                .ok_or_else(|| no_such_nick(target))?;
            return Err(Reply::numeric(
                numeric::ERR_USERSDONTMATCH,
                &["Can't change mode for other users"],
            ));
        }
        match message.param(1) {
            None => client.numeric(numeric::RPL_UMODEIS, &[&asker.identity.modes.as_text()]),
            Some(letters) => change_own(client, letters).await?,
        }
        Ok(())
    })
}

/// Nobody makes themselves an operator; what is unknown is refused once.
async fn change_own(client: &mut Client, letters: &str) -> Handled {
    let asker = client.asker()?;
    let mut modes = asker.identity.modes;
    let before = modes;
    let mut text = ChangeText::default();
    let mut on = true;
    let mut unknown = false;
    for letter in letters.chars() {
        match (letter, UserModes::from_letter(letter)) {
            ('+', _) => on = true,
            ('-', _) => on = false,
            (_, None) => unknown = true,
            (_, Some(UserModes::OPERATOR)) if on => {}
            (_, Some(mode)) if modes.contains(mode) != on => {
                modes.set(mode, on);
                text.push(on, letter, None);
            }
            (_, Some(_)) => {}
        }
    }
    if unknown {
        client.numeric(numeric::ERR_UMODEUNKNOWNFLAG, &["Unknown MODE flag"]);
    }
    if let Some(change) = text.finish() {
        set_modes(client, [modes - before, before - modes], &change).await?;
    }
    Ok(())
}

/// Sets modes of the client, takes others from it and tells it; its rooms learn it without a line. Those that are in
/// neither stay as they are, whatever another connection has made of them meanwhile.
pub(super) async fn set_modes(
    client: &mut Client,
    [set, cleared]: [UserModes; 2],
    change: &str,
) -> Handled {
    let become_so =
        |identity: &Identity| Some(identity.with_modes((identity.modes | set) - cleared));
    client.become_in_all_rooms(become_so, None).await?;
    let asker = client.asker()?;
    let nick = asker.identity.nick.as_str();
    client.own_line("MODE", &[nick, change]);
    let line = format!(":{} MODE {nick} {change}\r\n", asker.identity.mask());
    asker
        .user
        .tell_others(client.session, &Own::Line(line.into()));
    Ok(())
}
