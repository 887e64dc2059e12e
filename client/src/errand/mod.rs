//! The subcommands that do one thing on a hub and end: `salon send`, `tail`, `search` and `export`.
//!
//! What was said goes to standard output, what went wrong to standard error, and the exit code tells
//! the rest. None of them starts plug-ins, and none joins more rooms than it needs.

mod arguments;
mod export;
mod failure;
mod file;
mod hub;
mod pages;
mod printer;
mod reader;
mod returning;
mod search;
mod send;
mod shown;
mod signals;
mod tail;
mod wanted;

use std::io;
use std::process::ExitCode;

use salon_commands::Target;
use salon_protocol::eq_folded;

pub(crate) use self::arguments::{
    ExpectOptions, ExportOptions, SearchOptions, SendOptions, TailOptions,
};
use self::failure::Failure;
use self::file::Destination;
use self::hub::Hub;
use self::printer::Printer;
use self::reader::reader_leaves;
use self::signals::Signals;
use crate::conversation::{ClosedRoom, Lines, Plan};
use crate::script::{Complaints, Format};
use crate::session::RoomToJoin;
use crate::settings::Settings;
use crate::{exit, fail};

pub(crate) use self::send::run as send;

/// What reads the past.
#[derive(Debug)]
pub(crate) enum Reading<'a> {
    /// `salon tail`
    Tail(&'a TailOptions),
    /// `salon search`
    Search(&'a SearchOptions),
    /// `salon export`
    Export(&'a ExportOptions),
}

/// Reads, and prints what it finds.
pub(crate) fn read(reading: &Reading<'_>, settings: Settings) -> ExitCode {
    match crate::runtime() {
        Ok(runtime) => {
            let code = runtime.block_on(run(reading, settings));
            // A name that is still being looked up must not keep us.
            runtime.shutdown_background();
            code
        }
        Err(error) => fail(exit::UNREACHABLE, &format!("could not start: {error}")),
    }
}

async fn run(reading: &Reading<'_>, settings: Settings) -> ExitCode {
    let mut complaints = Complaints::new(io::stderr());
    let destination = match reading {
        Reading::Export(export) => Destination::open(export.output.as_deref()),
        Reading::Tail(_) | Reading::Search(_) => Ok(Destination::standard_output()),
    };
    let (mut destination, writer) = match destination {
        Ok(destination) => destination,
        Err(error) => {
            complaints.error(&error);
            return ExitCode::from(exit::REFUSED);
        }
    };
    let format = if settings.json {
        Format::Json
    } else {
        Format::Text(settings.palette)
    };
    let mut printer = match Printer::spawn(format, writer) {
        Ok(printer) => printer,
        Err(error) => {
            complaints.error(&format!("could not start a thread: {error}"));
            return ExitCode::from(exit::UNREACHABLE);
        }
    };
    let mut signals = match Signals::take() {
        Ok(signals) => signals,
        Err(error) => {
            complaints.error(&format!("could not start: {error}"));
            return ExitCode::from(exit::UNREACHABLE);
        }
    };
    let ended = printer.ended();
    let done = tokio::select! {
        done = perform(reading, settings, &mut printer, &mut complaints) => done,
        () = ended => Ok(()),
        () = reader_leaves(), if matches!(reading, Reading::Tail(_)) => Ok(()),
        signalled = signals.next() => Err(signalled),
    };
    if let Err(failure @ (Failure::Interrupted | Failure::Terminated | Failure::HungUp)) = &done {
        // The reader of our output may be the one who is stuck: it is not waited for. A file that was
        // begun goes with its destination.
        return ExitCode::from(failure.code());
    }
    let written = printer.finish();
    let done = done.and_then(|()| {
        written.map_err(|error| Failure::Output {
            name: destination.name().to_owned(),
            error,
        })?;
        destination.keep().map_err(Failure::File)
    });
    match done {
        Ok(()) => ExitCode::from(exit::OK),
        Err(failure) => {
            let code = failure.code();
            if let Some(text) = failure.text() {
                complaints.error(&text);
            }
            ExitCode::from(code)
        }
    }
}

async fn perform(
    reading: &Reading<'_>,
    settings: Settings,
    printer: &mut Printer,
    complaints: &mut Complaints<io::Stderr>,
) -> Result<(), Failure> {
    // A login that fails is the end of the arrival.
    let has_logged_in = settings.plan.identity.login.is_some();
    let target = match reading {
        Reading::Tail(tail) => {
            Box::pin(tail::run(tail, settings.plan, printer, complaints)).await?;
            &tail.target
        }
        Reading::Search(search) => {
            return Box::pin(search::run(search, settings.plan, printer, complaints)).await;
        }
        Reading::Export(export) => {
            Box::pin(export::run(export, settings.plan, printer, complaints)).await?;
            &export.target
        }
    };
    if let Target::Nick(nick) = target
        && !printer.has_printed()
    {
        note_nothing(nick.as_str(), has_logged_in, complaints);
        if matches!(reading, Reading::Export(_)) {
            // An export of nothing must not take the place of one of something.
            return Err(Failure::NotFound);
        }
    }
    Ok(())
}

/// Says whose conversation with somebody this is, where that is not who was meant.
fn note_other_nick<E: io::Write>(target: &Target, hub: &Hub, complaints: &mut Complaints<E>) {
    if let Target::Nick(other) = target
        && hub.nick() != hub.wanted_nick()
    {
        complaints.line(&format!(
            "note: the nick '{}' is taken, so this is what '{}' and {other} said to each other",
            hub.wanted_nick(),
            hub.nick()
        ));
    }
}

/// Says that there is nothing, and what may be the reason.
fn note_nothing<E: io::Write>(nick: &str, has_logged_in: bool, complaints: &mut Complaints<E>) {
    let reason = if has_logged_in {
        ""
    } else {
        "; it keeps that for accounts, and you are not logged in to one (`account` in the settings)"
    };
    complaints.line(&format!(
        "note: the hub has nothing that you and {nick} said to each other{reason}; a room is written '#{nick}'"
    ));
}

/// Leaves out what a subcommand has no use for.
fn simplify(plan: &mut Plan) {
    plan.plugins = None;
    plan.lines = Lines::Verbatim;
    plan.closed_room = ClosedRoom::Fail;
}

/// Makes a plan one for a single room or conversation.
fn prepare(plan: &mut Plan, target: &Target, wants_all_events: bool) {
    simplify(plan);
    plan.identity.wants_all_events = wants_all_events;
    // Of the rooms that are joined otherwise, this one may have a key.
    plan.identity
        .rooms
        .retain(|room| eq_folded(&room.name, target.place()));
    if let Some(room) = target.room()
        && plan.identity.rooms.is_empty()
    {
        plan.identity.rooms.push(RoomToJoin::open(room));
    }
}

fn no_such_room(room: &Target) -> Failure {
    Failure::Refused(format!(
        "there is no room {room} on the hub, or nobody is in it and the hub has forgotten it"
    ))
}
