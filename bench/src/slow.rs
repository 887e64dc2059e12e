//! Slow readers: some members stop reading while the others are talked to at a fixed rate, and read on later.

use std::time::Duration;

use clap::Args;

use crate::failure::Failure;
use crate::figures::Figures;
use crate::load::Load;
use crate::party::Party;
use crate::server::Server;

/// Who stops reading, and for how long.
#[derive(Args, Clone, Debug)]
pub(crate) struct Slow {
    #[command(flatten)]
    pub(crate) load: Load,
    /// How many of the members stop reading
    #[arg(long = "slow", default_value_t = 20)]
    pub(crate) stopped: usize,
    /// For how long; what is said meanwhile has to be more than the kernel's buffers hold, some megabytes each
    #[arg(long = "slow-seconds", default_value_t = 14.0)]
    pub(crate) stopped_seconds: f64,
}

/// Measures how long deliveries take before and while some don't read, and what these miss.
pub(crate) fn run(server: &Server, options: &Slow) -> Result<Figures, Failure> {
    if options.load.rate.is_none() {
        return Err(Failure::Usage(
            "slow readers are measured at a --rate".to_owned(),
        ));
    }
    let mut party = Party::gather(server, &options.load, options.stopped)?;
    party.talk(0.5)?;
    party.settle(Duration::from_millis(200), Duration::from_secs(2))?;
    let mut figures = Figures::default();

    let before = party.talk(options.load.seconds)?;
    party.ledger.verify()?;
    let lost_before = before
        .expected
        .saturating_sub(party.ledger.counts.delivered);
    figures.set_latencies("before_", &party.ledger.latencies);
    let p99_before = party.ledger.latencies.value_at_quantile(0.99);

    party.pause_slow(true)?;
    let resident = server.process.resident_bytes();
    let said = party.talk(options.stopped_seconds)?;
    let late = said.expected.saturating_sub(party.ledger.counts.delivered);
    figures.set_latencies("during_", &party.ledger.latencies);
    let p99_during = party.ledger.latencies.value_at_quantile(0.99);
    figures.set("p99_ratio", p99_during as f64 / p99_before.max(1) as f64);
    figures.set(
        "resident_growth_bytes",
        server.process.resident_bytes() - resident,
    );

    party.pause_slow(false)?;
    party.settle(Duration::from_millis(700), Duration::from_secs(30))?;
    party.ledger.verify()?;
    let missed = party
        .slow
        .iter()
        .map(|&index| said.sent - party.ledger.received[index]);
    let missed: u64 = missed.sum();
    let to_slow: u64 = party
        .slow
        .iter()
        .map(|&index| party.ledger.received[index])
        .sum();
    let to_others = party.ledger.counts.delivered - to_slow;
    let cut = party
        .slow
        .iter()
        .filter(|&&index| !party.crowd.is_open(index))
        .count();
    figures.set("sent", said.sent as f64);
    figures.set("cut", cut as f64);
    figures.set("missed_by_slow", missed as f64);
    figures.set("late_for_others", late as f64);
    figures.set(
        "lost_for_others",
        said.expected.saturating_sub(to_others) as f64,
    );
    figures.set("lost_before", lost_before as f64);
    Ok(figures)
}
