//! Hostile and harmless plug-ins as transcripts: what goes in, when, and all that comes out.

mod commands;
mod faults;
mod handshake;
mod judging;
mod speaking;

use serde_json::{Value, json};

use super::*;
use crate::plugin::protocol::{
    ClientInfo, CommandHook, Complete, Happening, HookAnswer, HookPoint, Initialize, MessageHook,
    MessageKind, Run,
};

/// A machine with its clock.
struct Rig {
    machine: Machine,
    now: Moment,
}

const PERMISSIONS: &str = r##"
    read = ["#dev"]
    send = ["#dev", "current"]
    hooks = ["message.in", "message.out", "join", "command.before", "command.after"]
"##;

impl Rig {
    fn new() -> Self {
        let client = ClientInfo {
            name: "salon".to_owned(),
            version: "1".to_owned(),
        };
        let profile = Profile {
            name: "demo".parse().expect("a name"),
            permissions: toml::from_str(PERMISSIONS).expect("permissions"),
            greeting: Initialize::new(client),
        };
        Self {
            machine: Machine::new(profile, Deadlines::default(), Limits::default()),
            now: Moment::ZERO,
        }
    }

    /// One that has answered the handshake, and asked for every hook that it may have.
    fn running() -> Self {
        let mut rig = Self::new();
        rig.machine.start(rig.now);
        rig.shake_hands();
        rig.outputs();
        rig
    }

    fn shake_hands(&mut self) {
        let id = self.machine.next_id - 1;
        let hooks = ["message.in", "message.out", "join"].map(|on| json!({"on": on}));
        let commands = ["command.before", "command.after"];
        let commands = commands.map(|on| json!({"on": on, "commands": ["topic"]}));
        let hooks = [&hooks[..], &commands].concat();
        self.says(&json!({"jsonrpc": "2.0", "id": id, "result": {
            "protocol": 1, "name": "demo", "hooks": hooks, "command_deadlines_ms": {"slow": 60_000},
        }}));
    }

    fn at(&mut self, ms: u64) -> &mut Self {
        self.now = Moment::from_millis(ms);
        self.machine.tick(self.now);
        self
    }

    fn says(&mut self, line: &Value) -> &mut Self {
        self.machine.line(Ok(&line.to_string()), self.now);
        self
    }

    fn wishes(&mut self, method: &str, params: &Value) -> &mut Self {
        self.says(&json!({"jsonrpc": "2.0", "id": "x", "method": method, "params": params}))
    }

    fn calls(&mut self, token: u64, call: Call) -> &mut Self {
        self.machine.call(token, call, self.now);
        self
    }

    fn outputs(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.machine.next_output()).collect()
    }

    /// All that came out since the last look, in short.
    #[track_caller]
    fn check(&mut self, expected: &[&str]) -> &mut Self {
        let outputs: Vec<String> = self.outputs().iter().map(short).collect();
        assert_eq!(outputs, expected);
        self
    }
}

fn short(output: &Output) -> String {
    match output {
        Output::Write(line) => {
            let line: Value = serde_json::from_str(line).expect("what is written is JSON");
            let text = |key: &str| {
                line.get(key)
                    .map(|value| format!(" {value}"))
                    .unwrap_or_default()
            };
            let method = line
                .get("method")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let error = line
                .pointer("/error/message")
                .and_then(Value::as_str)
                .unwrap_or_default();
            format!("write {method}{}{}{error}", text("id"), text("result"))
        }
        Output::Answered { token, result } => match result {
            Ok(Said::Hook(HookAnswer { action, .. })) => format!("answered {token} {action:?}"),
            Ok(said) => format!("answered {token} {said:?}"),
            Err(failure) => format!("answered {token} failed: {failure}"),
        },
        Output::Send {
            token,
            target,
            text,
            ..
        } => format!("send {token:?} {target} {text}"),
        Output::Ready(_) => "ready".to_owned(),
        Output::Gone(reason) => format!("gone {reason}"),
        Output::Tell(text) => format!("tell {text}"),
        Output::Log(text) => format!("log {text}"),
        Output::Show(text) => format!("show {text}"),
        Output::Notify(text) => format!("notify {text}"),
        Output::Prompt(text) => format!("prompt {text}"),
        Output::Keep(text) => format!("keep {text}"),
        Output::Spawn => "spawn".to_owned(),
        Output::Kill => "kill".to_owned(),
    }
}

fn hook(on: HookPoint, to: &str) -> Call {
    Call::Hook(
        on,
        MessageHook {
            from: "ann".to_owned(),
            to: to.to_owned(),
            text: "hi".to_owned(),
            kind: MessageKind::Message,
            time: None,
        },
    )
}

fn run(command: &str) -> Call {
    Call::Run(Run {
        command: command.to_owned(),
        arguments: BTreeMap::new(),
        target: Some("#here".to_owned()),
        nick: "ann".to_owned(),
    })
}

