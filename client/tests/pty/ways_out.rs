//! However it ends, the terminal is what it was before, and the exit code says how.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::time::Instant;

use portable_pty::CommandBuilder;

use crate::terminal::{LIMIT, Terminal};
use crate::{Stage, enter};

#[test]
fn quit_leaves() {
    let mut stage = Stage::set();
    stage.terminal.enter(":quit so long");
    assert_eq!(stage.hub.next("QUIT"), "QUIT :so long");
    assert_eq!(stage.terminal.exit_code(), 0);
    assert!(!stage.terminal.look(vt100::Screen::bracketed_paste));
}

#[test]
fn signals_end_it_in_order() {
    for (signal, code) in [("TERM", 143), ("HUP", 129)] {
        let mut stage = Stage::set();
        stage.terminal.press("half typed");
        stage
            .terminal
            .wait_for_prompt("#lobby alice> ", "half typed");
        stage.terminal.signal(signal);
        stage.hub.next("QUIT");
        assert_eq!(stage.terminal.exit_code(), code, "{signal}");
        assert!(!stage.terminal.look(vt100::Screen::bracketed_paste));
    }
}

#[test]
fn sigterm_ends_a_search_too() {
    let mut stage = Stage::set();
    stage.terminal.enter("findable");
    stage.terminal.wait_for(" <alice> findable");
    stage.terminal.press("\x12find");
    stage
        .terminal
        .wait_for("(reverse-i-search)`find': findable");
    stage.terminal.signal("TERM");
    assert_eq!(stage.terminal.exit_code(), 143);
}

#[test]
fn sigint_from_outside_is_a_ctrl_c() {
    let mut stage = Stage::set();
    stage.terminal.signal("INT");
    stage
        .terminal
        .wait_for("press Ctrl-C again to leave, or type :quit");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    stage.terminal.signal("INT");
    stage.hub.next("QUIT");
    assert_eq!(stage.terminal.exit_code(), 0);
}

#[test]
fn a_lost_hub_ends_nothing() {
    let mut stage = Stage::set();
    stage.terminal.press("half typed");
    stage
        .terminal
        .wait_for_prompt("#lobby alice> ", "half typed");
    stage.hub.go_away();
    stage
        .terminal
        .wait_for_prompt("#lobby alice (offline)> ", "half typed");
    let rows = stage.terminal.everything().join("\n");
    assert!(rows.contains("the connection was lost"), "{rows}");
    assert!(rows.contains("':reconnect' tries at once"), "{rows}");
    stage.terminal.enter("");
    stage
        .terminal
        .wait_for("waits for the connection: half typed");
    stage.terminal.enter(":quit");
    assert_eq!(stage.terminal.exit_code(), 0);
    let rows = stage.terminal.everything().join("\n");
    let kept = "--- kept, and sent the next time: half typed";
    assert!(rows.contains(kept), "{rows}");
}

#[test]
fn what_was_deleted_is_not_given_back() {
    let mut stage = Stage::set();
    stage.terminal.press("abc");
    stage.terminal.wait_for_prompt("#lobby alice> ", "abc");
    stage.hub.go_away();
    stage
        .terminal
        .wait_for_prompt("#lobby alice (offline)> ", "abc");
    stage.terminal.press("\x15\x04");
    assert_eq!(stage.terminal.exit_code(), 0);
    let rows = stage.terminal.everything().join("\n");
    assert!(!rows.contains("not sent"), "{rows}");
}

#[test]
fn nobody_listening_is_said_with_a_way_on() {
    let home = tempfile::tempdir().expect("a temporary home");
    let mut terminal = Terminal::start(&["127.0.0.1:1"], home.path(), 24, 80);
    assert_eq!(terminal.exit_code(), 3);
    let rows = terminal.everything().join("\n");
    assert!(rows.contains("could not connect to 127.0.0.1:1"), "{rows}");
    assert!(rows.contains("salon host"), "{rows}");
}

#[test]
fn the_modes_of_the_terminal_are_restored() {
    let home = tempfile::tempdir().expect("a temporary home");
    let hub = crate::hub::Hub::start();
    for ending in ["\x04", ":quit\r"] {
        let mut shell = CommandBuilder::new("sh");
        shell.args(["-c", "stty -a; \"$0\" \"$@\"; echo; stty -a"]);
        let address = hub.address();
        shell.args([env!("CARGO_BIN_EXE_salon"), &address, "--nick", "alice"]);
        shell.env_clear();
        shell.env("PATH", "/usr/bin:/bin");
        shell.env("TERM", "xterm-256color");
        shell.env("HOME", home.path());
        let mut terminal = Terminal::run(shell, 24, 80);
        terminal.wait_for_prompt("#lobby alice> ", "");
        terminal.press(ending);
        assert_eq!(terminal.exit_code(), 0);
        let rows = terminal.everything();
        let flags: Vec<&String> = rows.iter().filter(|row| row.contains("icanon")).collect();
        assert_eq!(flags.len(), 2, "{rows:#?}");
        assert_eq!(flags.first(), flags.last());
    }
}

