//! The plug-ins on disk: where they are, what each asks for, what its user granted it and for which bytes.
//!
//! A grant holds for what was installed, by its SHA-256, and for nothing else: a file that changed has to be granted anew.
//! Nothing here runs a plug-in.

mod digest;
mod grants;
mod install;
mod installed;
mod stamp;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use salon_commands::plugin::PluginName;
use salon_config::Directories;
use salon_config::whole_file::{self, PRIVATE};

pub(super) use self::digest::Digest;
pub(super) use self::grants::{Grant, Grants};
pub(super) use self::install::Draft;
pub(super) use self::installed::{Fault, Installed, Kind, Standing};
pub(super) use self::stamp::{Stamp, Stamps};

/// Where the plug-ins of a user are.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    plugins: PathBuf,
    grants: PathBuf,
    state: PathBuf,
}

impl Store {
    /// That of these folders. Nothing needs to be there.
    pub(crate) fn of(directories: &Directories) -> Self {
        Self {
            plugins: directories.plugins_dir(),
            grants: directories.data_dir().join("plugins.toml"),
            state: directories.state_dir().join("plugins"),
        }
    }

    /// The folder of the plug-ins.
    pub(super) fn plugins(&self) -> &Path {
        &self.plugins
    }

    /// What was granted.
    pub(super) fn grants(&self) -> Result<Grants, Fault> {
        Grants::load(&self.grants)
    }

    /// Whether there may be plug-ins to run, or to hold something back because they can't run.
    pub(super) fn has_any(&self) -> bool {
        !self.installed().is_empty() || self.grants().is_err()
    }

    /// How the files of each plug-in are, and what each was granted, without a look into the files.
    pub(super) fn stamps(&self) -> Result<Stamps, Fault> {
        let grants = self.grants()?;
        let entries = std::fs::read_dir(&self.plugins);
        let names = entries.into_iter().flatten().flatten();
        let names = names.filter_map(|entry| PluginName::new(entry.file_name().to_str()?).ok());
        Ok(names
            .filter_map(|name| Some((name.clone(), self.stamp_of(&name, &grants)?)))
            .collect())
    }

    /// The same of one plug-in; `None` if it isn't there.
    pub(super) fn stamp(&self, name: &PluginName) -> Result<Option<Stamp>, Fault> {
        Ok(self.stamp_of(name, &self.grants()?))
    }

    fn stamp_of(&self, name: &PluginName, grants: &Grants) -> Option<Stamp> {
        Stamp::of(&self.plugins.join(name.as_str()), grants.get(name))
    }

    /// Takes a plug-in away, and what was granted to it. Its log and what it kept stay for the next time.
    pub(super) fn remove(&self, name: &PluginName) -> Result<(), Fault> {
        let mut grants = self.grants()?;
        let path = self.plugins.join(name.as_str());
        let is_there = path.symlink_metadata().is_ok();
        let was_granted = grants.0.remove(name).is_some();
        if was_granted {
            self.keep(&grants)?;
        }
        install::remove(&path).map_err(|source| Fault::io("remove", &path, source))?;
        if is_there || was_granted {
            Ok(())
        } else {
            Err(Fault::Missing { name: name.clone() })
        }
    }

    /// Keeps what was granted.
    pub(super) fn keep(&self, grants: &Grants) -> Result<(), Fault> {
        grants.save(&self.grants)
    }

    /// The folder of all that is kept of a plug-in.
    pub(super) fn kept(&self, name: &PluginName) -> PathBuf {
        self.state.join(name.as_str())
    }

    /// The folder that a plug-in may write to: its home.
    pub(super) fn home(&self, name: &PluginName) -> PathBuf {
        self.kept(name).join("home")
    }

    /// Where the host keeps a plug-in's own small store.
    pub(super) fn state_file(&self, name: &PluginName) -> PathBuf {
        self.state.join(name.as_str()).join("state.json")
    }

    /// Where a plug-in's log is.
    pub(super) fn log_file(&self, name: &PluginName) -> PathBuf {
        self.state.join(name.as_str()).join("log")
    }

    /// The plug-ins that are there, by their names, each with what is to be said about it.
    pub(super) fn installed(&self) -> Vec<(PluginName, Result<Installed, Fault>)> {
        let entries = std::fs::read_dir(&self.plugins)
            .into_iter()
            .flatten()
            .flatten();
        let mut found: Vec<_> = entries
            .filter_map(|entry| {
                let name = PluginName::new(entry.file_name().to_str()?).ok()?;
                let installed = Installed::read(&entry.path());
                Some((name, installed))
            })
            .collect();
        found.sort_by(|(left, _), (right, _)| left.cmp(right));
        found
    }

    /// The plug-in of this name.
    pub(super) fn find(&self, name: &PluginName) -> Result<Installed, Fault> {
        Installed::read(&self.plugins.join(name.as_str()))
    }
}

/// Writes a file so that a crash leaves the old one or the new one.
pub(super) fn write_whole(path: &Path, text: &[u8]) -> Result<(), Fault> {
    let fault = |source| Fault::io("write", path, source);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(fault)?;
    }
    whole_file::write(path, text, PRIVATE).map_err(fault)
}
