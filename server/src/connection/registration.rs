//! From a connection to a registered user: what must be there, the welcome, and the rooms everyone is put into.
//!
//! <https://modern.ircdocs.horse/#connection-registration>

use std::sync::Arc;

use salon_protocol::{Nick, cap, numeric};

use super::caps::Caps;
use super::client::Client;
use super::transport::Entrance;
use crate::account::Account;
use crate::clock;
use crate::identity::Identity;
use crate::isupport;
use crate::metadata::Metadata;
use crate::metrics::Refusal;
use crate::reply::Reply;
use crate::user::{AttachError, Link, User};
use crate::verb;

/// How often a nick is tried for whose user is leaving at the same moment.
const ARRIVAL_TRIES: usize = 3;

/// A welcome is about so long.
const WELCOME_BYTES: usize = 2_048;

/// As what a client has come in.
enum Arrived {
    New,
    /// The user was here already.
    Attached,
}

/// Why a client is no further connection of a user.
enum Apart {
    /// The user is leaving, and its nick will be free.
    Leaving,
    Refused(Reply),
}

impl Client {
    /// Completes the registration if all is there.
    pub(crate) async fn try_register(&mut self) {
        let introduction = self.introduction();
        let (Some(nick), Some((username, realname)), false, None) = (
            &introduction.nick,
            &introduction.user,
            introduction.negotiating,
            &self.user,
        ) else {
            return;
        };
        let username = format!("~{username}");
        let mut identity = Identity::new(nick.clone(), &username, &self.host, realname);
        identity.away = introduction.away.as_deref().map(Into::into);
        identity.metadata = introduction.metadata.clone();
        let account = introduction.account.clone();
        identity.account = account.as_ref().map(|account| account.name.as_str().into());
        self.abort_login();
        if !self.is_password_right() {
            self.hub.metrics.refused(Refusal::Password);
            self.numeric(numeric::ERR_PASSWDMISMATCH, &["Password incorrect"]);
            self.ending = Some("password incorrect".to_owned());
            return;
        }
        let may = self
            .check_bans(&identity)
            .and_then(|()| self.check_account(account.as_ref()))
            .and_then(|()| self.may_have_nick(&identity));
        if let Err(reply) = may {
            self.reply(&reply);
            return;
        }
        // Boxed, since most who call this have said only a part of what must be there.
        Box::pin(self.come_in(identity, account)).await;
    }

    /// Brings the client in as somebody who may, with what the account keeps, and welcomes it.
    async fn come_in(&mut self, identity: Identity, account: Option<Arc<Account>>) {
        let notes = match &account {
            Some(account) => Some(self.hub.accounts.notes(&account.name).await),
            None => None,
        };
        let identity = Arc::new(match &notes {
            Some(notes) => {
                let brought = identity.metadata.iter();
                let both = brought.fold(notes.metadata(), |all, (key, value)| {
                    all.with(key, Some(value))
                });
                identity.with_metadata(both)
            }
            None => identity,
        });
        let away = identity.away.clone();
        let arrived = match self.arrive(Arc::clone(&identity)).await {
            Ok(arrived) => arrived,
            Err(reply) => {
                self.introduce().nick = None;
                self.reply(&reply);
                return;
            }
        };
        self.hub.count_registered(true);
        // A ban that was set meanwhile, and whoever deleted the account, did not find anybody.
        let may = self
            .check_bans(&identity)
            .and_then(|()| self.check_account(account.as_ref()));
        if let Err(reply) = may {
            self.reply(&reply);
            return;
        }
        if let (Some(user), Some(notes)) = (&self.user, notes) {
            user.set_notes(Some(notes));
        }
        let brought = self
            .introduction
            .take()
            .map_or(Metadata::EMPTY, |said| said.metadata);
        self.bring_metadata(&brought).await;
        let welcomed = self.identity();
        self.welcome();
        self.show_own_metadata();
        match arrived {
            Arrived::New => {
                // One who has no account is never always on.
                self.settle_or_note().await;
                self.auto_join().await;
            }
            Arrived::Attached => {
                self.settle_or_note().await;
                self.settle_in(away, welcomed).await;
            }
        }
    }

    /// Brings the client in: as a new user, or as one more connection of the one that its account has under that nick.
    async fn arrive(&mut self, identity: Arc<Identity>) -> Result<Arrived, Reply> {
        for _ in 0..ARRIVAL_TRIES {
            if let Some(holder) = self.hub.directory.user(identity.nick.as_str()) {
                match self.attach(&holder, &identity) {
                    Ok(()) => return Ok(Arrived::Attached),
                    Err(Apart::Leaving) => self.await_departure(&holder).await,
                    Err(Apart::Refused(reply)) => return Err(reply),
                }
            }
            let user = Arc::new(self.make_user(&identity));
            // Nobody else has it yet, so there is room for a first connection.
            let _ = user.attach(self.link(), 1);
            user.set_away(self.session, identity.away.as_deref());
            (self.direct, self.direct_next) = (user.direct(), user.last_direct().next());
            if self.hub.directory.claim(&user).is_ok() {
                self.user = Some(user);
                return Ok(Arrived::New);
            }
        }
        Err(nick_in_use(&identity.nick))
    }

