//! `salon config check`: what reading the settings does not tell, since it shows only in use.

use std::path::Path;

use salon_commands::Registry;
use salon_config::ClientConfig;

use crate::{secret, tls};

/// A key, and what is wrong with its value.
type Mistake = (String, String);

/// The mistakes in aliases, and in the files that the settings name, profiles included.
pub(super) fn mistakes(config: &ClientConfig) -> Vec<Mistake> {
    let mut mistakes = aliases(config);
    let own = Files {
        password: config.password_file.as_deref(),
        ca: config.tls_ca.as_deref(),
        cert: config.tls_cert.as_deref(),
        key: config.tls_key.as_deref(),
    };
    mistakes.extend(own.mistakes(""));
    for (name, profile) in &config.profiles {
        let files = Files {
            password: profile.password_file.as_deref(),
            ca: profile.tls_ca.as_deref(),
            cert: profile.tls_cert.as_deref(),
            key: profile.tls_key.as_deref(),
        };
        mistakes.extend(files.mistakes(&format!("profiles.{name}.")));
    }
    mistakes
}

fn aliases(config: &ClientConfig) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (name, line) in &config.aliases {
        // One may stand for another, so that each is made beside all others.
        let mut registry = Registry::builtin();
        for (other, line) in config.aliases.iter().filter(|(other, _)| *other != name) {
            // What is wrong with that one is told when it is its turn.
            let _ = registry.add_alias(other, line);
        }
        if let Err(error) = registry.add_alias(name, line) {
            mistakes.push((format!("aliases.{name}"), error.to_string()));
        }
    }
    mistakes
}

/// The files that the settings of a hub name.
struct Files<'a> {
    password: Option<&'a Path>,
    ca: Option<&'a Path>,
    cert: Option<&'a Path>,
    key: Option<&'a Path>,
}

impl Files<'_> {
    /// Reads each of them as it would be read in use; `before` stands before the keys.
    fn mistakes(&self, before: &str) -> Vec<Mistake> {
        let certificates = |path| tls::certificates(path).map(drop);
        let key = |path| tls::private_key(path).map(drop);
        // Without a file of its own, the key is in that of the certificate.
        let key_of_cert = self.cert.filter(|_| self.key.is_none());
        let read = [
            (
                "password_file",
                self.password.and_then(|path| amiss(secret::of_file(path))),
            ),
            ("tls_ca", self.ca.and_then(|path| amiss(certificates(path)))),
            (
                "tls_cert",
                self.cert.and_then(|path| amiss(certificates(path))),
            ),
            ("tls_cert", key_of_cert.and_then(|path| amiss(key(path)))),
            ("tls_key", self.key.and_then(|path| amiss(key(path)))),
        ];
        let wrong = read
            .into_iter()
            .filter_map(|(name, mistake)| Some((format!("{before}{name}"), mistake?)));
        let mut wrong: Vec<Mistake> = wrong.collect();
        // A file that can't be read is told once.
        wrong.dedup_by(|second, first| second.0 == first.0);
        wrong
    }
}

fn amiss<T, E: std::error::Error>(read: Result<T, E>) -> Option<String> {
    read.err().map(|error| error.to_string())
}
