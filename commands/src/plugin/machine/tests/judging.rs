//! Hooks: what it is asked about what happens, by when, and what its silence means.

use super::*;

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
