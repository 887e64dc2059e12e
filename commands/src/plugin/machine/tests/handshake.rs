//! The first words, and what comes before them.

use super::*;

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
fn nothing_is_granted_before_the_handshake() {
    let mut rig = Rig::new();
    rig.machine.start(rig.now);
    rig.outputs();
    rig.wishes("send", &json!({"target": "#dev", "text": "hi"}));
    rig.check(&["write  \"x\"expected the answer to 'initialize' first"]);
}
