//! What is half typed, by its room and over the end of the program.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Instant;

use crate::terminal::LIMIT;
use crate::{Stage, enter};

impl Stage {
    /// Waits until the file of drafts holds this text, or is gone.
    #[track_caller]
    fn wait_for_draft(&self, text: Option<&str>) {
        let path = self.home.path().join("state/salon/drafts/default.0.json");
        let limit = Instant::now() + LIMIT;
        loop {
            let found = fs::read_to_string(&path).ok();
            let is_so = match (&found, text) {
                (Some(found), Some(text)) => found.contains(&format!("\"{text}\"")),
                (found, text) => found.is_none() && text.is_none(),
            };
            if is_so {
                return;
            }
            assert!(Instant::now() < limit, "{found:?} instead of {text:?}");
            std::thread::yield_now();
        }
    }
}

#[test]
fn what_is_half_typed_stays_with_its_room() {
    let mut stage = Stage::set();
    stage.terminal.enter(":join #dev");
    stage.terminal.wait_for_prompt("#dev alice> ", "");
    stage.terminal.press("for dev");
    stage.terminal.wait_for_prompt("#dev alice> ", "for dev");
    stage.terminal.press("\x1bn");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    stage.terminal.press("for the lobby");
    stage
        .terminal
        .wait_for_prompt("#lobby alice> ", "for the lobby");
    stage.terminal.press("\x1bn");
    stage.terminal.wait_for_prompt("#dev alice> ", "for dev");
    stage.terminal.press("\r");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #dev :for dev");
    stage.terminal.press("\x1bp");
    stage
        .terminal
        .wait_for_prompt("#lobby alice> ", "for the lobby");
}

#[test]
fn who_is_put_out_does_not_say_elsewhere_what_was_for_that_room() {
    let mut stage = Stage::set();
    stage.terminal.enter(":join #dev");
    stage.terminal.wait_for_prompt("#dev alice> ", "");
    // This might have led elsewhere, and did not.
    stage.terminal.enter(":join #locked");
    stage.terminal.wait_for("':join #locked KEY'");
    stage.terminal.press("for dev");
    stage.terminal.wait_for_prompt("#dev alice> ", "for dev");
    stage.hub.send([":bob!b@host KICK #dev alice :out"]);
    stage.terminal.wait_for_prompt("alice> ", "for dev");
    stage.terminal.press("\x1bn");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
}

#[test]
fn what_is_half_typed_survives_a_kill_and_what_was_sent_does_not_come_back() {
    let mut stage = Stage::set();
    stage.terminal.press("half typed");
    stage.wait_for_draft(Some("half typed"));
    let path = stage.home.path().join("state/salon/drafts");
    let mode = |name: &str| {
        let metadata = fs::metadata(path.join(name)).expect("it exists");
        metadata.permissions().mode() & 0o777
    };
    assert_eq!((mode("default.0.json"), mode(".")), (0o600, 0o700));
    stage.terminal.signal("KILL");
    stage.terminal.exit_code();
    let mut again = enter(&stage.hub, stage.home.path(), &[]);
    again.wait_for_prompt("#lobby alice> ", "half typed");
    again.press(" and sent\r");
    assert_eq!(
        stage.hub.next("PRIVMSG"),
        "PRIVMSG #lobby :half typed and sent"
    );
    stage.wait_for_draft(None);
}

#[test]
fn a_line_with_a_password_is_in_no_file() {
    let mut stage = Stage::set();
    stage.terminal.press("harmless");
    stage.wait_for_draft(Some("harmless"));
    stage.terminal.press("\x03:msg NickServ identify hunter2");
    stage.wait_for_draft(None);
}

#[test]
fn what_is_half_typed_survives_a_lost_connection() {
    let mut stage = Stage::set();
    stage.terminal.press("half typed");
    stage
        .terminal
        .wait_for_prompt("#lobby alice> ", "half typed");
    stage.hub.hang_up();
    stage
        .terminal
        .wait_for_prompt("#lobby alice (offline)> ", "half typed");
    stage
        .terminal
        .wait_for_prompt("#lobby alice> ", "half typed");
}
