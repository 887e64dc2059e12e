//! How the hub is doing, in numbers for Prometheus (`[metrics]`).
//!
//! What happens often is counted where it is handled in bulk: a commit, a system call, one event of a room in
//! [`LAG_SAMPLED_EACH`]; so a delivery costs nothing more. What there is at a moment (connections, rooms) is counted when
//! somebody asks. No number is about a person or a room by name.

pub(crate) mod endpoint;

use std::fmt::Write as _;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use crate::clock;
use crate::event::{Event, Seq};
use crate::hub::Hub;

/// Of how many events of a room the way to its readers is timed once, and with them the others of their run.
const LAG_SAMPLED_EACH: u64 = 64;

/// Why something was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum Refusal {
    /// A connection, by a hub that ends.
    Stopping,
    /// A connection, by `[limits] connections`.
    Connections,
    /// A connection, by `[limits] connections_per_address`.
    Address,
    /// A connection, registration or login, by a ban.
    Ban,
    /// A registration, by the hub's password.
    Password,
    /// A login.
    Login,
    /// Events, by a log that cannot store them.
    Log,
    /// A question to the log that would take too long.
    Search,
}

impl Refusal {
    /// All of them, so that each is shown from the start.
    const ALL: [Self; 8] = [
        Self::Stopping,
        Self::Connections,
        Self::Address,
        Self::Ban,
        Self::Password,
        Self::Login,
        Self::Log,
        Self::Search,
    ];
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    reason: Refusal,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    connections: Gauge,
    users: Gauge,
    rooms: Gauge,
    connected: Counter,
    received: Counter,
    sent: Counter,
    events: Counter,
    commit: Histogram,
    lag: Histogram,
    refusals: Family<Reason, Counter>,
}

impl Metrics {
    /// All numbers at their beginning.
    pub(crate) fn new() -> Self {
        let metrics = Self {
            registry: Registry::with_prefix("salon"),
            connections: Gauge::default(),
            users: Gauge::default(),
            rooms: Gauge::default(),
            connected: Counter::default(),
            received: Counter::default(),
            sent: Counter::default(),
            events: Counter::default(),
            // From 50 µs to 1.6 s.
            commit: Histogram::new(exponential_buckets(0.000_05, 2.0, 16)),
            // From 1 ms, which is how finely events are timed, to 32 s.
            lag: Histogram::new(exponential_buckets(0.001, 2.0, 16)),
            refusals: Family::default(),
        };
        for reason in Refusal::ALL {
            drop(metrics.refusals.get_or_create(&Reason { reason }));
        }
        metrics.registered()
    }

    fn registered(mut self) -> Self {
        let registry = &mut self.registry;
        let mut gauge = |name: &str, help: &str, gauge: &Gauge| {
            registry.register(name, help, gauge.clone());
        };
        gauge(
            "connections",
            "Connections at present, registered or not",
            &self.connections,
        );
        gauge("users", "Registered users at present", &self.users);
        gauge("rooms", "Rooms at present", &self.rooms);
        let mut counter = |name: &str, help: &str, counter: &Counter| {
            registry.register(name, help, counter.clone());
        };
        counter("connected", "Connections that were let in", &self.connected);
        counter(
            "events",
            "Events that were committed to the log",
            &self.events,
        );
        registry.register_with_unit(
            "received",
            "Bytes of lines that were received, without TLS and WebSocket",
            Unit::Bytes,
            self.received.clone(),
        );
        registry.register_with_unit(
            "sent",
            "Bytes of lines that were sent, without TLS and WebSocket",
            Unit::Bytes,
            self.sent.clone(),
        );
        registry.register_with_unit(
            "commit",
            "How long rooms and conversations wait for the log to commit a group of events",
            Unit::Seconds,
            self.commit.clone(),
        );
        registry.register_with_unit(
            "delivery_lag",
            "How long events of rooms are under way to a reader, by one in 64",
            Unit::Seconds,
            self.lag.clone(),
        );
        registry.register(
            "refusals",
            "What was refused, by reason",
            self.refusals.clone(),
        );
        self
    }