#[test]
fn who_leaves_at_the_question_for_a_password_sees_again_what_is_typed() {
    let home = tempfile::tempdir().expect("a temporary home");
    let settings = home.path().join("config.toml");
    std::fs::write(&settings, "account = \"ann\"\n").expect("settings");
    for (key, code) in [("\x03", "code 130"), ("\x1c", "code 131")] {
        let mut shell = CommandBuilder::new("sh");
        shell.args([
            "-c",
            "trap : INT QUIT; ulimit -c 0; \"$0\" \"$@\"; echo \"code $?\"; stty -a | grep -o '.echo '",
        ]);
        shell.args([env!("CARGO_BIN_EXE_salon"), "--config"]);
        shell.arg(&settings);
        shell.args(["send", "#lobby", "hello"]);
        shell.env_clear();
        shell.env("PATH", "/usr/bin:/bin");
        shell.env("HOME", home.path());
        let mut terminal = Terminal::run(shell, 24, 80);
        terminal.wait_for("password of ann:");
        terminal.press(format!("hunter22{key}"));
        terminal.exit_code();
        let rows = terminal.everything();
        assert!(
            rows.ends_with(&[code.to_owned(), " echo".to_owned()]),
            "{rows:#?}"
        );
    }
}

#[test]
fn output_that_is_no_terminal_gets_lines_alone() {
    let home = tempfile::tempdir().expect("a temporary home");
    let hub = crate::hub::Hub::start();
    let out = home.path().join("out");
    let mut shell = CommandBuilder::new("sh");
    shell.args(["-c", "\"$0\" \"$@\" >out"]);
    let address = hub.address();
    shell.args([env!("CARGO_BIN_EXE_salon"), &address, "--nick", "alice"]);
    shell.env_clear();
    shell.env("PATH", "/usr/bin:/bin");
    shell.env("TERM", "xterm-256color");
    shell.env("HOME", home.path());
    shell.cwd(home.path());
    let mut terminal = Terminal::run(shell, 24, 80);
    terminal.press("hello\n");
    assert_eq!(hub.next("PRIVMSG"), "PRIVMSG #lobby :hello");
    hub.send([":bob!b@host PRIVMSG #lobby :alice?", "PING :there"]);
    hub.next("PONG");
    terminal.press(":clear\n:quit\n");
    assert_eq!(terminal.exit_code(), 0);
    let written = std::fs::read_to_string(out).expect("what was printed");
    assert!(written.contains(" <alice> hello\n"), "{written:?}");
    assert!(written.contains(" » <bob> alice?\n"), "{written:?}");
    assert!(!written.contains(['\x1b', '\x07']), "{written:?}");
}

#[test]
fn ctrl_c_ends_a_client_whose_output_is_no_terminal() {
    let home = tempfile::tempdir().expect("a temporary home");
    let hub = crate::hub::Hub::start();
    let mut shell = CommandBuilder::new("sh");
    shell.args(["-c", "trap : INT; \"$0\" \"$@\" >out; echo \"code $?\""]);
    let address = hub.address();
    shell.args([env!("CARGO_BIN_EXE_salon"), &address, "--nick", "alice"]);
    shell.env_clear();
    shell.env("PATH", "/usr/bin:/bin");
    shell.env("HOME", home.path());
    shell.cwd(home.path());
    let mut terminal = Terminal::run(shell, 24, 80);
    terminal.press("hello\n");
    assert_eq!(hub.next("PRIVMSG"), "PRIVMSG #lobby :hello");
    terminal.press("\x03");
    hub.next("QUIT");
    terminal.exit_code();
    let rows = terminal.everything();
    assert_eq!(rows.last().map(String::as_str), Some("^Ccode 130"));
}

/// A shell that starts `salon` in its place, with its output in a pipe of this name.
fn into_pipe(hub: &crate::hub::Hub, home: &std::path::Path) -> CommandBuilder {
    let made = std::process::Command::new("mkfifo")
        .arg(home.join("pipe"))
        .status();
    assert!(made.expect("mkfifo runs").success());
    let mut shell = CommandBuilder::new("sh");
    shell.args(["-c", "exec \"$0\" \"$@\" >pipe"]);
    let address = hub.address();
    shell.args([env!("CARGO_BIN_EXE_salon"), &address, "--nick", "alice"]);
    shell.env_clear();
    shell.env("PATH", "/usr/bin:/bin");
    shell.env("HOME", home);
    shell.cwd(home);
    shell
}

