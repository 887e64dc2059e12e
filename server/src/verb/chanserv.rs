//! `CHANSERV`: rooms that belong to an account, and stay when nobody is in them.

use futures_util::future::BoxFuture;
use salon_protocol::{Message, Nick};

use super::{Handled, Handler, Phase, Verb};
use crate::connection::Client;
use crate::reply::Reply;
use crate::room::{Ownership, Request};
use crate::service::{self, CHANSERV, Order};

pub(super) const VERB: Verb = Verb {
    name: "CHANSERV",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "CHANSERV order...\nRooms: REGISTER, UNREGISTER, OP, DEOP, INFO; CHANSERV HELP shows their forms.",
};

/// How many rooms an account may have: each is there for good.
const OWNED_MAX: usize = 100;

const ORDERS: &[Order] = &[
    Order {
        name: "REGISTER",
        words_min: 1,
        form: "REGISTER #room",
        summary: "makes the room yours: it stays when it is empty, and you are its operator when you join",
    },
    Order {
        name: "UNREGISTER",
        words_min: 1,
        form: "UNREGISTER #room",
        summary: "gives the room up",
    },
    Order {
        name: "OP",
        words_min: 1,
        form: "OP #room [nick]",
        summary: "makes you, or somebody, an operator of your room",
    },
    Order {
        name: "DEOP",
        words_min: 1,
        form: "DEOP #room [nick]",
        summary: "takes that back",
    },
    Order {
        name: "INFO",
        words_min: 1,
        form: "INFO #room",
        summary: "shows whose the room is",
    },
];

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let words = service::words(message);
        let Some(order) = service::understand(client, CHANSERV, ORDERS, &words) else {
            return Ok(());
        };
        let name = words.get(1).copied().unwrap_or_default();
        let wanted = words.get(2).map(|&nick| nick.to_owned());
        let nick = wanted.unwrap_or_else(|| client.nick());
        let request = match order.name {
            "REGISTER" if owned(client) >= OWNED_MAX => {
                let text = format!(
                    "your account has {OWNED_MAX} rooms already; UNREGISTER one of them first"
                );
                service::say(client, CHANSERV, &text);
                return Ok(());
            }
            "REGISTER" => Request::Own(Ownership::Register),
            "UNREGISTER" => Request::Own(Ownership::Unregister),
            "INFO" => return info(client, name),
            _ => {
                let nick = nick.parse::<Nick>();
                let nick = nick.map_err(|_| crate::reply::no_such_nick(&words.join(" ")))?;
                Request::Own(Ownership::Operator {
                    nick,
                    set: order.name == "OP",
                })
            }
        };
        let room = client.room(name)?;
        match client.ask(&room, request).await {
            Ok(_) => service::say(client, CHANSERV, &format!("{} {name}: done", order.name)),
            Err(Reply::Numeric { params, .. }) => {
                let text = params.last().cloned().unwrap_or_default();
                service::say(client, CHANSERV, &text);
            }
            Err(reply @ Reply::Standard { .. }) => return Err(reply),
        }
        Ok(())
    })
}

/// How many rooms the client's account has.
fn owned(client: &Client) -> usize {
    let Some(account) = client.account() else {
        return 0;
    };
    let is_its = |founder: &str| salon_protocol::eq_folded(founder, &account);
    let rooms = client.hub.directory.rooms();
    let founders = rooms.iter().filter_map(|room| room.summary().founder);
    let here = founders.filter(|founder| is_its(founder)).count();
    here + client.hub.dormant_rooms_of(&account).len()
}

fn info(client: &mut Client, name: &str) -> Handled {
    let room = client.room(name)?;
    let summary = room.summary();
    let text = match summary.founder.filter(|_| !summary.secret) {
        Some(founder) => format!("{} belongs to {founder}", room.name()),
        None => format!("{} belongs to nobody", room.name()),
    };
    service::say(client, CHANSERV, &text);
    Ok(())
}
