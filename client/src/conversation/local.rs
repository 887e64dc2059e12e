//! What commands do that concern the program: what it has seen, how it behaves, and which hub it talks
//! to. Each is done here, or asked of the hub where that can do it better.

use std::collections::BTreeSet;

use salon_commands::{Account, AliasError, Effects, End, Local, Origin, Start, Text, When};
use salon_config::{ServerUrl, Setting};
use salon_protocol::{Message, Timestamp};

use super::{Conversation, clock};
use crate::driver::Report;
use crate::event::{Event, EventKind};
use crate::session::{Page, Passwords, Point, Refusal, Ticket, Wanted};

/// The most lines that a search of our own shows.
const FOUND_MAX: usize = 50;

/// Whether something is done already, or the hub or others will do it.
enum Done {
    /// It is done.
    Now,
    /// Its ticket will be resolved.
    Later,
}

impl Conversation {
    /// Does what concerns the program. The ticket is resolved when it is done.
    pub(super) fn perform_local(&mut self, ticket: Ticket, local: Local) {
        match self.do_local(ticket, local) {
            Ok(Done::Now) => self.session.accept(ticket),
            Ok(Done::Later) => {}
            Err(refusal) => self.session.refuse(ticket, refusal),
        }
        self.carry_out();
    }

    fn do_local(&mut self, ticket: Ticket, local: Local) -> Result<Done, Refusal> {
        match local {
            Local::History {
                target,
                count,
                start,
                end,
            } => return self.history(ticket, target.as_str(), count, start, &end),
            Local::Search {
                target,
                nick,
                since,
                words,
            } => {
                let since = since.as_ref().map(moment).transpose();
                let since = since.map_err(Refusal::new)?;
                let wanted = Wanted {
                    target: target.as_ref().map(salon_commands::Target::as_str),
                    nick: nick.as_deref(),
                    since,
                    words: &words,
                };
                return Ok(self.search(ticket, &wanted));
            }
            Local::Mark { target } => return self.mark(ticket, target.as_str()),
            Local::Redact {
                target,
                back,
                reason,
            } => return self.redact(ticket, target.as_str(), back, reason.as_ref()),
            Local::Source { file } => {
                self.source(ticket, &file)?;
                let is_outer = self.sources.ticket() == Some(ticket);
                return Ok(if is_outer { Done::Later } else { Done::Now });
            }
            Local::Alias { name, line } => self.alias(&name, &line)?,
            Local::Unalias { name } => self.unalias(&name)?,
            Local::Get { key } => self.show_settings(key.as_deref())?,
            Local::Set { key, value } => self.change(&key, &value, Setting::set)?,
            Local::Add { key, value } => self.change(&key, &value, Setting::add)?,
            Local::Remove { key, value } => self.change(&key, &value, Setting::remove)?,
            Local::Save { what } => self.save(what)?,
            Local::Connect { url } => self.connect(&url)?,
            Local::Reconnect => {
                self.note_place();
                let plan = self.next_plan();
                self.go(plan);
            }
            Local::Disconnect { reason } => self.disconnect(reason.as_deref())?,
            Local::Clear => self.reports.push_back(Report::Clear),
            Local::Edit { .. } => {
                return Err(Refusal::new(
                    "an editor needs a terminal, and there is none",
                ));
            }
        }
        Ok(Done::Now)
    }

    /// Does something with an account, with the passwords that were typed for it.
    pub(super) fn perform_account(&mut self, ticket: Ticket, account: Account) {
        let handed = self.passwords.take();
        if let Some((_, passwords)) = handed.filter(|(of, _)| *of == ticket) {
            self.session.account(ticket, account, passwords, clock());
        } else {
            let refused = self.session.check_account(&account).err();
            let missing = "a password is asked for at the prompt, and there is none";
            let refusal = refused.unwrap_or_else(|| Refusal::new(missing));
            self.session.refuse(ticket, refusal);
        }
        self.carry_out();
    }