#[test]
fn signals_end_a_client_whose_output_nobody_reads() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let home = tempfile::tempdir().expect("a temporary home");
        let hub = crate::hub::Hub::start();
        let shell = into_pipe(&hub, home.path());
        let mut pipe = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed())
            .open(home.path().join("pipe"))
            .expect("a pipe");
        let mut terminal = Terminal::run(shell, 24, 80);
        let limit = Instant::now() + LIMIT;
        while pipe.read(&mut [0; 4096]).is_err() {
            assert!(Instant::now() < limit, "it never wrote anything");
            std::thread::yield_now();
        }
        // Now it is full.
        while pipe.write(&[b'\n'; 4096]).is_ok() {}
        hub.send([":bob!b@host PRIVMSG #lobby :hi", "PING :there"]);
        hub.next("PONG");
        terminal.signal(signal);
        hub.next("QUIT");
        assert_eq!(terminal.exit_code(), code, "{signal}");
    }
}

#[test]
fn it_leaves_when_its_output_is_closed() {
    let home = tempfile::tempdir().expect("a temporary home");
    let hub = crate::hub::Hub::start();
    let shell = into_pipe(&hub, home.path());
    let mut terminal = Terminal::run(shell, 24, 80);
    let pipe = File::open(home.path().join("pipe")).expect("a pipe");
    let mut lines = BufReader::new(pipe).lines();
    assert!(lines.next().is_some_and(|line| line.is_ok()));
    drop(lines);
    hub.say("hi");
    hub.next("QUIT");
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn ctrl_z_returns_to_the_shell_and_back() {
    let home = tempfile::tempdir().expect("a temporary home");
    let hub = crate::hub::Hub::start();
    let mut shell = CommandBuilder::new("sh");
    shell.args([
        "-c",
        "set -m; \"$0\" \"$@\"; stty -a | grep -o '.icanon'; fg >/dev/null",
    ]);
    let address = hub.address();
    shell.args([env!("CARGO_BIN_EXE_salon"), &address, "--nick", "alice"]);
    shell.env_clear();
    shell.env("PATH", "/usr/bin:/bin");
    shell.env("TERM", "xterm-256color");
    shell.env("HOME", home.path());
    let mut terminal = Terminal::run(shell, 24, 80);
    terminal.wait_for_prompt("#lobby alice> ", "");
    terminal.press("half typed");
    terminal.wait_for_prompt("#lobby alice> ", "half typed");
    terminal.press("\x1a");
    // A `-` before it would mean that the shell got the modes of the editor.
    terminal.wait("the shell", |screen| screen.contents().contains(" icanon"));
    terminal.wait_for_prompt("#lobby alice> ", "half typed");
    hub.say("welcome back.");
    terminal.wait_for("<bob> welcome back.");
    terminal.wait_for_prompt("#lobby alice> ", "half typed");
    terminal.press("\r");
    assert_eq!(hub.next("PRIVMSG"), "PRIVMSG #lobby :half typed");
}

/// What a shell does with its stopped jobs when it ends: it hangs them up, and has them go on.
#[test]
fn hung_up_in_the_background_it_ends_and_does_not_stay_stopped() {
    let home = tempfile::tempdir().expect("a temporary home");
    let hub = crate::hub::Hub::start();
    let mut shell = CommandBuilder::new("sh");
    shell.args([
        "-c",
        "set -m; \"$0\" \"$@\"; kill -HUP %1; bg >/dev/null; wait %1; echo \"code $?\"; stty -a | grep -o '.icanon'",
    ]);
    let address = hub.address();
    shell.args([env!("CARGO_BIN_EXE_salon"), &address, "--nick", "alice"]);
    shell.env_clear();
    shell.env("PATH", "/usr/bin:/bin");
    shell.env("TERM", "xterm-256color");
    shell.env("HOME", home.path());
    let mut terminal = Terminal::run(shell, 24, 80);
    terminal.wait_for_prompt("#lobby alice> ", "");
    terminal.press("\x1a");
    hub.next("QUIT");
    terminal.wait_for("code 129");
    terminal.wait("the modes of the shell", |screen| {
        screen.contents().contains(" icanon")
    });
}

#[test]
fn a_second_client_starts_where_the_first_one_left() {
    let mut stage = Stage::set();
    stage.terminal.press("\x04");
    assert_eq!(stage.terminal.exit_code(), 0);
    let mut again = enter(&stage.hub, stage.home.path(), &[]);
    again.wait_for_prompt("#lobby alice> ", "");
}
