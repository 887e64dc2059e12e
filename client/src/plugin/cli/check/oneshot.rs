//! The check of a one-shot plug-in: its file can be run, and each of its examples ends well.

use std::time::Instant;

use salon_commands::plugin::{Head, Sends};
use salon_commands::{Command, Invoke, Mode, Origin, Registry};
use tokio::time::timeout;

use super::{Findings, NICK, ROOM, since};
use crate::plugin::host::{self, Lined};
use crate::plugin::setup::Setup;
use crate::plugin::store::Installed;

pub(super) async fn check(setup: &Setup, plugin: &Installed, head: &Head, findings: &mut Findings) {
    let mut registry = Registry::builtin();
    let added = registry.add(head.spec.clone(), Origin::Plugin(plugin.name.to_string()));
    findings.report(
        "its name is free",
        added
            .map(|_| format!(":{}", head.spec.name))
            .map_err(|conflict| conflict.to_string()),
    );
    let mut lines: Vec<String> = head
        .spec
        .examples
        .iter()
        .map(|example| example.line.to_string())
        .collect();
    let needs_nothing = head
        .spec
        .arguments
        .iter()
        .all(salon_commands::Argument::is_optional);
    if lines.is_empty() && needs_nothing {
        lines.push(format!(":{}", head.spec.name));
    }
    if lines.is_empty() {
        findings.report(
            "examples",
            Err("there is none; expected `example=\":...\"` in the head".to_owned()),
        );
    }
    for line in lines {
        let begin = Instant::now();
        let result = match read(&registry, &line) {
            Ok(invoke) => run(setup, plugin, head, &invoke).await,
            Err(reason) => Err(reason),
        };
        findings.report(
            &line,
            result.map(|told| format!("{}: {told}", since(begin))),
        );
    }
}

/// The call that a line is.
pub(super) fn read(registry: &Registry, line: &str) -> Result<Invoke, String> {
    match registry.parse(line, Mode::Script) {
        Ok(Some(Command::Invoke(invoke))) => Ok(invoke),
        Ok(_) => Err("it does not call a command of this plug-in".to_owned()),
        Err(error) => Err(error.render(line)),
    }
}

async fn run(
    setup: &Setup,
    plugin: &Installed,
    head: &Head,
    invoke: &Invoke,
) -> Result<String, String> {
    let start = host::start_of(
        setup,
        plugin,
        head,
        &plugin.asks(),
        invoke,
        Some(ROOM),
        NICK,
    )?;
    let mut lined = Lined::new(plugin.name.clone(), setup, head.sends);
    let ended = timeout(head.timeout, lined.follow(&start)).await;
    ended.map_err(|_| format!("it did not end within {} s", head.timeout.as_secs()))??;
    let verb = match head.sends {
        Sends::Show => "shows",
        Sends::Send => "sends",
    };
    match lined.lines.as_slice() {
        [] => Ok("says nothing".to_owned()),
        [line] => Ok(format!("{verb} '{line}'")),
        [line, rest @ ..] => Ok(format!("{verb} '{line}' and {} more lines", rest.len())),
    }
}
