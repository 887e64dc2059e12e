//! What somebody types: every line is a command, a message, blank, or an error that can be shown.

use salon_commands::{Mode, Registry};

pub(crate) fn check(bytes: &[u8]) {
    let Ok(line) = std::str::from_utf8(bytes) else {
        return;
    };
    let registry = Registry::builtin();
    for mode in [Mode::Prompt, Mode::Script] {
        if let Err(error) = registry.parse(line, mode) {
            assert!(!error.to_string().is_empty());
        }
    }
}
