//! Commands whose work is seen, typed or heard at the terminal.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use portable_pty::CommandBuilder;

use crate::Stage;
use crate::hub::Hub;
use crate::terminal::{Terminal, cursor_row};

/// The hub can do that from now on, and the prompt knows it: what changed is told before what is said afterwards.
fn offer(stage: &mut Stage, capability: &str) {
    stage
        .hub
        .send([format!(":hub CAP alice ACK :{capability}").as_str()]);
    for said in ["it can.", "really."] {
        stage.hub.say(said);
        stage.terminal.wait_for(&format!("<bob> {said}"));
    }
}

#[test]
fn password_is_not_asked_for_where_there_are_no_accounts() {
    let mut stage = Stage::set();
    for (line, told) in [
        (":login ada", "it offers no SASL"),
        (":register", "draft/account-registration"),
    ] {
        stage.terminal.enter(line);
        stage.terminal.wait_for(told);
        stage.terminal.wait_for_prompt("#lobby alice> ", "");
    }
}

#[test]
fn password_is_seen_as_stars_and_goes_to_the_hub_alone() {
    let mut stage = Stage::set();
    offer(&mut stage, "sasl");
    stage.terminal.enter(":login ada");
    stage
        .terminal
        .wait("the question", |screen| cursor_row(screen) == "password:");
    stage.terminal.press("no, hunter1\x15\x12hunter2");
    stage
        .terminal
        .wait("stars", |screen| cursor_row(screen) == "password: *******");
    stage.hub.say("not held back.");
    stage
        .terminal
        .wait("what is said, above the question", |screen| {
            screen.contents().contains("<bob> not held back.")
                && cursor_row(screen) == "password: *******"
        });
    stage.terminal.press("\r");
    stage.terminal.wait_for("You are logged in");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    assert_eq!(stage.hub.next("AUTHENTICATE"), "AUTHENTICATE PLAIN");
    // ada, ada and hunter2 with NUL between them.
    assert_eq!(
        stage.hub.next("AUTHENTICATE"),
        "AUTHENTICATE YWRhAGFkYQBodW50ZXIy"
    );
    stage.terminal.press("\x1b[A\x19");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    stage.terminal.press("seen");
    stage.terminal.wait_for_prompt("#lobby alice> ", "seen");
    let bytes = String::from_utf8_lossy(&stage.terminal.bytes()).into_owned();
    assert!(!bytes.contains("hunter"), "the password was echoed");
    let kept = fs::read_to_string(stage.history_file()).unwrap_or_default();
    assert!(!kept.contains("hunter2"), "the password was kept");
}

#[test]
fn password_that_is_not_given_sends_nothing() {
    let mut stage = Stage::set();
    offer(&mut stage, "draft/account-registration");
    stage.terminal.enter(":register");
    stage.terminal.wait("the question", |screen| {
        cursor_row(screen) == "new password:"
    });
    stage.terminal.enter("seven77");
    stage
        .terminal
        .wait_for("too short to be safe; expected 8 characters or more");
    stage.terminal.wait("the question again", |screen| {
        cursor_row(screen) == "new password:"
    });
    stage.terminal.enter("eight888");
    stage.terminal.wait("the second question", |screen| {
        cursor_row(screen) == "the new password again:"
    });
    stage.terminal.enter("eight889");
    stage
        .terminal
        .wait_for("the two are not alike: once more, or Enter alone gives up");
    // Who types it for the third time says it to nobody.
    stage.terminal.wait("the question again", |screen| {
        cursor_row(screen) == "new password:"
    });
    stage.terminal.enter("");
    stage.terminal.wait_for("nothing was sent");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    stage.terminal.enter(":register pw8");
    stage
        .terminal
        .wait_for("the account will be called 'pw8'; Ctrl-C makes none");
    stage.terminal.wait("the question", |screen| {
        cursor_row(screen) == "new password:"
    });
    stage.terminal.press("x\x03");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
}

