//! What a command may know when it runs.

use crate::error::Problem;
use crate::registry::Registry;
use crate::value::{Room, Target};

/// The host's state, as far as a command needs it. It is cheap to make: it only borrows.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    registry: &'a Registry,
    target: Option<&'a Target>,
}

impl<'a> Context<'a> {
    /// A context with no current target.
    pub fn new(registry: &'a Registry) -> Self {
        Self {
            registry,
            target: None,
        }
    }

    /// The same with a current target: where plain lines go.
    #[must_use]
    pub fn with_target(self, target: &'a Target) -> Self {
        Self {
            target: Some(target),
            ..self
        }
    }

    /// The commands that there are.
    pub fn registry(&self) -> &'a Registry {
        self.registry
    }

    /// The current target, or a refusal that says that there is none.
    pub fn target(&self) -> Result<&'a Target, Problem> {
        self.target.ok_or(Problem::NoTarget)
    }

    /// The current room, or a refusal if there is none or the current target is a person or some of a room.
    pub fn room(&self) -> Result<&'a Room, Problem> {
        match self.target()? {
            Target::Room(room) => Ok(room),
            other @ (Target::Ranked(_) | Target::Nick(_)) => Err(Problem::NotInRoom {
                nick: other.to_string(),
            }),
        }
    }

    /// The room given, or else the current one.
    pub(crate) fn room_or(&self, given: Option<Room>) -> Result<Room, Problem> {
        match given {
            Some(room) => Ok(room),
            None => self.room().cloned(),
        }
    }
}
