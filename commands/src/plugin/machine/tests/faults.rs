//! Floods, nonsense and crashes.

use super::*;

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
fn unknown_method_is_answered() {
    let mut rig = Rig::running();
    rig.wishes("teleport", &Value::Null)
        .check(&["write  \"x\"unknown method 'teleport'"]);
}
