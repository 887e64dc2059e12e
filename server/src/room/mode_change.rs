//! `MODE` on a room: reads the letters and their arguments, checks the right to each, and makes one event of them.
//!
//! <https://modern.ircdocs.horse/#mode-message>

use salon_protocol::mask::Mask;
use salon_protocol::{Nick, Timestamp, numeric};

use super::modes::{ChangeText, Flags, ListKind, Rank};
use super::settings::{ACCOUNT_EXTBAN, ListEntry, MUTE_EXTBAN};
use super::state::RoomState;
use super::{Answer, Asker};
use crate::event::Body;
use crate::reply::{Reply, no_such_nick};

/// How many masks each list of a room takes.
pub(crate) const LIST_ENTRIES_MAX: usize = 100;

/// How many letters with an argument one `MODE` takes; `MODES` in `005`.
const ARGUMENTS_MAX: usize = 20;

/// How many letters one `MODE` may have; no sensible one has so many.
const LETTERS_MAX: usize = 50;

/// The longest key, in bytes; `KEYLEN` in `005`.
pub(crate) const KEY_BYTES_MAX: usize = 32;

/// The longest time between two messages of one member, in seconds.
const SLOW_SECONDS_MAX: u32 = 21_600;

/// From how many bytes on the changes go on in another line: with the longest mask, it still fits.
const CHANGE_BYTES: usize = 100;

/// The longest mask on a list, in bytes.
const MASK_BYTES_MAX: usize = 200;

/// One letter of a `MODE`, with the argument that stands for it.
struct Change<'a> {
    set: bool,
    letter: char,
    argument: Option<&'a str>,
}

impl Change<'_> {
    /// The list that is to be shown.
    fn query(&self) -> Option<ListKind> {
        ListKind::from_letter(self.letter).filter(|_| self.argument.is_none())
    }
}

impl RoomState {
    /// Shows the modes when there are no changes, otherwise makes those that are allowed and answers for the others.
    pub(super) fn mode(&mut self, asker: &Asker, changes: &[String], now: Timestamp) -> Answer {
        if !self.is_visible_to(asker) {
            return Answer::refused(self.not_on_channel());
        }
        let Some((letters, arguments)) = changes.split_first() else {
            return self.show_modes(asker);
        };
        let parsed = parse(letters, arguments);
        let before = self.settings.clone();
        let mut text = ChangeText::default();
        let mut replies = Vec::new();
        let mut changes = Vec::new();
        for change in parsed {
            if let Err(reply) = self.apply(asker, &change, now, &mut text, &mut replies)
                && !replies.contains(&reply)
            {
                replies.push(reply);
            }
            if text.len() >= CHANGE_BYTES {
                changes.extend(std::mem::take(&mut text).finish());
            }
        }
        changes.extend(text.finish());
        if !changes.is_empty() {
            self.note_guests(before.flags);
            self.keep_settings(before);
        }
        let placed = changes.into_iter().map(|change| {
            let change = change.into();
            self.place(asker, Body::Mode { change }, now)
        });
        Answer {
            event: placed.last(),
            replies,
            ..Answer::default()
        }
    }

    /// `324` and `329`; the key is for members.
    fn show_modes(&self, asker: &Asker) -> Answer {
        let name = self.name.as_str();
        let settings = &self.settings;
        let mut text = ChangeText::default();
        for (letter, flag) in Flags::TABLE {
            if settings.flags.contains(*flag) {
                text.push(true, *letter, None);
            }
        }
        let member = self.members.contains_key(&asker.user.id);
        if let Some(key) = &settings.key {
            text.push(true, 'k', Some(if member { key } else { "*" }));
        }
        if let Some(limit) = settings.limit {
            text.push(true, 'l', Some(&limit.to_string()));
        }
        if let Some(seconds) = settings.slow_seconds {
            text.push(true, 'W', Some(&seconds.to_string()));
        }
        let modes = text.finish().unwrap_or_else(|| "+".to_owned());
        let mut params = vec![name];
        params.extend(modes.split(' '));
        let created = (self.created.as_millis() / 1000).to_string();
        let replies = vec![
            Reply::numeric(numeric::RPL_CHANNELMODEIS, &params),
            Reply::numeric(numeric::RPL_CREATIONTIME, &[name, &created]),
        ];
        Answer {
            replies,
            ..Answer::default()
        }
    }

