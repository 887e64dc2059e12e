//! The services that people of old clients know: nobody has their nicks, and what is said to them is an order.
//!
//! They are a way to say things, and do nothing that the other verbs and the rooms do not. `PRIVMSG NickServ :HELP`,
//! `NICKSERV HELP` and `NS HELP` are the same; the verbs' files hold what each understands.

pub(crate) mod preferences;
pub(crate) mod unregister;

use salon_protocol::Message;

use crate::connection::Client;

/// The service for accounts.
pub(crate) const NICKSERV: &str = "NickServ";

/// The service for rooms.
pub(crate) const CHANSERV: &str = "ChanServ";

/// What other networks call an order.
const ALIASES: &[(&str, &str)] = &[("DROP", "UNREGISTER"), ("LOGIN", "IDENTIFY")];

/// An order that a service understands.
pub(crate) struct Order {
    pub(crate) name: &'static str,
    /// Fewer words behind it are answered with its form.
    pub(crate) words_min: usize,
    /// Its form, a blank line apart from what it does.
    pub(crate) form: &'static str,
    pub(crate) summary: &'static str,
}

/// What an order comes to, in words; an error is a refusal.
pub(crate) type Said = Result<String, String>;

/// The account that an order is about: the one that the client is logged in to.
pub(crate) fn account(client: &Client) -> Result<String, String> {
    let account = client.account();
    account.ok_or_else(|| "log in first: IDENTIFY [account] password".to_owned())
}

/// Whether a nick is a service's.
pub(crate) fn is_name(nick: &str) -> bool {
    [NICKSERV, CHANSERV]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(nick))
}

/// The verb behind a message that is said to a service.
pub(crate) fn addressed(message: &Message<'_>) -> Option<&'static str> {
    let to = message.param(0).filter(|_| message.is("PRIVMSG"))?;
    [NICKSERV, CHANSERV]
        .into_iter()
        .find(|name| name.eq_ignore_ascii_case(to))
}

/// The words of an order, whichever way it was given.
pub(crate) fn words<'a>(message: &'a Message<'a>) -> Vec<&'a str> {
    let said = usize::from(addressed(message).is_some());
    message
        .params
        .iter()
        .skip(said)
        .flat_map(|param| param.split_ascii_whitespace())
        .collect()
}

/// Finds the order that the words begin with, or says what is wrong with them.
pub(crate) fn understand(
    client: &mut Client,
    service: &str,
    orders: &'static [Order],
    words: &[&str],
) -> Option<&'static Order> {
    let Some((name, arguments)) = words.split_first() else {
        say(
            client,
            service,
            &format!("expected an order; say HELP to {service}"),
        );
        return None;
    };
    if name.eq_ignore_ascii_case("HELP") {
        for order in orders {
            say(
                client,
                service,
                &format!("{}: {}", order.form, order.summary),
            );
        }
        return None;
    }
    let alias = ALIASES
        .iter()
        .find(|(alias, _)| alias.eq_ignore_ascii_case(name));
    let name = alias.map_or(*name, |(_, name)| name);
    let order = orders
        .iter()
        .find(|order| order.name.eq_ignore_ascii_case(name));
    match order {
        None => say(
            client,
            service,
            &format!("there is no such order; say HELP to {service}"),
        ),
        Some(order) if arguments.len() < order.words_min => {
            say(client, service, &format!("expected {}", order.form));
            return None;
        }
        Some(_) => {}
    }
    order
}

/// Answers as a service.
pub(crate) fn say(client: &mut Client, service: &str, text: &str) {
    let source = format!("{service}!{service}@{}", client.hub.name());
    let nick = client.nick();
    client.line_from(&source, "NOTICE", &[&nick, text]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, verb: Option<&str>, expected: &[&str]) {
        let message = Message::parse(line).expect("a message");
        assert_eq!(addressed(&message), verb);
        assert_eq!(words(&message), expected);
    }

    #[test]
    fn an_order_has_the_same_words_whichever_way_it_is_given() {
        check(
            "PRIVMSG nickserv :REGISTER sesame",
            Some("NickServ"),
            &["REGISTER", "sesame"],
        );
        check("NS REGISTER sesame", None, &["REGISTER", "sesame"]);
        check("CHANSERV :OP #room  alice", None, &["OP", "#room", "alice"]);
        check("PRIVMSG ChanServ", Some("ChanServ"), &[]);
    }

    #[test]
    fn only_what_is_said_to_a_service_is_an_order() {
        let addressed = |line| addressed(&Message::parse(line).expect("a message"));
        assert_eq!(addressed("PRIVMSG NickServs :x"), None);
        assert_eq!(addressed("NOTICE NickServ :x"), None);
        assert_eq!(addressed("PRIVMSG bob,NickServ :x"), None);
    }
}
