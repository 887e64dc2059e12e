//! Settings that are shown, changed and kept while the program runs, and what of them is true at once.

use salon_commands::Saved;
use salon_config::{ChangeError, ClientConfig, ClientTls, KeyedRoom, ServerUrl, Setting};

use super::{Conversation, Plan};
use crate::driver::Report;
use crate::session::{Refusal, RoomToJoin};

/// The hub of the settings, where that is not the one that we are on. The next `:reconnect` goes there; until then a
/// lost connection is made again as it was.
#[derive(Debug, Clone)]
pub(super) struct NextHub {
    url: ServerUrl,
    tls: ClientTls,
    rooms: Vec<RoomToJoin>,
}

impl Conversation {
    /// What the next `:reconnect` goes by.
    pub(super) fn next_plan(&self) -> Plan {
        let Some(next) = self.next_hub.clone() else {
            let before = self.hub_before.as_deref();
            let before = before.filter(|_| self.moving_to.is_away());
            return before.unwrap_or(&self.plan).clone();
        };
        let mut plan = if next.url.host == self.plan.host {
            let mut plan = self.plan.clone();
            plan.lead_to(&next.url);
            plan
        } else {
            let mut plan = self.plan_to_another(&next.url);
            plan.identity.rooms = next.rooms;
            plan
        };
        plan.tls = next.tls;
        plan
    }

    /// The plan that leads to another hub, which is told no password that is for this one, and no key of its rooms. The one
    /// that the program was started for is told what it knows.
    pub(super) fn plan_to_another(&self, url: &ServerUrl) -> Plan {
        let mut plan = self.plan.clone();
        plan.lead_to(url);
        let mut known = [&self.plan, &*self.own_hub].into_iter();
        if let Some(known) = known.find(|known| known.is_for(url)) {
            plan.tls.clone_from(&known.tls);
            plan.identity.clone_from(&known.identity);
        } else {
            plan.identity.rooms.clear();
            plan.identity.password = None;
            plan.identity.login = None;
        }
        if !url.rooms.is_empty() {
            plan.identity.rooms = rooms_of(url);
        }
        plan
    }

    /// The hub of the settings is another one, perhaps.
    fn note_next_hub(&mut self) {
        let url = self.preferences.config.server.clone();
        let plan = &self.plan;
        let is_here =
            (&*url.host, url.port, url.transport) == (&*plan.host, plan.port, plan.transport);
        self.next_hub = (!is_here).then(|| {
            let there = self.plan_to_another(&url);
            NextHub {
                url,
                tls: there.tls,
                rooms: there.identity.rooms,
            }
        });
    }

    /// Tells a setting, or all of them.
    pub(super) fn show_settings(&mut self, key: Option<&str>) -> Result<(), Refusal> {
        let shown = self.preferences.show(key);
        let shown = shown.map_err(|error| refusal(&error))?;
        self.inform(&shown);
        Ok(())
    }

    /// Changes a setting by one of its ways to be changed.
    pub(super) fn change(
        &mut self,
        key: &str,
        value: &str,
        change: impl Fn(Setting, &mut ClientConfig, &str) -> Result<(), ChangeError>,
    ) -> Result<(), Refusal> {
        let setting = self
            .preferences
            .change(key, value, change)
            .map_err(|error| refusal(&error))?;
        self.take_effect(setting);
        self.show_settings(Some(key))
    }

    /// Makes a changed setting true at once, as far as it can be.
    fn take_effect(&mut self, setting: Setting) {
        let (config, plan) = (&self.preferences.config, &mut self.plan);
        // What is set behind another hub is meant for that one.
        let (tls, rooms) = match &mut self.next_hub {
            Some(next) => (&mut next.tls, &mut next.rooms),
            None => (&mut plan.tls, &mut plan.identity.rooms),
        };
        match setting {
            Setting::Timeout => self.timeout = config.timeout,
            Setting::Ignore => self.session.ignore(&config.ignore),
            Setting::Realname => {
                plan.identity.realname = config.realname.clone().unwrap_or_default();
            }
            Setting::Server => self.note_next_hub(),
            Setting::TlsCa => tls.ca.clone_from(&config.tls_ca),
            Setting::TlsFingerprint => tls.fingerprint = config.tls_fingerprint,
            Setting::TlsCert => tls.cert.clone_from(&config.tls_cert),
            Setting::TlsKey => tls.key.clone_from(&config.tls_key),
            Setting::Rooms => *rooms = config.rooms.iter().map(RoomToJoin::from).collect(),
            Setting::Nick => {
                let nick = config.nick.as_ref().map(|nick| nick.as_str().to_owned());
                if let Some(nick) = nick {
                    plan.identity.nick.clone_from(&nick);
                    self.session.change_nick(&nick);
                }
            }
            Setting::Account
            | Setting::PasswordCommand
            | Setting::PasswordFile
            | Setting::Color
            | Setting::Highlight
            | Setting::Notify
            | Setting::Desktop
            | Setting::Formatting
            | Setting::Presence
            | Setting::RuleAfter
            | Setting::EditMode
            | Setting::PasteGuard => {}
        }
        self.report_look();
    }