    /// Makes the client one more connection of a user.
    fn attach(&mut self, holder: &Arc<User>, identity: &Identity) -> Result<(), Apart> {
        if !self.may_share(holder, identity.account.as_deref()) {
            return Err(Apart::Refused(nick_in_use(&identity.nick)));
        }
        // Before the inbox is known, so that nothing is left out.
        let read_from = (holder.direct(), holder.last_direct().next());
        let sessions_max = self.sessions_max();
        match holder.attach(self.link(), sessions_max) {
            Ok(()) => {}
            Err(AttachError::Gone) => return Err(Apart::Leaving),
            Err(AttachError::Full) => {
                let text = format!(
                    "There are {sessions_max} connections of the account already; end one of them first"
                );
                let params = [identity.nick.as_str(), &text];
                return Err(Apart::Refused(Reply::numeric(
                    numeric::ERR_NICKNAMEINUSE,
                    &params,
                )));
            }
        }
        (self.direct, self.direct_next) = read_from;
        // What came before the inbox was known is in the log alone.
        self.direct_behind = holder.last_direct() >= self.direct_next;
        self.user = Some(Arc::clone(holder));
        Ok(())
    }

    fn link(&self) -> Link {
        Link {
            session: self.session,
            inbox: Arc::clone(&self.inbox),
            host: self.host.as_str().into(),
            is_secure: self.entrance.tls,
            fingerprint: self.fingerprint.clone(),
        }
    }

    /// How many connections the client's user may have.
    fn sessions_max(&self) -> usize {
        let config = self.hub.config();
        let limits = &config.limits;
        let most = limits
            .connections_per_account
            .filter(|_| self.counted_address().is_some())
            .and_then(|most| usize::try_from(most.get()).ok());
        most.unwrap_or(usize::MAX)
    }

    /// Shows a further connection where its user is, and what it brings along.
    async fn settle_in(&mut self, away: Option<Box<str>>, welcomed: Option<Arc<Identity>>) {
        let Some(user) = self.user.clone() else {
            return;
        };
        user.set_away(self.session, away.as_deref());
        if let Err(reply) = self.share_away().await {
            self.reply(&reply);
        }
        let _changing = user.changing.lock().await;
        let now = user.identity();
        // What another connection has changed since the welcome is in the rooms before this one listens there.
        if let Some(before) = welcomed.filter(|before| before.nick.as_str() != now.nick.as_str())
            && !user.rooms().is_empty()
        {
            let line = format!(":{} NICK {}\r\n", before.mask(), now.nick);
            self.push(line.as_bytes());
        }
        self.attach_to_rooms().await;
    }

    /// The user that the client becomes. One who has logged in has the account's direct messages.
    fn make_user(&mut self, identity: &Arc<Identity>) -> User {
        let mailbox = identity
            .account
            .as_deref()
            .and_then(|account| self.hub.accounts.mailbox(account));
        let (id, direct) = self.hub.next_user();
        let user = User::new(id, direct, Arc::clone(identity), clock::now());
        if let Some(mailbox) = mailbox {
            user.start_with(mailbox);
        }
        user
    }

    fn is_password_right(&self) -> bool {
        let config = self.hub.config();
        let Some(expected) = &config.server.password else {
            return true;
        };
        self.introduction()
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
        self.output.reserve(WELCOME_BYTES);
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
        let (user_modes, room_modes, with_argument) = &*isupport::MODE_LETTERS;
        self.numeric(
            numeric::RPL_MYINFO,
            &[name, version, user_modes, room_modes, with_argument],
        );
        self.show_isupport();
        verb::lusers::show(self);
        verb::motd::show(self);
    }

    /// `005`, as a batch for a client that wants it so.
    pub(crate) fn show_isupport(&mut self) {
        let lines = self.hub.isupport();
        let params = lines.iter().map(|tokens| -> Vec<&str> {
            let tokens = tokens.iter().map(String::as_str);
            tokens.chain(["are supported by this server"]).collect()
        });
        if self.caps.contains(Caps::EXTENDED_ISUPPORT) {
            let line = |params: Vec<&str>| self.numeric_line(numeric::RPL_ISUPPORT, &params);
            let lines: Vec<Vec<u8>> = params.map(line).collect();
            return self.push_batch("draft/isupport", &[], &lines);
        }
        for params in params {
            self.numeric(numeric::RPL_ISUPPORT, &params);
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

/// `433`
pub(crate) fn nick_in_use(nick: &Nick) -> Reply {
    Reply::numeric(
        numeric::ERR_NICKNAMEINUSE,
        &[nick.as_str(), "Nickname is already in use"],
    )
}
