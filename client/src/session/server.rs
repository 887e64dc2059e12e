//! What the server says of itself: its name, and the parts of `005` that change how its lines read.

use salon_commands::Ranked;
use salon_protocol::Message;
use salon_protocol::isupport::{CaseMapping, ChanModes, Isupport, Prefix};

use super::outcome::Refusal;

/// What is known of the server; what it doesn't say is as the specification has it.
#[derive(Debug)]
pub(super) struct Server {
    /// Its name.
    pub(super) name: String,
    isupport: Isupport,
    names: CaseMapping,
    ranks: Prefix,
    room_modes: ChanModes,
}

/// A mode of a room given or taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Change<'a> {
    mode: char,
    given: bool,
    /// Whom or what it is about, where the mode has such.
    param: Option<&'a str>,
}

/// What becomes of the key of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyChange<'a> {
    /// It is this.
    Is(&'a str),
    /// There is none.
    Gone,
}

/// A rank given to or taken from somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RankChange<'a> {
    /// Whose.
    pub(super) nick: &'a str,
    /// The mark of the rank.
    pub(super) mark: char,
    /// Whether it is given.
    pub(super) given: bool,
}

impl Default for Server {
    fn default() -> Self {
        let isupport = Isupport::new();
        Self {
            name: String::new(),
            names: isupport.casemapping(),
            ranks: isupport.prefix(),
            room_modes: isupport.chanmodes(),
            isupport,
        }
    }
}

impl Server {
    /// Takes what one `005` says.
    pub(super) fn learn(&mut self, message: &Message<'_>) {
        self.isupport.apply_message(message);
        self.names = self.isupport.casemapping();
        self.ranks = self.isupport.prefix();
        self.room_modes = self.isupport.chanmodes();
    }

    /// How it compares names.
    pub(super) fn names(&self) -> CaseMapping {
        self.names
    }

    /// The longest line without its tags that it takes, in bytes, with CR LF.
    pub(super) fn line_bytes_max(&self) -> usize {
        self.isupport.linelen()
    }

    /// The number that it gives for something, such as `TOPICLEN`.
    pub(super) fn limit(&self, key: &str) -> Option<usize> {
        self.isupport.number(key)
    }

    /// How many modes that take a parameter it changes by one `MODE`.
    pub(super) fn modes_max(&self) -> usize {
        self.isupport.modes()
    }

    /// How many rooms one `JOIN` may name; the protocol has no limit where the server tells none.
    pub(super) fn joins_max(&self) -> usize {
        self.isupport.targmax("JOIN").unwrap_or(usize::MAX)
    }

    /// The mark of a bot in the flags of `WHO`.
    pub(super) fn bot_mark(&self) -> Option<char> {
        self.isupport.bot_mode()
    }

    /// How many events of history it gives at once.
    pub(super) fn history_limit(&self) -> Option<u32> {
        let limit = self.isupport.chathistory()?;
        Some(u32::try_from(limit).unwrap_or(u32::MAX))
    }

    /// Whether its history can be asked for by ids of messages, and not by times alone.
    pub(super) fn finds_by_id(&self) -> bool {
        let kinds = self.isupport.get("MSGREFTYPES");
        kinds.is_none_or(|kinds| kinds.split(',').any(|kind| kind == "msgid"))
    }

    /// Whether a target is a room.
    pub(super) fn is_room(&self, target: &str) -> bool {
        self.isupport.is_room(target)
    }

    /// The name of its network, where its own name does not hold that.
    pub(super) fn network(&self) -> Option<&str> {
        let network = self.isupport.network().filter(|name| !name.is_empty())?;
        let name = self.name.to_ascii_lowercase();
        (!name.contains(&network.to_ascii_lowercase())).then_some(network)
    }

    /// What its rooms begin with.
    pub(super) fn room_marks(&self) -> &str {
        self.isupport.chantypes()
    }

