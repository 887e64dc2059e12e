//! What somebody types: every line is a command, a message, blank, or an error that can be shown.

#![no_main]

use libfuzzer_sys::fuzz_target;
use salon_commands::{Mode, Registry};

fuzz_target!(|line: &str| {
    let registry = Registry::builtin();
    for mode in [Mode::Prompt, Mode::Script] {
        if let Err(error) = registry.parse(line, mode) {
            assert!(!error.to_string().is_empty());
        }
    }
});
