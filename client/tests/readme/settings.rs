//! The settings that the READMEs show are settings.

use std::path::Path;

use salon_config::{ClientConfig, ServerConfig};

use crate::page::{CodeBlock, Page};

fn samples() -> Vec<CodeBlock> {
    let blocks = Page::english().code_blocks().into_iter();
    blocks.filter(|block| block.language == "toml").collect()
}

#[test]
fn samples_are_read() {
    let mut read = Vec::new();
    for sample in samples() {
        let name = sample
            .text
            .lines()
            .next()
            .expect("a comment names the file");
        match name {
            "# ~/.config/salon/config.toml" => {
                let config = ClientConfig::parse(Path::new("config.toml"), &sample.text).unwrap();
                assert_eq!(config.profiles.len(), 1);
                for profile in config.profiles.keys() {
                    config.settings(Some(profile)).unwrap();
                }
            }
            "# hub.toml" => {
                ServerConfig::parse(Path::new("hub.toml"), &sample.text).unwrap();
            }
            other => panic!("{other} is neither program's file"),
        }
        read.push(name.to_owned());
    }
    assert_eq!(read, ["# ~/.config/salon/config.toml", "# hub.toml"]);
}
