//! Settings that are shown, changed and kept while the program runs, and what of them is true at once.

use salon_commands::Saved;
use salon_config::{ChangeError, ClientConfig, KeyedRoom, ServerUrl, Setting};

use super::Conversation;
use crate::driver::Report;
use crate::session::{Refusal, RoomToJoin};

impl Conversation {
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
        match setting {
            Setting::Timeout => self.timeout = config.timeout,
            Setting::Ignore => self.session.ignore(&config.ignore),
            Setting::Realname => {
                plan.identity.realname = config.realname.clone().unwrap_or_default();
            }
            Setting::Server => plan.lead_to(&config.server),
            Setting::TlsCa => plan.tls.ca.clone_from(&config.tls_ca),
            Setting::TlsFingerprint => plan.tls.fingerprint = config.tls_fingerprint,
            Setting::TlsCert => plan.tls.cert.clone_from(&config.tls_cert),
            Setting::TlsKey => plan.tls.key.clone_from(&config.tls_key),
            Setting::Rooms => {
                plan.identity.rooms = config.rooms.iter().map(RoomToJoin::from).collect();
            }
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

fn refusal(error: &ChangeError) -> Refusal {
    Refusal::new(error.to_string())
}
