//! `NICKSERV SET`: what an account's owner wants of it.

use std::sync::Arc;

use super::Said;
use crate::account::Account;
use crate::connection::Client;

/// What can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Preference {
    AlwaysOn,
    Multiclient,
}

impl Preference {
    const ALL: [Self; 2] = [Self::AlwaysOn, Self::Multiclient];

    fn name(self) -> &'static str {
        match self {
            Self::AlwaysOn => "ALWAYS-ON",
            Self::Multiclient => "MULTICLIENT",
        }
    }

    fn of(self, account: &Account) -> Option<bool> {
        match self {
            Self::AlwaysOn => account.always_on,
            Self::Multiclient => account.multiclient,
        }
    }

    fn set(self, account: &mut Account, wanted: Option<bool>) {
        match self {
            Self::AlwaysOn => account.always_on = wanted,
            Self::Multiclient => account.multiclient = wanted,
        }
    }

    /// What comes of it, in words.
    fn explain(self, client: &Client, account: &str) -> String {
        let (is, meaning, otherwise) = match self {
            Self::AlwaysOn => (
                client.hub.wants_always_on(account),
                "you stay in your rooms while you are not connected",
                "you leave your rooms when your last connection ends",
            ),
            Self::Multiclient => (
                client.hub.shares_nicks(account),
                "several connections may share your nick",
                "one connection at a time may have your nick",
            ),
        };
        if is {
            format!("{} is true: {meaning}", self.name())
        } else {
            format!("{} is false: {otherwise}", self.name())
        }
    }
}

/// Shows preferences, or sets one: `SET [name [value]]`.
pub(crate) async fn set(client: &mut Client, arguments: &[&str]) -> Said {
    let name = super::account(client)?;
    let hub = Arc::clone(&client.hub);
    let account = hub
        .accounts
        .named(&name)
        .ok_or("there is no such account")?;
    let Some((wanted, value)) = arguments.split_first() else {
        let all = Preference::ALL.map(|preference| preference.explain(client, &name));
        return Ok(all.join("; "));
    };
    let known = Preference::ALL
        .into_iter()
        .find(|known| known.name().eq_ignore_ascii_case(wanted));
    let names = Preference::ALL.map(Preference::name).join(" or ");
    let preference = known.ok_or_else(|| format!("expected SET {names}"))?;
    let Some(value) = value.first() else {
        return Ok(preference.explain(client, &name));
    };
    let value = Choice::of(value)
        .ok_or("expected true, false or default")?
        .wanted();
    if preference.of(&account) != value {
        let stored = hub
            .accounts
            .set_preferences(&name, move |account| preference.set(account, value));
        stored.await.map_err(|error| error.to_string())?;
    }
    if preference == Preference::AlwaysOn {
        // Also where it was set before: it may not have been stored then who stays.
        settle(client, &name).await?;
    }
    Ok(preference.explain(client, &name))
}

/// Makes the client always on or not, and whoever else the account has that is.
async fn settle(client: &Client, account: &str) -> Result<(), String> {
    let asker = client.asker().map_err(|_| "register first")?;
    let not_stored = |error| {
        tracing::error!(%error, "who is always on was not stored");
        "not stored; try again later".to_owned()
    };
    let hub = &client.hub;
    // The other one first: it may be the one in the client's way.
    hub.settle_resident(account).await.map_err(not_stored)?;
    hub.settle(&asker).await.map_err(not_stored)
}

/// What a word asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Yes,
    No,
    /// As it is for everybody.
    Default,
}

impl Choice {
    fn of(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "true" | "on" | "yes" | "enabled" => Some(Self::Yes),
            "false" | "off" | "no" | "disabled" => Some(Self::No),
            "default" => Some(Self::Default),
            _ => None,
        }
    }

    fn wanted(self) -> Option<bool> {
        match self {
            Self::Yes => Some(true),
            Self::No => Some(false),
            Self::Default => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_has_the_words_that_people_use() {
        assert_eq!(Choice::of("ON"), Some(Choice::Yes));
        assert_eq!(Choice::of("false"), Some(Choice::No));
        assert_eq!(Choice::of("Default"), Some(Choice::Default));
        assert_eq!(Choice::of("maybe"), None);
    }
}