    fn apply(
        &mut self,
        asker: &Asker,
        change: &Change<'_>,
        now: Timestamp,
        text: &mut ChangeText,
        replies: &mut Vec<Reply>,
    ) -> Result<(), Reply> {
        let Change { set, letter, .. } = *change;
        if let Some(kind) = change.query() {
            replies.extend(self.show_list(kind));
            return Ok(());
        }
        if !is_known(letter) {
            let shown = letter.to_string();
            let params = [shown.as_str(), "is not a mode letter of this server"];
            return Err(Reply::numeric(numeric::ERR_UNKNOWNMODE, &params));
        }
        match self.members.get(&asker.user.id) {
            None => return Err(self.not_on_channel()),
            Some(member) if !member.rank.contains(Rank::OPERATOR) => {
                return Err(self.not_operator());
            }
            Some(_) => {}
        }
        if let Some(flag) = Flags::from_letter(letter) {
            if self.settings.flags.contains(flag) != set {
                if flag == Flags::REGISTERED {
                    return Err(self.invalid(change, "it is for ChanServ to change"));
                }
                self.settings.flags.set(flag, set);
                text.push(set, letter, None);
            }
            return Ok(());
        }
        if let Some(kind) = ListKind::from_letter(letter) {
            return self.change_list(asker, kind, change, now, text);
        }
        if let Some(rank) = Rank::from_letter(letter) {
            return self.change_rank(rank, change, text);
        }
        match letter {
            'W' => self.change_slowness(change, text),
            _ => self.change_key_or_limit(change, text),
        }
    }

    fn change_rank(
        &mut self,
        rank: Rank,
        change: &Change<'_>,
        text: &mut ChangeText,
    ) -> Result<(), Reply> {
        let wanted = change
            .argument
            .ok_or_else(|| self.invalid(change, "a nick is expected"))?;
        let nick = wanted.parse::<Nick>().map_err(|_| no_such_nick(wanted))?;
        let Some(member) = self.member_named(&nick) else {
            return Err(self.target_not_on_channel(&nick));
        };
        if member.rank.contains(rank) != change.set {
            let mut member = member.clone();
            member.rank.set(rank, change.set);
            text.push(
                change.set,
                change.letter,
                Some(member.identity.nick.as_str()),
            );
            self.set_member(member.user.id, Some(member));
        }
        Ok(())
    }

    fn change_key_or_limit(
        &mut self,
        change: &Change<'_>,
        text: &mut ChangeText,
    ) -> Result<(), Reply> {
        match (change.letter, change.set) {
            ('k', true) => {
                let key = change.argument.filter(|key| is_key(key));
                let key = key.ok_or_else(|| {
                    self.invalid(
                        change,
                        "a key of at most 32 bytes without blank, comma or ':' is expected",
                    )
                })?;
                self.settings.key = Some(key.to_owned());
                text.push(true, 'k', Some(key));
            }
            ('k', false) => {
                if self.settings.key.take().is_some() {
                    text.push(false, 'k', Some("*"));
                }
            }
            (_, true) => {
                let limit = change
                    .argument
                    .and_then(|limit| limit.parse::<usize>().ok())
                    .filter(|limit| *limit > 0);
                let limit = limit.ok_or_else(|| {
                    self.invalid(change, "a number of members above 0 is expected")
                })?;
                self.settings.limit = Some(limit);
                text.push(true, 'l', Some(&limit.to_string()));
            }
            (_, false) => {
                if self.settings.limit.take().is_some() {
                    text.push(false, 'l', None);
                }
            }
        }
        Ok(())
    }

    /// How long a member without rank waits between messages.
    fn change_slowness(&mut self, change: &Change<'_>, text: &mut ChangeText) -> Result<(), Reply> {
        if !change.set {
            if self.settings.slow_seconds.take().is_some() {
                text.push(false, 'W', None);
            }
            return Ok(());
        }
        let seconds = change
            .argument
            .and_then(|seconds| seconds.parse::<u32>().ok())
            .filter(|seconds| (1..=SLOW_SECONDS_MAX).contains(seconds));
        let seconds = seconds.ok_or_else(|| {
            self.invalid(change, "a number of seconds from 1 to 21600 is expected")
        })?;
        self.settings.slow_seconds = Some(seconds);
        text.push(true, 'W', Some(&seconds.to_string()));
        Ok(())
    }