#[test]
fn message_is_composed_in_the_editor_and_sent_with_enter() {
    let home = tempfile::tempdir().expect("a home");
    let editor = home.path().join("editor");
    // It reads a line as the terminal collects it, and leaves the terminal as editors do.
    let script = "#!/bin/sh\nprintf 'add: '\nread -r more\necho \"$more\" >> \"$1\"\nprintf '\\033[?2004l'\n";
    fs::write(&editor, script).expect("a script");
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o700)).expect("a program");
    let hub = Hub::start();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_salon"));
    command.args([hub.address().as_str(), "--nick", "alice"]);
    command.env_clear();
    for (name, value) in [
        ("TERM", "xterm-256color"),
        ("PATH", "/usr/bin:/bin"),
        ("HOME", &home.path().to_string_lossy()),
        ("EDITOR", &editor.to_string_lossy()),
    ] {
        command.env(name, value);
    }
    let mut terminal = Terminal::run(command, 24, 80);
    terminal.wait_for_prompt("#lobby alice> ", "");
    terminal.enter(":edit Dear all,");
    terminal.wait("the editor", |screen| {
        cursor_row(screen) == "add:" && !screen.bracketed_paste()
    });
    terminal.enter("and more");
    terminal.wait("the draft", |screen| {
        cursor_row(screen) == "and more  (2 messages)"
    });
    terminal.paste("\rpasted");
    terminal.wait("the pasted line", |screen| {
        cursor_row(screen) == "pasted  (3 messages)"
    });
    terminal.press("\r");
    for line in ["Dear all,", "and more", "pasted"] {
        assert_eq!(hub.next("PRIVMSG"), format!("PRIVMSG #lobby :{line}"));
    }
}

#[test]
fn screen_is_emptied() {
    let mut stage = Stage::set();
    stage.hub.say("before.");
    stage.terminal.wait_for("<bob> before.");
    stage.terminal.enter(":clear");
    stage.terminal.wait("an empty screen", |screen| {
        !screen.contents().contains("before.") && cursor_row(screen) == "#lobby alice>"
    });
    stage.terminal.enter(":history");
    stage.terminal.wait_for("<bob> before.");
}

#[test]
fn line_that_names_one_is_marked_and_rings() {
    let mut stage = Stage::set();
    stage.hub.say("hello all.");
    stage.terminal.wait_for("<bob> hello all.");
    assert!(!stage.terminal.bytes().contains(&7), "it rang for nothing");
    stage.hub.say("alice: hello.");
    stage.terminal.wait_for("» <bob> alice: hello.");
    assert!(stage.terminal.bytes().contains(&7), "it did not ring");
    stage.terminal.enter(":highlight deploy");
    stage.terminal.wait_for("highlight = deploy (not saved)");
    stage.hub.say("a deploy begins.");
    stage.terminal.wait_for("» <bob> a deploy begins.");
}

#[test]
fn who_spoke_last_is_offered_first() {
    let mut stage = Stage::set();
    stage.hub.send([
        ":bo!b@host JOIN #lobby",
        ":bo!b@host PRIVMSG #lobby :me first.",
        ":bob!b@host PRIVMSG #lobby :me now.",
    ]);
    stage.terminal.wait_for("<bob> me now.");
    stage.terminal.press("bo\t");
    stage
        .terminal
        .wait("both", |screen| screen.contents().contains("bob  bo"));
}

#[test]
fn what_is_wrong_is_painted_while_it_is_typed() {
    let mut stage = Stage::set();
    let painted = |screen: &vt100::Screen, wanted: vt100::Color| {
        let (row, _) = screen.cursor_position();
        let cell = screen.cell(row, 14).expect("the first cell of the line");
        cell.contents() == ":" && cell.fgcolor() == wanted
    };
    stage.terminal.press(":jo");
    stage
        .terminal
        .wait("the rest of the name as a hint", |screen| {
            cursor_row(screen) == "#lobby alice> :join ROOM [KEY]"
        });
    stage.terminal.press("x");
    stage
        .terminal
        .wait("a red name", |screen| painted(screen, vt100::Color::Idx(1)));
    stage.terminal.press("\x7f");
    stage.terminal.wait("a plain name", |screen| {
        painted(screen, vt100::Color::Default)
    });
}

#[test]
fn one_leaves_the_hub_and_comes_back() {
    let mut stage = Stage::set();
    stage.terminal.enter(":alias hug = me hugs $1");
    stage.terminal.enter(":disconnect so long");
    assert_eq!(stage.hub.next("QUIT"), "QUIT :so long");
    stage
        .terminal
        .wait_for("':reconnect' comes back, ':quit' leaves");
    stage.terminal.enter(":reconnect");
    assert_eq!(stage.hub.next("NICK"), "NICK alice");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    stage.terminal.enter(":hug bob");
    stage.terminal.wait_for("* alice hugs bob");
}