fn result(id: u64, result: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "result": result})
}

#[test]
fn timers_fire_once() {
    let mut rig = Rig::running();
    rig.wishes("timer/set", &json!({"timer": "tea", "after_ms": 500}));
    rig.wishes("timer/set", &json!({"timer": "egg", "after_ms": 200}));
    rig.wishes("timer/set", &json!({"timer": "egg"})).outputs();
    assert_eq!(rig.machine.next_deadline(), Some(Moment::from_millis(500)));
    rig.at(500).check(&["write timer/fire"]);
    rig.at(5000).check(&[]);
    for timer in 0..70 {
        rig.wishes(
            "timer/set",
            &json!({"timer": timer.to_string(), "after_ms": 500}),
        );
    }
    assert_eq!(rig.machine.timers.len(), 64);
    for params in [
        json!({"timer": "", "after_ms": 1}),
        json!({"timer": "a", "after_ms": u64::MAX}),
    ] {
        rig.outputs();
        rig.wishes("timer/set", &params);
        let [refusal] = rig.outputs().try_into().expect("one answer");
        assert!(short(&refusal).contains("expected"), "{refusal:?}");
    }
}

#[test]
fn store_is_kept_and_bounded() {
    let mut rig = Rig::running();
    rig.wishes("state/set", &json!({"key": "a", "value": [1]}));
    rig.check(&["keep {\"a\":[1]}", "write  \"x\" {}"]);
    rig.wishes("state/get", &json!({"key": "a"}))
        .check(&["write  \"x\" {\"value\":[1]}"]);
    rig.wishes(
        "state/set",
        &json!({"key": "b", "value": "x".repeat(50_000)}),
    );
    rig.check(&["write  \"x\"expected a store of at most 49152 bytes in all"]);
    rig.wishes("state/set", &json!({"key": "a", "value": null}))
        .check(&["keep {}", "write  \"x\" {}"]);
    rig.machine.restore("{\"c\": 2}");
    rig.wishes("state/get", &json!({"key": "c"}))
        .check(&["write  \"x\" {\"value\":2}"]);
    rig.machine.restore("broken");
    rig.wishes("state/get", &json!({"key": "c"}))
        .check(&["write  \"x\" {\"value\":null}"]);
}

#[test]
fn prompt_is_answered_by_the_user() {
    let mut rig = Rig::running();
    rig.wishes("prompt", &json!({"text": "sure?"}))
        .check(&["prompt sure?"]);
    rig.wishes("prompt", &json!({"text": "sure?"}));
    rig.check(&["write  \"x\"expected the reply to the last prompt first"]);
    assert!(rig.machine.reply(Some("yes")));
    rig.check(&["write  \"x\" {\"text\":\"yes\"}"]);
    assert!(!rig.machine.reply(None));
}

#[test]
fn it_is_given_a_moment_to_end() {
    let mut rig = Rig::running();
    rig.machine.stop(rig.now);
    rig.check(&["gone it was told to end", "write shutdown 2"]);
    rig.at(249).check(&[]);
    rig.at(250).check(&["kill"]);
    assert_eq!(rig.machine.life(), Life::Off);

    let mut rig = Rig::running();
    rig.machine.stop(rig.now);
    rig.outputs();
    rig.machine.exited("exit code 0", &[], rig.now);
    rig.check(&["kill"]);
    assert_eq!(rig.machine.life(), Life::Off);
}

proptest::proptest! {
    /// Whatever comes, every call is answered once.
    #[test]
    fn every_call_is_answered_once(lines in proptest::collection::vec((0u64..8, 0u64..40, "[ -~]{0,30}"), 0..40)) {
        let mut rig = Rig::running();
        let mut answered = BTreeMap::new();
        let mut now = 0;
        for (token, (what, wait, text)) in (0u64..).zip(&lines) {
            now += wait;
            rig.at(now);
            rig.calls(token, hook(if what % 2 == 0 { HookPoint::MessageIn } else { HookPoint::MessageOut }, "#dev"));
            match what {
                0..3 => { rig.says(&result(2 + token, &json!({"action": text}))); }
                3 => { rig.says(&result(2 + token, &json!({"action": "pass"}))); }
                4 => rig.machine.line(Ok(text), rig.now),
                5 => rig.machine.exited(text, &[], rig.now),
                6 => rig.machine.start(rig.now),
                _ => rig.machine.cancel(token),
            }
        }
        rig.at(now + 60_000);
        for output in rig.outputs() {
            if let Output::Answered { token, .. } = output {
                *answered.entry(token).or_insert(0) += 1;
            }
        }
        for token in 0..lines.len() as u64 {
            proptest::prop_assert_eq!(answered.get(&token), Some(&1), "{}", token);
        }
    }
}
