//! Folders of plug-ins, installed and changed.

use std::fs;

use salon_config::Directories;
use tempfile::TempDir;

use super::*;

const ROLL: &str = "#!/bin/sh\n# salon: command=roll summary=\"roll a die\" output=send\necho 4\n";
const TALK: &str =
    "name = \"talk\"\nversion = \"1\"\nexec = \"./talk\"\n[permissions]\nnet = true\n";

struct Rig {
    folder: TempDir,
    store: Store,
}

impl Rig {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let store = Store::of(&Directories::under(&folder.path().join("user")));
        Self { folder, store }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Installs it and gives it as it is there.
    fn install(&self, plugin: &Installed) -> Result<Installed, Fault> {
        Installed::read(&Draft::of(&self.store, plugin)?.put()?)
    }

    fn grant(&self, plugin: &Installed) {
        let mut grants = self.store.grants().unwrap();
        grants.insert(
            plugin.name.clone(),
            Grant {
                sha256: plugin.digest.clone(),
                enabled: true,
                permissions: plugin.asks(),
            },
        );
        self.store.keep(&grants).unwrap();
    }

    fn standing(&self, name: &str) -> Standing {
        let plugin = self.store.find(&name.parse().unwrap()).unwrap();
        plugin.standing(&self.store.grants().unwrap())
    }
}

#[test]
fn a_file_is_installed_granted_and_asked_for_again_when_it_changes() {
    let rig = Rig::new();
    let path = rig.write("roll.sh", ROLL);
    let plugin = Installed::read(&path).unwrap();
    assert_eq!(
        plugin.asks().to_string(),
        "send in your name to: where you type its command"
    );
    let installed = rig.install(&plugin).unwrap();
    assert_eq!(rig.standing("roll"), Standing::NotGranted);
    rig.grant(&installed);
    assert_eq!(rig.standing("roll"), Standing::Granted);
    fs::write(&installed.path, format!("{ROLL}\n")).unwrap();
    assert_eq!(rig.standing("roll"), Standing::Changed);
}

#[test]
fn what_changes_while_it_is_installed_replaces_nothing() {
    let rig = Rig::new();
    let path = rig.write("roll.sh", ROLL);
    let installed = rig.install(&Installed::read(&path).unwrap()).unwrap();
    rig.grant(&installed);
    let asked_about = Installed::read(&path).unwrap();
    fs::write(&path, format!("{ROLL}echo more\n")).unwrap();
    rig.install(&asked_about).unwrap_err();
    assert_eq!(rig.standing("roll"), Standing::Granted);
    let left = fs::read_dir(rig.store.plugins()).unwrap().count();
    assert_eq!(left, 1, "the draft is gone");
}

#[test]
fn a_folder_is_all_its_files() {
    let rig = Rig::new();
    let manifest = rig.write("talk/plugin.toml", TALK);
    rig.write("talk/talk", "#!/bin/sh\n");
    rig.write("talk/__pycache__/x.pyc", "made by a tool");
    let folder = manifest.parent().unwrap();
    let installed = rig.install(&Installed::read(folder).unwrap()).unwrap();
    rig.grant(&installed);
    assert_eq!(rig.standing("talk"), Standing::Granted);
    assert!(!installed.path.join("__pycache__").exists());
    fs::write(installed.path.join("more"), "").unwrap();
    assert_eq!(rig.standing("talk"), Standing::Changed);
    // Installing it again replaces the whole folder.
    rig.install(&Installed::read(folder).unwrap()).unwrap();
    assert_eq!(rig.standing("talk"), Standing::Granted);
}

#[test]
fn what_becomes_executable_has_changed() {
    use std::os::unix::fs::PermissionsExt;

    let rig = Rig::new();
    let path = rig.write("roll.sh", ROLL);
    let before = Digest::of(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    assert_ne!(Digest::of(&path).unwrap(), before);
}

#[test]
fn links_are_refused() {
    let rig = Rig::new();
    let manifest = rig.write("talk/plugin.toml", TALK);
    let folder = manifest.parent().unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.join("link")).unwrap();
    let fault = Installed::read(folder).unwrap_err().to_string();
    assert!(
        fault.ends_with("expected files and folders alone, no links"),
        "{fault}"
    );
}

#[test]
fn what_is_none_is_told_beside_the_others() {
    let rig = Rig::new();
    rig.write("user/data/plugins/broken", "#!/bin/sh\n");
    rig.write("user/data/plugins/roll", ROLL);
    rig.write("user/data/plugins/.roll.new", ROLL);
    let installed = rig.store.installed();
    let names: Vec<_> = installed
        .iter()
        .map(|(name, plugin)| (name.as_str(), plugin.is_ok()))
        .collect();
    assert_eq!(names, [("broken", false), ("roll", true)]);
}

#[test]
fn grants_survive_and_broken_ones_are_told() {
    let rig = Rig::new();
    assert_eq!(rig.store.grants().unwrap(), Grants::default());
    rig.write("user/data/plugins.toml", "roll = 4");
    assert!(rig.store.grants().is_err());
}
