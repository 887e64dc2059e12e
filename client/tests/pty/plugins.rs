//! Plug-ins at the prompt: their commands as one types them, and what one sees of those that misbehave.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Stage;
use crate::terminal::{Terminal, cursor_row};

/// What every plug-in here begins with: its name is that of the folder it is in.
const BEGINNING: &str = "#!/usr/bin/env python3
import json, os, sys
def say(method=None, id=None, **fields):
    print(json.dumps({'jsonrpc': '2.0'} | ({'method': method} if method else {}) | ({} if id is None else {'id': id}) | fields), flush=True)
def hello(request, commands=(), hooks=()):
    say(id=request['id'], result={'protocol': 1, 'name': os.environ['SALON_PLUGIN'], 'commands': list(commands),
                                  'hooks': [{'on': on} for on in hooks]})
";

/// Writes a plug-in and gives the way to its folder.
fn write(home: &Path, name: &str, permissions: &str, body: &str) -> String {
    let folder = home.join("source").join(name);
    fs::create_dir_all(&folder).expect("a folder");
    let manifest = format!(
        "name = \"{name}\"\nversion = \"1\"\nexec = \"./main\"\n[permissions]\n{permissions}\n"
    );
    fs::write(folder.join("plugin.toml"), manifest).expect("a manifest");
    let program = folder.join("main");
    fs::write(&program, format!("{BEGINNING}{body}\n")).expect("a program");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a program");
    folder.to_string_lossy().into_owned()
}

/// `salon plugin` with these arguments, in the same home.
fn salon_plugin(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_salon"));
    command
        .arg("plugin")
        .args(arguments)
        .env_clear()
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_STATE_HOME", home.join("state"))
        .env("XDG_DATA_HOME", home.join("data"));
    command
}

/// Installs and grants it while the client runs.
#[track_caller]
fn install(home: &Path, path: &str) {
    let output = salon_plugin(home, &["install", path, "--grant"]).output();
    let output = output.expect("salon runs");
    assert!(output.status.success(), "{output:?}");
}

/// Waits until a text is seen, in the middle of a line or over the end of a row too.
#[track_caller]
fn see(stage: &mut Stage, text: &str) {
    stage
        .terminal
        .wait(text, |screen| screen.contents().contains(text));
}

/// A conversation without plug-ins that takes up what is installed from now on: what was there before is no news.
#[track_caller]
fn without_plugins() -> Stage {
    let mut stage = Stage::set();
    stage.terminal.enter(":plugin list");
    see(&mut stage, "no plug-ins; 'salon plugin new NAME' makes one");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    stage
}

/// A conversation with a plug-in that begins to run, and what is seen of that.
#[track_caller]
fn begin(name: &str, permissions: &str, body: &str, seen: &str) -> Stage {
    let mut stage = without_plugins();
    let path = write(stage.home.path(), name, permissions, body);
    install(stage.home.path(), &path);
    see(&mut stage, seen);
    stage
}

const PALETTE: &str = "
for line in sys.stdin:
    request = json.loads(line)
    if request['method'] == 'initialize':
        arguments = [{'name': 'COLOUR', 'complete': 'list:colours'}, {'name': 'HOW', 'type': 'dark|light', 'optional': True}]
        hello(request, [{'name': 'paint', 'summary': 'paint the wall', 'args': arguments}])
    elif request['method'] == 'command/complete':
        asked = request['params']
        say(id=request['id'], result={'candidates': [{'value': asked['word'] + 'ed', 'summary': 'of ' + asked['list']}]})
    elif request['method'] == 'command/run':
        given = request['params']['arguments']
        say(id=request['id'], result={'show': given['COLOUR'] + ' and ' + given.get('HOW', 'plain')})
    elif request['method'] == 'shutdown': break
";