    /// Refuses what can't be a room here.
    pub(super) fn check_room(&self, room: &str) -> Result<(), Refusal> {
        if self.is_room(room) {
            return Ok(());
        }
        let marks: Vec<String> = self
            .room_marks()
            .chars()
            .map(|mark| format!("'{mark}'"))
            .collect();
        Err(Refusal::new(if marks.is_empty() {
            "this server has no rooms".to_owned()
        } else {
            format!(
                "'{room}' can't be a room here: those of this server begin with {}",
                marks.join(" or ")
            )
        }))
    }

    /// Refuses to speak to some of a room alone where the server has no such messages.
    pub(super) fn check_addressee(&self, target: &str) -> Result<(), Refusal> {
        let Ok(ranked) = Ranked::new(target) else {
            return Ok(());
        };
        if self.is_room(target) || self.isupport.statusmsg().contains(ranked.mark()) {
            return Ok(());
        }
        let room = ranked.room();
        Err(Refusal::new(match self.isupport.statusmsg() {
            "" => {
                format!("this server takes no messages for some of {room} alone; nothing was sent")
            }
            marks => format!(
                "this server takes messages for some of {room} with one of '{marks}' in front, and not '{}'; nothing was sent",
                ranked.mark()
            ),
        }))
    }

    /// The marks of rank, highest first.
    pub(super) fn rank_marks(&self) -> String {
        self.ranks.ranks().iter().map(|(_, mark)| mark).collect()
    }

