//! How long the hub's own steps take: `cargo bench -p salon-bench`. What the client does with a line is in
//! `cargo bench -p salon-commands`.

use std::hint::black_box;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use salon_protocol::{LineDecoder, Message};
use salond::measured::{Ring, Said, Store, Talk, is_verb};

fn main() {
    divan::main();
}

const TEXT: &str = "the quick brown fox jumps over the lazy dog, and then it sleeps.";
const LINES: &[&str] = &[
    "PING :1732390000",
    "PRIVMSG #lobby :good morning, is the build green?",
    "@label=42;+draft/reply=1-2-3 PRIVMSG #lobby :good morning, is the build green?",
];

/// From a line to a message.
#[divan::bench(args = LINES)]
fn parse(bencher: Bencher<'_, '_>, line: &str) {
    bencher.bench_local(|| Message::parse(black_box(line)).map(|message| message.verb.len()));
}

/// From what a socket had to its lines.
#[divan::bench]
fn decode(bencher: Bencher<'_, '_>) {
    let input = format!("PRIVMSG #lobby :{TEXT}\r\n").repeat(64);
    let bencher = bencher.counter(BytesCount::of_str(&input));
    bencher.bench_local(|| {
        let mut decoder = LineDecoder::new();
        let mut rest = black_box(input.as_bytes());
        let mut lines = 0;
        while decoder.next_line(&mut rest).is_some() {
            lines += 1;
        }
        lines
    });
}

/// From a message to its line.
#[divan::bench]
fn format(bencher: Bencher<'_, '_>) {
    let mut out = Vec::with_capacity(512);
    bencher.bench_local(|| {
        out.clear();
        let message = Message::new("PRIVMSG")
            .with_source("alice!~alice@host.example")
            .with_param(black_box("#lobby"))
            .with_param(black_box(TEXT));
        message.write_to(&mut out)
    });
}

/// From a verb to its row of the table; the second is in no row.
#[divan::bench(args = ["PRIVMSG", "privmsg", "NOSUCH"])]
fn dispatch(verb: &str) -> bool {
    is_verb(black_box(verb))
}

/// What a room decides about one message.
#[divan::bench(args = [2, 100, 5000])]
fn room_step(bencher: Bencher<'_, '_>, members: u64) {
    let mut talk = Talk::new(members);
    bencher.bench_local(|| talk.say(black_box(TEXT)));
}

/// A run of messages as lines, once for all members without capabilities.
#[divan::bench(args = [1, 32, 128])]
fn encode(bencher: Bencher<'_, '_>, messages: u64) {
    let said = Said::new(messages, TEXT);
    let bencher = bencher.counter(ItemsCount::new(messages));
    bencher.bench_local(|| black_box(&said).encode(false));
}

/// The same with every tag.
#[divan::bench(args = [1, 32, 128])]
fn encode_tagged(bencher: Bencher<'_, '_>, messages: u64) {
    let said = Said::new(messages, TEXT);
    let bencher = bencher.counter(ItemsCount::new(messages));
    bencher.bench_local(|| black_box(&said).encode(true));
}

/// A run of 32 messages from the ring to listeners, up to where the socket begins; an item is one delivery.
#[divan::bench(args = [10, 100, 1000, 5000])]
fn ring_delivery(bencher: Bencher<'_, '_>, listeners: usize) {
    let mut ring = Ring::new(listeners, 32);
    let bencher = bencher.counter(ItemsCount::new(listeners * 32));
    bencher.bench_local(|| ring.deliver());
}

/// A group of messages stored and committed; an item is one message.
#[divan::bench(args = [1, 32, 1024])]
fn log_append(bencher: Bencher<'_, '_>, messages: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = Store::new(folder.path());
    let bencher = bencher.counter(ItemsCount::new(messages));
    bencher.bench_local(|| store.append(messages));
}
