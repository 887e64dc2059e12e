//! Rooms, members, nicks, and where a plain line goes.

use super::{Transcript, at};
use crate::session::RoomToJoin;

impl Transcript {
    fn nicks(&mut self) -> String {
        let status = self.session.take_status().unwrap();
        status.nicks.join(" ")
    }
}

#[test]
fn joining_switches_once_it_is_confirmed() {
    let mut t = Transcript::modern();
    t.user(":join #dev");
    t.expect(&["-> @label=1 JOIN #dev"]);
    assert_eq!(t.session.current(), Some("#lobby"));
    t.server("@label=1 :hub BATCH +j labeled-response");
    t.server("@batch=j :ann!ann@host JOIN #Dev");
    t.server("@batch=j :hub 332 ann #Dev :tools");
    t.server("@batch=j :hub 333 ann #Dev bob 1700000000");
    t.server("@batch=j :hub 353 ann = #Dev :ann @bob");
    t.server("@batch=j :hub 366 ann #Dev :End");
    t.server("BATCH -j");
    t.expect(&["join own ann>#Dev", "topic ->#Dev tools", "line 1: ok"]);
    assert_eq!(t.session.current(), Some("#Dev"));
    assert_eq!(t.nicks(), "ann bob");
}

#[test]
fn a_room_is_joined_again_with_the_key_that_it_has_by_then() {
    let mut t = Transcript::new(&["#Dev sesame", "#ops"]);
    t.log_in("");
    t.server(":ann!ann@host JOIN #dev");
    t.server(":hub PONG hub :salon-1");
    t.server(":ann!ann@host JOIN #ops");
    t.server(":hub PONG hub :salon-3");
    t.server(":hub PONG hub :salon-4");
    t.user(":join #lab tahini");
    t.server(":ann!ann@host JOIN #lab");
    let known = |t: &Transcript| -> Vec<String> {
        let rooms = t.session.rooms_to_join();
        let line = |room: &RoomToJoin| room.line().to_line().unwrap();
        rooms.iter().map(line).collect()
    };
    let expected = [
        "JOIN #lab tahini",
        "JOIN #dev sesame",
        "JOIN #lobby",
        "JOIN #ops",
    ];
    assert_eq!(known(&t), expected);
    t.server(":bob!b@h MODE #dev -k sesame");
    t.server(":bob!b@h MODE #ops +ok ann halva");
    let expected = [
        "JOIN #lab tahini",
        "JOIN #dev",
        "JOIN #lobby",
        "JOIN #ops halva",
    ];
    assert_eq!(known(&t), expected);
}

#[test]
fn joining_a_room_we_are_in_only_switches() {
    let mut t = Transcript::modern();
    t.server(":ann!ann@host JOIN #dev");
    t.outputs();
    assert_eq!(t.session.current(), Some("#lobby"));
    t.user(":join #DEV");
    t.expect(&["line 1: ok"]);
    assert_eq!(t.session.current(), Some("#dev"));
}

#[test]
fn a_room_the_server_puts_us_into_takes_no_line_of_ours() {
    let mut t = Transcript::modern();
    t.server(":ann!ann@host JOIN #trap");
    t.expect(&["join own ann>#trap"]);
    assert_eq!(t.session.current(), Some("#lobby"));
}

#[test]
fn switching_needs_a_room_we_are_in_or_a_nick() {
    let mut t = Transcript::modern();
    t.user(":switch #dev");
    t.expect(&["line 1: not in #dev; ':join #dev' enters it"]);
    t.user(":switch bob");
    t.expect(&["line 2: ok"]);
    t.user("hi");
    t.expect(&["-> @label=1 PRIVMSG bob :hi"]);
}

#[test]
fn leaving_a_room_goes_back_to_the_one_before() {
    let mut t = Transcript::modern();
    t.user(":join #dev");
    t.server("@label=1 :ann!ann@host JOIN #dev");
    t.outputs();
    t.user(":part #dev bye");
    t.expect(&["-> @label=2 PART #dev :bye"]);
    t.server("@label=2 :ann!ann@host PART #dev :bye");
    t.expect(&["part own ann>#dev bye", "line 2: ok"]);
    assert_eq!(t.session.current(), Some("#lobby"));
}

#[test]
fn being_kicked_leaves_no_current_room() {
    let mut t = Transcript::modern();
    t.user(":join #dev");
    t.server("@label=1 :ann!ann@host JOIN #dev");
    t.outputs();
    t.server(":bob!b@h KICK #dev ann :out");
    t.expect(&["kick bob>#dev ann out"]);
    assert_eq!(t.session.current(), None);
}

