//! `salond check`, `backup` and `export`: what is done with a data folder while a hub runs on it, or none does.

use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

use clap::Args;
use salon_config::{Directories, ServerConfig};
use salon_protocol::Timestamp;
use salond::upkeep::{self, Depth, Filter, UpkeepError};

use super::{Failure, say};

/// Which data folder is meant.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// The hub's data folder [default: what --config says, or hub/ in the user's data folder]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Take the data folder from the settings in this file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Place {
    fn folder(&self) -> Result<PathBuf, Failure> {
        if let Some(folder) = &self.data_dir {
            return Ok(folder.clone());
        }
        let config = self.config.as_deref().map(ServerConfig::load).transpose()?;
        match config.and_then(|config| config.server.data_dir) {
            Some(folder) => Ok(folder),
            None => Ok(Directories::of_user()?.hub_dir()),
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    place: Place,
    /// Look at the pages of the file alone, and not at every index and event
    #[arg(long)]
    quick: bool,
}

#[derive(Debug, Args)]
pub(super) struct Backup {
    #[command(flatten)]
    place: Place,
    /// The new file; nothing is overwritten
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    place: Place,
    /// Only this room, or the direct messages from and to this nick; repeat it for more
    #[arg(long = "target", visible_alias = "room", value_name = "ROOM|NICK")]
    targets: Vec<String>,
    /// Only from this time on: 2026-11-23, 2026-11-23T18:00:00Z, or how long ago, such as 7d
    #[arg(long, value_name = "WHEN", value_parser = upkeep::moment)]
    since: Option<Timestamp>,
    /// Only what was before this time
    #[arg(long, value_name = "WHEN", value_parser = upkeep::moment)]
    until: Option<Timestamp>,
}

/// Says what is in the log; one that is not sound is a failure.
pub(super) fn check(options: &Check) -> Result<(), Failure> {
    let depth = if options.quick {
        Depth::Quick
    } else {
        Depth::Full
    };
    let report = upkeep::check(&options.place.folder()?, depth)?;
    say(&format!("log {}", report.path.display()))?;
    say(&format!("version {}", report.version))?;
    for (what, number) in [
        ("bytes", report.bytes),
        ("rooms", report.rooms),
        ("accounts", report.accounts),
        ("events", report.events),
        ("messages", report.messages),
    ] {
        say(&format!("{what} {number}"))?;
    }
    if report.problems.is_empty() {
        return say("sound");
    }
    Err(Failure::Unsound {
        problems: report.problems.join("; "),
    })
}

/// Copies the log.
pub(super) fn backup(options: &Backup) -> Result<(), Failure> {
    let bytes = upkeep::backup(&options.place.folder()?, &options.file)?;
    say(&format!("{} {bytes} bytes", options.file.display()))
}

/// Writes what happened to standard output. Whoever has read enough may close it.
pub(super) fn export(options: &Export) -> Result<(), Failure> {
    let mut filter = Filter::default();
    filter.targets.clone_from(&options.targets);
    (filter.since, filter.until) = (options.since, options.until);
    let mut out = BufWriter::new(io::stdout().lock());
    match upkeep::export(&options.place.folder()?, &filter, &mut out) {
        Err(UpkeepError::Output { source }) if source.kind() == io::ErrorKind::BrokenPipe => {
            // What is left in the buffer has no reader either.
            let _ = out.into_parts();
            Ok(())
        }
        Ok(_) => out.flush().map_err(|source| Failure::Io {
            doing: "write to standard output",
            source,
        }),
        Err(error) => Err(error.into()),
    }
}
