//! Where a message comes from: `nick!user@host`, or a server's name.

use std::borrow::Cow;
use std::fmt;

/// The source of a message, as written on the wire after the colon.
///
/// It is kept in one piece and taken apart on demand, since most readers want it whole or only the nick.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Source<'a>(Cow<'a, str>);

impl<'a> Source<'a> {
    /// A source as it is written, `nick!user@host` or `server.name`.
    pub fn new(text: impl Into<Cow<'a, str>>) -> Self {
        Self(text.into())
    }

    /// The source of a person.
    pub fn person(nick: &str, user: &str, host: &str) -> Self {
        let mut text = String::with_capacity(nick.len() + user.len() + host.len() + 2);
        for part in [nick, "!", user, "@", host] {
            text.push_str(part);
        }
        Self(Cow::Owned(text))
    }

    /// The nick, or the whole name of a server.
    pub fn nick(&self) -> &str {
        let text = self.as_str();
        text.split_once(['!', '@']).map_or(text, |(nick, _)| nick)
    }

    /// The user name, which a server does not have.
    pub fn user(&self) -> Option<&str> {
        let (_, after_nick) = self.0.split_once('!')?;
        Some(
            after_nick
                .split_once('@')
                .map_or(after_nick, |(user, _)| user),
        )
    }

    /// The host, which a server does not have.
    pub fn host(&self) -> Option<&str> {
        self.0.split_once('@').map(|(_, host)| host)
    }

    /// The source as it is written on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same source, borrowing from nothing.
    pub fn into_owned(self) -> Source<'static> {
        Source(Cow::Owned(self.0.into_owned()))
    }
}

impl fmt::Display for Source<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl<'a> From<&'a str> for Source<'a> {
    fn from(text: &'a str) -> Self {
        Self::new(text)
    }
}

impl<'a> From<&'a String> for Source<'a> {
    fn from(text: &'a String) -> Self {
        Self::new(text.as_str())
    }
}

impl From<String> for Source<'_> {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl<'a> From<Cow<'a, str>> for Source<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::new(text)
    }
}

impl<'a> From<&'a crate::Nick> for Source<'a> {
    fn from(nick: &'a crate::Nick) -> Self {
        Self::new(nick.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, nick: &str, user: Option<&str>, host: Option<&str>) {
        let source = Source::new(text);
        assert_eq!(
            (source.nick(), source.user(), source.host()),
            (nick, user, host)
        );
    }

    #[test]
    fn a_person_has_three_parts() {
        check("ann!a@host", "ann", Some("a"), Some("host"));
        check("ann!~a@::1", "ann", Some("~a"), Some("::1"));
    }

    #[test]
    fn missing_parts_are_none() {
        check("hub.example", "hub.example", None, None);
        check("ann!a", "ann", Some("a"), None);
        check("ann@host", "ann", None, Some("host"));
        check("", "", None, None);
    }

    #[test]
    fn separators_in_odd_places_do_no_harm() {
        check("!@", "", Some(""), Some(""));
        check("a@b!c", "a", Some("c"), Some("b!c"));
    }

    #[test]
    fn person_is_written_whole() {
        assert_eq!(Source::person("ann", "a", "host").as_str(), "ann!a@host");
    }
}
