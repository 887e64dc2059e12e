//! Keeping settings: what was changed is written into the file that there is, whose other lines and remarks stay as they are.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

use super::{ChangeError, ClientConfig, Setting};
use crate::error::ConfigError;
use crate::whole_file::{self, PRIVATE};

/// Writes what was changed into the file at `path`, which is made if there is none: settings, and aliases by their names.
/// Its other settings, aliases and remarks stay, also those that somebody wrote meanwhile; a crash leaves the file as it was
/// or as it is to be.
pub fn save(
    path: &Path,
    config: &ClientConfig,
    changed: &[Setting],
    aliases: &BTreeSet<String>,
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
    aliases: &BTreeSet<String>,
) -> Result<String, toml_edit::TomlError> {
    let mut document: DocumentMut = text.parse()?;
    for setting in changed {
        put(
            document.as_table_mut(),
            setting.name(),
            setting.item(config),
        );
    }
    if !aliases.is_empty() {
        let mut none = Table::new();
        // Nothing is seen of one that stays empty.
        none.set_implicit(true);
        let table = document.entry("aliases").or_insert(Item::Table(none));
        // What was read as aliases is a table of one kind or the other.
        if let Some(table) = table.as_table_like_mut() {
            for name in aliases {
                let line = config.aliases.get(name);
                put(table, name, line.map(|line| Value::from(line.as_str())));
            }
        }
    }
    Ok(document.to_string())
}

/// Changes a value in its place, with the remark behind it; none takes the key away.
fn put(table: &mut dyn TableLike, key: &str, value: Option<Value>) {
    match (table.get_mut(key), value) {
        (Some(Item::Value(former)), Some(mut value)) => {
            *value.decor_mut() = former.decor().clone();
            *former = value;
        }
        (_, Some(value)) => {
            table.insert(key, Item::Value(value));
        }
        (_, None) => {
            table.remove(key);
        }
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
    use std::collections::BTreeMap;

    use super::*;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().copied().map(str::to_owned).collect()
    }

    fn aliases(aliases: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = |(name, line): &(&str, &str)| ((*name).to_owned(), (*line).to_owned());
        aliases.iter().map(owned).collect()
    }

    /// Compares a file before and after these aliases were saved, of which the ones that are named have changed.
    #[track_caller]
    fn check_aliases(before: &str, now: &[(&str, &str)], changed: &[&str], after: &str) {
        let config = ClientConfig {
            aliases: aliases(now),
            ..ClientConfig::default()
        };
        let text = changed_text(before, &config, &[], &names(changed)).expect("TOML");
        assert_eq!(text, after, "{before:?}");
    }

    #[test]
    fn only_aliases_that_changed_are_written() {
        let before =
            "[aliases]\n# mine\nhi = \"me waves\" # often\n# of another client\nbye = \"quit\"\n";
        check_aliases(before, &[("hi", ":me waves")], &[], before);
        check_aliases(
            before,
            &[("hi", ":me nods"), ("r", ":roll 20")],
            &["hi", "r"],
            "[aliases]\n# mine\nhi = \":me nods\" # often\n# of another client\nbye = \"quit\"\nr = \":roll 20\"\n",
        );
        check_aliases(
            before,
            &[],
            &["hi"],
            "[aliases]\n# of another client\nbye = \"quit\"\n",
        );
        check_aliases(
            "aliases = { hi = \"me waves\" }\n",
            &[("hi", ":me nods")],
            &["hi"],
            "aliases = { hi = \":me nods\" }\n",
        );
    }

    #[test]
    fn an_alias_that_never_was_there_leaves_nothing() {
        check_aliases("nick = \"ada\"\n", &[], &["hi"], "nick = \"ada\"\n");
    }

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
        config.aliases = aliases(&[("hug", ":me hugs $1")]);
        let changed = names(&["hug"]);
        save(&path, &config, &[Setting::Color], &changed).expect("saved");
        let after = fs::read_to_string(&path).expect("a file");
        assert!(
            after.starts_with("# mine\nnick = \"ada\" # yes\ncolor = \"never\"\n"),
            "{after}"
        );
        let read = ClientConfig::load(&path).expect("settings");
        assert_eq!(read.aliases, config.aliases);
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
        save(&path, &config, &[Setting::Notify], &names(&[])).expect("saved");
        assert_eq!(
            fs::read_to_string(&path).expect("a file"),
            "notify = \"off\"\n"
        );
        fs::write(&path, "nik = 1\n").expect("a file");
        let error = save(&path, &config, &[Setting::Notify], &names(&[]));
        assert!(matches!(error, Err(ChangeError::File(_))), "{error:?}");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "nik = 1\n");
    }
}
