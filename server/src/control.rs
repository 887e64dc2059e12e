//! What can be asked of a hub that runs, by the program around it.

use std::sync::Arc;

use salon_config::ServerConfig;

use crate::hub::Hub;
use crate::server::{Server, ServerError};
use crate::tls::Loaded;

/// A handle to a hub that runs.
#[derive(Clone)]
pub struct Control {
    hub: Arc<Hub>,
}

impl std::fmt::Debug for Control {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Control").finish_non_exhaustive()
    }
}

impl Control {
    pub(crate) fn new(hub: Arc<Hub>) -> Self {
        Self { hub }
    }

    /// Puts other settings and certificates in force for all that is decided from now on; nobody is dropped, and connections
    /// that exist keep the certificate and the rates that they began with. Either all of it is taken or, on an error, nothing.
    /// Gives the keys whose change takes effect only when the hub starts anew.
    /// Who is no longer always on leaves soon after.
    pub fn reload(&self, config: ServerConfig) -> Result<Vec<&'static str>, ServerError> {
        Server::check(&config)?;
        let loaded = config.tls.as_ref().map(Loaded::read).transpose()?;
        let waiting = waiting(&self.hub.config(), &config);
        if let (Some(certificates), Some(loaded)) = (self.hub.certificates(), loaded) {
            certificates.replace(loaded);
        }
        self.hub.replace_config(config);
        let hub = Arc::clone(&self.hub);
        self.hub
            .tasks
            .spawn_on(async move { hub.settle_all().await }, &self.hub.runtime);
        Ok(waiting)
    }
}

/// The keys that differ and are read at the start alone.
fn waiting(old: &ServerConfig, new: &ServerConfig) -> Vec<&'static str> {
    let tls = |config: &ServerConfig| config.tls.as_ref().map(|tls| tls.listen.clone());
    let websocket = |config: &ServerConfig| {
        let section = config.websocket.as_ref();
        section.map(|websocket| (websocket.listen.clone(), websocket.tls))
    };
    let history = |config: &ServerConfig| {
        let kept = &config.history;
        (kept.retain, kept.retain_days, kept.durability)
    };
    let changes = [
        ("server.name", old.server.name != new.server.name),
        (
            "server.auto_join",
            old.server.auto_join != new.server.auto_join,
        ),
        ("server.listen", old.server.listen != new.server.listen),
        (
            "server.data_dir",
            old.server.data_dir != new.server.data_dir,
        ),
        ("tls.listen", tls(old) != tls(new)),
        ("websocket.listen", websocket(old) != websocket(new)),
        ("history", history(old) != history(new)),
        ("log", old.log != new.log),
        ("metrics", old.metrics != new.metrics),
    ];
    changes
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(key, _)| key)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[track_caller]
    fn check(old: &str, new: &str, expected: &[&str]) {
        let [old, new] = [old, new]
            .map(|text| ServerConfig::parse(Path::new("test.toml"), text).expect("valid settings"));
        assert_eq!(waiting(&old, &new), expected);
    }

    #[test]
    fn what_is_read_at_every_decision_waits_for_nothing() {
        check("", "", &[]);
        check(
            "",
            "[server]\nmotd = \"x\"\npassword = \"y\"\n[limits]\nconnections = 3\n[accounts]\n",
            &[],
        );
    }

    #[test]
    fn what_is_read_at_the_start_waits_for_the_next() {
        check(
            "[tls]\nlisten = \"a:1\"\ncert = \"a\"\nkey = \"a\"\n",
            "[server]\nname = \"a.b\"\nlisten = \"a:2\"\n[tls]\ncert = \"b\"\nkey = \"b\"\n[history]\nretain = 5\n",
            &["server.name", "server.listen", "tls.listen", "history"],
        );
    }
}
