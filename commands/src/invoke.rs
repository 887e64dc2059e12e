//! A command that is not built in: one of a plug-in, or of the program that embeds the registry.

use crate::reader::Arguments;

/// A call of a command that was added to the registry. What it does is the host's to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoke {
    /// The command's name, as its spec has it.
    pub name: String,
    /// The arguments, checked against the spec.
    pub arguments: Arguments,
}
