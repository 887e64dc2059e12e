//! `NICKSERV`: accounts for those whose client knows neither SASL nor `REGISTER`.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use salon_protocol::{Message, Nick};

use super::{Handled, Handler, Phase, Verb, nick, register};
use crate::account::Password;
use crate::connection::Client;
use crate::metrics::Refusal;
use crate::service::{self, NICKSERV, Order, Said, account, preferences, unregister::unregister};

pub(super) const VERB: Verb = Verb {
    name: "NICKSERV",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "NICKSERV order...\nAccounts: REGISTER, IDENTIFY, PASSWORD, REGAIN, CERT, SET, LOGOUT, UNREGISTER, INFO; NICKSERV HELP shows their forms.",
};

const ORDERS: &[Order] = &[
    Order {
        name: "REGISTER",
        words_min: 1,
        form: "REGISTER password [email]",
        summary: "makes an account of your nick",
    },
    Order {
        name: "IDENTIFY",
        words_min: 1,
        form: "IDENTIFY [account] password",
        summary: "logs you in, and gives you your nick back if it is free",
    },
    Order {
        name: "PASSWORD",
        words_min: 2,
        form: "PASSWORD present new",
        summary: "changes the password of your account",
    },
    Order {
        name: "REGAIN",
        words_min: 0,
        form: "REGAIN",
        summary: "takes your nick from whoever has it",
    },
    Order {
        name: "CERT",
        words_min: 1,
        form: "CERT ADD|DEL|LIST [fingerprint]",
        summary: "lets a client certificate stand for your account (SASL EXTERNAL)",
    },
    Order {
        name: "SET",
        words_min: 0,
        form: "SET [ALWAYS-ON|MULTICLIENT [true|false|default]]",
        summary: "shows or sets what you want of your account",
    },
    Order {
        name: "LOGOUT",
        words_min: 0,
        form: "LOGOUT",
        summary: "logs you out; your nick and your rooms stay yours until you leave",
    },
    Order {
        name: "UNREGISTER",
        words_min: 1,
        form: "UNREGISTER account [code]",
        summary: "deletes your account for good, after asking for a code; DROP is the same",
    },
    Order {
        name: "INFO",
        words_min: 0,
        form: "INFO [account]",
        summary: "shows what is known of an account",
    },
];

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let words = service::words(message);
        let Some(order) = service::understand(client, NICKSERV, ORDERS, &words) else {
            return Ok(());
        };
        let arguments = words.get(1..).unwrap_or_default();
        let done = match order.name {
            "REGISTER" => make(client, arguments).await,
            "IDENTIFY" => identify(client, arguments).await,
            "PASSWORD" => change_password(client, arguments).await,
            "REGAIN" => regain(client).await,
            "CERT" => certificates(client, arguments).await,
            "SET" => preferences::set(client, arguments).await,
            "UNREGISTER" => unregister(client, arguments).await,
            "LOGOUT" => log_out(client).await,
            _ => info(client, arguments),
        };
        match done {
            Ok(text) | Err(text) => service::say(client, NICKSERV, &text),
        }
        Ok(())
    })
}

async fn make(client: &mut Client, arguments: &[&str]) -> Said {
    let password = arguments.first().copied().unwrap_or_default();
    let email = arguments.get(1).copied();
    let nick = register::own_nick(client).map_err(|refusal| refusal.text)?;
    let made = register::register(client, &nick, email, password).await;
    let account = made.map_err(|refusal| refusal.text)?;
    if let Err(reply) = client.log_in(&account).await {
        client.reply(&reply);
    }
    Ok(format!("Account {nick} is yours, and so is the nick"))
}

