//! `salon config show`: which account is logged in to, and where its password comes from.

use salon_config::ClientLogin;

use super::origin::Origin;
use super::show::Row;

/// A line for each of its settings; `place` is the line of a key in the file.
pub(super) fn rows(settings: &ClientLogin, place: impl Fn(&str) -> Option<Origin>) -> Vec<Row> {
    let settings = settings.clone();
    let file = settings
        .password_file
        .map(|path| path.display().to_string());
    let values = [
        ("account", settings.account),
        ("password_command", settings.password_command),
        ("password_file", file),
    ];
    let row = |(key, value): (&str, Option<String>)| {
        let origin = place(key).filter(|_| value.is_some());
        let origin = origin.unwrap_or(Origin::Default);
        (key.to_owned(), value.unwrap_or_default(), origin)
    };
    values.map(row).to_vec()
}
