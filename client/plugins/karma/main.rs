//! Counts `ann++` and `ann--` in the rooms, and tells who has how much. The counts are kept in the plug-in's store.
//!
//! `cargo build --release --example karma` makes it; beside its `plugin.toml` it is a plug-in.

use std::collections::BTreeMap;

use salon_commands::plugin::sdk::{
    HookPoint, HookSpec, Host, MessageHook, Plugin, Reply, Run, Verdict,
};
use salon_commands::{Spec, arguments};

/// The key of the store.
const KEY: &str = "karma";
/// How many people are remembered: the store is small.
const PEOPLE_MAX: usize = 500;
/// How many are shown.
const SHOWN_MAX: usize = 10;

/// Who has how much.
type Karma = BTreeMap<String, i64>;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut spec = Spec::new("karma", "show who was given how much karma")
        .example_accepted(":karma", "show those who have most")
        .example_accepted(":karma ann", "show how much ann has");
    spec.arguments = arguments("[WHO:nick]")?;
    let mut hook = HookSpec::new(HookPoint::MessageIn);
    hook.filter.contains = vec!["++".to_owned(), "--".to_owned()];
    let plugin = Plugin::new("karma", env!("CARGO_PKG_VERSION"), Karma::new())
        .on_start(|karma, host, _| {
            *karma = serde_json::from_value(host.kept(KEY)).unwrap_or_default();
        })
        .command(spec, |karma, _, run| Ok(Reply::show(show(karma, run))))
        .on_message(hook, count);
    plugin.run(std::io::stdin().lock(), std::io::stdout().lock())?;
    Ok(())
}

/// Counts what a message gives and takes; nobody gives to themselves.
fn count(karma: &mut Karma, host: &mut Host<'_>, message: &MessageHook) -> Verdict {
    let mut is_changed = false;
    for word in message.text.split_whitespace() {
        let word = word.trim_end_matches([',', '.', '!', '?']);
        let (nick, change) = match (word.strip_suffix("++"), word.strip_suffix("--")) {
            (Some(nick), _) => (nick, 1),
            (None, Some(nick)) => (nick, -1),
            (None, None) => continue,
        };
        let nick = nick.to_ascii_lowercase();
        let is_room_left = karma.len() < PEOPLE_MAX || karma.contains_key(&nick);
        let is_nick = nick.parse::<salon_commands::Nick>().is_ok() && nick.len() <= 64;
        if is_nick && is_room_left && !nick.eq_ignore_ascii_case(&message.from) {
            *karma.entry(nick).or_default() += change;
            is_changed = true;
        }
    }
    if is_changed {
        host.keep(KEY, karma);
    }
    Verdict::Pass
}

fn show(karma: &Karma, run: &Run) -> String {
    if let Some(nick) = run.arguments.get("WHO").and_then(|who| who.as_str()) {
        let has = karma
            .get(&nick.to_ascii_lowercase())
            .copied()
            .unwrap_or_default();
        return format!("{nick} has {has}");
    }
    let mut all: Vec<_> = karma.iter().collect();
    all.sort_by_key(|(_, has)| std::cmp::Reverse(**has));
    let lines: Vec<_> = all
        .iter()
        .take(SHOWN_MAX)
        .map(|(nick, has)| format!("{nick} has {has}"))
        .collect();
    if lines.is_empty() {
        "nobody was given any yet".to_owned()
    } else {
        lines.join("\n")
    }
}
