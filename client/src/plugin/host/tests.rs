//! What the host tells of plug-ins that come, change and go. None is started here.

use std::fs;

use salon_commands::plugin::protocol::{HookPoint, MessageHook, MessageKind};
use salon_config::{Directories, Environment};
use tempfile::TempDir;

use super::*;
use crate::plugin::seam::{Question, Verdict};
use crate::plugin::store::{Grant, Grants};

const GUARD: &str = "name = \"guard\"\nversion = \"1\"\nexec = \"./main\"\n\
                     [permissions]\nread = [\"*\"]\nhooks = [\"message.out\"]\n";

struct Rig {
    folder: TempDir,
    host: Host,
}

impl Rig {
    /// A host of somebody who granted a filter.
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let directories = Directories::under(folder.path());
        let setup = Setup::new(
            &directories,
            &Environment::from_pairs([("HOME", "/nowhere")]),
        );
        let (tells, _) = mpsc::channel(1);
        let rig = Self {
            host: Host::with_queues(setup, tells).host,
            folder,
        };
        let place = rig.host.setup.store.plugins().join("guard");
        fs::create_dir_all(&place).unwrap();
        fs::write(place.join("plugin.toml"), GUARD).unwrap();
        fs::write(place.join("main"), "#!/bin/sh\n").unwrap();
        rig.grant();
        rig
    }

    /// Begins with what is there, and watches it.
    fn begin(&mut self) {
        let files = self.host.files();
        self.host.begin();
        self.host.watch(files);
    }

    fn grant(&self) {
        let store = &self.host.setup.store;
        let plugin = store.find(&name()).unwrap();
        let grant = Grant {
            sha256: plugin.digest.clone(),
            enabled: true,
            permissions: plugin.asks(),
        };
        let mut grants = Grants::default();
        grants.insert(name(), grant);
        store.keep(&grants).unwrap();
    }

    /// Spoils the file of what was granted.
    fn spoil(&self) {
        let path = self.folder.path().join("data/plugins.toml");
        assert!(path.exists(), "something was granted");
        fs::write(path, "[guard\n").unwrap();
    }

    fn told(&mut self) -> Vec<Tell> {
        self.host.telling.drain(..).collect()
    }

    /// How many hooks the filter has in the end; `None` if nothing was told of them.
    fn hooks(&mut self) -> Option<usize> {
        let tells = self.told().into_iter().rev();
        let mut hooks = tells.filter_map(|tell| match tell {
            Tell::Hook { plugin, hooks } if plugin == "guard" => Some(hooks.len()),
            _ => None,
        });
        hooks.next()
    }

    /// Whether a message that all are asked about is held back at once.
    fn holds_back(&mut self) -> bool {
        let message = MessageHook {
            from: "ann".to_owned(),
            to: "#dev".to_owned(),
            text: "hi".to_owned(),
            kind: MessageKind::Message,
            time: None,
        };
        let question = Question::Message(HookPoint::MessageOut, message);
        self.host.judge(1, &[UNKNOWN.to_owned()], question);
        let is_drop = |tell: &Tell| {
            matches!(
                tell,
                Tell::Verdict {
                    verdict: Verdict::Drop(_),
                    ..
                }
            )
        };
        self.told().iter().any(is_drop)
    }
}

fn name() -> PluginName {
    "guard".parse().unwrap()
}

#[tokio::test]
async fn a_spoiled_file_of_grants_leaves_what_runs_alone() {
    let mut rig = Rig::new();
    rig.begin();
    rig.told();
    rig.spoil();
    for _ in 0..3 {
        rig.host.look();
    }
    assert!(rig.host.residents.contains_key(&name()));
    let told = rig.told();
    assert_eq!(told.len(), 1, "it is said once: {told:?}");
    rig.grant();
    for _ in 0..3 {
        rig.host.look();
    }
    assert_eq!(rig.told(), [], "nothing changed in the end");
}

#[tokio::test]
async fn what_is_installed_while_the_host_begins_is_taken_up() {
    let mut rig = Rig::new();
    let place = rig.host.setup.store.plugins().join("guard");
    let aside = rig.folder.path().join("aside");
    fs::rename(&place, &aside).unwrap();
    let files = rig.host.files();
    rig.host.begin();
    fs::rename(&aside, &place).unwrap();
    rig.host.watch(files);
    for _ in 0..2 {
        rig.host.look();
    }
    assert!(rig.host.residents.contains_key(&name()));
}

#[tokio::test]
async fn a_beginning_with_a_spoiled_file_holds_back_until_it_can_be_read() {
    let mut rig = Rig::new();
    rig.spoil();
    rig.begin();
    assert!(rig.holds_back());
    rig.host.look();
    assert!(rig.holds_back());
    rig.grant();
    rig.host.look();
    assert_eq!(rig.hooks(), Some(1));
    assert!(!rig.holds_back());
}

#[tokio::test]
async fn whoever_ends_a_plugin_says_which_hooks_hold_from_then_on() {
    let mut rig = Rig::new();
    rig.host.begin();
    assert_eq!(rig.hooks(), Some(1));
    let place = rig.host.setup.store.plugins().join("guard");
    fs::write(place.join("main"), "#!/bin/sh\ntrue\n").unwrap();
    rig.host.reload(&name()).unwrap_err();
    assert_eq!(rig.hooks(), Some(1), "it changed, and nothing goes past it");
    rig.host
        .manage(Manage::Disable("guard".to_owned()))
        .unwrap();
    assert_eq!(rig.hooks(), Some(0));
    rig.host.manage(Manage::Grant("guard".to_owned())).unwrap();
    assert_eq!(rig.hooks(), Some(1));
    rig.host.setup.store.keep(&Grants::default()).unwrap();
    rig.host.reload(&name()).unwrap_err();
    assert_eq!(rig.hooks(), Some(0), "it was granted nothing any more");
}