async fn identify(client: &mut Client, arguments: &[&str]) -> Said {
    let own = client.nick();
    let (name, password) = match arguments {
        [name, password, ..] => (*name, *password),
        [password] => (own.as_str(), *password),
        [] => return Err("expected a password".to_owned()),
    };
    let address = client.counted_address();
    let accounts = &client.hub.accounts;
    let account = accounts.check_password(address, name, password).await;
    if account.is_err() {
        client.hub.metrics.refused(Refusal::Login);
    }
    let account = account.map_err(|error| error.to_string())?;
    if let Err(reply) = client.log_in(&account).await {
        client.reply(&reply);
    }
    let free = client.hub.directory.user(account.name.as_str()).is_none();
    if free && let Err(reply) = nick::rename(client, account.name.clone()).await {
        client.reply(&reply);
    }
    Ok(format!("You are logged in as {}", account.name))
}

async fn change_password(client: &mut Client, arguments: &[&str]) -> Said {
    let account = account(client)?;
    let [present, new, ..] = arguments else {
        return Err("expected the present password and the new one".to_owned());
    };
    let new = Password::prepare(new).map_err(|error| error.to_string())?;
    let address = client.counted_address();
    let hub = Arc::clone(&client.hub);
    let checked = hub
        .accounts
        .check_password(address, &account, present)
        .await;
    checked.map_err(|error| error.to_string())?;
    let changed = hub.accounts.set_password(&account, new).await;
    changed.map_err(|error| error.to_string())?;
    Ok(format!("The password of {account} is changed"))
}

async fn regain(client: &mut Client) -> Said {
    let account = account(client)?;
    let nick: Nick = account
        .parse()
        .map_err(|_| "the account's name is no nick".to_owned())?;
    client.evict(&nick).await;
    if client.nick() != account
        && let Err(reply) = nick::rename(client, nick).await
    {
        client.reply(&reply);
        return Err(format!("{account} could not be regained"));
    }
    // The one before may have been the one that is always on.
    client.settle_or_note().await;
    Ok(format!("The nick {account} is yours"))
}

async fn log_out(client: &mut Client) -> Said {
    let account = account(client)?;
    if let Err(reply) = client.log_out().await {
        client.reply(&reply);
    }
    Ok(format!("You are logged in as {account} no more"))
}

async fn certificates(client: &mut Client, arguments: &[&str]) -> Said {
    let account = account(client)?;
    let hub = Arc::clone(&client.hub);
    let order = arguments.first().copied().unwrap_or_default();
    let own = client.certificate_fingerprint();
    let given = arguments
        .get(1)
        .map(|text| text.replace(':', "").to_ascii_lowercase());
    let fingerprint = || {
        let fingerprint = given.or(own);
        let fit =
            |text: &String| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        fingerprint
            .filter(fit)
            .ok_or_else(|| "expected a SHA-256 fingerprint of 64 hexadecimal digits".to_owned())
    };
    match order.to_ascii_uppercase().as_str() {
        "ADD" => {
            let added = hub
                .accounts
                .add_certificate(&account, &fingerprint()?)
                .await;
            added.map_err(|error| error.to_string())?;
            Ok("The certificate stands for your account".to_owned())
        }
        "DEL" => {
            let removed = hub
                .accounts
                .remove_certificate(&account, &fingerprint()?)
                .await;
            removed.map_err(|error| error.to_string())?;
            Ok("The certificate stands for your account no more".to_owned())
        }
        "LIST" => {
            let account = hub.accounts.named(&account);
            let list = account.map(|account| account.certificates.join(" "));
            let list = list.filter(|list| !list.is_empty());
            Ok(list.unwrap_or_else(|| "No certificate stands for your account".to_owned()))
        }
        _ => Err("expected CERT ADD, CERT DEL or CERT LIST".to_owned()),
    }
}

fn info(client: &Client, arguments: &[&str]) -> Said {
    let own = client.account().unwrap_or_else(|| client.nick());
    let name = arguments.first().copied().unwrap_or(&own);
    let account = client.hub.accounts.named(name);
    let account = account.ok_or_else(|| format!("there is no account {name}"))?;
    Ok(format!(
        "{} was registered {}",
        account.name, account.created
    ))
}
