//! One-shot plug-ins: a process for each call, whose lines are shown or sent.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use salon_commands::plugin::protocol::MessageKind;
use salon_commands::plugin::{Head, Permissions, PluginName, Sends};
use salon_commands::{Invoke, Value};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::values::words;
use super::{Host, Tell};
use crate::plugin::process::{Happened, Log, Process, Start};
use crate::plugin::setup::Setup;
use crate::plugin::store::{Grant, Installed, Standing};
use crate::session::Ticket;

/// How many lines of one call are shown, and sent.
const SHOWN_MAX: usize = 200;
const SENT_MAX: usize = 10;
/// How many bytes of output a call may have in all.
const BYTES_MAX: usize = 64 * 1024;
/// How many calls of one plug-in may run at once.
const CALLS_MAX: usize = 4;
/// How many lines of standard error are shown of a call that failed.
const LAST_WORDS_MAX: usize = 5;

/// A one-shot plug-in.
#[derive(Debug)]
pub(super) struct OneShot {
    pub(super) head: Head,
    permissions: Permissions,
    /// Dropping one ends its call.
    calls: Vec<oneshot::Sender<()>>,
    pub(super) count: u64,
}

/// A call that is over.
#[derive(Debug)]
pub(super) struct Finished {
    name: PluginName,
    ticket: Ticket,
    target: Option<String>,
    lines: Vec<String>,
    result: Result<(), String>,
}

impl OneShot {
    pub(super) fn new(head: Head, grant: &Grant) -> Self {
        Self {
            head,
            permissions: grant.permissions.clone(),
            calls: Vec::new(),
            count: 0,
        }
    }

    /// Ends the calls that run.
    pub(super) fn cancel(&mut self) {
        self.calls.clear();
    }
}

impl Host {
    /// Starts a call.
    pub(super) fn run_oneshot(
        &mut self,
        ticket: Ticket,
        invoke: &Invoke,
        target: Option<String>,
        nick: &str,
    ) -> Result<(), String> {
        let is_it =
            |(_, oneshot): &(&PluginName, &mut OneShot)| oneshot.head.spec.name == invoke.name;
        let Some((name, oneshot)) = self.oneshots.iter_mut().find(is_it) else {
            return Err(format!("the plug-in of ':{}' does not run", invoke.name));
        };
        oneshot.calls.retain(|call| !call.is_closed());
        if oneshot.calls.len() >= CALLS_MAX {
            return Err(format!("plug-in '{name}' still runs {CALLS_MAX} calls"));
        }
        let setup = &self.setup;
        let grants = setup.store.grants().map_err(|fault| fault.to_string())?;
        let plugin = setup.store.find(name).map_err(|fault| fault.to_string())?;
        if plugin.standing(&grants) != Standing::Granted {
            return Err(format!(
                "plug-in '{name}' changed since you granted what it may do; ':plugin grant {name}' grants it anew"
            ));
        }
        let head = &oneshot.head;
        if head.sends == Sends::Send {
            may_speak_to(target.as_deref(), &oneshot.permissions)
                .map_err(|place| format!("plug-in '{name}' may not speak to {place}"))?;
        }
        let start = start_of(
            setup,
            &plugin,
            head,
            &oneshot.permissions,
            invoke,
            target.as_deref(),
            nick,
        )?;
        let (cancel, cancelled) = oneshot::channel();
        oneshot.calls.push(cancel);
        oneshot.count += 1;
        let call = Running {
            lined: Lined::new(name.clone(), setup, head.sends),
            ticket,
            target,
            within: head.timeout,
        };
        tokio::spawn(call.run(start, cancelled, self.finished.clone()));
        Ok(())
    }

    /// A call is over.
    pub(super) fn finished(&mut self, finished: Finished) {
        let Finished {
            name,
            ticket,
            target,
            lines,
            result,
        } = finished;
        let sends = self.oneshots.get(&name).map(|oneshot| oneshot.head.sends);
        // What failed half-way has nothing to say to others.
        let is_said = sends == Some(Sends::Send) && result.is_ok();
        let mut result = result;
        for text in lines {
            match &target {
                Some(target) if is_said => {
                    if let Err(error) = self.say(&name, ticket, target, text) {
                        result = result.and(Err(error));
                    }
                }
                None if is_said => result = Err("there is no current room".to_owned()),
                _ => {
                    let plugin = name.to_string();
                    self.tell(Tell::Show { plugin, text });
                }
            }
        }
        self.tell(Tell::Ran { ticket, result });
    }

    fn say(
        &mut self,
        name: &PluginName,
        ticket: Ticket,
        target: &str,
        text: String,
    ) -> Result<(), String> {
        if text.trim().is_empty() {
            return Ok(());
        }
        if text.contains(|c: char| c.is_control() && c != '\t') {
            return Err(format!("plug-in '{name}' wants to send control characters"));
        }
        self.tell(Tell::Say {
            ticket: Some(ticket),
            plugin: name.to_string(),
            target: target.to_owned(),
            text,
            kind: MessageKind::Message,
        });
        Ok(())
    }
}

/// Whether it may speak where its command was typed, or the place where it may not. Passwords are told to services, so that
/// no plug-in speaks to one unasked.
fn may_speak_to<'a>(target: Option<&'a str>, permissions: &Permissions) -> Result<(), &'a str> {
    match target {
        Some(target) if !permissions.send.covers(target, Some(target)) => Err(target),
        Some(_) | None => Ok(()),
    }
}

