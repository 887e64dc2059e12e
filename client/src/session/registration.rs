//! Getting in: capabilities, password, nick and user, then the rooms that were asked for.
//!
//! `CAP LS`, `PASS`, `NICK` and `USER` go out in one go; a server that knows no `CAP` says so and
//! registers us all the same. A password that others could read on its way waits for the answer, in which a server may
//! want TLS. After the message of the day the rooms are joined (`arrival`).

use salon_protocol::{Message, Timestamp};

use super::requests::{Purpose, Request};
use super::{Output, Phase, Session};

/// How many nicks are tried.
const NICKS_TRIED_MAX: usize = 11;
/// How much of a nick is kept before a number: with it, the 9 bytes that every server allows.
pub(super) const NICK_STEM_BYTES: usize = 8;
/// How long a nick is not asked for again that nobody has and that is refused all the same, the first time: it may not be
/// quite free yet.
const REGAIN_PAUSE_MILLIS_MIN: u64 = 5000;
/// How long at most, where it is kept for an account or held back for long.
const REGAIN_PAUSE_MILLIS_MAX: u64 = 5 * 60 * 1000;

/// How far registration is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Registration {
    /// The capabilities offered so far, in a list of several lines.
    pub(super) offer: String,
    /// How many `CAP REQ` are not answered.
    pub(super) capability_requests: usize,
    /// How many nicks were refused.
    nicks_refused: usize,
    /// Whether we have said who we are.
    introduced: bool,
    /// Whether the server has welcomed us.
    welcomed: bool,
}

impl Session {
    /// Begins to register.
    pub(super) fn register(&mut self) {
        self.phase = Phase::Registering(Registration::default());
        self.send(Message::new("CAP").with_param("LS").with_param("302"));
        if self.identity.password.is_none() || self.identity.is_private {
            self.introduce();
        }
    }

    /// Whether it is not said yet who we are, as the server may want TLS for that.
    pub(crate) fn is_holding_back(&self) -> bool {
        matches!(&self.phase, Phase::Registering(registration) if !registration.introduced)
    }

    /// Says who we are, if that is not said yet: the server has told what it wants, or tells nothing.
    pub(crate) fn introduce(&mut self) {
        match self.registration() {
            Some(registration) if !registration.introduced => registration.introduced = true,
            _ => return,
        }
        if let Some(password) = &self.identity.password {
            let password = password.expose().to_owned();
            self.send(Message::new("PASS").with_param(password));
        }
        self.try_nick(self.identity.nick.clone());
        let user = self.identity.user.clone();
        let realname = self.identity.realname.clone();
        let message = Message::new("USER")
            .with_param(user)
            .with_param("0")
            .with_param("*");
        self.send(message.with_param(realname));
    }

    /// The registration, while it lasts.
    pub(super) fn registration(&mut self) -> Option<&mut Registration> {
        match &mut self.phase {
            Phase::Registering(registration) => Some(registration),
            Phase::Offline | Phase::Joining | Phase::Ready | Phase::Leaving(_) => None,
        }
    }

    /// Tries another nick than the one that is in use: `ann_`, then `ann1` to `ann9`.
    pub(super) fn try_another_nick(&mut self, reason: &str) {
        let Some(registration) = self.registration() else {
            return;
        };
        registration.nicks_refused += 1;
        let refused = registration.nicks_refused;
        if refused >= NICKS_TRIED_MAX {
            self.reject(format!(
                "the nick '{}' and ten like it: {reason}",
                self.identity.nick
            ));
            return;
        }
        let nick = &self.identity.nick;
        let stem = nick
            .get(..nick.floor_char_boundary(NICK_STEM_BYTES))
            .unwrap_or(nick);
        let nick = match refused {
            1 => format!("{nick}_"),
            _ => format!("{stem}{}", refused - 1),
        };
        self.try_nick(nick);
    }

    /// A nick was refused for what it is; says whether it was the one that was asked for.
    pub(super) fn is_first_nick(&mut self) -> bool {
        self.registration()
            .is_some_and(|registration| registration.nicks_refused == 0)
    }

    /// Whether the server has welcomed us and no more.
    pub(super) fn is_welcomed(&self) -> bool {
        matches!(&self.phase, Phase::Registering(registration) if registration.welcomed)
    }

