use tokio::sync::mpsc::channel;

use super::*;
use crate::driver::Request;
use crate::render::Palette;
use crate::repl::prompt::Prompt;
use crate::repl::screen::Screen;

fn drafts(path: Option<&Path>) -> Drafts {
    let screen = Arc::new(Screen::new(Prompt::plain("> ")));
    let (requests, _) = channel::<Request>(1);
    let commands = Arc::new(Commands::new(&requests, false, Palette::Plain));
    let guard = Arc::new(Guard::new(&screen, &commands));
    Drafts::open(path, &commands, &guard)
}

fn split(text: &str) -> (String, String) {
    (text.to_owned(), String::new())
}

/// Begins a line with what stood there, and gives what stands there then.
fn begin(drafts: &Drafts, typed: &str) -> String {
    drafts.begin(split(typed)).0
}

#[test]
fn what_is_half_typed_stays_with_its_room() {
    let drafts = drafts(None);
    // What is typed before there is a room goes along to the first.
    assert_eq!(begin(&drafts, "early"), "early");
    drafts.go("hub", Some("#a"));
    assert_eq!(begin(&drafts, "early"), "early");
    drafts.go("hub", Some("#b"));
    assert_eq!(begin(&drafts, "early"), "");
    assert_eq!(drafts.elsewhere(), ["#a"]);
    // Without a room one is nowhere else.
    drafts.go("hub", None);
    assert_eq!(begin(&drafts, "for b"), "for b");
    drafts.go("other", Some("#a"));
    assert_eq!(begin(&drafts, "for b"), "");
    drafts.go("hub", Some("#A"));
    assert_eq!(begin(&drafts, ""), "early");
    drafts.go("hub", Some("#b"));
    assert_eq!(begin(&drafts, "early"), "for b");
}

#[test]
fn what_was_pasted_stays_with_its_room_whatever_is_pasted_elsewhere() {
    let drafts = drafts(None);
    let pastes = &drafts.guard.pastes;
    drafts.go("hub", Some("#a"));
    begin(&drafts, "");
    let name = pastes.hold("one\ntwo".to_owned(), 2);
    drafts.go("hub", Some("#b"));
    assert_eq!(begin(&drafts, &format!("see {name}")), "");
    for number in 0..20 {
        pastes.hold(number.to_string(), 2);
    }
    drafts.go("hub", Some("#a"));
    assert_eq!(begin(&drafts, ""), "see one\ntwo");
}

#[test]
fn what_is_typed_behind_a_command_goes_along() {
    let drafts = drafts(None);
    drafts.go("hub", Some("#a"));
    begin(&drafts, "");
    drafts.follow(Some((1, Lead::Room)));
    drafts.go("hub", Some("#b"));
    drafts.resolve(1);
    assert_eq!(begin(&drafts, "hel"), "hel");
    drafts.go("hub", Some("#a"));
    assert_eq!(begin(&drafts, "hel"), "");
}

#[test]
fn what_is_typed_behind_a_command_that_led_nowhere_stays() {
    let drafts = drafts(None);
    drafts.go("hub", Some("#a"));
    begin(&drafts, "");
    drafts.follow(Some((2, Lead::Room)));
    // One before it says nothing of it.
    drafts.resolve(1);
    drafts.go("hub", Some("#b"));
    assert_eq!(begin(&drafts, "for b"), "for b");
    drafts.follow(Some((3, Lead::Room)));
    drafts.resolve(3);
    drafts.go("hub", Some("#a"));
    assert_eq!(begin(&drafts, "for b"), "");
}

#[test]
fn what_is_typed_on_the_way_to_a_hub_goes_along() {
    let drafts = drafts(None);
    drafts.go("hub", Some("#a"));
    begin(&drafts, "");
    drafts.follow(Some((1, Lead::Hub)));
    drafts.resolve(1);
    drafts.go("other", Some("#a"));
    assert_eq!(begin(&drafts, "hel"), "hel");
}

#[test]
fn what_is_written_is_there_again_without_secrets() {
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("default");
    let first = drafts(Some(&path));
    first.go("hub", Some("#a"));
    begin(&first, "");
    first.typing("half");
    first.go("hub", Some("#b"));
    begin(&first, "half");
    first.typing(":msg NickServ identify hun");
    first.go("hub", Some("#c"));
    begin(&first, ":msg NickServ identify hun");
    first.typing("being typed");
    first.finish().expect("written");
    drop(first);
    let again = drafts(Some(&path));
    for (room, text) in [("#a", "half"), ("#b", ""), ("#c", "being typed")] {
        again.go("hub", Some(room));
        assert_eq!(begin(&again, ""), text, "{room}");
        again.done();
    }
}

#[test]
fn what_was_composed_takes_the_place_of_what_it_began_with() {
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("default");
    let first = drafts(Some(&path));
    first.go("hub", Some("#a"));
    begin(&first, "");
    first.typing(":edit Dear all,");
    first.write().expect("written");
    assert_eq!(begin(&first, "Dear all, hello"), "Dear all, hello");
    first.finish().expect("written");
    drop(first);
    let again = drafts(Some(&path));
    again.go("hub", Some("#a"));
    assert_eq!(begin(&again, ""), "Dear all, hello");
}

#[test]
fn the_end_waits_for_who_writes_and_has_the_last_word() {
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("default");
    let drafts = drafts(Some(&path));
    drafts.go("hub", Some("#a"));
    begin(&drafts, "");
    drafts.typing("sent");
    drafts.write().expect("written");
    drafts.done();
    let slot = {
        let mut state = drafts.lock();
        state.is_writing = true;
        state.slot.take()
    };
    std::thread::scope(|scope| {
        let end = scope.spawn(|| drafts.finish());
        while !drafts.lock().is_over {
            std::thread::yield_now();
        }
        let mut state = drafts.lock();
        state.slot = slot;
        state.is_writing = false;
        drafts.changed.notify_all();
        drop(state);
        end.join().expect("it ends").expect("written");
    });
    assert!(!home.path().join("default.0.json").exists());
}

#[test]
fn what_is_typed_is_written_when_no_key_comes_and_at_once_when_it_was_sent() {
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("default");
    let drafts = Arc::new(drafts(Some(&path)));
    drafts.go("hub", Some("#a"));
    begin(&drafts, "");
    let keeper = Arc::clone(&drafts);
    let keeper = std::thread::spawn(move || keeper.keep());
    drafts.typing("half");
    let file = home.path().join("default.0.json");
    let is_there = |wanted: bool| {
        let limit = Instant::now() + Duration::from_secs(20);
        while file.exists() != wanted {
            assert!(Instant::now() < limit, "the file: {wanted}");
            std::thread::yield_now();
        }
    };
    is_there(true);
    drafts.done();
    is_there(false);
    drafts.finish().expect("written");
    keeper.join().expect("it ends").expect("written");
}
