//! Asking, granting, and changes after the grant.

use crate::rig::Rig;

const ROLL: &str = "#!/bin/sh\n# salon: command=roll args=\"[SIDES:number(2..100)]\" summary=\"roll a die\" output=send\n# salon: example=\":roll 6\"\necho \"rolled ${1:-6}\"\n";

#[test]
fn nothing_is_granted_without_a_terminal() {
    let rig = Rig::new();
    let path = rig.write("source/roll", ROLL);
    let path = path.to_str().unwrap();
    let output = rig.salon(&["plugin", "install", path]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "plug-in roll\n  asks to:\n  - send in your name to: where you type its command\n"
    );
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        format!(
            "error: nobody can be asked here, so nothing was installed\n\
             hint: 'salon plugin install {path} --grant' grants what it asks for without a question\n"
        )
    );
    rig.run(":roll\n").check_code(1).check_sent(&[]);
}

#[test]
fn what_is_granted_works_at_once_and_a_change_ends_it() {
    let rig = Rig::new().one_shot("roll", ROLL);
    rig.run(":roll 20\n")
        .check_code(0)
        .check_sent(&["#dev :rolled 20"]);
    rig.run(":roll 1\n").check_code(1).check_sent(&[]);
    rig.write(
        ".local/share/salon/plugins/roll",
        &format!("{ROLL}echo more\n"),
    );
    rig.run(":roll\nhello\n")
        .check_code(1)
        .check_shown("plug-in 'roll' is not run: it changed since you granted what it may do")
        .check_sent(&["#dev :hello"]);
    let list = rig.salon(&["plugin", "list"]);
    assert_eq!(
        String::from_utf8(list.stdout).unwrap(),
        "roll (:roll [SIDES]): changed since it was granted, so it is not run; may send in your name to: where you type its command\n"
    );
}

#[test]
fn nothing_is_sent_past_a_filter_that_changed() {
    let rig = Rig::new().evil("read = [\"*\"]\nhooks = [\"message.out\"]", "");
    rig.write(".local/share/salon/plugins/evil/main", "#!/bin/sh\n");
    rig.run("hello\n")
        .check_code(1)
        .check_shown(
            "line 1: held back by plug-in 'evil': it changed since you granted what it may do",
        )
        .check_sent(&[]);
}

#[test]
fn a_file_that_was_put_there_by_hand_is_not_run() {
    let rig = Rig::new();
    rig.write(".local/share/salon/plugins/roll", ROLL);
    rig.run(":roll\n")
        .check_code(1)
        .check_shown("plug-in 'roll' is not run: nobody granted what it may do")
        .check_sent(&[]);
}

#[test]
fn every_language_begins_with_something_that_works() {
    let rig = Rig::new();
    for language in ["sh", "python"] {
        let name = format!("in-{language}");
        let made = rig.salon(&["plugin", "new", &name, "--lang", language]);
        assert!(made.status.success(), "{made:?}");
        let checked = rig.salon(&["plugin", "check", &name]);
        let report = String::from_utf8(checked.stdout).unwrap();
        assert!(
            checked.status.success() && report.ends_with(" passed, 0 failed\n"),
            "{report}"
        );
        rig.install(&rig.home.path().join(&name));
    }
    rig.run(":in-sh bob\n:in-python bob\n")
        .check_code(0)
        .check_shown("[in-python] hello, bob")
        .check_sent(&["#dev :hello, bob"]);
}

#[test]
fn the_beginning_in_rust_knows_where_its_kit_is() {
    let rig = Rig::new();
    let made = rig.salon(&["plugin", "new", "ferris", "--lang", "rust"]);
    assert_eq!(made.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(made.stderr).unwrap(),
        "error: the kit for Rust comes with the sources of Salon\n\
         hint: 'salon plugin new NAME --lang rust --sdk FOLDER' says where they are\n"
    );
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let made = rig.salon(&[
        "plugin", "new", "ferris", "--lang", "rust", "--sdk", sources,
    ]);
    assert!(made.status.success(), "{made:?}");
    let folder = rig.home.path().join("ferris");
    // Cargo finds what it needs; that the program builds, and what it does, is tested as an example.
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--no-deps", "--format-version=1"])
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let kit = std::fs::canonicalize(concat!(env!("CARGO_MANIFEST_DIR"), "/../commands")).unwrap();
    let line = format!("salon-commands = {{ path = \"{}\" }}", kit.display());
    assert!(manifest.contains(&line), "{manifest}");
    // The example has the name that the template leaves open.
    let text = std::fs::read_to_string(folder.join("src/main.rs")).unwrap();
    let template = concat!(env!("CARGO_MANIFEST_DIR"), "/plugins/templates/main.rs");
    let template = std::fs::read_to_string(template).unwrap();
    assert_eq!(text, template.replace("NAME", "ferris"));
}

