//! What the hub says of itself in `004` and `005`: only what is so.

use std::sync::{Arc, LazyLock};

use salon_config::ServerConfig;
use salon_protocol::isupport::Isupport;

use crate::identity::UserModes;
use crate::room::LIST_ENTRIES_MAX;
use crate::room::modes::{Flags, ListKind, Rank};
use crate::verb::monitor::WATCHED_MAX;
use crate::verb::privmsg::TARGETS_MAX;
use crate::verb::{list, names};

/// Name and version of the program.
pub(crate) const VERSION: &str = concat!("salond-", env!("CARGO_PKG_VERSION"));

/// The rooms that one client may be in.
pub(crate) const ROOMS_MAX: usize = 250;

/// The longest away text, real name and kick reason, in bytes.
pub(crate) const TEXT_BYTES_MAX: usize = 300;

/// The longest nick, in bytes.
pub(crate) fn nick_bytes_max(config: &ServerConfig) -> usize {
    length(config.limits.nick_length, salon_protocol::NICK_BYTES_MAX)
}

/// The longest name of a room, in bytes.
pub(crate) fn room_name_bytes_max(config: &ServerConfig) -> usize {
    length(
        config.limits.channel_length,
        salon_protocol::ROOM_NAME_BYTES_MAX,
    )
}

/// The longest topic, in bytes: what fits a line whatever the names are.
pub(crate) fn topic_bytes_max(config: &ServerConfig) -> usize {
    length(config.limits.topic_length, 390)
}

fn length(limit: Option<std::num::NonZeroU32>, most: usize) -> usize {
    limit
        .and_then(|limit| usize::try_from(limit.get()).ok())
        .unwrap_or(most)
        .min(most)
}

/// The letters of the user modes, of the rooms' modes, and of those of them that take an argument.
pub(crate) static MODE_LETTERS: LazyLock<(String, String, String)> = LazyLock::new(mode_letters);

fn mode_letters() -> (String, String, String) {
    let user = UserModes::LETTERS.iter().map(|row| row.0).collect();
    let flags = Flags::TABLE.iter().map(|row| row.0);
    let lists = ListKind::TABLE.iter().map(|row| row.0);
    let ranks = Rank::TABLE.iter().map(|row| row.0);
    let with_argument: Vec<char> = lists.chain(ranks).chain(['k', 'l', 'W']).collect();
    let mut all: Vec<char> = flags.chain(with_argument.iter().copied()).collect();
    all.sort_unstable();
    (
        user,
        all.into_iter().collect(),
        with_argument.into_iter().collect(),
    )
}

/// How many bytes of tokens a line of `005` has at most, so that name and nick and the rest fit beside them.
const TOKENS_BYTES_MAX: usize = 350;

/// The tokens of `005`, as many on each line as fit.
pub(crate) fn lines(config: &ServerConfig) -> Arc<[Vec<String>]> {
    of_hub(config).lines(TOKENS_BYTES_MAX).into()
}

/// How many targets one command of each kind may have, where there is a bound.
fn targets_max() -> String {
    let speech = ["PRIVMSG", "NOTICE", "TAGMSG"].map(|verb| format!("{verb}:{TARGETS_MAX},"));
    let (names, listed) = (names::ROOMS_MAX, list::CONDITIONS_MAX);
    let rest = format!("KICK:,JOIN:,PART:,NAMES:{names},WHOIS:1,LIST:{listed}");
    speech.concat() + &rest
}

fn of_hub(config: &ServerConfig) -> Isupport {
    let letters = |prefix: bool| -> String {
        Rank::TABLE
            .iter()
            .map(|row| if prefix { row.1 } else { row.0 })
            .collect()
    };
    let lists: String = ListKind::TABLE.iter().map(|row| row.0).collect();
    let flags: String = Flags::TABLE.iter().map(|row| row.0).collect();
    Isupport::new()
        .with("CASEMAPPING", "ascii")
        .with("CHANTYPES", "#")
        .with("PREFIX", format!("({}){}", letters(false), letters(true)))
        .with("CHANMODES", format!("{lists},k,lW,{flags}"))
        .with("STATUSMSG", letters(true))
        .with("EXCEPTS", "e")
        .with("INVEX", "I")
        .with("MODES", "20")
        .with("MAXLIST", format!("{lists}:{LIST_ENTRIES_MAX}"))
        .with("TARGMAX", targets_max())
        .with("CHANLIMIT", format!("#:{ROOMS_MAX}"))
        .with_number("NICKLEN", nick_bytes_max(config))
        .with_number("CHANNELLEN", room_name_bytes_max(config))
        .with_number("TOPICLEN", topic_bytes_max(config))
        .with_number("AWAYLEN", TEXT_BYTES_MAX)
        .with_number("KICKLEN", TEXT_BYTES_MAX)
        .with_number("NAMELEN", TEXT_BYTES_MAX)
        .with_number("USERLEN", crate::verb::user::USERNAME_BYTES_MAX)
        .with_number("KEYLEN", crate::room::KEY_BYTES_MAX)
        .with_number("MONITOR", WATCHED_MAX)
        .with_number("CHATHISTORY", crate::verb::chathistory::MESSAGES_MAX)
        .with("MSGREFTYPES", "msgid,timestamp")
        .with("ELIST", "CMNTU")
        .with("BOT", "B")
        .with("UTF8ONLY", "")
        .with("WHOX", "")
        .with("EXTBAN", "~,am")
        .with("ACCOUNTEXTBAN", "a")
        .with("NETWORK", "Salon")
}
