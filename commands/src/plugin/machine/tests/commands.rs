//! Its commands and what Tab asks it.

use super::*;

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
fn refusal_of_a_command_is_its_reason() {
    let mut rig = Rig::running();
    rig.calls(1, run("a")).outputs();
    rig.says(&json!({"jsonrpc": "2.0", "id": 2, "error": {"code": 1, "message": "no luck"}}));
    rig.check(&["answered 1 failed: no luck"]);
}
