//! A settings file of the hub or the client: it is read, or refused with an error that can be shown.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use salon_config::{ClientConfig, ServerConfig};

fuzz_target!(|text: &str| {
    let path = Path::new("settings.toml");
    if let Err(error) = ServerConfig::parse(path, text) {
        assert!(!error.to_string().is_empty());
    }
    if let Err(error) = ClientConfig::parse(path, text) {
        assert!(!error.to_string().is_empty());
    }
});