#[test]
fn our_nick_changes_when_the_server_says_so() {
    let mut t = Transcript::modern();
    t.user(":nick bot");
    t.expect(&["-> @label=1 NICK bot"]);
    t.server("@label=1 :ann!ann@host NICK bot");
    t.expect(&["nick own ann>- bot", "line 1: ok"]);
    t.server(":bot!ann@host PRIVMSG #lobby :hello");
    t.expect(&["message own bot>#lobby hello"]);
    assert_eq!(t.nicks(), "bob bot");
}

#[test]
fn a_conversation_follows_its_nick() {
    let mut t = Transcript::modern();
    t.user(":switch bob");
    t.outputs();
    t.server(":bob!b@h NICK robert");
    t.expect(&["nick bob>- robert"]);
    assert_eq!(t.session.current(), Some("robert"));
}

#[test]
fn members_come_and_go() {
    let mut t = Transcript::modern();
    t.server("@account=carla :carl!c@h JOIN #lobby carla :Carl");
    assert_eq!(t.nicks(), "ann bob carl");
    t.server(":bob!b@h PART #lobby :later");
    t.server(":carl!c@h QUIT :gone");
    assert_eq!(t.nicks(), "ann");
    t.expect(&[
        "join carl>#lobby",
        "part bob>#lobby later",
        "quit carl>- gone",
    ]);
    assert_eq!(t.session.take_status(), None);
}

#[test]
fn ranks_follow_the_modes() {
    let mut t = Transcript::modern();
    t.server(":ann!a@h MODE #lobby +vl-o bob 9 ann");
    t.expect(&["mode own ann>#lobby +vl-o bob 9 ann"]);
    let room = t.session.rooms.get("#lobby").unwrap();
    let marks: Vec<_> = room
        .members()
        .map(|member| format!("{}{}", member.marks, member.nick))
        .collect();
    assert_eq!(marks, ["ann", "+bob"]);
}

#[test]
fn topics_are_set_shown_and_removed() {
    let mut t = Transcript::modern();
    t.user(":topic tea time");
    t.expect(&["-> @label=1 TOPIC #lobby :tea time"]);
    t.server("@label=1 :ann!ann@host TOPIC #lobby :tea time");
    t.expect(&["topic own ann>#lobby tea time", "line 1: ok"]);
    t.user(":topic");
    t.expect(&["-> @label=2 TOPIC #lobby"]);
    t.server("@label=2 :hub BATCH +t labeled-response");
    t.server("@batch=t :hub 332 ann #lobby :tea time");
    t.server("@batch=t :hub 333 ann #lobby ann 1700000000");
    t.server("BATCH -t");
    t.expect(&["topic ->#lobby tea time", "info set by ann", "line 2: ok"]);
    t.server(":bob!b@h TOPIC #lobby :");
    t.expect(&["topic bob>#lobby (none)"]);
}

#[test]
fn invitations_are_told() {
    let mut t = Transcript::modern();
    t.server(":bob!b@h INVITE ann #dev");
    t.expect(&["info bob invites you to #dev; ':join #dev' enters it"]);
    t.user(":invite bob #lobby");
    t.outputs();
    t.server("@label=1 :hub 341 ann bob #lobby");
    t.expect(&["info bob is invited to #lobby", "line 1: ok"]);
}

#[test]
fn a_new_link_knows_nothing_of_the_old_one() {
    let mut t = Transcript::modern();
    t.session.link_down("gone", at(3));
    let status = t.session.take_status().unwrap();
    assert_eq!((status.current, status.rooms.len()), (None, 0));
    t.outputs();
    t.up();
    t.expect(&["-> CAP LS 302", "-> NICK ann", "-> USER ann 0 * Ann"]);
}

/// A session that is back, while what is left of the lost connection still has the nick.
fn back_under_another_nick() -> Transcript {
    let mut t = Transcript::new(&[]);
    t.session.regain_nick();
    t.up();
    t.server(":hub 433 * ann :Nickname is already in use");
    t.server(":hub 001 ann_ :Welcome");
    t.server(":ann_!ann@host JOIN #lobby");
    t.server(":hub 353 ann_ = #lobby :ann_ ann");
    t.server(":hub 422 ann_ :No MOTD");
    t.server(":hub PONG hub :salon-0");
    t.outputs();
    t
}

#[test]
fn a_nick_is_regained_when_it_is_free() {
    let mut t = back_under_another_nick();
    t.server(":bob!b@host QUIT :bye");
    t.expect(&["quit bob>- bye"]);
    t.server(":ann!ann@host QUIT :Ping timeout");
    t.expect(&["quit ann>- Ping timeout", "-> NICK ann", "-> PING salon-2"]);
}

