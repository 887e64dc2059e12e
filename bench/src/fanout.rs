//! Fan-out: what speakers say reaches every member of their rooms, as fast as the server can.

use std::time::Duration;

use crate::failure::Failure;
use crate::figures::Figures;
use crate::load::Load;
use crate::party::Party;
use crate::server::Server;

/// How long is talked before anything is measured.
const WARM_UP_SECONDS: f64 = 0.5;

/// Measures deliveries a second, what one costs the server, and how long it takes.
pub(crate) fn run(server: &Server, load: &Load) -> Result<Figures, Failure> {
    let mut party = Party::gather(server, load, 0)?;
    party.talk(WARM_UP_SECONDS)?;
    party.ledger.verify()?;
    party.settle(Duration::from_millis(100), Duration::from_secs(2))?;
    let gaps = party.ledger.gaps();
    let cpu_us = server.process.cpu_us();
    let said = party.talk(load.seconds)?;
    let cpu_us = server.process.cpu_us() - cpu_us;
    party.ledger.verify()?;

    let delivered = party.ledger.counts.delivered;
    let wall_us = said.wall_us as f64;
    let mut figures = Figures::default();
    figures.set("members", load.members as f64);
    figures.set("rooms", load.rooms as f64);
    figures.set("delivered_per_s", delivered as f64 * 1e6 / wall_us);
    figures.set("us_per_delivery", cpu_us / delivered.max(1) as f64);
    figures.set("sent_per_s", said.sent as f64 * 1e6 / wall_us);
    figures.set("server_cores", cpu_us / wall_us);
    figures.set_latencies("", &party.ledger.latencies);
    figures.set("lost", said.expected.saturating_sub(delivered) as f64);
    figures.set("gaps", (party.ledger.gaps() - gaps) as f64);
    figures.set("disconnected", party.closed as f64);
    figures.set("join_s", party.joining_us as f64 / 1e6);
    figures.set("us_per_join", party.joining_cpu_us / party.joins as f64);
    figures.set("resident_bytes", server.process.resident_bytes());
    Ok(figures)
}