    /// Tells the prompt how things are to look.
    pub(super) fn report_look(&mut self) {
        let look = self.preferences.look();
        self.reports.push_back(Report::Look(Box::new(look)));
    }

    /// Keeps what was changed, and where one is if that is wanted.
    pub(super) fn save(&mut self, what: Saved) -> Result<(), Refusal> {
        match what {
            Saved::Changes => {}
            Saved::Hub => self.note_hub()?,
        }
        let said = self.preferences.save().map_err(Refusal::new)?;
        self.inform(&said);
        Ok(())
    }

    /// Takes the hub, how it is known and who one is there for settings that were changed.
    fn note_hub(&mut self) -> Result<(), Refusal> {
        if !self.session.is_ready() {
            return Err(Refusal::new("not connected"));
        }
        if let Some(profile) = &self.preferences.profile {
            // What is written would be where a bare `salon` leads.
            return Err(Refusal::new(format!(
                "the profile '{profile}' is a hub that is kept already; its settings are in [profiles.{profile}]"
            )));
        }
        let plan = &self.plan;
        let named = &self.preferences.config.server;
        let is_another = named.excludes(&plan.host);
        if is_another && self.preferences.config.password.is_some() {
            return Err(Refusal::new(format!(
                "`password` in the settings is for {}; expected this hub in a section [profiles.NAME]",
                named.host
            )));
        }
        let server = ServerUrl {
            host: plan.host.clone(),
            port: plan.port,
            transport: plan.transport,
            rooms: Vec::new(),
        };
        let (tls, nick) = (plan.tls.clone(), self.session.status().nick);
        let account = self.session.account_name().map(str::to_owned);
        let rooms = self.rooms_to_keep();
        let nick = nick
            .parse()
            .map_err(|_| Refusal::new("the nick can't be kept"))?;
        // The settings name this hub again.
        self.next_hub = None;
        *self.own_hub = self.plan.clone();
        self.preferences.note(
            [
                Setting::Server,
                Setting::Nick,
                Setting::Rooms,
                Setting::Account,
                Setting::PasswordCommand,
                Setting::PasswordFile,
                Setting::TlsCa,
                Setting::TlsFingerprint,
                Setting::TlsCert,
                Setting::TlsKey,
            ],
            |config| {
                if is_another {
                    config.password_command = None;
                    config.password_file = None;
                }
                config.server = server;
                config.nick = Some(nick);
                config.account = account;
                config.rooms = rooms;
                config.tls_ca = tls.ca;
                config.tls_fingerprint = tls.fingerprint;
                config.tls_cert = tls.cert;
                config.tls_key = tls.key;
            },
        );
        Ok(())
    }

    /// The rooms that one is in, the current one first; those that the settings have already, with their keys.
    fn rooms_to_keep(&self) -> Vec<KeyedRoom> {
        let status = self.session.status();
        let current = status
            .current
            .filter(|current| status.rooms.contains(current));
        let others = status
            .rooms
            .iter()
            .filter(|room| Some(*room) != current.as_ref());
        let config = &self.preferences.config;
        // A key of a room on another hub is none of this one.
        let known: &[KeyedRoom] = if config.server.excludes(&self.plan.host) {
            &[]
        } else {
            &config.rooms
        };
        let kept = current.iter().chain(others).filter_map(|name| {
            let is_it = |room: &&KeyedRoom| room.as_str().eq_ignore_ascii_case(name);
            known
                .iter()
                .find(is_it)
                .cloned()
                .or_else(|| name.parse().ok())
        });
        kept.collect()
    }
}

fn rooms_of(url: &ServerUrl) -> Vec<RoomToJoin> {
    let rooms = url.rooms.iter();
    rooms.map(|room| RoomToJoin::open(room.as_str())).collect()
}

fn refusal(error: &ChangeError) -> Refusal {
    Refusal::new(error.to_string())
}
