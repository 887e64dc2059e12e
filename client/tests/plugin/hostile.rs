//! Hostile plug-ins: whatever they do, the user is told, and the conversation goes on.

use std::path::Path;
use std::thread;

use crate::rig::Rig;

const IN: &str = "read = [\"*\"]\nhooks = [\"message.in\"]";
const OUT: &str = "read = [\"*\"]\nhooks = [\"message.out\"]";

#[test]
fn one_that_never_answers_the_handshake() {
    let rig = Rig::new().evil(OUT, "for line in sys.stdin: pass");
    rig.run("hello\n")
        .check_code(1)
        .check_shown("plug-in 'evil' is suspended: it did not answer 'initialize' within 2000 ms")
        .check_shown("line 1: held back by plug-in 'evil'")
        .check_sent(&[]);
}

#[test]
fn a_filter_that_never_answers_holds_back_what_is_sent() {
    let rig = Rig::new().evil(
        OUT,
        "for request in requests():\n    if request['method'] == 'initialize': hello(request, hooks=['message.out'])",
    );
    rig.run("hello\nthere\n")
        .check_code(1)
        .check_shown("line 1: held back by plug-in 'evil': no answer within 50 ms")
        .check_shown("line 2: held back by plug-in 'evil'")
        .check_sent(&[]);
}

#[test]
fn a_filter_that_never_answers_delays_what_arrives_and_is_suspended() {
    let rig = Rig::new().evil(
        IN,
        "for request in requests():\n    if request['method'] == 'initialize': hello(request, hooks=['message.in'])",
    );
    // One after the other, so that each is a stall of its own.
    let step = ("echo please\n", "as you wish");
    rig.steps(&[step, step, step, step, step])
        .check_code(0)
        .check_shown("plug-in 'evil' is suspended: it missed its deadline 3 times");
}

#[test]
fn one_that_answers_late_changes_nothing() {
    let rig = Rig::new().evil(
        IN,
        "for request in requests():
    if request['method'] == 'initialize': hello(request, hooks=['message.in'])
    if request['method'] == 'hook/message.in':
        time.sleep(0.2)
        answer(request, action='replace', text='changed')",
    );
    rig.converse("echo please\n", "as you wish")
        .check_code(0)
        .check_not_shown("changed");
}

#[test]
fn one_that_floods() {
    let rig = Rig::new().evil(
        "",
        "for request in requests():
    hello(request)
    while True: say({'jsonrpc': '2.0', 'method': 'show', 'params': {'text': 'flood'}})",
    );
    let outcome = rig.converse(
        "hello\n",
        "plug-in 'evil' is suspended: it floods its output",
    );
    outcome.check_code(0).check_sent(&["#dev :hello"]);
    let shown = outcome.stdout.matches("flood\n").count();
    assert!(shown <= 200, "{shown} lines");
}

#[test]
fn one_that_writes_100_megabytes_without_a_line_break() {
    let program = "#!/bin/sh\nread -r line\nhead -c 104857600 /dev/zero\n";
    let rig = Rig::new().resident("", program);
    rig.converse(
        "hello\n",
        "plug-in 'evil' is suspended: it sent a line of more than 65536 bytes",
    )
    .check_code(0)
    .check_sent(&["#dev :hello"]);
}

#[test]
fn one_that_speaks_nonsense() {
    let program = "#!/bin/sh\nwhile :; do printf 'no JSON\\n\\377\\n'; done\n";
    let rig = Rig::new().resident("", program);
    rig.converse("hello\n", "lines that are none of the protocol")
        .check_code(0)
        .check_sent(&["#dev :hello"]);
}

#[test]
fn one_that_closes_its_input() {
    let rig = Rig::new().evil(
        OUT,
        "for request in requests():
    hello(request, hooks=['message.out'])
    sys.stdin.close()
    os.close(0)
    time.sleep(1000)",
    );
    rig.run("hello\n")
        .check_code(1)
        .check_shown("line 1: held back by plug-in 'evil'")
        .check_sent(&[]);
}

#[test]
fn one_that_crashes_on_its_start() {
    let rig = Rig::new().resident("", "#!/bin/sh\necho 'out of luck' >&2\nexit 3\n");
    rig.converse("hello\n", "out of luck")
        .check_code(0)
        .check_shown("plug-in 'evil' ended: exit code 3; it is started again in 1 s (1 of 3)\n")
        .check_sent(&["#dev :hello"]);
}

#[test]
fn one_that_crashes_on_its_third_call() {
    let rig = Rig::new().evil(
        "",
        "calls = 0
for request in requests():
    if request['method'] == 'initialize': hello(request, commands=['boom'])
    else:
        calls += 1
        if calls == 3: os._exit(7)
        answer(request, show=f'call {calls}')",
    );
    rig.run(":boom\n:boom\n:boom\nhello\n")
        .check_code(1)
        .check_shown("[evil] call 2")
        .check_shown("line 3: plug-in 'evil': it is not running: it ended: exit code 7")
        .check_sent(&["#dev :hello"]);
}

