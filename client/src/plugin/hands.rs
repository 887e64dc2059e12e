//! The conversation's hands on the host of the plug-ins.

use std::future::pending;
use std::thread::{self, JoinHandle};

use salon_commands::plugin::protocol::HookSpec;
use tokio::sync::mpsc;

use super::host::{self, Host};
use super::seam::{Ask, Tell};
use super::setup::Setup;
use super::store::Grants;

/// How many questions may wait for the host. It answers each within microseconds or with a deadline.
const ASKS_WAITING_MAX: usize = 1024;
/// How much of the host's may wait for the conversation.
const TELLS_WAITING_MAX: usize = 256;

/// The plug-ins of a conversation.
#[derive(Debug, Default)]
pub(crate) struct Plugins {
    asks: Option<mpsc::Sender<Ask>>,
    tells: Option<mpsc::Receiver<Tell>>,
    thread: Option<JoinHandle<()>>,
    is_unsettled: bool,
    setup: Option<Setup>,
}

impl Plugins {
    /// Those of a user, or none. They are started by [`Ask::Begin`].
    pub(crate) fn new(setup: Option<Setup>) -> Self {
        let mut plugins = Self::default();
        plugins.setup = setup;
        let has_plugins = plugins
            .setup
            .as_ref()
            .is_some_and(|setup| setup.store.has_any());
        if has_plugins {
            plugins.is_unsettled = plugins.host();
        }
        plugins
    }

    /// The hooks that each will have once it runs, so that nothing gets past a filter before it is there. Where it can't be
    /// read who has which, everything waits for the host, which says so.
    pub(crate) fn foreseen(&self) -> Vec<(String, Vec<HookSpec>)> {
        let grants = self.setup.as_ref().map(|setup| setup.store.grants());
        let Ok(grants) = grants.unwrap_or_else(|| Ok(Grants::default())) else {
            return vec![(host::UNKNOWN.to_owned(), host::guards())];
        };
        let running = grants.0.iter().filter(|(_, grant)| grant.enabled);
        running
            .map(|(name, grant)| (name.to_string(), host::hooks_granted(&grant.permissions)))
            .collect()
    }

    /// Starts the thread of the host, if there may be one. Gives whether there is one.
    fn host(&mut self) -> bool {
        let Some(setup) = self.setup.clone() else {
            return false;
        };
        let (asks, ask_receiver) = mpsc::channel(ASKS_WAITING_MAX);
        let (tell_sender, tells) = mpsc::channel(TELLS_WAITING_MAX);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let thread = runtime.and_then(|runtime| {
            thread::Builder::new()
                .name("plug-ins".to_owned())
                .spawn(move || {
                    runtime.block_on(Host::with_queues(setup, tell_sender).run(ask_receiver));
                    // A pipe that is still read must not keep us.
                    runtime.shutdown_background();
                })
        });
        let Ok(thread) = thread else {
            return false;
        };
        self.thread = Some(thread);
        self.asks = Some(asks);
        self.tells = Some(tells);
        true
    }

    /// Starts the host, if there is none although there may be one. Gives whether it did.
    pub(crate) fn start_host(&mut self) -> bool {
        self.asks.is_none() && self.host()
    }

    /// Asks the host. Says whether it could be asked: it is there, and not behind.
    pub(crate) fn ask(&mut self, ask: Ask) -> bool {
        let asks = self.asks.as_ref();
        asks.is_some_and(|asks| asks.try_send(ask).is_ok())
    }

    /// What the host is asked through, from another thread.
    pub(crate) fn asks(&self) -> Option<mpsc::WeakSender<Ask>> {
        self.asks.as_ref().map(mpsc::Sender::downgrade)
    }

    /// What the host says next; for ever if there is none. Nothing is lost when it is dropped before it is done.
    pub(crate) async fn next(&mut self) -> Tell {
        let Some(tells) = &mut self.tells else {
            return pending().await;
        };
        match tells.recv().await {
            Some(Tell::Settled) => {
                self.is_unsettled = false;
                Tell::Settled
            }
            Some(tell) => tell,
            None => {
                self.tells = None;
                self.is_unsettled = false;
                Tell::Settled
            }
        }
    }

    /// Whether plug-ins are starting, so that a script's first line must wait for their commands.
    pub(crate) fn is_unsettled(&self) -> bool {
        self.is_unsettled
    }

    /// Whether somebody answers.
    pub(crate) fn is_hosted(&self) -> bool {
        self.tells.is_some()
    }
}

impl Drop for Plugins {
    fn drop(&mut self) {
        self.asks = None;
        self.tells = None;
        if let Some(thread) = self.thread.take() {
            // It ends within the deadline of a shutdown. A panic there was told on standard error already.
            let _ = thread.join();
        }
    }
}
