//! A hub that listens nowhere and is talked to in memory: for fuzz/, and no part of what this crate promises.
//!
//! What is fuzzed is what the hub runs, from the line decoder to the rooms; only the socket is left out.

use std::io;
use std::sync::Arc;

use salon_config::ServerConfig;
use tokio::runtime::{Builder, Runtime};

use crate::connection;
use crate::hub::Hub;
use crate::log::{MemoryLog, Restored};

/// How many events of a room are kept, so that a hub for a million peers stays small.
const EVENTS_MAX: usize = 64;

/// See the module.
pub struct Hall {
    runtime: Runtime,
    hub: Arc<Hub>,
}

impl Hall {
    /// A hub with nobody in it.
    pub fn new(config: ServerConfig) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_time().build()?;
        let hub = runtime.block_on(async {
            let log = Arc::new(MemoryLog::new(1, EVENTS_MAX));
            Hub::new(config, log, Restored::default())
        });
        Ok(Self { runtime, hub })
    }

    /// Everything that a peer is told that says all of this and then leaves.
    pub fn visit(&self, said: &[u8]) -> io::Result<Vec<u8>> {
        self.runtime.block_on(connection::converse(&self.hub, said))
    }

    /// How many connections and users there are, which is none between visits.
    pub fn census(&self) -> (usize, usize) {
        let users = self.hub.directory.census().users;
        (self.hub.connection_count(), users)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_is_answered_and_leaves_nothing_behind() {
        let hall = Hall::new(ServerConfig::default()).expect("a runtime");
        let told =
            hall.visit(b"NICK ann\r\nUSER u 0 * :Ann\r\nPRIVMSG #lobby :x\r\nPING y\r\nQUIT");
        let told = String::from_utf8(told.expect("memory takes it")).expect("UTF-8");
        assert!(told.starts_with(":salon.local 001 ann :"), "{told}");
        assert!(told.ends_with("PONG salon.local y\r\n"), "{told}");
        assert_eq!(hall.census(), (0, 0));
        let long = [b"x".repeat(600), b"\n".to_vec()].concat();
        let told = hall.visit(&long).expect("memory takes it");
        let expected = ":salon.local 417 * :Input line was too long\r\n";
        assert_eq!(String::from_utf8_lossy(&told), expected);
    }
}
