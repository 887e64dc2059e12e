//! What it says in the name of its user, and how much of it.

use super::*;

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