    /// Divides an entry of a list of members, `@+ann!user@host`, into marks and nick.
    pub(super) fn split_member<'a>(&self, entry: &'a str) -> (&'a str, &'a str) {
        let (marks, name) = self.ranks.split(entry);
        (marks, name.split_once('!').map_or(name, |(nick, _)| nick))
    }

    /// The changes of rank in a `MODE` of a room, its parameters being `modes` and `params`.
    pub(super) fn rank_changes<'a>(&self, modes: &str, params: &[&'a str]) -> Vec<RankChange<'a>> {
        let changes = self.changes(modes, params).into_iter();
        let rank_change = |change: Change<'a>| {
            Some(RankChange {
                nick: change.param?,
                mark: self.ranks.sign_of(change.mode)?,
                given: change.given,
            })
        };
        changes.filter_map(rank_change).collect()
    }

    /// What a `MODE` of a room makes of its key, if it tells.
    pub(super) fn key_change<'a>(&self, modes: &str, params: &[&'a str]) -> Option<KeyChange<'a>> {
        let mut changes = self.changes(modes, params).into_iter();
        let change = changes.rfind(|change| change.mode == 'k')?;
        match change.param {
            _ if !change.given => Some(KeyChange::Gone),
            None | Some("*") => None,
            Some(key) => Some(KeyChange::Is(key)),
        }
    }

    fn changes<'a>(&self, modes: &str, params: &[&'a str]) -> Vec<Change<'a>> {
        let mut params = params.iter();
        let mut given = true;
        let mut changes = Vec::new();
        for mode in modes.chars() {
            if matches!(mode, '+' | '-') {
                given = mode == '+';
                continue;
            }
            let param = self
                .takes_param(mode, given)
                .then(|| params.next().copied())
                .flatten();
            changes.push(Change { mode, given, param });
        }
        changes
    }

    /// Whether a mode of a room takes a parameter where it is given or taken.
    pub(super) fn takes_param(&self, mode: char, given: bool) -> bool {
        let kind = self.room_modes.kind(mode);
        self.ranks.sign_of(mode).is_some() || kind.is_some_and(|kind| kind.takes_param(given))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server() -> Server {
        let mut server = Server::default();
        let line = ":hub 005 ann CHANTYPES=#+ PREFIX=(qov)~@+ CHANMODES=be,k,l,imnt SAFELIST :are supported";
        server.learn(&Message::parse(line).unwrap());
        server
    }

    #[test]
    fn rooms_are_told_by_the_marks_of_the_server() {
        assert!(server().is_room("+dev"));
        assert!(!server().is_room("&dev"));
        assert!(!server().is_room(""));
    }

    #[test]
    fn what_is_taken_back_is_as_the_specification_has_it() {
        let mut server = server();
        let line = ":hub 005 ann -CHANTYPES CASEMAPPING=ascii LINELEN=1024 :are supported";
        server.learn(&Message::parse(line).unwrap());
        assert!(server.is_room("&dev") && !server.is_room("+dev"));
        assert_eq!(
            (server.names(), server.line_bytes_max()),
            (CaseMapping::Ascii, 1024)
        );
        let line = ":hub 005 ann -CASEMAPPING -LINELEN :are supported";
        server.learn(&Message::parse(line).unwrap());
        assert_eq!(
            (server.names(), server.line_bytes_max()),
            (CaseMapping::Rfc1459, 512)
        );
    }

    #[test]
    fn a_network_is_named_where_the_name_of_the_server_does_not_tell_it() {
        for (name, token, expected) in [
            ("irc.example.org", "NETWORK=Acme", Some("Acme")),
            ("tungsten.libera.chat", "NETWORK=Libera.Chat", None),
            ("irc.example.org", "NETWORK=", None),
            ("irc.example.org", "SAFELIST", None),
        ] {
            let mut server = Server {
                name: name.to_owned(),
                ..Server::default()
            };
            let line = format!(":{name} 005 ann {token} :are supported");
            server.learn(&Message::parse(&line).unwrap());
            assert_eq!(server.network(), expected, "{name} {token}");
        }
    }

    #[test]
    fn some_of_a_room_are_spoken_to_where_the_server_lets_them() {
        #[track_caller]
        fn check(tokens: &str, target: &str, expected: Option<&str>) {
            let mut server = Server::default();
            let line = format!(":hub 005 ann {tokens} :are supported");
            server.learn(&Message::parse(&line).unwrap());
            let refusal = server.check_addressee(target).err();
            let refusal = refusal.map(|refusal| refusal.to_string());
            assert_eq!(refusal.as_deref(), expected, "{tokens} {target}");
        }
        check("STATUSMSG=@+", "@#dev", None);
        check("STATUSMSG=@", "#dev", None);
        check("STATUSMSG=@", "ann", None);
        check("CHANTYPES=#+", "+#dev", None);
        check(
            "STATUSMSG=@+",
            "%#dev",
            Some(
                "this server takes messages for some of #dev with one of '@+' in front, and not '%'; nothing was sent",
            ),
        );
        check(
            "PREFIX=(ov)@+",
            "@#dev",
            Some("this server takes no messages for some of #dev alone; nothing was sent"),
        );
    }

    #[test]
    fn members_are_divided_into_marks_and_nick() {
        assert_eq!(server().split_member("~@ann!u@h"), ("~@", "ann"));
        assert_eq!(server().split_member("bob"), ("", "bob"));
    }

    #[test]
    fn changes_of_rank_are_found_among_other_modes() {
        let changes = server().rank_changes("+lo-vk", &["9", "ann", "bob", "key"]);
        let ann = RankChange {
            nick: "ann",
            mark: '@',
            given: true,
        };
        let bob = RankChange {
            nick: "bob",
            mark: '+',
            given: false,
        };
        assert_eq!(changes, [ann, bob]);
    }

    #[test]
    fn a_key_is_told_among_other_modes() {
        let server = server();
        let check = |modes, params: &[&'static str], expected| {
            assert_eq!(server.key_change(modes, params), expected, "{modes}");
        };
        check(
            "+olk",
            &["ann", "9", "sesame"],
            Some(KeyChange::Is("sesame")),
        );
        check("-k", &["*"], Some(KeyChange::Gone));
        check("-k+k", &["sesame", "tahini"], Some(KeyChange::Is("tahini")));
        check("+k", &["*"], None);
        check("+o", &["k"], None);
    }

    #[test]
    fn a_missing_parameter_is_no_change() {
        assert_eq!(server().rank_changes("+o", &[]), []);
    }
}
