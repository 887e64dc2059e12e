//! What a server can't do that a person will miss. It must not decide whether to say so.

use super::Session;
use super::capability::Capability;

impl Session {
    /// What the server lacks and what that means, in one line; nothing where it lacks nothing.
    pub(crate) fn lacking(&self) -> Option<String> {
        let wire = self.wire();
        let mut lacks: Vec<&str> = [
            (self.can_fill(), "history (what you miss is lost)"),
            (
                self.can(Capability::EchoMessage),
                "echoes (your lines show as sent)",
            ),
            (
                self.labels_answers(),
                "labels (a second line confirms each)",
            ),
            (wire.multiline.is_some(), "messages of many lines"),
        ]
        .into_iter()
        .filter_map(|(has, what)| (!has).then_some(what))
        .collect();
        let last = lacks.pop()?;
        let and = if lacks.is_empty() { "" } else { " and " };
        Some(format!("this server lacks {}{and}{last}", lacks.join(", ")))
    }
}
