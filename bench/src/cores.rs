//! Which core the server has, and which the generator.

use clap::Args;

use crate::failure::Failure;
use crate::process;

/// The server and the generator do not share a core.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Cores {
    /// The core that the server runs on
    #[arg(long, global = true, default_value_t = 1)]
    pub(crate) server: usize,
    /// The core that this program runs on
    #[arg(long, global = true, default_value_t = 0)]
    pub(crate) generator: usize,
}

impl Cores {
    /// Starts something on the server's core; a process inherits the core of the thread that starts it.
    pub(crate) fn on_server<T>(
        self,
        start: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        process::pin(self.server)?;
        let started = start();
        process::pin(self.generator)?;
        started
    }
}
