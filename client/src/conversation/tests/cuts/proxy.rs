//! A cable between a client and the hub that can be pulled: it delays what goes through it, and cuts in the
//! middle of a line, in one direction first, or in both at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// Numbers that look random, and are the same for the same seed.
#[derive(Debug, Clone)]
pub(in super::super) struct Random(u64);

impl Random {
    pub(in super::super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below.
    pub(in super::super) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }
}

/// How a cable breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Break {
    /// What is on its way arrives, and then both ends learn of it.
    Both,
    /// What is on its way to the hub is lost.
    LosingUp,
    /// What is on its way to the client is lost.
    LosingDown,
    /// The hub is told at once, the client a little later.
    HubFirst,
    /// The client is told at once, and what it said still arrives a little later.
    ClientFirst,
}

const BREAKS: [Break; 5] = [
    Break::Both,
    Break::LosingUp,
    Break::LosingDown,
    Break::HubFirst,
    Break::ClientFirst,
];

/// The cable.
pub(in super::super) struct Proxy {
    pub(in super::super) port: u16,
    cuts: Arc<AtomicUsize>,
    cut: watch::Sender<usize>,
}

impl Proxy {
    /// A cable to the hub on this port.
    pub(in super::super) async fn start(hub: u16, mut random: Random) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (cut, wanted) = watch::channel(0);
        let counter = Arc::new(AtomicUsize::new(0));
        let done = Arc::clone(&counter);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let hub = TcpStream::connect(("127.0.0.1", hub)).await.unwrap();
                let kind = BREAKS[usize::try_from(random.below(5)).unwrap()];
                let (pull, pulled) = watch::channel(());
                tokio::spawn(carry(client, hub, kind, pulled, random.clone()));
                // One that is due already comes while the client arrives, or soon after.
                let earliest = Instant::now() + Duration::from_millis(random.below(60));
                let (mut wanted, done) = (wanted.clone(), Arc::clone(&done));
                tokio::spawn(async move {
                    let is_due = |wanted: &usize| *wanted > done.load(Ordering::Relaxed);
                    sleep_until(earliest).await;
                    if wanted.wait_for(is_due).await.is_ok() && pull.send(()).is_ok() {
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        Self {
            port,
            cuts: counter,
            cut,
        }
    }

    /// Pulls it.
    pub(in super::super) fn cut(&self) {
        self.cut.send_modify(|cuts| *cuts += 1);
    }

    /// How often it was pulled.
    pub(in super::super) fn cuts(&self) -> usize {
        self.cuts.load(Ordering::Relaxed)
    }
}

async fn carry(
    client: TcpStream,
    hub: TcpStream,
    kind: Break,
    cut: watch::Receiver<()>,
    random: Random,
) {
    let (from_client, to_client) = client.into_split();
    let (from_hub, to_hub) = hub.into_split();
    let up_lingers = kind == Break::ClientFirst;
    let down_lingers = kind == Break::HubFirst;
    let up = pump(
        from_client,
        to_hub,
        cut.clone(),
        random.clone(),
        kind != Break::LosingUp,
        up_lingers,
    );
    let down = pump(
        from_hub,
        to_client,
        cut,
        random,
        kind != Break::LosingDown,
        down_lingers,
    );
    tokio::join!(up, down);
}

/// Carries one direction until it is cut.
async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut cut: watch::Receiver<()>,
    mut random: Random,
    delivers: bool,
    lingers: bool,
) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let length = tokio::select! {
            biased;
            _ = cut.changed() => break,
            length = from.read(&mut buffer) => length.unwrap_or(0),
        };
        if length == 0 {
            let _ = to.shutdown().await;
            return;
        }
        let delay = Instant::now() + Duration::from_micros(random.below(3000));
        let is_cut = tokio::select! {
            _ = cut.changed() => true,
            () = sleep_until(delay) => false,
        };
        if !is_cut {
            if to.write_all(&buffer[..length]).await.is_err() {
                return;
            }
            continue;
        }
        if lingers {
            // It was on its way, and arrives when nobody waits for it any more.
            sleep_until(Instant::now() + Duration::from_millis(random.below(30))).await;
        }
        if delivers {
            let part = usize::try_from(random.below(length as u64 + 1)).unwrap();
            let _ = to.write_all(&buffer[..part]).await;
        }
        return;
    }
}
