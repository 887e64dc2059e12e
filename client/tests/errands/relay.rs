//! An address that stays while the hub behind it is started anew on another port: a port that was given
//! back may be somebody else's by then.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Passes connections on.
pub(crate) struct Relay {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    hub: Arc<Mutex<SocketAddr>>,
}

impl Relay {
    /// Passes connections on to a hub. It ends with the test's process.
    pub(crate) fn to(hub: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let hub = Arc::new(Mutex::new(hub));
        let target = Arc::clone(&hub);
        thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                let target = *target.lock().unwrap();
                // While there is no hub, whoever comes is sent away.
                if let Ok(hub) = TcpStream::connect(target) {
                    pass(client.try_clone().unwrap(), hub.try_clone().unwrap());
                    pass(hub, client);
                }
            }
        });
        Self { address, hub }
    }

    /// The hub is elsewhere from now on.
    pub(crate) fn turn_to(&self, hub: SocketAddr) {
        *self.hub.lock().unwrap() = hub;
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    thread::spawn(move || {
        // Either side may leave as it likes.
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
    });
}
