//! From a connection to a registered user: what must be there, the welcome, and the rooms everyone is put into.
//!
//! <https://modern.ircdocs.horse/#connection-registration>

use std::sync::Arc;

use salon_protocol::{Nick, cap, numeric};

use super::caps::Caps;
use super::client::Client;
use super::transport::Entrance;
use crate::clock;
use crate::identity::Identity;
use crate::isupport;
use crate::user::User;
use crate::verb;

impl Client {
    /// Completes the registration if all is there.
    pub(crate) async fn try_register(&mut self) {
        let introduction = &self.introduction;
        let (Some(nick), Some((username, realname)), false, None) = (
            &introduction.nick,
            &introduction.user,
            introduction.negotiating,
            &self.user,
        ) else {
            return;
        };
        let identity = Identity::new(nick.clone(), &format!("~{username}"), &self.host, realname);
        let identity = identity
            .with_away(introduction.away.as_deref())
            .with_metadata(introduction.metadata.clone());
        let account = introduction.account.as_ref().map(Nick::as_str);
        let identity = Arc::new(match account {
            Some(account) => identity.with_account(account),
            None => identity,
        });
        self.abort_login();
        if !self.is_password_right() {
            self.numeric(numeric::ERR_PASSWDMISMATCH, &["Password incorrect"]);
            self.ending = Some("password incorrect".to_owned());
            return;
        }
        if let Err(reply) = self.check_bans(&identity) {
            self.reply(&reply);
            return;
        }
        if let Err(reply) = self.may_have_nick(&identity) {
            self.reply(&reply);
            return;
        }
        let user = Arc::new(self.make_user(identity));
        if self.hub.directory.claim(&user).is_err() {
            if let Some(nick) = self.introduction.nick.take() {
                self.numeric(
                    numeric::ERR_NICKNAMEINUSE,
                    &[nick.as_str(), "Nickname is already in use"],
                );
            }
            return;
        }
        self.hub.count_registered(true);
        self.direct_next = user.last_direct().next();
        self.user = Some(user);
        self.introduction = super::client::Introduction::default();
        self.welcome();
        self.show_own_metadata();
        self.auto_join().await;
    }

    /// The user that the client becomes. One who has the nick of its account has the account's direct messages.
    fn make_user(&mut self, identity: Arc<Identity>) -> User {
        let account = identity.account.as_deref();
        let mailbox = account
            .filter(|account| identity.nick.is(account))
            .and_then(|account| self.hub.accounts.mailbox(account));
        let (id, direct) = self.hub.next_user();
        let inbox = Arc::clone(&self.inbox);
        let user = User::new(id, direct, inbox, identity, clock::now());
        match mailbox {
            Some(mailbox) => user.with_mailbox(mailbox),
            None => user,
        }
    }

    fn is_password_right(&self) -> bool {
        let config = self.hub.config();
        let Some(expected) = &config.server.password else {
            return true;
        };
        self.introduction
            .password
            .as_ref()
            .is_some_and(|given| expected.matches(given))
    }

    fn welcome(&mut self) {
        let Some(identity) = self.identity() else {
            return;
        };
        let hub = Arc::clone(&self.hub);
        let name = hub.name();
        let version = isupport::VERSION;
        let welcome = format!("Welcome to {name}, {}", identity.mask());
        self.numeric(numeric::RPL_WELCOME, &[&welcome]);
        self.numeric(
            numeric::RPL_YOURHOST,
            &[&format!("Your host is {name}, running version {version}")],
        );
        self.numeric(
            numeric::RPL_CREATED,
            &[&format!("This server was started {}", hub.started)],
        );
        let (user_modes, room_modes, with_argument) = isupport::mode_letters();
        self.numeric(
            numeric::RPL_MYINFO,
            &[name, version, &user_modes, &room_modes, &with_argument],
        );
        self.show_isupport();
        verb::lusers::show(self);
        verb::motd::show(self);
    }

    /// `005`, as a batch for a client that wants it so.
    pub(crate) fn show_isupport(&mut self) {
        let hub = Arc::clone(&self.hub);
        let lines = isupport::of_hub(&hub.config()).lines(350);
        let as_params = |tokens: Vec<String>| {
            let mut params = tokens;
            params.push("are supported by this server".to_owned());
            params
        };
        let lines: Vec<Vec<String>> = lines.into_iter().map(as_params).collect();
        if self.caps.contains(Caps::EXTENDED_ISUPPORT) {
            let lines: Vec<Vec<u8>> = lines
                .iter()
                .map(|params| self.numeric_line(numeric::RPL_ISUPPORT, &borrowed(params)))
                .collect();
            return self.push_batch("draft/isupport", &[], &lines);
        }
        for params in &lines {
            self.numeric(numeric::RPL_ISUPPORT, &borrowed(params));
        }
    }

    async fn auto_join(&mut self) {
        let hub = Arc::clone(&self.hub);
        for room in &hub.auto_join {
            if let Err(reply) = self.join(room, None).await {
                self.reply(&reply);
            }
        }
    }

    /// The capability by which clients are told to insist on TLS, with its value: where to find it or, on a connection that
    /// has it, for how long. It can't be requested. <https://ircv3.net/specs/extensions/sts>
    pub(crate) fn sts(&self) -> Option<String> {
        let config = self.hub.config();
        let duration = config.tls.as_ref()?.sts_duration?;
        let port = self.hub.tls_port()?;
        match self.entrance {
            // A browser goes by its page.
            Entrance {
                websocket: true, ..
            } => None,
            Entrance { tls: true, .. } => {
                Some(format!("{}=duration={}", cap::STS, duration.as_secs()))
            }
            Entrance { tls: false, .. } => Some(format!("{}=port={port}", cap::STS)),
        }
    }

    /// Whether `CAP NEW` and `CAP DEL` reach the client.
    pub(crate) fn hears_of_caps(&self) -> bool {
        self.cap_version >= 302 || self.caps.contains(Caps::CAP_NOTIFY)
    }
}

fn borrowed(params: &[String]) -> Vec<&str> {
    params.iter().map(String::as_str).collect()
}
