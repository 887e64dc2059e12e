//! The hot paths, each as something that is done over and over.

use std::hint::black_box;

use salon_commands::{Context, Mode, Registry, Target};
use salon_protocol::{LineDecoder, Message};
use salond::measured::{Ring, Said, Talk, is_verb};

/// A path by name: prepared once, and then done so many times.
pub(crate) type Path = (&'static str, fn(u32));

/// All of them.
pub(crate) const PATHS: &[Path] = &[
    ("command_message", command_message),
    ("command_kick", command_kick),
    ("line_decode", line_decode),
    ("line_parse", line_parse),
    ("message_format", message_format),
    ("verb_look_up", verb_look_up),
    ("room_step", room_step),
    ("fanout_encode", fanout_encode),
    ("fanout_encode_tagged", fanout_encode_tagged),
    ("ring_delivery", ring_delivery),
];

const TEXT: &str = "the quick brown fox jumps over the lazy dog, and then it sleeps.";
const LINE: &str = "@label=42;+draft/reply=1-2-3 PRIVMSG #lobby :good morning, is the build green?";

fn command_message(times: u32) {
    command("hello, how is everyone today?", times);
}

fn command_kick(times: u32) {
    command(":kick #dev bob no advertisements, please", times);
}

fn command(line: &str, times: u32) {
    let registry = Registry::builtin();
    let target: Target = "#lobby".parse().expect("a room");
    let context = Context::new(&registry).with_target(&target);
    for _ in 0..times {
        let command = registry.parse(black_box(line), Mode::Script);
        let command = command.expect("a line").expect("no blank one");
        black_box(command.run(&context).expect("it can be done"));
    }
}

/// What a socket had to read: 32 lines, and a piece of one more.
fn line_decode(times: u32) {
    let input = format!("{LINE}\r\n").repeat(32) + "PRIVMSG #lo";
    for _ in 0..times {
        let mut decoder = LineDecoder::new();
        let mut rest = black_box(input.as_bytes());
        while let Some(line) = decoder.next_line(&mut rest) {
            black_box(line.expect("a short line"));
        }
    }
}

fn line_parse(times: u32) {
    for _ in 0..times {
        black_box(Message::parse(black_box(LINE)).expect("a message"));
    }
}

fn message_format(times: u32) {
    let mut out = Vec::with_capacity(512);
    for _ in 0..times {
        out.clear();
        let message = Message::new("PRIVMSG")
            .with_source("alice!~alice@host.example")
            .with_param(black_box("#lobby"))
            .with_param(black_box(TEXT));
        message.write_to(&mut out).expect("a line");
        black_box(&out);
    }
}

fn verb_look_up(times: u32) {
    for _ in 0..times {
        black_box(is_verb(black_box("privmsg")));
        black_box(is_verb(black_box("NOSUCH")));
    }
}

fn room_step(times: u32) {
    let mut talk = Talk::new(100);
    for _ in 0..times {
        black_box(talk.say(black_box(TEXT)));
    }
}

/// For members without any capability.
fn fanout_encode(times: u32) {
    encode(false, times);
}

/// For members with all of them.
fn fanout_encode_tagged(times: u32) {
    encode(true, times);
}

/// A run of 32 messages, made into lines once for all members of a kind.
fn encode(capable: bool, times: u32) {
    let said = Said::new(32, TEXT);
    for _ in 0..times {
        black_box(black_box(&said).encode(capable));
    }
}

/// The same run to 100 members.
fn ring_delivery(times: u32) {
    let mut ring = Ring::new(100, 32);
    for _ in 0..times {
        black_box(ring.deliver());
    }
}
