//! `005`: what a server says it supports, read and written.
//!
//! See <https://modern.ircdocs.horse/#rplisupport-005>. Which values are true is known only by who writes them.

mod casemapping;
mod modes;
mod token;

use std::collections::BTreeMap;

pub use casemapping::CaseMapping;
pub use modes::{ChanModes, ModeKind, Prefix};
pub use token::{TOKENS_PER_LINE_MAX, Token};

use crate::Message;

/// Everything a server has said in its `005` lines so far, by key, or what it is about to say.
///
/// The typed accessors give the default of the specification for what was not said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Isupport {
    values: BTreeMap<String, String>,
}

impl Isupport {
    /// Nothing said yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says that `key` is supported, with this value, which may be empty.
    pub fn set(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.values.insert(key.into(), value.into());
    }

    /// Says so, for a chain of them.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.set(key, value);
        self
    }

    /// Says so with a number, for a chain of them.
    #[must_use]
    pub fn with_number(self, key: impl Into<String>, number: usize) -> Self {
        self.with(key, number.to_string())
    }

    /// Takes in one token; `-KEY` takes back what was said.
    pub fn apply(&mut self, token: &str) {
        match Token::parse(token) {
            Some(Token::Set { key, value }) => self.set(key, value.unwrap_or_default()),
            Some(Token::Unset { key }) => {
                self.values.remove(key.as_ref());
            }
            None => {}
        }
    }

    /// Takes in a whole `005` line: all parameters but the first, which is the nick, and the last, which is prose.
    pub fn apply_message(&mut self, message: &Message<'_>) {
        let tokens = match message.params.as_ref() {
            [_nick, tokens @ .., _prose] => tokens,
            _ => &[],
        };
        for token in tokens {
            self.apply(token);
        }
    }

    /// The value of a key: empty when it has none, nothing when it was not said.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str)
    }

    /// Whether a key was said.
    pub fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// The value of a key as a number.
    pub fn number(&self, key: &str) -> Option<usize> {
        self.get(key)?.parse().ok()
    }

    /// All keys and values in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The tokens as they are sent, in groups that fit a line: at most [`TOKENS_PER_LINE_MAX`] of them and
    /// `bytes_max` bytes with a blank before each.
    pub fn lines(&self, bytes_max: usize) -> Vec<Vec<String>> {
        let mut lines: Vec<Vec<String>> = Vec::new();
        let mut bytes = 0;
        for (key, value) in self.iter() {
            let token = Token::set(key, value).to_string();
            let fits = bytes + 1 + token.len() <= bytes_max;
            match lines.last_mut() {
                Some(line) if fits && line.len() < TOKENS_PER_LINE_MAX => {
                    bytes += 1 + token.len();
                    line.push(token);
                }
                _ => {
                    bytes = 1 + token.len();
                    lines.push(vec![token]);
                }
            }
        }
        lines
    }

    /// How names are compared: by RFC 1459 unless said otherwise.
    pub fn casemapping(&self) -> CaseMapping {
        self.get("CASEMAPPING")
            .map_or(CaseMapping::Rfc1459, CaseMapping::from_name)
    }

    /// What room names begin with.
    pub fn chantypes(&self) -> &str {
        self.get("CHANTYPES").unwrap_or("#&")
    }

    /// Whether a target is a room's name on this server.
    pub fn is_room(&self, target: &str) -> bool {
        target.starts_with(|first| self.chantypes().contains(first))
    }

    /// The ranks of members, highest first.
    pub fn prefix(&self) -> Prefix {
        Prefix::parse(self.get("PREFIX").unwrap_or("(ov)@+"))
    }

    /// The modes of rooms, by kind.
    pub fn chanmodes(&self) -> ChanModes {
        ChanModes::parse(self.get("CHANMODES").unwrap_or("beI,k,l,imnpst"))
    }

    /// Which ranks can be spoken to alone, such as in `@#room`.
    pub fn statusmsg(&self) -> &str {
        self.get("STATUSMSG").unwrap_or_default()
    }

    /// The longest nick, in bytes.
    pub fn nicklen(&self) -> Option<usize> {
        self.number("NICKLEN")
    }

    /// The longest room name, in bytes.
    pub fn channellen(&self) -> Option<usize> {
        self.number("CHANNELLEN")
    }

    /// The longest topic, in bytes.
    pub fn topiclen(&self) -> Option<usize> {
        self.number("TOPICLEN")
    }

    /// The longest line without its tags, in bytes, with CR LF.
    pub fn linelen(&self) -> usize {
        self.number("LINELEN").unwrap_or(crate::LINE_BYTES_MAX)
    }

    /// How many modes with a parameter one MODE may change: `usize::MAX` where there is no limit.
    pub fn modes(&self) -> usize {
        match self.get("MODES") {
            Some("") => usize::MAX,
            Some(count) => count.parse().unwrap_or(3),
            None => 3,
        }
    }

    /// How many targets a verb may have, as far as that was said of it (`TARGMAX`) or of all verbs (`MAXTARGETS`):
    /// `usize::MAX` where there is no limit.
    pub fn targmax(&self, verb: &str) -> Option<usize> {
        let targmax = self.get("TARGMAX").unwrap_or_default();
        let mut counts = targmax.split(',').filter_map(|entry| entry.split_once(':'));
        let of_verb = counts.find(|(name, _)| name.eq_ignore_ascii_case(verb));
        match of_verb {
            Some((_, "")) => Some(usize::MAX),
            Some((_, count)) => Some(count.parse().unwrap_or(1)),
            None => self.number("MAXTARGETS"),
        }
    }

    /// The network's name.
    pub fn network(&self) -> Option<&str> {
        self.get("NETWORK")
    }

    /// The mode that marks a bot.
    pub fn bot_mode(&self) -> Option<char> {
        self.get("BOT")?.chars().next()
    }

    /// How many people can be watched: nothing when none can, zero when there is no limit.
    pub fn monitor(&self) -> Option<usize> {
        self.get("MONITOR").map(|count| count.parse().unwrap_or(0))
    }

    /// How many messages of history come at once at most: nothing when there is none, zero when there is no limit.
    pub fn chathistory(&self) -> Option<usize> {
        let drafted = self.get("draft/CHATHISTORY");
        let value = self.get("CHATHISTORY").or(drafted)?;
        Some(value.parse().unwrap_or(0))
    }

    /// Whether anything but UTF-8 is refused.
    pub fn utf8_only(&self) -> bool {
        self.has("UTF8ONLY")
    }

    /// Whether WHO takes fields.
    pub fn whox(&self) -> bool {
        self.has("WHOX")
    }
}

impl<'a> FromIterator<&'a str> for Isupport {
    fn from_iter<I: IntoIterator<Item = &'a str>>(tokens: I) -> Self {
        let mut isupport = Self::new();
        for token in tokens {
            isupport.apply(token);
        }
        isupport
    }
}

#[cfg(test)]
mod tests;
