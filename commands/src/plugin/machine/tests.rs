//! Hostile and harmless plug-ins as transcripts: what goes in, when, and all that comes out.

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
fn handshake_makes_it_run() {
    let mut rig = Rig::new();
    rig.machine.start(rig.now);
    rig.check(&["spawn", "write initialize 1"]);
    rig.shake_hands();
    rig.check(&["ready"]);
    assert_eq!(rig.machine.life(), Life::Running);
}

#[test]
fn one_that_never_answers_the_handshake_is_suspended() {
    let mut rig = Rig::new();
    rig.machine.start(rig.now);
    rig.outputs();
    rig.at(1999).check(&[]);
    assert_eq!(rig.machine.next_deadline(), Some(Moment::from_secs(2)));
    rig.at(2000).check(&[
        "gone it did not answer 'initialize' within 2000 ms",
        "kill",
        "tell plug-in 'demo' is suspended: it did not answer 'initialize' within 2000 ms; ':plugin reload demo' starts it again",
    ]);
    assert_eq!(rig.machine.next_deadline(), None);
}

#[test]
fn wrong_handshakes_are_refused() {
    for (answer, reason) in [
        (
            json!({"protocol": 2, "name": "demo"}),
            "it speaks version 2 of the protocol, expected 1",
        ),
        (
            json!({"protocol": 1, "name": "other"}),
            "it calls itself 'other', expected 'demo'",
        ),
        (json!({"name": "demo"}), "missing field `protocol`"),
    ] {
        let mut rig = Rig::new();
        rig.machine.start(rig.now);
        rig.says(&result(1, &answer));
        let expected = format!("its answer to 'initialize' is not as expected: {reason}");
        assert_eq!(rig.machine.life(), Life::Suspended(expected));
    }
}

#[test]
fn hook_that_was_not_granted_is_left_out_and_told() {
    let mut rig = Rig::new();
    rig.machine.start(rig.now);
    rig.outputs();
    rig.says(&result(
        1,
        &json!({"protocol": 1, "name": "demo", "hooks": [{"on": "quit"}, {"on": "join"}]}),
    ));
    rig.check(&[
        "tell plug-in 'demo' wants the hook 'quit', which it was not granted",
        "ready",
    ]);
    let from_bob = Happening {
        from: Some("bob".to_owned()),
        ..Happening::default()
    };
    rig.machine.tell_of(HookPoint::Quit, &from_bob);
    rig.check(&[]);
    let to = |room: &str| Happening {
        to: Some(room.to_owned()),
        ..from_bob.clone()
    };
    rig.machine.tell_of(HookPoint::Join, &to("#ops"));
    rig.check(&[]);
    rig.machine.tell_of(HookPoint::Join, &to("#dev"));
    rig.check(&["write hook/join"]);
}

#[test]
fn hook_is_answered_in_time_or_missed() {
    let mut rig = Rig::running();
    rig.calls(7, hook(HookPoint::MessageIn, "#dev"))
        .check(&["write hook/message.in 2"]);
    rig.at(49)
        .says(&result(2, &json!({"action": "drop"})))
        .check(&["answered 7 Drop"]);
    rig.calls(8, hook(HookPoint::MessageOut, "#dev"))
        .check(&["write hook/message.out 3"]);
    rig.at(98).check(&[]);
    rig.at(99)
        .check(&["write cancel", "answered 8 failed: no answer within 50 ms"]);
    rig.says(&result(3, &json!({"action": "pass"})));
    rig.check(&["log dropped a late or second answer to request 3"]);
    assert_eq!(rig.machine.figures().misses, 1);
    assert_eq!(rig.machine.figures().time_max, Moment::from_millis(49));
}

#[test]
fn message_that_it_may_not_read_passes_unseen() {
    let mut rig = Rig::running();
    for (token, target) in [(1, "#ops"), (2, "bob")] {
        rig.calls(token, hook(HookPoint::MessageIn, target));
        rig.check(&[&format!("answered {token} Pass")]);
    }
}

