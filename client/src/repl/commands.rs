//! The commands as the prompt knows them at this moment: plug-ins add some and take some away. It must not run any.

use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use salon_commands::plugin::protocol::Candidate;
use salon_commands::{Candidates, Registry};
use salon_config::Setting;
use tokio::sync::mpsc::{Sender, WeakSender};

use super::completion::Names;
use crate::conversation::Look;
use crate::driver::Request;
use crate::plugin::Ask;
use crate::render::Palette;
use crate::session::{Accounts, Status, Wire};

/// How long Tab waits for a plug-in.
const PATIENCE: Duration = Duration::from_millis(100);

/// The commands, and the ways to those who run them.
#[derive(Debug)]
pub(super) struct Commands {
    state: Mutex<State>,
    requests: WeakSender<Request>,
}

#[derive(Debug)]
struct State {
    /// `None` makes every line a message.
    registry: Option<Arc<Registry>>,
    plugins: Option<WeakSender<Ask>>,
    palette: Palette,
    /// Lists that are completed from, by their names.
    ignore: Vec<String>,
    highlight: Vec<String>,
    paste_guard: u16,
    wire: Wire,
    accounts: Accounts,
}

impl Commands {
    /// The built-in commands; with none, every line is a message.
    pub(super) fn new(requests: &Sender<Request>, no_commands: bool, palette: Palette) -> Self {
        let registry = (!no_commands).then(|| Arc::new(Registry::builtin()));
        Self {
            state: Mutex::new(State {
                registry,
                plugins: None,
                palette,
                ignore: Vec::new(),
                highlight: Vec::new(),
                paste_guard: 0,
                wire: Wire::default(),
                accounts: Accounts::default(),
            }),
            requests: requests.downgrade(),
        }
    }

    /// Those that there are from now on.
    pub(super) fn replace(&self, registry: Arc<Registry>, plugins: Option<WeakSender<Ask>>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.registry.is_some() {
            state.registry = Some(registry);
        }
        state.plugins = plugins;
    }

    /// Those that there are; `None` makes every line a message.
    pub(super) fn registry(&self) -> Option<Arc<Registry>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.registry.clone()
    }

    /// How things look from now on, and what the lists hold.
    pub(super) fn look(&self, palette: Palette, look: &Look) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.palette = palette;
        state.ignore.clone_from(&look.ignore);
        state.highlight.clone_from(&look.highlight);
        state.paste_guard = look.paste_guard;
    }

    /// How many lines or messages go out unasked; 0 is any number.
    pub(super) fn paste_guard(&self) -> u16 {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.paste_guard
    }

    /// In how many messages a text goes out from now on, and what the hub can do with accounts.
    pub(super) fn follow(&self, status: &Status) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.wire = status.wire;
        state.accounts = status.accounts;
    }

    /// What the hub can do with accounts.
    pub(super) fn accounts(&self) -> Accounts {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.accounts
    }

    /// In how many messages a text goes out.
    pub(super) fn wire(&self) -> Wire {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.wire
    }

    /// How a line is painted.
    pub(super) fn palette(&self) -> Palette {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.palette
    }

    /// What a list of the program holds, each with its summary; `None` for one of a plug-in.
    fn own_list(&self, name: &str) -> Option<Vec<(String, Option<String>)>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let plain = |values: &[String]| {
            let values = values.iter();
            values.map(|value| (value.clone(), None)).collect()
        };
        match name {
            "ignore" => Some(plain(&state.ignore)),
            "highlight" => Some(plain(&state.highlight)),
            "settings" => {
                let told = Setting::all().map(|setting| {
                    (
                        setting.name().to_owned(),
                        Some(setting.summary().to_owned()),
                    )
                });
                Some(told.collect())
            }
            "aliases" => {
                let aliases = state.registry.as_deref().map(Registry::aliases);
                let told = aliases.into_iter().flatten();
                let owned = |(name, line): (&str, &str)| (name.to_owned(), Some(line.to_owned()));
                Some(told.map(owned).collect())
            }
            _ => None,
        }
    }

    /// Brings a room to the front.
    pub(super) fn bring_forward(&self, room: &str) {
        if let Some(requests) = self.requests.upgrade() {
            // See `cancel`.
            let _ = requests.try_send(Request::Front {
                room: room.to_owned(),
            });
        }
    }

    /// Leaves: nobody sees any more what comes.
    pub(super) fn leave(&self) {
        if let Some(requests) = self.requests.upgrade() {
            // See `cancel`; it is asked for again with what comes next.
            let _ = requests.try_send(Request::Quit { reason: None });
        }
    }

    /// Gives up the commands of plug-ins that run.
    pub(super) fn cancel(&self) {
        if let Some(requests) = self.requests.upgrade() {
            // A conversation with no time for it has lines before it.
            let _ = requests.try_send(Request::Cancel);
        }
    }

    fn ask(&self, list: &str, word: &str) -> Vec<Candidate> {
        let plugins = {
            let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.plugins.as_ref().and_then(WeakSender::upgrade)
        };
        let (reply, replied) = sync_channel(1);
        let ask = Ask::Complete {
            list: list.to_owned(),
            word: word.to_owned(),
            reply,
        };
        let is_asked = plugins.is_some_and(|plugins| plugins.try_send(ask).is_ok());
        if is_asked {
            replied.recv_timeout(PATIENCE).unwrap_or_default()
        } else {
            Vec::new()
        }
    }
}

/// The names, and what plug-ins know.
pub(super) struct Known<'a> {
    pub(super) names: &'a Names,
    pub(super) commands: &'a Commands,
}

impl Candidates for Known<'_> {
    fn nicks(&self, visit: &mut dyn FnMut(&str)) {
        self.names.nicks(visit);
    }

    fn rooms(&self, visit: &mut dyn FnMut(&str)) {
        self.names.rooms(visit);
    }

    fn list(&self, name: &str, word: &str, visit: &mut dyn FnMut(&str, Option<&str>)) {
        if let Some(own) = self.commands.own_list(name) {
            for (value, summary) in own {
                visit(&value, summary.as_deref());
            }
            return;
        }
        for candidate in self.commands.ask(name, word) {
            match &candidate {
                Candidate::Plain(value) => visit(value, None),
                Candidate::Told { value, summary } => visit(value, Some(summary)),
            }
        }
    }
}
