//! `salon config show`: what counts for TLS.

use salon_config::ClientTls;

use super::origin::Origin;
use super::show::Row;
use crate::cli::TlsOptions;

/// A line for each of its settings; `place` is the line of a key in the file.
pub(super) fn rows(
    options: &TlsOptions,
    settings: &ClientTls,
    place: impl Fn(&str) -> Option<Origin>,
) -> Vec<Row> {
    let counting = options.over(settings);
    let shown = |path: Option<std::path::PathBuf>| {
        path.map_or_else(String::new, |path| path.display().to_string())
    };
    let fingerprint = counting
        .fingerprint
        .map(|fingerprint| fingerprint.to_string());
    let values = [
        (
            "tls_ca",
            "--tls-ca",
            options.ca.is_some(),
            shown(counting.ca),
        ),
        (
            "tls_fingerprint",
            "--tls-fingerprint",
            options.fingerprint.is_some(),
            fingerprint.unwrap_or_default(),
        ),
        (
            "tls_cert",
            "--tls-cert",
            options.cert.is_some(),
            shown(counting.cert),
        ),
        (
            "tls_key",
            "--tls-key",
            options.key.is_some(),
            shown(counting.key),
        ),
    ];
    values
        .into_iter()
        .map(|(key, option, is_option, value)| {
            let origin = match place(key) {
                _ if is_option => Origin::CommandLine(option),
                Some(place) if !value.is_empty() => place,
                // What the file says gives way to `--tls-ca`.
                Some(_) if options.ca.is_some() => Origin::CommandLine("--tls-ca"),
                // Or it is for another hub.
                Some(_) | None => Origin::Default,
            };
            (key.to_owned(), value, origin)
        })
        .collect()
}