    fn change_list(
        &mut self,
        asker: &Asker,
        kind: ListKind,
        change: &Change<'_>,
        now: Timestamp,
        text: &mut ChangeText,
    ) -> Result<(), Reply> {
        let fit = change.argument.filter(|mask| is_mask(mask));
        let mask =
            fit.ok_or_else(|| self.invalid(change, "a mask such as nick!user@host is expected"))?;
        let mask = match mask.strip_prefix(MUTE_EXTBAN) {
            Some(_) if kind == ListKind::InviteException => {
                return Err(self.invalid(change, "~m: is for bans and their exceptions"));
            }
            Some(who) => Mask::new(&format!("{MUTE_EXTBAN}{}", whole(who))),
            None => whole(mask),
        };
        let list = self.settings.list_mut(kind);
        let known = list.iter().position(|entry| entry.mask == mask);
        match (change.set, known) {
            (true, None) if list.len() >= LIST_ENTRIES_MAX => {
                let letter = change.letter.to_string();
                let params = [self.name.as_str(), &letter, "Channel list is full"];
                return Err(Reply::numeric(numeric::ERR_BANLISTFULL, &params));
            }
            (true, None) => {
                text.push(true, change.letter, Some(mask.as_str()));
                list.push(ListEntry {
                    mask,
                    setter: asker.identity.mask().into(),
                    time: now,
                });
            }
            (false, Some(index)) => {
                text.push(false, change.letter, Some(mask.as_str()));
                list.remove(index);
            }
            (true, Some(_)) | (false, None) => {}
        }
        Ok(())
    }

    fn show_list(&self, kind: ListKind) -> Vec<Reply> {
        let name = self.name.as_str();
        let (entry, end, end_text) = match kind {
            ListKind::Ban => (
                numeric::RPL_BANLIST,
                numeric::RPL_ENDOFBANLIST,
                "End of channel ban list",
            ),
            ListKind::Exception => (
                numeric::RPL_EXCEPTLIST,
                numeric::RPL_ENDOFEXCEPTLIST,
                "End of channel exception list",
            ),
            ListKind::InviteException => (
                numeric::RPL_INVEXLIST,
                numeric::RPL_ENDOFINVEXLIST,
                "End of channel invite exception list",
            ),
        };
        let shown = self.settings.list(kind).iter().map(|listed| {
            let seconds = (listed.time.as_millis() / 1000).to_string();
            Reply::numeric(
                entry,
                &[name, listed.mask.as_str(), &listed.setter, &seconds],
            )
        });
        shown
            .chain([Reply::numeric(end, &[name, end_text])])
            .collect()
    }

    /// `696`: <https://modern.ircdocs.horse/#errinvalidmodeparam-696>
    fn invalid(&self, change: &Change<'_>, expected: &str) -> Reply {
        let letter = change.letter.to_string();
        let argument = change
            .argument
            .filter(|argument| !argument.is_empty() && !argument.contains(' '))
            // A key is a secret, also one that cannot be.
            .filter(|_| change.letter != 'k');
        let params = [
            self.name.as_str(),
            &letter,
            argument.unwrap_or("*"),
            expected,
        ];
        Reply::numeric(numeric::ERR_INVALIDMODEPARAM, &params)
    }
}

fn parse<'a>(letters: &str, arguments: &'a [String]) -> Vec<Change<'a>> {
    let mut arguments = arguments.iter().map(String::as_str).take(ARGUMENTS_MAX);
    let mut set = true;
    let mut changes: Vec<Change<'_>> = Vec::new();
    for letter in letters.chars() {
        match letter {
            '+' => set = true,
            '-' => set = false,
            _ if changes.len() >= LETTERS_MAX => break,
            _ => {
                let argument = if takes_argument(letter, set) {
                    arguments.next()
                } else {
                    None
                };
                let change = Change {
                    set,
                    letter,
                    argument,
                };
                // A letter asks for a whole list, and gets it once a line.
                let asked = change.query();
                if asked.is_none() || changes.iter().all(|other| other.query() != asked) {
                    changes.push(change);
                }
            }
        }
    }
    changes
}

fn takes_argument(letter: char, set: bool) -> bool {
    match letter {
        'k' => true,
        'l' | 'W' => set,
        _ => Rank::from_letter(letter).is_some() || ListKind::from_letter(letter).is_some(),
    }
}

fn is_known(letter: char) -> bool {
    matches!(letter, 'k' | 'l' | 'W')
        || Flags::from_letter(letter).is_some()
        || Rank::from_letter(letter).is_some()
        || ListKind::from_letter(letter).is_some()
}

fn is_key(key: &str) -> bool {
    !key.is_empty()
        && key.len() <= KEY_BYTES_MAX
        && !key.starts_with(':')
        && !key.contains([' ', ','])
}

/// A mask of people with the parts that were left away, or an account as it is.
fn whole(mask: &str) -> Mask {
    if mask.starts_with(ACCOUNT_EXTBAN) {
        Mask::new(mask)
    } else {
        Mask::of_people(mask)
    }
}

/// Whether a mask can stand among the parameters of a line.
fn is_mask(mask: &str) -> bool {
    (1..=MASK_BYTES_MAX).contains(&mask.len()) && !mask.starts_with(':') && !mask.contains(' ')
}
