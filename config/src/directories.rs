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
        Self::of_project(ProjectDirs::from("", "", "salon").as_ref())
    }

    fn of_project(project: Option<&ProjectDirs>) -> Result<Self, ConfigError> {
        let project = project.ok_or(ConfigError::NoHome)?;
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

    /// What is half typed.
    pub fn drafts_dir(&self) -> PathBuf {
        self.state.join("drafts")
    }

    /// What was said and is not sent yet.
    pub fn unsent_dir(&self) -> PathBuf {
        self.state.join("unsent")
    }

    /// The servers that are to be spoken to over TLS alone.
    pub fn sts_dir(&self) -> PathBuf {
        self.state.join("sts")
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
    use std::process::Command;

    use super::Directories;

    /// Set in the copy of a test that runs with an environment of its own.
    const IN_CHILD: &str = "SALON_CONFIG_TEST_CHILD";

    /// Checks the folders of a user whose environment is `environment` and no more. The environment belongs to the whole
    /// process, so the test named `test` runs anew in a process of its own, and the comparison is made there.
    #[track_caller]
    #[expect(
        clippy::disallowed_methods,
        reason = "only this tells the copy of the test from the original"
    )]
    fn check_in_child(test: &str, environment: &[(&str, &str)], expected: [&str; 3]) {
        if std::env::var_os(IN_CHILD).is_some() {
            let directories = Directories::of_user().expect("a home");
            let found = [
                directories.config_dir(),
                directories.state_dir(),
                directories.data_dir(),
            ];
            assert_eq!(found, expected.map(Path::new));
            return;
        }
        let output = Command::new(std::env::current_exe().expect("the test binary"))
            .args([
                "--exact",
                &format!("directories::tests::{test}"),
                "--nocapture",
            ])
            .env_clear()
            .env(IN_CHILD, "1")
            .envs(environment.iter().copied())
            .output()
            .expect("starting the test binary");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && text.contains("1 passed"),
            "{text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn folders_are_below_the_home() {
        check_in_child(
            "folders_are_below_the_home",
            &[("HOME", "/home/ada")],
            [
                "/home/ada/.config/salon",
                "/home/ada/.local/state/salon",
                "/home/ada/.local/share/salon",
            ],
        );
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn xdg_variables_move_folders_when_absolute() {
        check_in_child(
            "xdg_variables_move_folders_when_absolute",
            &[
                ("HOME", "/home/ada"),
                ("XDG_CONFIG_HOME", "/c"),
                ("XDG_STATE_HOME", "/s"),
                ("XDG_DATA_HOME", "relative"),
            ],
            ["/c/salon", "/s/salon", "/home/ada/.local/share/salon"],
        );
    }

    #[test]
    fn a_user_without_a_home_is_told_what_to_do() {
        let error = Directories::of_project(None)
            .expect_err("no home")
            .to_string();
        assert_eq!(
            error,
            "cannot find the home directory; set HOME, or name the files with --config and --data-dir"
        );
    }

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
        assert_eq!(directories.drafts_dir(), Path::new("/r/state/drafts"));
        assert_eq!(directories.plugins_dir(), Path::new("/r/data/plugins"));
        assert_eq!(directories.hub_dir(), Path::new("/r/data/hub"));
    }
}