#[test]
fn commands_are_asked_about_and_told_without_the_rooms_that_it_may_not_read() {
    let mut rig = Rig::running();
    let before = |command: &str, target: &str| {
        Call::Command(CommandHook {
            command: command.to_owned(),
            line: Some(":topic tea".to_owned()),
            target: Some(target.to_owned()),
            nick: "ann".to_owned(),
        })
    };
    rig.calls(1, before("nick", "#dev"));
    rig.check(&["answered 1 Pass"]);
    for (token, target, shown) in [
        (2, "#dev", r##""target":"#dev""##),
        (3, "#ops", r#""target":null"#),
    ] {
        rig.calls(token, before("topic", target));
        let outputs = rig.outputs();
        assert!(
            matches!(outputs.as_slice(), [Output::Write(line)] if line.contains(shown)),
            "{outputs:?}"
        );
        rig.says(&result(
            token,
            &json!({"action": "drop", "text": "not now"}),
        ));
        rig.check(&[&format!("answered {token} Drop")]);
    }
    let after = |command: &str| Happening {
        to: Some("#ops".to_owned()),
        command: Some(command.to_owned()),
        ..Happening::default()
    };
    rig.machine.tell_of(HookPoint::AfterCommand, &after("nick"));
    rig.check(&[]);
    rig.machine
        .tell_of(HookPoint::AfterCommand, &after("topic"));
    rig.check(&["write hook/command.after"]);
}

#[test]
fn three_misses_suspend_and_one_stall_is_one_miss() {
    let mut rig = Rig::running();
    for token in 1..=4 {
        rig.calls(token, hook(HookPoint::MessageIn, "#dev"));
    }
    rig.at(50);
    assert_eq!(
        (rig.machine.life(), rig.machine.figures().misses),
        (Life::Running, 4)
    );
    rig.calls(5, hook(HookPoint::MessageIn, "#dev")).at(100);
    rig.calls(6, hook(HookPoint::MessageIn, "#dev")).outputs();
    rig.at(150).check(&[
        "write cancel",
        "answered 6 failed: no answer within 50 ms",
        "gone it missed its deadline 3 times",
        "kill",
        "tell plug-in 'demo' is suspended: it missed its deadline 3 times; ':plugin reload demo' starts it again",
    ]);
    // An outgoing message is not let through by a filter that is gone; an incoming one is.
    rig.calls(7, hook(HookPoint::MessageOut, "#dev"));
    rig.check(&["answered 7 failed: it is not running: it missed its deadline 3 times"]);
    rig.calls(8, hook(HookPoint::MessageIn, "#dev"))
        .check(&["answered 8 Pass"]);
}

#[test]
fn misses_are_forgotten_after_timely_answers() {
    let mut rig = Rig::running();
    for round in 0..5u64 {
        let id = 2 + round * 21;
        rig.calls(0, hook(HookPoint::MessageIn, "#dev"));
        rig.at(1000 * (round + 1));
        for answer in 1..=20 {
            rig.calls(0, hook(HookPoint::MessageIn, "#dev"));
            rig.says(&result(id + answer, &json!({"action": "pass"})));
        }
    }
    assert_eq!(
        (rig.machine.life(), rig.machine.figures().misses),
        (Life::Running, 5)
    );
}

#[test]
fn command_has_its_own_deadline_and_can_be_cancelled() {
    let mut rig = Rig::running();
    rig.calls(1, run("quick"))
        .calls(2, run("slow"))
        .calls(3, run("slow"));
    rig.check(&[
        "write command/run 2",
        "write command/run 3",
        "write command/run 4",
    ]);
    rig.at(10_000).check(&[
        "write cancel",
        "answered 1 failed: no answer within 10000 ms",
    ]);
    rig.machine.cancel(2);
    rig.check(&["write cancel", "answered 2 failed: cancelled"]);
    rig.machine.cancel(2);
    rig.check(&[]);
    rig.at(60_000).check(&[
        "write cancel",
        "answered 3 failed: no answer within 60000 ms",
    ]);
}

#[test]
fn completion_has_a_deadline() {
    let mut rig = Rig::running();
    let complete = Call::Complete(Complete {
        list: "colours".to_owned(),
        word: "r".to_owned(),
    });
    rig.calls(1, complete.clone()).calls(2, complete).outputs();
    rig.says(&result(
        2,
        &json!({"candidates": ["red", {"value": "rose", "summary": "a flower"}]}),
    ));
    rig.outputs();
    rig.at(100)
        .check(&["write cancel", "answered 2 failed: no answer within 100 ms"]);
}

#[test]
fn answer_of_a_command_is_shown_and_sent_where_it_was_typed() {
    let mut rig = Rig::running();
    rig.calls(1, run("roll")).outputs();
    rig.says(&result(2, &json!({"show": ["a", "b"], "send": "rolled 4"})));
    rig.check(&[
        "show a",
        "show b",
        "send Some(1) #here rolled 4",
        "answered 1 Done",
    ]);
    rig.calls(2, run("roll")).outputs();
    rig.says(&result(3, &Value::Null))
        .check(&["answered 2 Done"]);
    rig.calls(3, run("roll")).outputs();
    rig.says(&result(4, &json!({"show": 5})));
    rig.check(&[
        "answered 3 failed: its answer is not as expected: expected a text or a list of texts",
    ]);
}

#[test]
fn sends_go_where_they_may() {
    let mut rig = Rig::running();
    rig.wishes("send", &json!({"target": "#DEV", "text": "hi\nthere"}));
    rig.check(&[
        "send None #DEV hi",
        "send None #DEV there",
        "write  \"x\" {}",
    ]);
    rig.wishes("send", &json!({"target": "#ops", "text": "hi"}))
        .check(&[
            "tell plug-in 'demo' tried to send to #ops, which it may not",
            "log tried to send to #ops, which it may not",
            "write  \"x\"not permitted: send to #ops",
        ]);
    rig.wishes("send", &json!({"text": "hi"}));
    rig.check(&["write  \"x\"expected `target`, since no one command is running"]);
    rig.calls(1, run("a")).outputs();
    rig.wishes("send", &json!({"text": "hi"}))
        .check(&["send Some(1) #here hi", "write  \"x\" {}"]);
    assert_eq!(rig.machine.figures().violations, 1);
}

#[test]
fn text_to_send_holds_no_control_characters() {
    let mut rig = Rig::running();
    for text in ["\u{1}DCC SEND x\u{1}", "a\u{1b}[2J", "a\rQUIT", "\0"] {
        rig.wishes("send", &json!({"target": "#dev", "text": text}));
        rig.check(&["write  \"x\"expected a text without control characters in `text`"]);
    }
}

#[test]
fn services_must_be_named_to_be_spoken_to() {
    let mut rig = Rig::running();
    rig.machine.profile.permissions.send = crate::plugin::Reach::new(["*"]);
    rig.wishes("send", &json!({"target": "NickServ", "text": "drop"}));
    assert_eq!(rig.machine.figures().violations, 1);
    rig.machine.profile.permissions.send = crate::plugin::Reach::new(["nickserv"]);
    rig.wishes("send", &json!({"target": "NickServ", "text": "drop"}));
    assert_eq!(rig.machine.figures().sends, 1);
}

#[test]
fn sends_and_shows_are_rationed() {
    let mut rig = Rig::running();
    for _ in 0..11 {
        rig.wishes("send", &json!({"target": "#dev", "text": "hi"}));
    }
    assert_eq!(rig.machine.figures().sends, 10);
    for _ in 0..101 {
        rig.wishes("show", &json!({"text": "hi"}));
    }
    let outputs = rig.outputs();
    let shown = outputs
        .iter()
        .filter(|output| matches!(output, Output::Show(_)));
    assert_eq!(shown.count(), 100);
    rig.wishes("show", &json!({"text": "x".repeat(9000)}));
    rig.check(&["write  \"x\"expected a text of at most 8192 bytes"]);
}

#[test]
fn flood_suspends() {
    let mut rig = Rig::running();
    for _ in 0..600 {
        rig.says(&json!({"jsonrpc": "2.0", "method": "log", "params": {"text": "x"}}));
    }
    assert_eq!(
        rig.machine.life(),
        Life::Suspended("it floods its output".to_owned())
    );
    let outputs = rig.outputs();
    let tells = outputs
        .iter()
        .filter(|output| matches!(output, Output::Tell(_)));
    assert_eq!((tells.count(), outputs.contains(&Output::Kill)), (1, true));
}

#[test]
fn flood_of_blank_lines_suspends() {
    let mut rig = Rig::running();
    for _ in 0..600 {
        rig.machine.line(Ok(""), rig.now);
    }
    assert_eq!(
        rig.machine.life(),
        Life::Suspended("it floods its output".to_owned())
    );
}

#[test]
fn line_too_long_suspends() {
    let mut rig = Rig::running();
    rig.machine.line(Err(LineFault::TooLong), rig.now);
    let reason = "it sent a line of more than 65536 bytes".to_owned();
    assert_eq!(rig.machine.life(), Life::Suspended(reason));
}

#[test]
fn lines_that_are_none_are_answered_and_then_suspend() {
    let mut rig = Rig::running();
    rig.machine.line(Ok("hello"), rig.now);
    rig.check(&[
        "log sent expected a JSON object, found something else: expected value at line 1 column 1",
        "write  nullexpected a JSON object, found something else: expected value at line 1 column 1",
    ]);
    rig.machine.line(Err(LineFault::NotUtf8), rig.now);
    rig.check(&["log sent a line that is no UTF-8"]);
    for _ in 0..9 {
        rig.machine.line(Err(LineFault::NotUtf8), rig.now);
    }
    let reason =
        "it sent 11 lines that are none of the protocol, the last: a line that is no UTF-8"
            .to_owned();
    assert_eq!(rig.machine.life(), Life::Suspended(reason));
}

#[test]
fn answers_with_wrong_ids_answer_nothing() {
    let mut rig = Rig::running();
    rig.calls(1, hook(HookPoint::MessageOut, "#dev")).outputs();
    rig.says(&result(999, &json!({"action": "pass"}))).check(&[
        "tell plug-in 'demo' answered request 999, which was never made",
        "log sent an answer to 999, which was never asked",
    ]);
    rig.says(&json!({"jsonrpc": "2.0", "id": "2", "result": {"action": "pass"}}));
    rig.at(50);
    let outputs: Vec<String> = rig.outputs().iter().map(short).collect();
    assert_eq!(
        outputs.last().map(String::as_str),
        Some("answered 1 failed: no answer within 50 ms")
    );
}

#[test]
fn crash_is_told_with_last_words_and_followed_by_three_starts() {
    let mut rig = Rig::running();
    rig.calls(1, run("a")).outputs();
    let words: Vec<String> = (1..=7).map(|line| format!("line {line}")).collect();
    rig.machine.exited("exit code 3", &words, rig.now);
    rig.check(&[
        "answered 1 failed: it is not running: it ended: exit code 3",
        "gone it ended: exit code 3",
        "kill",
        "tell plug-in 'demo' ended: exit code 3; it is started again in 1 s (1 of 3)\n  line 3\n  line 4\n  line 5\n  line 6\n  line 7",
    ]);
    rig.at(999).check(&[]);
    for (at, outlook) in [
        (1000, "it is started again in 2 s (2 of 3)"),
        (3000, "it is started again in 4 s (3 of 3)"),
        (
            7000,
            "it is not started any more; ':plugin reload demo' starts it again",
        ),
    ] {
        rig.at(at);
        assert_eq!(rig.machine.life(), Life::Starting, "{at}");
        rig.outputs();
        rig.machine.exited("exit code 3", &[], rig.now);
        let tell = format!("tell plug-in 'demo' ended: exit code 3; {outlook}");
        rig.check(&["gone it ended: exit code 3", "kill", &tell]);
    }
    assert_eq!(
        rig.machine.life(),
        Life::Suspended("it ended: exit code 3".to_owned())
    );
}

#[test]
fn old_crashes_are_forgotten() {
    let mut rig = Rig::running();
    for day in 1..=5 {
        rig.at(day * 86_400_000);
        rig.machine.exited("exit code 1", &[], rig.now);
        rig.at(day * 86_400_000 + 1000);
        assert_eq!(rig.machine.life(), Life::Starting);
        rig.shake_hands();
    }
}

#[test]
fn outgoing_messages_wait_for_the_handshake_and_incoming_ones_pass() {
    let mut rig = Rig::new();
    rig.machine.start(rig.now);
    rig.outputs();
    rig.calls(1, hook(HookPoint::MessageOut, "#dev"))
        .calls(2, hook(HookPoint::MessageIn, "#dev"));
    rig.check(&["answered 2 Pass"]);
    rig.at(1000).shake_hands();
    rig.check(&["ready", "write hook/message.out 2"]);
    rig.at(1049)
        .says(&result(2, &json!({"action": "replace", "text": "ho"})));
    rig.check(&["answered 1 Replace"]);
}

#[test]
fn one_that_does_not_read_misses_at_once() {
    let mut rig = Rig::running();
    rig.machine.set_congested(true);
    rig.calls(1, hook(HookPoint::MessageOut, "#dev"));
    rig.check(&["answered 1 failed: it does not read what it is sent"]);
    rig.calls(2, hook(HookPoint::MessageIn, "#dev")).at(1);
    rig.calls(3, hook(HookPoint::MessageIn, "#dev"));
    assert!(matches!(rig.machine.life(), Life::Suspended(_)));
}

#[test]
fn nothing_is_granted_before_the_handshake() {
    let mut rig = Rig::new();
    rig.machine.start(rig.now);
    rig.outputs();
    rig.wishes("send", &json!({"target": "#dev", "text": "hi"}));
    rig.check(&["write  \"x\"expected the answer to 'initialize' first"]);
}

#[test]
fn unknown_method_is_answered() {
    let mut rig = Rig::running();
    rig.wishes("teleport", &Value::Null)
        .check(&["write  \"x\"unknown method 'teleport'"]);
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

#[test]
fn refusal_of_a_command_is_its_reason() {
    let mut rig = Rig::running();
    rig.calls(1, run("a")).outputs();
    rig.says(&json!({"jsonrpc": "2.0", "id": 2, "error": {"code": 1, "message": "no luck"}}));
    rig.check(&["answered 1 failed: no luck"]);
}

#[test]
fn hook_answer_that_is_none_lets_nothing_out() {
    let mut rig = Rig::running();
    rig.calls(1, hook(HookPoint::MessageOut, "#dev")).outputs();
    rig.says(&result(2, &json!({"action": "explode"})));
    let outputs = rig.outputs();
    assert!(
        matches!(
            outputs.as_slice(),
            [Output::Answered {
                token: 1,
                result: Err(Failure::Malformed { .. })
            }]
        ),
        "{outputs:?}"
    );
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
