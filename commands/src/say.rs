//! The plain message: what a line is when it is no command.

use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::value::Text;

/// A message to the current target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Say {
    /// The message, exactly as it was written.
    pub text: Text,
}

impl Say {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Say {
            target: context.target()?.clone(),
            text: self.text,
        }
        .into())
    }
}
