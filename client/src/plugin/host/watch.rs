//! What is installed, changed, granted or taken away while one talks is taken up by itself: a look at the files now and then.
//!
//! A look compares sizes and times alone, so that it costs some microseconds. What differs is looked at again shortly after
//! and taken up once it is the same twice, since installing is more than one step.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use salon_commands::plugin::PluginName;
use tokio::time::Instant;

use super::{Host, Tell};
use crate::plugin::store::{Stamps, Standing};

/// How long it is from one look to the next.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long it is to the next when something differed.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(500);

/// What is known of the files.
#[derive(Debug)]
pub(super) struct Watch {
    /// As they were when they were taken up.
    known: Stamps,
    /// As they were at the last look.
    last: Stamps,
    next: Instant,
    /// The plug-ins that were taken up, and are to be told of when they are there; and what became of them.
    announced: BTreeMap<PluginName, &'static str>,
    /// Why it couldn't be read what was granted, at the last look.
    fault: Option<String>,
}

impl Watch {
    /// When the next look is.
    pub(super) fn next(&self) -> Instant {
        self.next
    }
}

impl Host {
    /// How the files are, to be asked before they are taken up: what is installed meanwhile differs from this.
    pub(super) fn files(&self) -> Stamps {
        // What can't be read is taken up once it can.
        self.setup.store.stamps().unwrap_or_default()
    }

    /// Begins to watch, with what has been taken up.
    pub(super) fn watch(&mut self, files: Stamps) {
        self.watch = Some(Watch {
            known: files.clone(),
            last: files,
            next: Instant::now() + LOOK_EVERY,
            announced: BTreeMap::new(),
            fault: self.unreadable.clone(),
        });
    }

    /// What was done to a plug-in by command is no news.
    pub(super) fn accept(&mut self, name: &PluginName) {
        let Some(watch) = &mut self.watch else {
            return;
        };
        match self.setup.store.stamp(name) {
            Ok(Some(stamp)) => drop(watch.known.insert(name.clone(), stamp)),
            Ok(None) => drop(watch.known.remove(name)),
            Err(_) => {}
        }
    }

    /// Looks for what differs, and takes it up.
    pub(super) fn look(&mut self) {
        let Some(watch) = &mut self.watch else {
            return;
        };
        let found = match self.setup.store.stamps() {
            Ok(found) => found,
            Err(fault) => return self.look_later(&fault.to_string()),
        };
        watch.fault = None;
        if self.unreadable.is_some() {
            watch.known.clone_from(&found);
            watch.last = found;
            watch.next = Instant::now() + LOOK_EVERY;
            return self.begin();
        }
        let names: BTreeSet<PluginName> = watch.known.keys().chain(found.keys()).cloned().collect();
        let differing = names
            .into_iter()
            .filter(|name| found.get(name) != watch.known.get(name));
        let (settled, moving): (Vec<_>, Vec<_>) =
            differing.partition(|name| found.get(name) == watch.last.get(name));
        let after = if moving.is_empty() {
            LOOK_EVERY
        } else {
            LOOK_AGAIN_AFTER
        };
        watch.next = Instant::now() + after;
        watch.last = found;
        for name in settled {
            self.take_anew(&name);
        }
    }

    /// Leaves everything as it is while it can't be read what was granted, and says so once.
    fn look_later(&mut self, fault: &str) {
        let Some(watch) = &mut self.watch else {
            return;
        };
        watch.next = Instant::now() + LOOK_EVERY;
        if watch.fault.as_deref() != Some(fault) {
            watch.fault = Some(fault.to_owned());
            self.note(format!("the plug-ins stay as they are: {fault}"));
        }
    }

    fn take_anew(&mut self, name: &PluginName) {
        let Some(watch) = &mut self.watch else {
            return;
        };
        // A fault since the look is found by the next one.
        let Ok(grants) = self.setup.store.grants() else {
            return;
        };
        let is_there = watch.last.contains_key(name);
        let was_there = watch.known.contains_key(name);
        match watch.last.get(name) {
            Some(stamp) => drop(watch.known.insert(name.clone(), *stamp)),
            None => drop(watch.known.remove(name)),
        }
        if !is_there {
            self.end(name);
            self.miss(name, &grants, "its files are gone");
            return self.note(format!("plug-in '{name}' was removed"));
        }
        watch.announced.insert(
            name.clone(),
            if was_there { "was reloaded" } else { "is here" },
        );
        // Why it isn't run is told while it is taken up, but for one that was turned off.
        if self.reload(name).is_err() {
            self.forget_announcement(name);
            let found = self.setup.store.find(name);
            match found.map(|plugin| plugin.standing(&grants)) {
                Ok(Standing::Disabled) => self.note(format!("plug-in '{name}' is disabled")),
                Ok(_) => {}
                Err(fault) => self.note(format!("plug-in '{name}' can't be run: {fault}")),
            }
        }
    }

    fn forget_announcement(&mut self, name: &PluginName) {
        if let Some(watch) = &mut self.watch {
            watch.announced.remove(name);
        }
    }

    /// Says that a plug-in that was taken up by itself is there, with the commands that it brings.
    pub(super) fn announce(&mut self, name: &PluginName, commands: &[String]) {
        let watch = self.watch.as_mut();
        let Some(what) = watch.and_then(|watch| watch.announced.remove(name)) else {
            return;
        };
        let commands: Vec<String> = commands.iter().map(|name| format!(":{name}")).collect();
        let after = if commands.is_empty() { "" } else { ": " };
        self.tell(Tell::Note(format!(
            "plug-in '{name}' {what}{after}{}",
            commands.join(", ")
        )));
    }
}
