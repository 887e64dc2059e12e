//! What a person likes to have it: settings that change while the program runs, and where they are
//! kept. Only [`Preferences::save`] touches a file, through the settings.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use salon_config::{
    ChangeError, ClientConfig, ColorChoice, Desktop, EditMode, Formatting, Notify, Presence,
    Setting,
};

/// The settings as they are now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Preferences {
    /// Where they are kept; nowhere for who has no home.
    pub(crate) file: Option<PathBuf>,
    /// The profile that comes before them, if one was chosen.
    pub(crate) profile: Option<String>,
    /// What they are.
    pub(crate) config: ClientConfig,
    /// Those that were changed.
    changed: BTreeSet<Setting>,
    /// The names of the aliases that were.
    changed_aliases: BTreeSet<String>,
}

/// What the prompt needs of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// The choice of colour, if one was made while the program runs.
    pub(crate) color: Option<ColorChoice>,
    /// Texts that mark a line.
    pub(crate) highlight: Vec<String>,
    /// For which lines the bell rings.
    pub(crate) notify: Notify,
    /// How the desktop is told of them.
    pub(crate) desktop: Desktop,
    /// What becomes of bold, colours and the like.
    pub(crate) formatting: Formatting,
    /// How it is told that others come and go.
    pub(crate) presence: Presence,
    /// After how long without a key there is a rule.
    pub(crate) rule_after: Option<Duration>,
    /// Whose messages are not shown.
    pub(crate) ignore: Vec<String>,
    /// Whose keys edit the line.
    pub(crate) edit_mode: EditMode,
    /// How many lines or messages may be pasted without a question; 0 asks never.
    pub(crate) paste_guard: u16,
}

impl Preferences {
    /// Those of the settings, kept there.
    pub(crate) fn new(config: ClientConfig, file: Option<PathBuf>) -> Self {
        Self {
            file,
            profile: None,
            config,
            changed: BTreeSet::new(),
            changed_aliases: BTreeSet::new(),
        }
    }

    /// What the prompt needs.
    pub(super) fn look(&self) -> Look {
        let is_chosen = self.changed.contains(&Setting::Color);
        Look {
            color: is_chosen.then_some(self.config.color),
            highlight: self.config.highlight.clone(),
            notify: self.config.notify,
            desktop: self.config.desktop,
            formatting: self.config.formatting,
            presence: self.config.presence,
            rule_after: self.config.rule_after,
            ignore: self.config.ignore.clone(),
            edit_mode: self.config.edit_mode,
            paste_guard: self.config.paste_guard,
        }
    }

    /// A setting, or all of them, as lines.
    pub(super) fn show(&self, key: Option<&str>) -> Result<String, ChangeError> {
        let line = |setting: Setting| {
            let value = setting.show(&self.config);
            let value = if value.is_empty() { "none" } else { &value };
            let mark = if self.changed.contains(&setting) {
                " (not saved)"
            } else {
                ""
            };
            format!("{} = {value}{mark}", setting.name())
        };
        match key {
            Some(key) => Setting::named(key).map(line),
            None => Ok(Setting::all().map(line).collect::<Vec<_>>().join("\n")),
        }
    }

    /// Changes a setting by one of its ways to be changed.
    pub(super) fn change(
        &mut self,
        key: &str,
        value: &str,
        change: impl Fn(Setting, &mut ClientConfig, &str) -> Result<(), ChangeError>,
    ) -> Result<Setting, ChangeError> {
        let setting = Setting::named(key)?;
        change(setting, &mut self.config, value)?;
        self.changed.insert(setting);
        Ok(setting)
    }

    /// Takes note of what was decided elsewhere than by a line: each of the settings whose values were not these is changed.
    pub(super) fn note(
        &mut self,
        settings: impl IntoIterator<Item = Setting>,
        decide: impl FnOnce(&mut ClientConfig),
    ) {
        let before = self.config.clone();
        decide(&mut self.config);
        let is_new = |setting: &Setting| setting.show(&before) != setting.show(&self.config);
        self.changed.extend(settings.into_iter().filter(is_new));
    }

    /// Takes note of what an alias stands for from now on.
    pub(super) fn note_alias(&mut self, name: &str, line: String) {
        self.config.aliases.insert(name.to_owned(), line);
        self.changed_aliases.insert(name.to_owned());
    }

    /// Takes an alias back. Says whether it was there.
    pub(super) fn remove_alias(&mut self, name: &str) -> bool {
        let mut names = self.config.aliases.keys();
        let Some(name) = names.find(|known| known.eq_ignore_ascii_case(name)) else {
            return false;
        };
        let name = name.clone();
        self.config.aliases.remove(&name);
        self.changed_aliases.insert(name);
        true
    }

    /// Keeps what was changed. Says what was done.
    pub(super) fn save(&mut self) -> Result<String, String> {
        let Some(file) = &self.file else {
            return Err("there is no home to keep settings in; HOME is not set".to_owned());
        };
        let changed: Vec<Setting> = self.changed.iter().copied().collect();
        salon_config::save(file, &self.config, &changed, &self.changed_aliases).map_err(
            |error| {
                let cause = std::error::Error::source(&error);
                let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
                format!("{error}{cause}")
            },
        )?;
        self.changed.clear();
        self.changed_aliases.clear();
        Ok(format!("saved in {}", file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_shown_until_they_are_saved() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("config.toml");
        let mut preferences = Preferences::new(ClientConfig::default(), Some(file.clone()));
        let shown =
            |preferences: &Preferences| preferences.show(Some("notify")).expect("a setting");
        assert_eq!(shown(&preferences), "notify = mentions");
        preferences
            .change("notify", "off", Setting::set)
            .expect("a value");
        assert_eq!(shown(&preferences), "notify = off (not saved)");
        let said = preferences.save().expect("saved");
        assert_eq!(said, format!("saved in {}", file.display()));
        assert_eq!(shown(&preferences), "notify = off");
        assert_eq!(
            ClientConfig::load(&file).expect("settings").notify,
            Notify::Off
        );
    }

    #[test]
    fn without_a_home_nothing_is_saved() {
        let mut preferences = Preferences::default();
        let error = preferences.save().expect_err("no home");
        assert_eq!(
            error,
            "there is no home to keep settings in; HOME is not set"
        );
    }
}