/// The arguments by their names: `SALON_ARG_SIDES`.
fn variables(invoke: &Invoke) -> Vec<(OsString, OsString)> {
    let given = invoke.arguments.iter();
    given
        .filter_map(|(name, value)| {
            let name: String = name
                .trim_start_matches('-')
                .chars()
                .map(|c| {
                    if c.is_ascii_alphanumeric() {
                        c.to_ascii_uppercase()
                    } else {
                        '_'
                    }
                })
                .collect();
            let words = match value? {
                Value::Given => "1".to_owned(),
                value => words(value).join(" "),
            };
            let value = OsString::from_vec(words.into_bytes());
            Some((format!("SALON_ARG_{name}").into(), value))
        })
        .collect()
}

/// How a call is started.
pub(in crate::plugin) fn start_of(
    setup: &Setup,
    plugin: &Installed,
    head: &Head,
    permissions: &Permissions,
    invoke: &Invoke,
    target: Option<&str>,
    nick: &str,
) -> Result<Start, String> {
    let name = &plugin.name;
    let home = setup.store.home(name);
    std::fs::create_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
    let mut environment = setup.environment(name);
    let context = [
        ("SALON_COMMAND", invoke.name.as_str()),
        ("SALON_NICK", nick),
        ("SALON_TARGET", target.unwrap_or_default()),
    ];
    environment.extend(context.map(|(name, value)| (name.into(), value.into())));
    environment.extend(variables(invoke));
    let mut policy = setup.policy(name, &plugin.path, permissions);
    policy.cpu_seconds = Some(head.timeout.as_secs().max(1));
    let program = plugin.path.clone().into_os_string();
    let arguments = invoke.arguments.iter().filter_map(|(_, value)| value);
    Ok(Start {
        command: std::iter::once(program)
            .chain(arguments.flat_map(words).map(OsString::from))
            .collect(),
        environment,
        folder: home,
        policy,
    })
}

/// A call that runs.
struct Running {
    lined: Lined,
    ticket: Ticket,
    target: Option<String>,
    within: std::time::Duration,
}

impl Running {
    async fn run(
        mut self,
        start: Start,
        cancelled: oneshot::Receiver<()>,
        finished: mpsc::Sender<Finished>,
    ) {
        let within = self.within;
        let result = tokio::select! {
            // Nothing is ever sent: the end of the sender is the sign.
            _ = cancelled => Err("cancelled".to_owned()),
            ended = timeout(within, self.lined.follow(&start)) => match ended {
                Ok(ended) => ended,
                Err(_) => Err(format!("plug-in '{}' did not end within {} s", self.lined.name, within.as_secs())),
            },
        };
        let call = Finished {
            name: self.lined.name,
            ticket: self.ticket,
            target: self.target,
            lines: self.lined.lines,
            result,
        };
        // A host that has gone has no use for it.
        let _ = finished.send(call).await;
    }
}

/// The output of a call, bounded.
pub(in crate::plugin) struct Lined {
    name: PluginName,
    log: Log,
    lines_max: usize,
    /// What it has written.
    pub(in crate::plugin) lines: Vec<String>,
}

impl Lined {
    /// Nothing yet.
    pub(in crate::plugin) fn new(name: PluginName, setup: &Setup, sends: Sends) -> Self {
        Self {
            log: Log::new(setup.store.log_file(&name)),
            name,
            lines_max: match sends {
                Sends::Show => SHOWN_MAX,
                Sends::Send => SENT_MAX,
            },
            lines: Vec::new(),
        }
    }

    /// Runs the call to its end. Its process ends with this future.
    pub(in crate::plugin) async fn follow(&mut self, start: &Start) -> Result<(), String> {
        let (happened, mut happenings) = mpsc::channel(16);
        let _process = Process::start(start, self.log.clone(), (), happened)
            .map_err(|error| format!("plug-in '{}' could not be started: {error}", self.name))?;
        let mut bytes = 0;
        while let Some(((), happened)) = happenings.recv().await {
            match happened {
                Happened::Line(line) => {
                    let line =
                        line.map_err(|_| self.too_much("a line that is no text or too long"))?;
                    bytes += line.len();
                    if self.lines.len() >= self.lines_max || bytes > BYTES_MAX {
                        return Err(self.too_much("too many lines"));
                    }
                    self.lines.push(line);
                }
                Happened::Exited {
                    is_success: true, ..
                } => return Ok(()),
                Happened::Exited {
                    how, last_words, ..
                } => return Err(self.failed(&how, &last_words)),
            }
        }
        Err(format!("plug-in '{}' ended without a word", self.name))
    }

    /// Where one line is all that is told, it ends with the last of standard error: that is where programs say what is wrong.
    fn failed(&self, how: &str, last_words: &[String]) -> String {
        let mut text = format!("plug-in '{}' failed: {how}", self.name);
        if let Some(last) = last_words.last() {
            text.push_str(": ");
            text.push_str(last);
        }
        if last_words.len() > 1 {
            let first = last_words.len().saturating_sub(LAST_WORDS_MAX);
            for line in last_words.iter().skip(first) {
                text.push_str("\n  ");
                text.push_str(line);
            }
        }
        text
    }

    fn too_much(&self, what: &str) -> String {
        format!("plug-in '{}' was ended: it wrote {what}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use salon_commands::plugin::Reach;

    use super::*;

    #[test]
    fn what_it_says_is_for_no_service() {
        let mut permissions = Permissions::default();
        permissions.send = Reach::new(["current"]);
        assert_eq!(may_speak_to(Some("#dev"), &permissions), Ok(()));
        assert_eq!(may_speak_to(Some("bob"), &permissions), Ok(()));
        assert_eq!(may_speak_to(None, &permissions), Ok(()));
        let refused = may_speak_to(Some("NickServ"), &permissions);
        assert_eq!(refused, Err("NickServ"));
        let refused = may_speak_to(Some("#dev"), &Permissions::default());
        assert_eq!(refused, Err("#dev"));
    }
}
