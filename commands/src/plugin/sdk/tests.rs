//! Conversations with a plug-in, as its host has them.

use serde_json::json;

use super::*;

fn plugin() -> Plugin<Vec<String>> {
    let mut hook = HookSpec::new(HookPoint::MessageOut);
    hook.filter.contains = vec!["secret".to_owned()];
    Plugin::new("demo", "1.2.3", Vec::new())
        .on_start(|heard, host, hello| heard.push(format!("{} {}", hello.nick, host.kept("key"))))
        .command(Spec::new("heard", "what was heard"), |heard, host, _| {
            host.send("#dev", "hi");
            Ok(Reply::show(heard.join(",")))
        })
        .command(Spec::new("fail", "fail"), |_, _, _| {
            Err("no luck".to_owned())
        })
        .list("colours", |_, word| vec![format!("{word}d")])
        .on_message(hook, |_, _, _| Verdict::Drop("a secret".to_owned()))
        .on_timer(|heard, _, timer| heard.push(timer.to_owned()))
        .on(HookSpec::new(HookPoint::Join), |heard, _, occasion| {
            heard.push(format!("{occasion:?}"));
        })
        .before_command(
            Filter {
                commands: vec!["topic".to_owned()],
                ..Filter::default()
            },
            |_, _, asked| Verdict::Drop(format!("no {}", asked.command)),
        )
}

/// Compares all that the plug-in writes when it is sent these lines, as JSON.
#[track_caller]
fn check(input: &[Value], expected: &[Value]) {
    let lines: Vec<String> = input.iter().map(Value::to_string).collect();
    let input = lines.join("\n");
    let mut output = Vec::new();
    plugin()
        .run(input.as_bytes(), &mut output)
        .expect("memory can be read and written");
    let output = String::from_utf8(output).expect("JSON is UTF-8");
    let lines: Vec<Value> = output
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    assert_eq!(lines, expected);
}

fn request(id: u64, method: &str, params: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

fn result(id: u64, result: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "result": result})
}

fn error(id: u64, code: i64, message: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}})
}

fn run(id: u64, command: &str) -> Value {
    request(
        id,
        "command/run",
        &json!({"command": command, "arguments": {}, "target": "#dev", "nick": "ann"}),
    )
}

#[test]
fn store_is_read_at_the_start_while_other_lines_wait() {
    let hello = json!({"protocol": 1, "protocol_oldest": 1, "nick": "ann", "client": {"name": "salon", "version": "1"}, "new": true});
    let fire = json!({"jsonrpc": "2.0", "method": "timer/fire", "params": {"timer": "tea"}});
    let about = json!({
        "protocol": 1, "name": "demo", "version": "1.2.3",
        "commands": [
            {"name": "heard", "summary": "what was heard", "args": []},
            {"name": "fail", "summary": "fail", "args": []},
        ],
        "hooks": [{"on": "message.out", "contains": ["secret"]}, {"on": "join"}, {"on": "command.before", "commands": ["topic"]}],
    });
    check(
        &[
            request(1, "initialize", &hello),
            fire,
            result(1, &json!({"value": 7})),
            run(2, "heard"),
            request(3, "shutdown", &Value::Null),
            run(4, "heard"),
        ],
        &[
            result(1, &about),
            request(1, "state/get", &json!({"key": "key"})),
            json!({"jsonrpc": "2.0", "method": "send", "params": {"target": "#dev", "text": "hi", "kind": "message"}}),
            result(2, &json!({"show": ["ann 7,tea"]})),
            result(3, &json!({})),
        ],
    );
}

#[test]
fn what_it_does_not_know_is_answered() {
    check(
        &[
            request(1, "teleport", &Value::Null),
            run(2, "nope"),
            run(3, "fail"),
            request(4, "command/run", &json!([])),
            request(
                5,
                "initialize",
                &json!({"protocol": 9, "protocol_oldest": 8, "client": {"name": "", "version": ""}}),
            ),
        ],
        &[
            error(1, RpcError::METHOD_NOT_FOUND, "unknown method 'teleport'"),
            error(2, RpcError::INVALID_PARAMS, "unknown command 'nope'"),
            error(3, RpcError::INTERNAL, "no luck"),
            error(
                4,
                RpcError::INVALID_PARAMS,
                "invalid length 0, expected struct Run with 4 elements",
            ),
            error(
                5,
                RpcError::INVALID_PARAMS,
                "expected version 1 of the protocol",
            ),
        ],
    );
}

#[test]
fn hooks_decide_and_lists_complete() {
    let message = |text: &str| json!({"from": "ann", "to": "#dev", "text": text});
    let command =
        |name: &str| json!({"command": name, "line": null, "target": null, "nick": "ann"});
    check(
        &[
            request(1, "hook/message.out", &message("my Secret")),
            request(2, "hook/message.out", &message("hello")),
            request(
                3,
                "command/complete",
                &json!({"list": "colours", "word": "re"}),
            ),
            request(4, "hook/command.before", &command("topic")),
            request(5, "hook/command.before", &command("nick")),
        ],
        &[
            result(1, &json!({"action": "drop", "text": "a secret"})),
            result(2, &json!({"action": "pass"})),
            result(3, &json!({"candidates": ["red"]})),
            result(4, &json!({"action": "drop", "text": "no topic"})),
            result(5, &json!({"action": "pass"})),
        ],
    );
}
