//! The places of Salon's files, as the platform and the `XDG_*` variables have them, by the `directories` crate.
//!
//! It names places and creates none: who writes a file creates its folder.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use crate::error::ConfigError;

/// The user's folders for Salon. On Linux these are `~/.config/salon`, `~/.local/state/salon` and `~/.local/share/salon`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directories {
    config: PathBuf,
    state: PathBuf,
    data: PathBuf,
}

impl Directories {
    /// The folders of the user who runs the process; fails where the user has no home. Ask only when a path is needed, so
    /// that a user without a home can still work with paths given by option.
    pub fn of_user() -> Result<Self, ConfigError> {
        let project = ProjectDirs::from("", "", "salon").ok_or(ConfigError::NoHome)?;
        let data = project.data_local_dir();
        Ok(Self {
            config: project.config_dir().to_owned(),
            // macOS and Windows know no folder for state.
            state: project.state_dir().unwrap_or(data).to_owned(),
            data: data.to_owned(),
        })
    }

    /// Folders below `root`, for tests and for programs that bring their own place.
    pub fn under(root: &Path) -> Self {
        Self {
            config: root.join("config"),
            state: root.join("state"),
            data: root.join("data"),
        }
    }

    /// Where settings are.
    pub fn config_dir(&self) -> &Path {
        &self.config
    }

    /// Where what the programs remember by themselves is.
    pub fn state_dir(&self) -> &Path {
        &self.state
    }

    /// Where what the user would miss is.
    pub fn data_dir(&self) -> &Path {
        &self.data
    }

    /// The client's settings.
    pub fn client_settings_file(&self) -> PathBuf {
        self.config.join("config.toml")
    }

    /// The lines typed at the prompt.
    pub fn input_history_file(&self) -> PathBuf {
        self.state.join("history")
    }

    /// The plug-ins.
    pub fn plugins_dir(&self) -> PathBuf {
        self.data.join("plugins")
    }

    /// The hub's data.
    pub fn hub_dir(&self) -> PathBuf {
        self.data.join("hub")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Directories;

    #[test]
    fn files_stand_in_their_folders() {
        let directories = Directories::under(Path::new("/r"));
        assert_eq!(
            directories.client_settings_file(),
            Path::new("/r/config/config.toml")
        );
        assert_eq!(
            directories.input_history_file(),
            Path::new("/r/state/history")
        );
        assert_eq!(directories.plugins_dir(), Path::new("/r/data/plugins"));
        assert_eq!(directories.hub_dir(), Path::new("/r/data/hub"));
    }
}