    /// Notes that a connection was let in.
    pub(crate) fn connected(&self) {
        self.connected.inc();
    }

    /// Notes bytes of lines that came from a peer.
    pub(crate) fn received(&self, bytes: usize) {
        self.received.inc_by(bytes as u64);
    }

    /// Notes bytes of lines that a peer has taken.
    pub(crate) fn sent(&self, bytes: usize) {
        self.sent.inc_by(bytes as u64);
    }

    /// Notes a group of events that was committed.
    pub(crate) fn committed(&self, events: usize, took: Duration) {
        self.events.inc_by(events as u64);
        self.commit.observe(took.as_secs_f64());
    }

    /// Notes that something was refused.
    pub(crate) fn refused(&self, reason: Refusal) {
        self.refusals.get_or_create(&Reason { reason }).inc();
    }

    /// Notes that a reader is given what stands in a room from a place to an event. It is timed where one of the places is
    /// a multiple of [`LAG_SAMPLED_EACH`], whether it is given one by one or all at once.
    pub(crate) fn delivered(&self, first: Seq, last: Option<&std::sync::Arc<Event>>) {
        if let Some(event) = last
            && event.id.seq.0 / LAG_SAMPLED_EACH > first.0.saturating_sub(1) / LAG_SAMPLED_EACH
        {
            let lag = clock::now()
                .as_millis()
                .saturating_sub(event.time.as_millis());
            self.lag.observe(Duration::from_millis(lag).as_secs_f64());
        }
    }

    /// All numbers, in the text format `OpenMetrics`.
    pub(crate) fn render(&self, hub: &Hub) -> String {
        let whole = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let census = hub.directory.census();
        self.connections.set(whole(hub.connection_count()));
        self.users.set(whole(census.users));
        self.rooms.set(whole(census.rooms));
        let mut text = String::new();
        if encode(&mut text, &self.registry).is_err() {
            // Writing to a text does not fail.
            let _ = writeln!(text, "# EOF");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::event::tests::said;
    use crate::log::MemoryLog;
    use crate::tests::hub;

    #[tokio::test]
    async fn every_number_is_there_from_the_start_under_its_name() {
        let hub = hub(Arc::new(MemoryLog::new(7, 0)));
        let text = hub.metrics.render(&hub);
        for line in [
            "salon_connections 0",
            "salon_users 0",
            "salon_rooms 1",
            "salon_connected_total 0",
            "salon_events_total 0",
            "salon_received_bytes_total 0",
            "salon_sent_bytes_total 0",
            "salon_commit_seconds_count 0",
            "salon_delivery_lag_seconds_count 0",
            "salon_refusals_total{reason=\"Ban\"} 0",
            "salon_refusals_total{reason=\"Log\"} 0",
            "# EOF",
        ] {
            assert!(
                text.lines().any(|one| one == line),
                "{line} is not in\n{text}"
            );
        }
    }

    #[test]
    fn one_event_in_many_is_timed_however_they_come() {
        let metrics = Metrics::new();
        let deliver =
            |first, last| metrics.delivered(Seq(first), Some(&Arc::new(said(1, last, "x"))));
        for place in 1..LAG_SAMPLED_EACH * 2 {
            deliver(place, place);
        }
        deliver(LAG_SAMPLED_EACH * 2, LAG_SAMPLED_EACH * 2 + 9);
        deliver(LAG_SAMPLED_EACH * 2 + 10, LAG_SAMPLED_EACH * 3 - 1);
        metrics.delivered(Seq(LAG_SAMPLED_EACH * 3), None);
        let mut text = String::new();
        encode(&mut text, &metrics.registry).expect("a text");
        assert!(
            text.contains("salon_delivery_lag_seconds_count 2\n"),
            "{text}"
        );
    }
}
