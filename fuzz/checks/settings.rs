//! A settings file of the hub or the client: it is read, or refused with an error that can be shown.

use std::path::Path;

use salon_config::{ClientConfig, ServerConfig};

pub(crate) fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let path = Path::new("settings.toml");
    if let Err(error) = ServerConfig::parse(path, text) {
        assert!(!error.to_string().is_empty());
    }
    if let Err(error) = ClientConfig::parse(path, text) {
        assert!(!error.to_string().is_empty());
    }
}