    /// The passwords for the line with this ticket, which is submitted next.
    pub(crate) fn hand_passwords(&mut self, ticket: Ticket, passwords: Passwords) {
        self.passwords = Some((ticket, passwords));
    }

    fn history(
        &mut self,
        ticket: Ticket,
        target: &str,
        count: u32,
        start: Option<Start>,
        end: &End,
    ) -> Result<Done, Refusal> {
        let is_bounded = start.is_some() || *end != End::Last;
        let since = match start {
            None => None,
            Some(Start::Time(when)) => {
                Some(Point::just_before(moment(&when).map_err(Refusal::new)?))
            }
            Some(Start::Message(id)) => Some(Point::Id(id.to_string())),
        };
        let page = match end {
            End::Last => Page::Latest,
            End::Before(when) => Page::Before(Point::Time(moment(when).map_err(Refusal::new)?)),
            End::Shown => self.session.page_before(target),
        };
        if self
            .session
            .ask_history(ticket, target, &page, since, count)
        {
            return Ok(Done::Later);
        }
        if is_bounded {
            return Err(Refusal::new(
                "no server is here that keeps history; ':history 1000' shows all that this program has seen",
            ));
        }
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let (lines, read) = self.kept.last(target, count);
        if lines.is_empty() {
            self.inform(&format!("nothing was said in {target} that is still known"));
        }
        let total = lines.len();
        for (index, line) in lines.into_iter().enumerate() {
            if read == Some(index) && index > 0 {
                self.tell(EventKind::ReadUpTo);
            }
            self.show_again(line);
        }
        if total > 0 && read == Some(total) {
            self.tell(EventKind::ReadUpTo);
        }
        Ok(Done::Now)
    }

    fn search(&mut self, ticket: Ticket, wanted: &Wanted<'_>) -> Done {
        if self.session.ask_search(ticket, wanted) {
            return Done::Later;
        }
        let mut found = self.kept.search(wanted);
        let count = found.len();
        if count == 0 {
            self.inform("nothing of what this program has seen fits");
        } else if count > FOUND_MAX {
            self.inform(&format!(
                "{count} lines fit; these are the last {FOUND_MAX}"
            ));
        }
        for line in found.split_off(count.saturating_sub(FOUND_MAX)) {
            self.show_again(line);
        }
        Done::Now
    }

    /// Shows what was shown before; nobody else is told of it.
    fn show_again(&mut self, event: Event) {
        self.reports.push_back(Report::Show(event));
    }

    fn mark(&mut self, ticket: Ticket, target: &str) -> Result<Done, Refusal> {
        let Some(time) = self.kept.mark(target) else {
            return Err(Refusal::new(format!(
                "nothing was said in {target} that could be read"
            )));
        };
        if self.session.mark_read(ticket, target, time) {
            return Ok(Done::Later);
        }
        self.inform(&format!("all in {target} is read"));
        Ok(Done::Now)
    }

    fn redact(
        &mut self,
        ticket: Ticket,
        target: &str,
        back: u32,
        reason: Option<&Text>,
    ) -> Result<Done, Refusal> {
        if self.session.is_ready() && !self.session.can_redact() {
            return Err(Refusal::new(
                "the server takes nothing back: it offers no draft/message-redaction",
            ));
        }
        let back = usize::try_from(back).unwrap_or(usize::MAX);
        let Some(id) = self.kept.own_id(target, back) else {
            return Err(Refusal::new(format!(
                "you have not said so much in {target} that this program knows of"
            )));
        };
        let mut message = Message::new("REDACT")
            .with_param(target.to_owned())
            .with_param(id.to_owned());
        if let Some(reason) = reason {
            message = message.with_text(reason.to_string());
        }
        let line = message.to_line().ok().and_then(|line| Text::new(line).ok());
        let Some(line) = line else {
            return Err(Refusal::new("the message has an id that no line can hold"));
        };
        let effects = Effects::from(salon_commands::Effect::Raw { line });
        self.session.perform(ticket, effects, clock());
        Ok(Done::Later)
    }