#[test]
fn its_command_and_arguments_complete_and_it_is_told_the_word() {
    let mut stage = begin("wall", "", PALETTE, "plug-in 'wall' is here: :paint");
    stage.terminal.press(":pai\t");
    stage
        .terminal
        .wait("its name, and what it takes", |screen| {
            cursor_row(screen) == "#lobby alice> :paint COLOUR [HOW]"
        });
    stage.terminal.press("r\t");
    stage.terminal.wait("what it makes of the word", |screen| {
        cursor_row(screen).starts_with("#lobby alice> :paint red ")
    });
    stage.terminal.press("da\t");
    stage.terminal.wait("a value of its own", |screen| {
        cursor_row(screen) == "#lobby alice> :paint red dark"
    });
    stage.terminal.press("\r");
    stage.terminal.wait_for("[wall] red and dark");
    stage.terminal.enter(":help paint");
    stage.terminal.wait_for("paint the wall");
}

#[test]
fn it_is_reloaded_when_it_changes_and_gone_when_it_is_removed() {
    let mut stage = begin("wall", "", PALETTE, "plug-in 'wall' is here: :paint");
    let home = &stage.home.path().to_owned();
    let path = write(home, "wall", "", &PALETTE.replace("'paint'", "'whitewash'"));
    install(home, &path);
    stage
        .terminal
        .wait_for("plug-in 'wall' was reloaded: :whitewash");
    stage.terminal.enter(":whitewash red");
    stage.terminal.wait_for("[wall] red and plain");
    // That the old one was ended is no crash of the new one.
    stage
        .terminal
        .look(|screen| assert!(!screen.contents().contains("ended")));
    stage.terminal.enter(":paint red");
    stage.terminal.wait_for("unknown command ':paint'");
    // What changed without a grant is not run.
    let program = home.join("data/salon/plugins/wall/main");
    fs::write(&program, "#!/bin/sh\n").expect("a program");
    see(
        &mut stage,
        "plug-in 'wall' is not run: it changed since you granted what it may do",
    );
    let removed = salon_plugin(home, &["remove", "wall"]).output();
    assert!(removed.expect("salon runs").status.success());
    stage.terminal.wait_for("plug-in 'wall' was removed");
    stage.terminal.enter(":whitewash red");
    stage.terminal.wait_for("unknown command ':whitewash'");
    let again = salon_plugin(home, &["remove", "wall"]).output();
    let again = again.expect("salon runs");
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&again.stderr),
        "error: no plug-in is called 'wall'; 'salon plugin list' shows them\n"
    );
}