    /// The server does not want us.
    pub(super) fn reject(&mut self, reason: String) {
        self.outputs.push_back(Output::Rejected { reason });
        self.leave(None, None);
    }

    /// The server calls us by a nick: we are in.
    pub(super) fn welcome(&mut self, nick: &str, server: &str) {
        if let Some(registration) = self.registration() {
            registration.welcomed = true;
            nick.clone_into(&mut self.me.nick);
            server.clone_into(&mut self.server.name);
            self.rooms.compare_by(self.server.names());
            self.changed = true;
        }
    }

    /// The nick that is wanted, which may be another than we have.
    pub(crate) fn wanted_nick(&self) -> &str {
        &self.identity.nick
    }

    /// We are called otherwise from now on. That is what is wanted if we asked for it; services and servers rename too, and
    /// such a nick may be one that nobody can ask for.
    pub(super) fn renamed(&mut self, nick: &str) {
        nick.clone_into(&mut self.me.nick);
        if self.is_asking_for_nick(nick) || self.may_be_renamed_elsewhere(nick) {
            nick.clone_into(&mut self.identity.nick);
        } else {
            // Whoever renames would do so again.
            self.is_regaining = false;
        }
    }

    fn is_asking_for_nick(&self, nick: &str) -> bool {
        let names = self.server.names();
        self.requests.iter().any(|request| {
            let purpose = &request.purpose;
            let is_for_nick = matches!(
                purpose,
                Purpose::Change | Purpose::Ask | Purpose::Regain | Purpose::Rename
            );
            is_for_nick && names.eq(&request.subject, nick)
        })
    }

    /// Whether another client of ours may have asked for it: those of one account may be one person, and those of a bouncer
    /// are. No client can ask for what begins with a digit, which is what servers give to those whose nicks collide.
    fn may_be_renamed_elsewhere(&self, nick: &str) -> bool {
        let is_shared = self.is_bounced || self.me.account.is_some();
        is_shared && !nick.starts_with(|c: char| c.is_ascii_digit())
    }

    /// Takes the nick that is wanted as soon as it is free: after a lost connection it may still be held by
    /// what is left of that.
    pub(crate) fn regain_nick(&mut self) {
        self.is_regaining = true;
    }

    /// Asks whether the nick that is wanted is free, if it is wanted and another is used.
    pub(crate) fn look_for_nick(&mut self, now: Timestamp) {
        let is_wanted = self.is_regaining && self.is_ready() && !self.is_me(&self.identity.nick);
        if is_wanted && now >= self.regain_after {
            self.ask_about_nick(Purpose::Regain, "ISON", self.identity.nick.clone());
        }
    }

    /// The nick that is wanted was refused, although nobody has it. Each time there is less hope.
    pub(super) fn pause_regaining(&mut self) {
        let pause = REGAIN_PAUSE_MILLIS_MIN << self.regains_refused.min(16);
        let pause = pause.min(REGAIN_PAUSE_MILLIS_MAX);
        self.regain_after = Timestamp::from_millis(self.now.as_millis().saturating_add(pause));
        self.regains_refused = self.regains_refused.saturating_add(1);
    }

    /// Sends a line about a nick, which no input line waits for.
    pub(super) fn ask_about_nick(&mut self, purpose: Purpose, verb: &'static str, nick: String) {
        let request = Request {
            ticket: None,
            purpose,
            subject: nick.clone(),
            refusal: None,
        };
        self.request(request, Message::new(verb).with_param(nick));
    }

    /// Nobody has this nick any more.
    pub(super) fn nick_is_free(&mut self, nick: &str) {
        if self.is_regaining
            && self.is_ready()
            && self.server.names().eq(nick, &self.identity.nick)
            && !self.is_me(nick)
        {
            self.ask_about_nick(Purpose::Regain, "NICK", self.identity.nick.clone());
        }
    }

    /// Goes on where one was, if that is still there.
    pub(crate) fn resume(&mut self, target: &str) {
        if !self.server.is_room(target) || self.rooms.get(target).is_some() {
            self.rooms.switch(target);
            self.changed = true;
        }
    }

    fn try_nick(&mut self, nick: String) {
        nick.clone_into(&mut self.me.nick);
        self.send(Message::new("NICK").with_param(nick));
    }
}