#[test]
fn check_tells_what_fails() {
    let rig = Rig::new();
    let path = rig.write(
        "source/bad",
        "#!/bin/sh\n# salon: command=join summary=x example=\":join 1\" example=\":bad\"\nexit 9\n",
    );
    let output = rig.salon(&["plugin", "check", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(report.contains("FAILED its name is free"), "{report}");
    assert!(report.ends_with("1 passed, 3 failed\n"), "{report}");
}

#[test]
fn check_asks_each_hook_many_times() {
    let rig = Rig::new().evil(
        "read = [\"*\"]\nhooks = [\"command.before\", \"message.in\", \"join\"]",
        "for request in requests():
    if request['method'] == 'initialize': hello(request, hooks=['command.before', 'message.in', 'join'])
    elif request['method'].startswith('hook/'):
        assert 'command' in request['params'] or 'text' in request['params']
        answer(request, action='pass')
    elif 'id' in request: say({'jsonrpc': '2.0', 'id': request['id'], 'error': {'code': -32601, 'message': 'x'}})",
    );
    let path = rig.home.path().join("source/evil");
    let output = rig.salon(&["plugin", "check", path.to_str().unwrap()]);
    let report = String::from_utf8(output.stdout).unwrap();
    for line in [
        "ok     hook/command.before 50 times",
        "ok     hook/message.in    50 times",
    ] {
        assert!(report.contains(line), "{report}");
    }
    assert!(!report.contains("hook/join"), "{report}");
}

#[test]
fn plugins_are_managed_while_one_talks() {
    let rig = Rig::new().one_shot("roll", ROLL).evil(
        "send = [\"current\"]",
        "for request in requests():
    if request['method'] == 'initialize': hello(request, commands=['greet'])
    elif 'id' in request: answer(request, send='hello')",
    );
    let outcome = rig.run(
        ":plugin list\n:greet\n:plugin why evil\n:plugin disable evil\n:greet\n:plugin enable evil\n:plugin reload roll\n:roll 9\n\
         :plugin log nobody\n:plugin why nobody\n:plugin why\n",
    );
    outcome
        .check_code(1)
        .check_shown("evil 1: running; may send in your name to: where you type its command\n")
        .check_shown("  asked 1 times, 0 misses")
        .check_shown("  commands: :greet")
        .check_shown("line 5: unknown command ':greet'")
        .check_shown("plug-in 'nobody' has no log")
        .check_shown("line 11: :plugin why: expected the name of a plug-in")
        .check_sent(&["#dev :hello", "#dev :rolled 9"]);
}

#[test]
fn a_grant_at_the_prompt_lets_a_changed_plugin_run() {
    let rig = Rig::new();
    rig.write(".local/share/salon/plugins/roll", ROLL);
    rig.run(":roll\n:plugin grant roll\n:roll 7\n")
        .check_code(1)
        .check_shown("plug-in 'roll' may now send in your name to: where you type its command")
        .check_sent(&["#dev :rolled 7"]);
}

#[test]
fn what_is_installed_while_one_talks_is_taken_up() {
    let rig = Rig::new();
    let path = rig.write("source/roll", ROLL);
    rig.install(&path);
    // Nothing of it was there when the conversation began: the host is started by the command.
    let place = rig.home.path().join(".local/share/salon/plugins/roll");
    let aside = rig.home.path().join("aside");
    std::fs::rename(&place, &aside).unwrap();
    // After the second step it is back already.
    let move_back = || drop(std::fs::rename(&aside, &place));
    let outcome = rig.steps_between(
        &[
            ("hello\n", "<ann> hello"),
            (":plugin list\n:roll 8\n", "rolled 8"),
        ],
        move_back,
    );
    outcome
        .check_code(0)
        .check_sent(&["#dev :hello", "#dev :rolled 8"]);
}

#[test]
fn nothing_gets_past_a_filter_while_what_was_granted_cannot_be_read() {
    let guard = "for request in requests():
    if request['method'] == 'initialize': hello(request, hooks=['message.out'])
    else: answer(request, action='drop' if 'secret' in request['params']['text'] else 'pass', text='a secret')";
    let rig = Rig::new().evil("read = [\"*\"]\nhooks = [\"message.out\"]", guard);
    let grants = rig.home.path().join(".local/share/salon/plugins.toml");
    let whole = std::fs::read(&grants).unwrap();
    let spoil = || std::fs::write(&grants, "[evil\n").unwrap();
    // Once the first is shown, the filter runs; then the file is spoiled.
    let steps = [
        ("hello\n", "<ann> hello"),
        (":plugin reload evil\na secret\nhi\n", "<ann> hi"),
    ];
    rig.steps_between(&steps, spoil)
        .check_code(1)
        .check_shown("line 2: could not read")
        .check_shown("line 3: held back by plug-in 'evil': a secret")
        .check_sent(&["#dev :hello", "#dev :hi"]);
    rig.run("hello\n")
        .check_code(1)
        .check_shown("line 1: held back, since a plug-in may have to judge it: could not read")
        .check_sent(&[]);
    std::fs::write(&grants, whole).unwrap();
    rig.run("hello\n")
        .check_code(0)
        .check_sent(&["#dev :hello"]);
}
