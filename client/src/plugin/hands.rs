//! The conversation's hands on the host of the plug-ins.

use std::future::pending;
use std::thread::{self, JoinHandle};

use salon_commands::plugin::protocol::HookName;
use tokio::sync::mpsc;

use super::host::{self, Host};
use super::seam::{Ask, Interest, Tell};
use super::setup::Setup;

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
    interest: Interest,
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
            .is_some_and(|setup| !setup.store.installed().is_empty());
        if has_plugins {
            plugins.interest = plugins.foreseen();
            plugins.is_unsettled = plugins.host();
        }
        plugins
    }

    /// What will be asked for once they run, so that nothing gets past a filter before it is there.
    fn foreseen(&self) -> Interest {
        let Some(setup) = &self.setup else {
            return Interest::default();
        };
        let grants = setup.store.grants().unwrap_or_default();
        let running = grants.0.values().filter(|grant| grant.enabled);
        running.fold(Interest::default(), |interest, grant| {
            host::interest_in(interest, &grant.permissions)
        })
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

    /// Asks the host. Gives the question back if it can't be asked.
    pub(crate) fn ask(&mut self, ask: Ask) -> Result<(), Ask> {
        match &self.asks {
            Some(asks) => asks.try_send(ask).map_err(|error| match error {
                mpsc::error::TrySendError::Full(ask) | mpsc::error::TrySendError::Closed(ask) => {
                    ask
                }
            }),
            None => Err(ask),
        }
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
            Some(Tell::Interest(interest)) => {
                self.interest = interest;
                Tell::Interest(interest)
            }
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

    /// Whether the host wants to be asked or told.
    pub(crate) fn is_interested(&self, on: HookName) -> bool {
        match on {
            HookName::MessageIn => self.interest.incoming,
            HookName::MessageOut => self.interest.outgoing,
            _ => self.interest.happenings,
        }
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
