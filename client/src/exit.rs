//! The exit codes that scripts rely on. Nothing else in the client names a code.

/// Everything was acknowledged.
pub(crate) const OK: u8 = 0;
/// A command or message was refused.
pub(crate) const REFUSED: u8 = 1;
/// The program was called wrongly, or its settings are wrong.
pub(crate) const USAGE: u8 = 2;
/// The hub could not be reached, or did not let us in.
pub(crate) const UNREACHABLE: u8 = 3;
/// The connection was lost with messages unacknowledged.
pub(crate) const LOST: u8 = 4;
/// There was nothing to find, or the answer that was waited for did not come.
pub(crate) const NOTHING: u8 = 5;
/// SIGHUP ended it, as a shell reports it.
pub(crate) const HUNG_UP: u8 = 129;
/// SIGINT ended it, as a shell reports it.
pub(crate) const INTERRUPTED: u8 = 130;
/// SIGTERM ended it, as a shell reports it.
pub(crate) const TERMINATED: u8 = 143;
