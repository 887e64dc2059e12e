//! What the tests need to hold the documented settings files against the settings themselves.

use std::collections::BTreeSet;

/// `file` with every setting on: of lines that begin with `#` and no blank, the `#` is gone.
pub(crate) fn settings_turned_on(file: &str) -> String {
    let turned_on = |line: &'_ str| match line.strip_prefix('#') {
        Some(setting) if setting.starts_with(|c: char| !c.is_whitespace()) => {
            format!("{setting}\n")
        }
        _ => format!("{line}\n"),
    };
    file.lines().map(turned_on).collect()
}

/// The paths of all keys in `file`, such as `server.name`.
pub(crate) fn keys(file: &str) -> BTreeSet<String> {
    let table: toml::Table = file.parse().expect("a TOML file");
    let mut keys = BTreeSet::new();
    collect_keys("", &table, &mut keys);
    keys
}

fn collect_keys(prefix: &str, table: &toml::Table, keys: &mut BTreeSet<String>) {
    for (key, value) in table {
        let path = format!("{prefix}{key}");
        match value {
            toml::Value::Table(table) => collect_keys(&format!("{path}."), table, keys),
            toml::Value::Array(values)
                if values.iter().all(toml::Value::is_table) && !values.is_empty() =>
            {
                for table in values.iter().filter_map(toml::Value::as_table) {
                    collect_keys(&format!("{path}."), table, keys);
                }
            }
            _ => {
                keys.insert(path);
            }
        }
    }
}