#[test]
fn one_that_forks_leaves_nobody_behind() {
    let rig = Rig::new().evil(
        "",
        "for request in requests():
    if request['method'] == 'initialize': hello(request, commands=['fork'])
    else:
        ids = [subprocess.Popen(['sleep', '1000']).pid for _ in range(5)]
        try: ids.append(subprocess.Popen(['sleep', '1000'], start_new_session=True).pid)
        except OSError: pass
        answer(request, show=' '.join(map(str, ids)))",
    );
    let outcome = rig.run(":fork\nhello\n");
    outcome.check_code(0).check_sent(&["#dev :hello"]);
    let line = outcome
        .stdout
        .lines()
        .find_map(|line| line.split_once("[evil] "));
    let (_, ids) = line.unwrap_or_else(|| panic!("{outcome:#?}"));
    let ids: Vec<&str> = ids.split(' ').collect();
    let expected = if rig.is_confined() { 5 } else { 6 };
    assert_eq!(ids.len(), expected, "no way out of the group: {outcome:#?}");
    for id in ids.iter().take(5) {
        // The system ends a process that was killed at once, but not in no time.
        while is_asleep(id) {
            thread::yield_now();
        }
    }
}

#[test]
fn one_that_keeps_a_processor_busy_is_put_last() {
    let rig = Rig::new().evil(
        "",
        "for request in requests():
    hello(request)
    say({'jsonrpc': '2.0', 'method': 'show', 'params': {'text': f'pid {os.getpid()}'}})
    while True: pass",
    );
    let mut seen = false;
    let about = |process: &Path| std::fs::read_to_string(process.join("stat")).unwrap_or_default();
    let own = |process: &Path| {
        let environment = std::fs::read(process.join("environ")).unwrap_or_default();
        String::from_utf8_lossy(&environment).contains(&rig.home.path().display().to_string())
    };
    let is_last = |process: &Path| {
        let about = about(process);
        let fields = about.rsplit_once(") ").map(|(_, fields)| fields);
        fields.and_then(|fields| fields.split(' ').nth(16)) == Some("19")
    };
    let deadline = std::time::Instant::now() + crate::hub::PATIENCE;
    let outcome = rig.steps_between(&[("hello\n", "[evil] pid")], || {
        while !seen && std::time::Instant::now() < deadline {
            let processes = std::fs::read_dir("/proc").unwrap().flatten();
            seen = processes
                .map(|entry| entry.path())
                .any(|process| is_last(&process) && own(&process));
            thread::yield_now();
        }
    });
    outcome.check_code(0).check_sent(&["#dev :hello"]);
    assert!(seen || !cfg!(target_os = "linux"), "it was not put last");
}

/// Whether the process is still the one that was started, and no zombie.
fn is_asleep(id: &str) -> bool {
    let about = std::fs::read_to_string(Path::new("/proc").join(id).join("stat"));
    about.is_ok_and(|about| about.contains("(sleep) S"))
}

#[test]
fn one_that_prints_escape_sequences() {
    let rig = Rig::new()
        .evil(
            "",
            "for request in requests():
    if request['method'] == 'initialize': hello(request, commands=['paint'])
    else: answer(request, show='\\x1b[2J\\x9b31m red\\u202e')",
        )
        .one_shot(
            "clear",
            "#!/bin/sh\n# salon: command=clear2 summary=clear\nprintf '\\033[2Jgone\\n'\nprintf '\\033]0;x\\007' >&2\nexit 1\n",
        );
    let outcome = rig.run(":paint\n:clear2\n");
    outcome.check_code(1).check_shown("red").check_shown("gone");
    for text in [&outcome.stdout, &outcome.stderr] {
        let is_harmful = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!text.contains(is_harmful), "{text:?}");
    }
}

#[test]
fn one_that_sends_where_it_may_not() {
    let rig = Rig::new().evil(
        "send = [\"#ops\"]",
        "for request in requests():
    if request['method'] == 'initialize': hello(request, commands=['spread'])
    elif request['method'] == 'command/run':
        for target in ['#dev', 'bob', '#ops']:
            say({'jsonrpc': '2.0', 'method': 'send', 'params': {'target': target, 'text': 'hi'}})
        answer(request, send='here')",
    );
    rig.run(":spread\n")
        .check_code(1)
        .check_shown("plug-in 'evil' tried to send to #dev, which it may not")
        .check_shown("plug-in 'evil' tried to send to bob, which it may not")
        .check_shown("line 1: plug-in 'evil': not permitted: send to #dev")
        .check_sent(&["#ops :hi"]);
}

#[test]
fn one_that_answers_with_wrong_ids() {
    let rig = Rig::new().evil(
        OUT,
        "for request in requests():
    if request['method'] == 'initialize': hello(request, hooks=['message.out'])
    elif 'id' in request: say({'jsonrpc': '2.0', 'id': request['id'] + 1000, 'result': {'action': 'pass'}})",
    );
    rig.run("hello\n")
        .check_code(1)
        .check_shown("plug-in 'evil' answered request 1002, which was never made")
        .check_shown("line 1: held back by plug-in 'evil': no answer within 50 ms")
        .check_sent(&[]);
}

#[test]
fn raw_lines_do_not_get_past_a_filter() {
    let rig = Rig::new().evil(
        OUT,
        "for request in requests():
    if request['method'] == 'initialize': hello(request, hooks=['message.out'])
    else: answer(request, action='drop', text='no ' + request['params']['text'])",
    );
    rig.run("a\n:me b\n:raw PRIVMSG bob :c\n:msg bob d\n:raw NOTICE bob,#dev :e\n")
        .check_code(1)
        .check_shown("line 1: held back by plug-in 'evil': no a")
        .check_shown("line 2: held back by plug-in 'evil': no b")
        .check_shown("line 3: held back by plug-in 'evil': no c")
        .check_shown("line 4: held back by plug-in 'evil': no d")
        .check_shown("line 5: a plug-in has to let it pass")
        .check_sent(&[]);
}
