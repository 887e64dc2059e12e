//! Where in a settings file each key stands.

use std::collections::BTreeMap;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use crate::error::{ConfigError, Position};
use crate::file::SettingsFile;

/// The line of each key of a settings file, from 1. A key in a table is named with its table:
/// `aliases.hi`, `profiles.work.nick`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    lines: BTreeMap<String, usize>,
}

impl Places {
    /// Those of the file at `path`, or none where there is no such file. A file that is no TOML has none either: reading
    /// its settings tells what is wrong.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        match SettingsFile::read(path) {
            Ok(file) => Ok(Self::of_text(file.text())),
            Err(ConfigError::Read { source, .. })
                if source.kind() == std::io::ErrorKind::NotFound =>
            {
                Ok(Self::default())
            }
            Err(error) => Err(error),
        }
    }

    /// The line of a key; none for one that the file doesn't have.
    pub fn line(&self, key: &str) -> Option<usize> {
        self.lines.get(key).copied()
    }

    fn of_text(text: &str) -> Self {
        let mut places = Self::default();
        if let Ok(table) = DeTable::parse(text) {
            places.add(text, "", table.get_ref());
        }
        places
    }

    fn add(&mut self, text: &str, before: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = format!("{before}{}", key.get_ref());
            let line = Position::of(text, key.span().start).line;
            if let DeValue::Table(table) = value.get_ref() {
                self.add(text, &format!("{name}."), table);
            }
            self.lines.insert(name, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Places;

    #[test]
    fn keys_are_found_at_the_top_and_in_tables() {
        let text = "nick = \"ann\"\n\n# more\nrooms = [\n  \"#a\",\n]\n[aliases]\nhi = \":say hi\"\n[profiles.work]\nnick = \"a\"\n";
        let places = Places::of_text(text);
        let lines = ["nick", "rooms", "aliases.hi", "profiles.work.nick", "color"]
            .map(|key| places.line(key));
        assert_eq!(lines, [Some(1), Some(4), Some(8), Some(10), None]);
    }

    #[test]
    fn what_is_no_toml_and_what_is_not_there_has_no_keys() {
        assert_eq!(Places::of_text("nick = "), Places::default());
        let path = std::path::Path::new("/nonexistent/config.toml");
        assert_eq!(Places::load(path).expect("no file"), Places::default());
    }
}