    fn alias(&mut self, name: &str, line: &str) -> Result<(), Refusal> {
        let taken = self
            .registry
            .add_alias(name, line)
            .map_err(|error: AliasError| Refusal::new(error.to_string()))?;
        if let Some((_, line)) = self.registry.aliases().find(|(known, _)| *known == name) {
            self.preferences.note_alias(name, line.to_owned());
        }
        for conflict in taken {
            self.inform(&format!(
                "':{}' is your alias now, and no longer ':{}' {}",
                conflict.name, conflict.command, conflict.origin
            ));
        }
        self.report_commands();
        Ok(())
    }

    fn unalias(&mut self, name: &str) -> Result<(), Refusal> {
        // One of the settings that could not be made is taken back as well.
        let was_made = self.registry.remove(name, &Origin::Alias);
        if !self.preferences.remove_alias(name) && !was_made {
            return Err(Refusal::new(format!("there is no alias ':{name}'")));
        }
        self.report_commands();
        Ok(())
    }

    /// Makes the aliases of the settings that are not there yet. One that can't be made is told, once.
    pub(super) fn begin_aliases(&mut self) {
        let refused = self.make_aliases();
        // It may stand for a command that a plug-in is about to bring.
        if self.extensions.plugins.is_unsettled() || self.extensions.note_aliases_told() {
            return;
        }
        for (name, error) in refused {
            self.inform(&format!("the alias '{name}' of the settings: {error}"));
        }
    }

    /// The names of those that can't be made, each with the reason.
    fn make_aliases(&mut self) -> Vec<(String, AliasError)> {
        let made: BTreeSet<&str> = self.registry.aliases().map(|(name, _)| name).collect();
        let aliases = &self.preferences.config.aliases;
        let mut waiting: Vec<_> = aliases
            .iter()
            .filter(|(name, _)| !made.contains(name.as_str()))
            .map(|(name, line)| (name.clone(), line.clone()))
            .collect();
        // One may stand for another that comes later, so each has as many chances as there are.
        loop {
            let before = waiting.len();
            let mut refused = Vec::new();
            waiting.retain(|(name, line)| match self.registry.add_alias(name, line) {
                Ok(_) => false,
                Err(error) => {
                    refused.push((name.clone(), error));
                    true
                }
            });
            if waiting.is_empty() || waiting.len() == before {
                return refused;
            }
        }
    }

    fn connect(&mut self, url: &str) -> Result<(), Refusal> {
        let url: ServerUrl = url
            .parse()
            .map_err(|error: salon_config::ServerUrlError| Refusal::new(error.to_string()))?;
        self.note_place();
        let plan = self.plan_to_another(&url);
        self.go(plan);
        Ok(())
    }

    /// Shows what the hub has of the past. It is no news, so no plug-in hears of it as of a message that arrives: whoever
    /// counts or answers would do so again.
    pub(super) fn show_past(&mut self, event: Event) {
        if self.lines != super::Lines::Verbatim {
            self.kept.keep_past(&event);
        }
        self.show_again(event);
    }

    /// Takes note of what is told, if it is something that was said.
    pub(super) fn remember(&mut self, event: &Event) {
        if self.lines != super::Lines::Verbatim {
            self.kept.keep(event);
        }
    }

    /// Takes note of what the session has learned: what was read elsewhere, and how to log in on return.
    pub(super) fn take_note(&mut self) {
        if let Some(login) = self.session.take_login() {
            self.plan.identity.login = Some(login);
        }
        for (target, time) in self.session.take_read() {
            self.kept.mark_at(&target, time);
            let until = time;
            self.reports.push_back(Report::Read { target, until });
        }
    }
}

/// The moment that somebody here and now means by what they typed; an error says what is wrong with it.
pub(crate) fn moment(when: &When) -> Result<Timestamp, String> {
    let now = jiff::ZonedDateTime::now();
    let millis = when
        .resolve(&now)
        .and_then(|time| u64::try_from(time.as_millisecond()).ok());
    millis
        .map(Timestamp::from_millis)
        .ok_or_else(|| format!("'{when}' is before all times"))
}
