//! What can be written behind `salon send`, `tail`, `search` and `export`.

use std::path::PathBuf;

use regex::Regex;
use salon_commands::{Target, When};
use salon_config::Nickname;

/// `salon send`
#[derive(Debug, clap::Args)]
pub(crate) struct SendOptions {
    /// Where to: a room, such as '#dev' (quoted, since a shell takes # for a comment), those of it who have a rank, such
    /// as '@#dev', or a nick
    #[arg(value_parser = addressee)]
    pub(crate) target: Target,

    /// What to say; without it, the lines of standard input, each as a message
    pub(crate) text: Vec<String>,

    #[command(flatten)]
    pub(crate) expect: ExpectOptions,
}

/// What is waited for after something was said.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct ExpectOptions {
    /// Wait, at most --timeout, until somebody else says what this pattern fits; exit code 5 if nobody does
    #[arg(long, value_name = "REGEX")]
    pub(crate) expect: Option<Regex>,
}

/// `salon tail`
#[derive(Debug, clap::Args)]
pub(crate) struct TailOptions {
    /// The room, such as '#dev' (quoted), or the nick of somebody one talked with
    #[arg(value_parser = target)]
    pub(crate) target: Target,

    /// Show what was said since then: 2h, yesterday, 18:30, 2026-11-23 or a time in RFC 3339
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<When>,

    /// Show what was said after the message with this id, as --json tells it
    #[arg(long, value_name = "MSGID", conflicts_with = "since")]
    pub(crate) after: Option<String>,

    /// Stay, and show what is said from now on; a lost connection is taken up again without a hole
    #[arg(long, short)]
    pub(crate) follow: bool,

    /// How many messages at most, the last ones [default: 10, or all with --since or --after]
    #[arg(long = "lines", short = 'n', value_name = "N")]
    pub(crate) count: Option<usize>,

    /// Show joins, parts, topics and the like, too
    #[arg(long)]
    pub(crate) events: bool,
}

/// `salon search`
#[derive(Debug, clap::Args)]
pub(crate) struct SearchOptions {
    /// The words, all of which a message must hold
    #[arg(required = true)]
    pub(crate) words: Vec<String>,

    /// Search in this room or conversation alone [default: the rooms that everybody is in, those that the settings and
    /// --room name, and what was said to you alone]
    #[arg(long, visible_alias = "in", value_name = "TARGET", value_parser = target)]
    pub(crate) target: Option<Target>,

    /// Search what this person said
    #[arg(long, value_name = "NICK")]
    pub(crate) from: Option<Nickname>,

    /// Search what was said since then: 2h, yesterday, 18:30, 2026-11-23 or a time in RFC 3339
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<When>,

    /// How many messages at most, the last ones; 0 is all of them
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) limit: usize,
}

/// `salon export`
#[derive(Debug, clap::Args)]
pub(crate) struct ExportOptions {
    /// The room, such as '#dev' (quoted), or the nick of somebody one talked with
    #[arg(value_parser = target)]
    pub(crate) target: Target,

    /// Begin with what was said then: 2h, yesterday, 18:30, 2026-11-23 or a time in RFC 3339
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<When>,

    /// End before what was said then
    #[arg(long, value_name = "WHEN")]
    pub(crate) until: Option<When>,

    /// Begin after the message with this id, as --json tells it
    #[arg(long, value_name = "MSGID", conflicts_with = "since")]
    pub(crate) after: Option<String>,

    /// Write joins, parts, topics and the like, too
    #[arg(long)]
    pub(crate) events: bool,

    /// Write into this file, which is there whole or not at all [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// A room or a nick.
fn target(text: &str) -> Result<Target, String> {
    match addressee(text)? {
        Target::Ranked(ranked) => Err(format!(
            "those are some of {room} alone; expected the room, '{room}', or a nick",
            room = ranked.room()
        )),
        target => Ok(target),
    }
}

/// A room, some of it, or a nick.
fn addressee(text: &str) -> Result<Target, String> {
    if text.contains("://") {
        return Err(
            "that is a hub, which stands behind `--server`; expected a room or a nick".to_owned(),
        );
    }
    text.parse()
        .map_err(|error: salon_commands::ValueError| error.to_string())
}