#[test]
fn a_free_nick_that_is_refused_is_asked_for_again_after_pauses_that_grow_to_minutes() {
    let mut t = back_under_another_nick();
    let (mut number, mut due) = (1, 1);
    for pause in [5, 10, 20, 40, 80, 160, 300, 300] {
        t.session.look_for_nick(at(due));
        t.server(":hub 303 ann_ :");
        t.server(&format!(":hub PONG hub :salon-{}", number + 1));
        t.server(":hub 433 ann_ ann :Nickname is registered");
        t.server(&format!(":hub PONG hub :salon-{}", number + 3));
        t.expect(&[
            "-> ISON ann",
            &format!("-> PING salon-{}", number + 1),
            "-> NICK ann",
            &format!("-> PING salon-{}", number + 3),
        ]);
        // Every line of the server comes at the first second.
        due = 1 + pause;
        t.session.look_for_nick(at(due - 1));
        t.expect(&[]);
        number += 4;
    }
    t.server(":ann!ann@host QUIT :bye");
    t.expect(&[
        "quit ann>- bye",
        "-> NICK ann",
        &format!("-> PING salon-{}", number + 1),
    ]);
}

#[test]
fn a_nick_of_the_settings_that_is_refused_refuses_no_line() {
    let mut t = Transcript::legacy();
    t.session.change_nick("bob");
    t.user("hello");
    t.outputs();
    t.server(":hub 433 ann bob :Nickname is already in use");
    t.server(":hub PONG hub :salon-2");
    t.expect(&[
        "error hub>- 433 somebody is called 'bob' already; ':nick NAME' takes another name",
    ]);
    t.server(":hub PONG hub :salon-4");
    t.expect(&["message own ann>#lobby hello", "line 1: ok"]);
}

#[test]
fn a_nick_that_was_chosen_meanwhile_is_kept() {
    let mut t = back_under_another_nick();
    t.user(":nick anna");
    t.server(":ann_!ann@host NICK anna");
    t.server(":hub PONG hub :salon-2");
    t.outputs();
    t.server(":ann!ann@host NICK bea");
    t.expect(&["nick ann>- bea"]);
    assert_eq!(t.session.wanted_nick(), "anna");
}

#[test]
fn a_nick_that_the_server_gives_is_not_the_one_that_is_wanted() {
    let mut t = back_under_another_nick();
    t.server(":ann_!ann@host NICK Guest4711");
    assert_eq!(t.session.wanted_nick(), "ann");
    t.outputs();
    // It would be taken away again.
    t.session.look_for_nick(at(5));
    t.expect(&[]);
}

#[test]
fn a_nick_that_another_client_of_the_account_takes_is_wanted_here_too() {
    let mut t = Transcript::modern();
    t.server(":hub 900 ann ann!a@h ann :You are now logged in as ann");
    t.server(":ann!ann@host NICK bea");
    assert_eq!(t.session.wanted_nick(), "bea");
    t.server(":bea!ann@host NICK 42XAAAAAB");
    assert_eq!(t.session.wanted_nick(), "bea");
    assert_eq!(t.session.nick(), "42XAAAAAB");
}

#[test]
fn invitations_by_who_is_ignored_are_not_told() {
    let mut t = Transcript::modern();
    t.session.ignore(&["eve".to_owned()]);
    t.server(":eve!e@host INVITE ann #ads");
    t.expect(&[]);
    t.server(":bob!b@host INVITE ann #dev");
    t.expect(&["info bob invites you to #dev; ':join #dev' enters it"]);
}

#[test]
fn markers_of_other_clients_are_taken_note_of() {
    let mut t = Transcript::modern();
    t.server(":hub MARKREAD #lobby timestamp=2026-11-23T10:00:02.000Z");
    t.server(":hub MARKREAD #dev *");
    t.expect(&[]);
    let read = t.session.take_read();
    let times: Vec<_> = read
        .iter()
        .map(|(target, time)| format!("{target} {time}"))
        .collect();
    assert_eq!(times, ["#lobby 2026-11-23T10:00:02.000Z"]);
}

#[test]
fn who_is_talked_to_and_not_there_is_told() {
    let mut t = Transcript::modern();
    t.session.look_for("bob");
    t.expect(&[]);
    t.session.look_for("nowhere");
    t.expect(&["-> @label=1 ISON nowhere"]);
    t.server("@label=1 :hub 303 ann :");
    t.expect(&["info nobody is called 'nowhere' at the moment"]);
    t.session.look_for("carol");
    t.outputs();
    t.server("@label=2 :hub 303 ann :Carol");
    t.expect(&[]);
}

#[test]
fn who_is_not_there_may_be_a_room() {
    let mut t = Transcript::modern();
    t.session.look_for("lobby");
    t.outputs();
    t.server("@label=1 :hub 303 ann :");
    t.expect(&["info nobody is called 'lobby' at the moment; ':switch #lobby' goes to the room"]);
}
