//! `salon plugin check PATH`: runs a plug-in as the client would, and reports like a test runner.

mod oneshot;
mod resident;

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use super::{fail, say};
use crate::exit;
use crate::plugin::launcher::Confinement;
use crate::plugin::setup::Setup;
use crate::plugin::store::{Installed, Kind};

/// The room that examples are typed in.
const ROOM: &str = "#lobby";
/// Who types them.
const NICK: &str = "ann";

/// What was found so far.
#[derive(Debug, Default)]
struct Findings {
    passed: usize,
    failed: usize,
}

impl Findings {
    /// Reports a check.
    fn report(&mut self, what: &str, result: Result<String, String>) {
        let (mark, note) = match result {
            Ok(note) => {
                self.passed += 1;
                ("ok    ", note)
            }
            Err(note) => {
                self.failed += 1;
                ("FAILED", note)
            }
        };
        let mut lines = note.lines();
        let first = lines.next().unwrap_or_default();
        say(format!("{mark} {what:<18} {first}").trim_end());
        for line in lines {
            say(&format!("         {line}"));
        }
    }
}

/// Checks, and gives the exit code.
pub(super) fn run(setup: &Setup, path: &Path) -> ExitCode {
    let plugin = match path.canonicalize().map(|path| Installed::read(&path)) {
        Ok(Ok(plugin)) => plugin,
        Ok(Err(fault)) => return fail(exit::REFUSED, &fault.to_string()),
        Err(error) => {
            let path = path.display();
            return fail(exit::REFUSED, &format!("could not read {path}: {error}"));
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return fail(exit::REFUSED, &format!("could not start: {error}")),
    };
    let mut findings = Findings::default();
    let what = match &plugin.kind {
        Kind::OneShot(head) => head.spec.usage().to_string(),
        Kind::Resident(manifest) => format!("{} {}", manifest.name, manifest.version),
    };
    findings.report("what it says", Ok(format!("{what}; may {}", plugin.asks())));
    if Setup::confinement() == Confinement::None {
        say("note   this system can't confine plug-ins: it is run unconfined");
    }
    runtime.block_on(async {
        match plugin.kind.clone() {
            Kind::OneShot(head) => oneshot::check(setup, &plugin, &head, &mut findings).await,
            Kind::Resident(manifest) => {
                resident::check(setup, &plugin, manifest, &mut findings).await;
            }
        }
    });
    runtime.shutdown_background();
    say(&format!(
        "{} passed, {} failed",
        findings.passed, findings.failed
    ));
    ExitCode::from(if findings.failed == 0 {
        exit::OK
    } else {
        exit::REFUSED
    })
}

/// A time for people.
fn since(begin: Instant) -> String {
    milliseconds(begin.elapsed())
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}