#[test]
fn its_author_sees_each_change_at_once() {
    let stage = without_plugins();
    let home = &stage.home.path().to_owned();
    let path = write(home, "wall", "", PALETTE);
    let mut watching = salon_plugin(home, &["install", &path, "--grant", "--watch"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("salon runs");
    stage.terminal.wait_for("plug-in 'wall' is here: :paint");
    write(home, "wall", "", &PALETTE.replace("'paint'", "'whitewash'"));
    stage
        .terminal
        .wait_for("plug-in 'wall' was reloaded: :whitewash");
    // What it did not ask for at first needs a person.
    write(home, "wall", "net = true", PALETTE);
    let mut lines = BufReader::new(watching.stdout.take().expect("a pipe")).lines();
    let refused = lines.find(|line| {
        line.as_ref()
            .is_ok_and(|line| line.starts_with("not installed"))
    });
    assert_eq!(
        refused.expect("a line").expect("text"),
        "not installed: it asks besides to: use the network; end this and install it anew to be asked"
    );
    watching.kill().expect("it runs");
    watching.wait().expect("it ends");
}

#[test]
fn what_wants_attention_is_marked_and_rings() {
    let mut stage = begin(
        "tea",
        "",
        "
for line in sys.stdin:
    request = json.loads(line)
    if request['method'] == 'initialize': hello(request, [{'name': 'boil', 'summary': 'boil'}])
    elif request['method'] == 'command/run':
        say('notify', params={'text': 'tea is ready'})
        say(id=request['id'], result=None)
",
        "plug-in 'tea' is here: :boil",
    );
    assert!(!stage.terminal.bytes().contains(&7), "it rang for nothing");
    stage.terminal.enter(":boil");
    stage.terminal.wait_for("» [tea] tea is ready");
    assert!(stage.terminal.bytes().contains(&7), "it did not ring");
}

/// One that answers nothing but the handshake.
fn deaf(hooks: &str) -> String {
    format!(
        "
for line in sys.stdin:
    request = json.loads(line)
    if request['method'] == 'initialize':
        arguments = [{{'name': 'WHAT', 'complete': 'list:things', 'optional': True}}]
        hello(request, [{{'name': 'deaf', 'summary': 'deaf', 'args': arguments}}], [{hooks}])
"
    )
}

#[test]
fn one_that_never_answers_tab_lets_one_go_on() {
    let mut stage = begin("evil", "", &deaf(""), "plug-in 'evil' is here: :deaf");
    stage.terminal.press(":deaf x\ty");
    stage.terminal.wait_for_prompt("#lobby alice> ", ":deaf xy");
}

/// A command that never answers lets one talk on, and is given up by this.
#[track_caller]
fn check_given_up_by(end: impl FnOnce(&mut Terminal)) {
    let mut stage = begin("evil", "", &deaf(""), "plug-in 'evil' is here: :deaf");
    stage.terminal.enter(":deaf");
    stage.terminal.enter("meanwhile");
    stage.terminal.wait_for("<alice> meanwhile");
    end(&mut stage.terminal);
    stage.terminal.wait_for("!!! plug-in 'evil': cancelled");
}

#[test]
fn a_command_that_never_answers_is_ended_by_ctrl_c() {
    check_given_up_by(|terminal| terminal.press("\x03"));
}

#[test]
fn a_signal_ends_a_command_as_the_key_does() {
    check_given_up_by(|terminal| terminal.signal("INT"));
}

#[test]
fn a_filter_that_never_answers_holds_back_and_says_so() {
    let mut stage = begin(
        "evil",
        "read = [\"*\"]\nhooks = [\"message.out\"]",
        &deaf("'message.out'"),
        "plug-in 'evil' is here: :deaf",
    );
    // One after the other, so that each is a stall of its own.
    for misses in 1..=3 {
        stage.terminal.enter("hello");
        stage.terminal.wait("the refusal", |screen| {
            let text = screen.contents();
            let refusal = "!!! held back by plug-in 'evil': no answer within 50 ms";
            text.matches(refusal).count() == misses
        });
    }
    see(
        &mut stage,
        "plug-in 'evil' is suspended: it missed its deadline 3 times; ':plugin reload",
    );
    stage.terminal.enter(":plugin disable evil");
    stage.terminal.enter("free again");
    stage.terminal.wait_for("<alice> free again");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby :free again");
}

#[test]
fn one_that_crashes_shows_its_last_words_and_is_restarted() {
    let mut stage = begin(
        "evil",
        "",
        "sys.exit('\\x1b[2Jno \\x9b31mluck')",
        "plug-in 'evil' ended: exit code 1; it is started again in 1 s (1 of 3)",
    );
    see(&mut stage, "␛[2Jno");
    stage.terminal.enter("still here");
    stage.terminal.wait_for("<alice> still here");
    see(&mut stage, "in 2 s (2 of 3)");
}

#[test]
fn one_that_floods_is_suspended_and_typing_goes_on() {
    let mut stage = begin(
        "evil",
        "",
        "
hello(json.loads(sys.stdin.readline()))
while True: say('show', params={'text': 'flood'})
",
        "plug-in 'evil' is suspended: it floods its output",
    );
    stage.terminal.press("typed meanwhile");
    stage
        .terminal
        .wait_for_prompt("#lobby alice> ", "typed meanwhile");
}
