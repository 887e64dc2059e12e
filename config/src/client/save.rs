//! Keeping settings: they are written into the file that there is, whose other lines and remarks stay as they are.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, Value};

use super::{ChangeError, ClientConfig, Setting};
use crate::error::ConfigError;
use crate::whole_file::{self, PRIVATE};

/// Writes settings and the aliases into the file at `path`, which is made if there is none. Its
/// other settings and its remarks stay; a crash leaves the file as it was or as it is to be.
pub fn save(
    path: &Path,
    config: &ClientConfig,
    changed: &[Setting],
    aliases: &BTreeMap<String, String>,
) -> Result<(), ChangeError> {
    let failed = |source| ChangeError::Write {
        path: path.to_owned(),
        source,
    };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(source) => {
            return Err(ConfigError::Read {
                path: path.to_owned(),
                source,
            }
            .into());
        }
    };
    // What is there has to be right, or a mistake would be kept with it.
    ClientConfig::parse(path, &text)?;
    let text = changed_text(&text, config, changed, aliases).map_err(|error| {
        failed(io::Error::new(
            io::ErrorKind::InvalidData,
            error.to_string(),
        ))
    })?;
    ClientConfig::parse(path, &text)?;
    write(path, &text).map_err(failed)
}

fn changed_text(
    text: &str,
    config: &ClientConfig,
    changed: &[Setting],
    aliases: &BTreeMap<String, String>,
) -> Result<String, toml_edit::TomlError> {
    let mut document: DocumentMut = text.parse()?;
    for setting in changed {
        match setting.item(config) {
            Some(value) => set_value(&mut document, setting.name(), value),
            None => {
                document.remove(setting.name());
            }
        }
    }
    if aliases.is_empty() {
        document.remove("aliases");
    } else {
        let mut table = Table::new();
        for (name, line) in aliases {
            table.insert(name, Item::Value(Value::from(line.as_str())));
        }
        document.insert("aliases", Item::Table(table));
    }
    Ok(document.to_string())
}

/// Changes a value in its place, with the remark behind it.
fn set_value(document: &mut DocumentMut, key: &str, mut value: Value) {
    if let Some(Item::Value(former)) = document.get_mut(key) {
        *value.decor_mut() = former.decor().clone();
        *former = value;
    } else {
        document.insert(key, Item::Value(value));
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    // A link leads to the file that is meant.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    // It may hold a password or the key of a room. Whoever gave it other rights keeps them.
    let mode = fs::metadata(&path).map_or(PRIVATE, |about| about.permissions().mode() & 0o777);
    whole_file::write(&path, text.as_bytes(), mode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saving_keeps_what_is_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new/config.toml");
        fs::create_dir_all(folder.path().join("new")).expect("a folder");
        let before =
            "# mine\nnick = \"ada\" # yes\ncolor = \"auto\"\n\n[profiles.work]\nnick = \"l\"\n";
        fs::write(&path, before).expect("a file");
        let mut config = ClientConfig::load(&path).expect("settings");
        Setting::Color.set(&mut config, "never").expect("a value");
        let aliases = BTreeMap::from([("hug".to_owned(), ":me hugs $1".to_owned())]);
        save(&path, &config, &[Setting::Color], &aliases).expect("saved");
        let after = fs::read_to_string(&path).expect("a file");
        assert!(
            after.starts_with("# mine\nnick = \"ada\" # yes\ncolor = \"never\"\n"),
            "{after}"
        );
        let read = ClientConfig::load(&path).expect("settings");
        assert_eq!(read.aliases, aliases);
        assert!(read.profiles.contains_key("work"));
        assert_eq!(
            fs::read_dir(folder.path().join("new"))
                .expect("a folder")
                .count(),
            1
        );
    }

    #[test]
    fn saving_makes_the_file_and_refuses_a_wrong_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("salon/config.toml");
        let mut config = ClientConfig::default();
        Setting::Notify.set(&mut config, "off").expect("a value");
        save(&path, &config, &[Setting::Notify], &BTreeMap::new()).expect("saved");
        assert_eq!(
            fs::read_to_string(&path).expect("a file"),
            "notify = \"off\"\n"
        );
        fs::write(&path, "nik = 1\n").expect("a file");
        let error = save(&path, &config, &[Setting::Notify], &BTreeMap::new());
        assert!(matches!(error, Err(ChangeError::File(_))), "{error:?}");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "nik = 1\n");
    }
}
