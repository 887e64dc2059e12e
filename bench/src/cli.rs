//! The command line: what is measured, of whom, and how the figures are shown.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::cores::Cores;
use crate::failure::Failure;
use crate::figures::Figures;
use crate::growth::{self, Growth};
use crate::idle::Idle;
use crate::limit::Limit;
use crate::load::Load;
use crate::server::Start;
use crate::slow::Slow;
use crate::store::{self, Store};
use crate::storm::Storm;
use crate::subject::Subject;
use crate::table::{self, Table};
use crate::{fanout, idle, limit, process, slow, storm};

/// Measures hubs: fan-out, slow readers, idle clients, storms and stores
#[derive(Debug, Parser)]
#[command(name = "salon-bench", version)]
pub(crate) struct Arguments {
    /// Who is measured
    #[arg(long, global = true, value_enum, default_value = "salond")]
    subject: Subject,
    /// The hub's program [default: `salond` beside this program]
    #[arg(long, global = true, value_name = "FILE")]
    hub: Option<PathBuf>,
    /// What the hub's acknowledged messages survive: process or power
    #[arg(long, global = true, default_value = "process")]
    durability: String,
    /// One JSON object instead of lines
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    cores: Cores,
    #[command(subcommand)]
    mode: Mode,
}

#[derive(Debug, Subcommand)]
enum Mode {
    /// What a few say in a room, to all of its members
    Fanout(Load),
    /// The same at a fixed rate, while some members stop reading
    Slow(Slow),
    /// Clients that do nothing
    Idle(Idle),
    /// Clients that connect, enter a room and quit
    Storm(Storm),
    /// No server: a thread that writes the same bytes to as many sockets
    Limit(Limit),
    /// What the hub stores a second; starting with, reading and searching a full store
    Store(Store),
    /// Everybody who is installed, in one run, with ratios
    Table(Table),
    /// What a delivery, a join and an idle client cost, the more there are, with a picture of each
    Growth(Growth),
}

impl Arguments {
    /// Measures and prints.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        process::raise_open_files()?;
        process::pin(self.cores.generator)?;
        let start = Start {
            subject: self.subject,
            hub: self.hub.as_deref(),
            cores: self.cores,
            durability: &self.durability,
        };
        let figures = match &self.mode {
            Mode::Fanout(load) => fanout::run(&start.run()?, load)?,
            Mode::Slow(options) => slow::run(&start.run()?, options)?,
            Mode::Idle(options) => idle::run(&start.run()?, options)?,
            Mode::Storm(options) => storm::run(&start.run()?, options)?,
            Mode::Limit(options) => limit::run(self.cores, options)?,
            Mode::Store(options) => {
                let mut figures = Figures::default();
                let done = store::run(options, start, &mut figures);
                self.print(&figures);
                return done;
            }
            Mode::Table(options) => return table::run(options, start),
            Mode::Growth(options) => return growth::run(options, start),
        };
        self.print(&figures);
        Ok(())
    }

    fn print(&self, figures: &Figures) {
        if self.json {
            println!(
                "{}",
                figures.to_json(&[("subject", self.subject.name().to_owned())])
            );
        } else {
            print!("{figures}");
        }
    }
}
