//! An address that stays while the hub behind it is started anew on another port: a port that was given
//! back may be somebody else's by then.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What a connection ends at, instead of passing it on.
type Cut = Arc<Mutex<Option<&'static str>>>;

/// Passes connections on.
pub(crate) struct Relay {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    hub: Arc<Mutex<SocketAddr>>,
    cut: Cut,
    clients: Arc<Mutex<Vec<TcpStream>>>,
}

impl Relay {
    /// Passes connections on to a hub. It ends with the test's process.
    pub(crate) fn to(hub: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let hub = Arc::new(Mutex::new(hub));
        let target = Arc::clone(&hub);
        let cut = Cut::default();
        let cuts = Arc::clone(&cut);
        let clients = Arc::<Mutex<Vec<TcpStream>>>::default();
        let connected = Arc::clone(&clients);
        thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                let target = *target.lock().unwrap();
                // While there is no hub, whoever comes is sent away.
                if let Ok(hub) = TcpStream::connect(target) {
                    connected.lock().unwrap().push(client.try_clone().unwrap());
                    let (from, to) = (client.try_clone().unwrap(), hub.try_clone().unwrap());
                    pass(from, to, Arc::clone(&cuts));
                    pass(hub, client, Cut::default());
                }
            }
        });
        Self {
            address,
            hub,
            cut,
            clients,
        }
    }

    /// All connections end.
    pub(crate) fn cut(&self) {
        for client in self.clients.lock().unwrap().drain(..) {
            // It may have left by now.
            let _ = client.shutdown(Shutdown::Both);
        }
    }

    /// The connection whose client says this ends instead; once.
    pub(crate) fn cut_at(&self, word: &'static str) {
        *self.cut.lock().unwrap() = Some(word);
    }

    /// The hub is elsewhere from now on.
    pub(crate) fn turn_to(&self, hub: SocketAddr) {
        *self.hub.lock().unwrap() = hub;
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, cut: Cut) {
    thread::spawn(move || {
        let mut buffer = [0; 16 * 1024];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            let text = &buffer[..length];
            if is_cut(text, &cut) || to.write_all(text).is_err() {
                break;
            }
        }
        // Either side may have left by now.
        for side in [from, to] {
            let _ = side.shutdown(Shutdown::Both);
        }
    });
}

/// Whether a client's words are the ones to end at, which happens once.
fn is_cut(text: &[u8], cut: &Cut) -> bool {
    let mut cut = cut.lock().unwrap();
    let is_in = |word: &str| text.windows(word.len()).any(|part| part == word.as_bytes());
    cut.take_if(|word| is_in(word)).is_some()
}
