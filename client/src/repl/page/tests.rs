use salon_config::{Notify, Presence};

use super::*;

/// 2026-11-23T18:04:05Z, a Monday.
const START: u64 = 1_795_457_045_000;

/// A page of ann's, in `#lobby`, and what is on it.
struct Talk {
    page: Page,
    start: Instant,
    seconds: u64,
    last_key: Instant,
}

impl Talk {
    fn start() -> Self {
        let start = Instant::now();
        let mut page = Page::new(
            Palette::Plain,
            Passage::Direct,
            Timestamp::from_millis(START),
        );
        page.renderer = page.renderer.in_zone(jiff::tz::TimeZone::UTC);
        page.set_columns(Some(40));
        page.look = Look {
            notify: Notify::Off,
            presence: Presence::Fold,
            rule_after: Some(Duration::from_mins(5)),
            ..Look::default()
        };
        page.status(&in_front("#lobby"));
        Self {
            page,
            start,
            seconds: 0,
            last_key: start,
        }
    }

    fn after(&mut self, seconds: u64) -> &mut Self {
        self.seconds += seconds;
        self
    }

    fn press(&mut self) -> &mut Self {
        self.last_key = self.start + Duration::from_secs(self.seconds);
        self
    }

    fn happens(&mut self, from: &str, to: &str, kind: EventKind) -> &mut Self {
        let id = match &kind {
            EventKind::Message { text } => Some(format!("{} {to} {text}", self.seconds)),
            _ => None,
        };
        let event = Event {
            time: Timestamp::from_millis(START + self.seconds * 1000),
            id,
            from: Some(from.to_owned()),
            account: None,
            to: Some(to.to_owned()).filter(|to| !to.is_empty()),
            own: from == "ann",
            kind,
        };
        self.page.event(
            &event,
            Moment {
                now: self.start + Duration::from_secs(self.seconds),
                last_key: self.last_key,
            },
        );
        self
    }

    fn says(&mut self, from: &str, to: &str, text: &str) -> &mut Self {
        let text = text.to_owned();
        self.happens(from, to, EventKind::Message { text })
    }

    #[track_caller]
    fn shows(&mut self, expected: &[&str]) -> &mut Self {
        let text: String = self.page.take().into_iter().map(|line| line.text).collect();
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
        self
    }

    #[track_caller]
    fn has_unread(&mut self, expected: &str) -> &mut Self {
        self.page.set_columns(Some(120));
        let pieces = self.page.unread();
        let text: String = pieces.into_iter().map(|(_, text)| text).collect();
        assert_eq!(text, expected);
        self
    }
}

/// ann's, in two rooms.
fn in_front(room: &str) -> Status {
    Status {
        nick: "ann".to_owned(),
        current: Some(room.to_owned()),
        rooms: vec!["#dev".to_owned(), "#lobby".to_owned()],
        is_online: true,
        ..Status::default()
    }
}

fn quits(reason: &str) -> EventKind {
    EventKind::Quit {
        reason: Some(reason.to_owned()),
    }
}

#[test]
fn a_new_day_is_told_above_its_first_line() {
    Talk::start()
        .says("bob", "#lobby", "today")
        .after(6 * 3600)
        .press()
        .says("bob", "#lobby", "tomorrow")
        .says("bob", "#lobby", "more")
        .shows(&[
            "18:04 <bob> today",
            "── Tuesday, 24 November 2026 ──────────",
            "00:04 <bob> tomorrow",
            "00:04 <bob> more",
        ]);
}

#[test]
fn who_was_away_finds_a_rule_above_what_came_meanwhile() {
    Talk::start()
        .says("bob", "#lobby", "read")
        .after(300)
        .says("bob", "#lobby", "missed")
        .says("bob", "#lobby", "too")
        .has_unread("#lobby +2")
        .shows(&[
            "18:04 <bob> read",
            "── you have read up to here ───────────",
            "18:09 <bob> missed",
            "18:09 <bob> too",
        ])
        .press()
        .says("bob", "#lobby", "read again")
        .has_unread("")
        .shows(&["18:09 <bob> read again"]);
}

#[test]
fn who_is_named_or_written_to_is_told_so_in_the_prompt() {
    Talk::start()
        .says("bob", "#lobby", "here")
        .says("bob", "#dev", "one")
        .says("bob", "#dev", "ann: two")
        .says("bob", "ann", "three")
        .has_unread("#dev +2 !1, @bob +1")
        .says("ann", "bob", "an answer")
        .has_unread("#dev +2 !1");
}

#[test]
fn what_is_shown_again_counts_only_once() {
    let mut talk = Talk::start();
    talk.says("bob", "#dev", "one")
        .after(5)
        .says("bob", "#dev", "two");
    talk.seconds = 0;
    talk.says("bob", "#dev", "one").has_unread("#dev +2");
}

#[test]
fn what_is_read_in_another_client_is_read_here() {
    let mut talk = Talk::start();
    talk.says("bob", "#dev", "one")
        .after(5)
        .says("bob", "#dev", "two");
    talk.page.read("#DEV", Timestamp::from_millis(START));
    talk.has_unread("#dev +2");
    talk.page
        .read("#DEV", Timestamp::from_millis(START + 5_000));
    talk.has_unread("");
}

#[test]
fn a_page_of_the_past_is_divided_where_one_has_read() {
    let mut talk = Talk::start();
    for text in ["one", "two", "three"] {
        talk.says("bob", "#lobby", text).after(1);
    }
    talk.page.take();
    talk.page
        .read("#lobby", Timestamp::from_millis(START + 1_000));
    for _ in 0..2 {
        talk.seconds = 0;
        for text in ["one", "two", "three"] {
            talk.says("bob", "#lobby", text).after(1);
        }
        talk.shows(&[
            "18:04 <bob> one",
            "18:04 <bob> two",
            "── you have read up to here ───────────",
            "18:04 <bob> three",
        ]);
    }
}

#[test]
fn rooms_that_were_left_are_forgotten() {
    let mut talk = Talk::start();
    talk.says("bob", "#dev", "one").has_unread("#dev +1");
    talk.page.status(&Status {
        nick: "ann".to_owned(),
        current: Some("#lobby".to_owned()),
        rooms: vec!["#lobby".to_owned()],
        is_online: true,
        waiting: 0,
        nicks: Vec::new(),
        ..Status::default()
    });
    talk.has_unread("");
}

#[test]
fn many_who_leave_at_once_are_one_line() {
    let mut talk = Talk::start();
    talk.page.set_columns(None);
    for number in 0..50 {
        talk.happens(&format!("user{number}"), "", quits("*.net *.split"));
    }
    talk.shows(&[]);
    assert!(talk.page.due().is_some());
    talk.says("bob", "#lobby", "oh").shows(&[
        "18:04 <-- 50 people quit (*.net *.split): user0, user1, user2, user3, user4 and 45 more",
        "18:04 <bob> oh",
    ]);
    assert_eq!(talk.page.due(), None);
}

#[test]
fn many_who_come_one_by_one_are_one_line_until_one_goes_elsewhere() {
    let mut talk = Talk::start();
    talk.page.set_columns(None);
    for nick in ["bob", "eve", "joe", "moe"] {
        talk.happens(nick, "#lobby", EventKind::Join);
        // Who is there has changed, and where one is has not.
        talk.page.status(&in_front("#lobby"));
        talk.shows(&[]);
    }
    talk.page.status(&in_front("#dev"));
    talk.shows(&["18:04 --> 4 people joined #lobby: bob, eve, joe, moe"]);
}

#[test]
fn many_who_come_to_several_rooms_are_one_line_and_a_few_are_some() {
    let mut talk = Talk::start();
    talk.page.set_columns(None);
    for room in ["#lobby", "#dev"] {
        for nick in ["bob", "eve", "joe", "moe"] {
            talk.happens(nick, room, EventKind::Join);
        }
    }
    talk.happens("zoe", "", quits("bye"));
    talk.page.tell_comings();
    talk.shows(&[
        "18:04 --> 4 people joined #lobby, #dev: bob, eve, joe, moe",
        "18:04 <-- zoe quit (bye)",
    ]);
}

#[test]
fn who_comes_and_goes_is_told_of_in_that_order() {
    let mut talk = Talk::start();
    talk.happens("bob", "#lobby", EventKind::Join)
        .happens("eve", "", quits("bye"))
        .happens("bob", "", quits("sent"));
    talk.page.tell_comings();
    talk.shows(&[
        "18:04 --> bob joined #lobby",
        "18:04 <-- eve quit (bye)",
        "18:04 <-- bob quit (sent)",
    ]);
}

#[test]
fn what_one_does_last_is_told_last_where_many_do_so() {
    let mut talk = Talk::start();
    talk.page.set_columns(None);
    let nicks = ["bob", "eve", "joe", "moe"];
    talk.happens("zoe", "#lobby", EventKind::Join);
    for nick in nicks {
        talk.happens(nick, "#lobby", EventKind::Join)
            .happens(nick, "", quits("sent"));
    }
    talk.happens("Zoe", "", quits("bye"))
        .happens("zoe", "#lobby", EventKind::Join);
    talk.page.tell_comings();
    talk.shows(&[
        "18:04 --> 5 people joined #lobby: zoe, bob, eve, joe, moe",
        "18:04 <-- 5 people quit: bob, eve, joe, moe, Zoe",
        "18:04 --> zoe joined #lobby",
    ]);
    let left = EventKind::Part { reason: None };
    talk.happens("bob", "#lobby", EventKind::Join)
        .happens("bob", "", quits("sent"))
        .happens("eve", "#lobby", left)
        .happens("eve", "", quits("sent"));
    for nick in ["joe", "moe"] {
        talk.happens(nick, "#lobby", EventKind::Join)
            .happens(nick, "", quits("sent"));
    }
    talk.page.tell_comings();
    talk.shows(&[
        "18:04 --> bob joined #lobby",
        "18:04 <-- eve left #lobby",
        "18:04 --> joe joined #lobby",
        "18:04 --> moe joined #lobby",
        "18:04 <-- 4 people quit (sent): bob, eve, joe, moe",
    ]);
}

#[test]
fn who_comes_alone_is_told_of_in_a_moment() {
    let mut talk = Talk::start();
    talk.happens("bob", "#lobby", EventKind::Join).shows(&[]);
    talk.page.tell_comings();
    talk.shows(&["18:04 --> bob joined #lobby"]);
    talk.happens("ann", "#new", EventKind::Join)
        .shows(&["18:04 --> ann joined #new"]);
}

#[test]
fn comings_and_goings_can_be_hidden() {
    let mut talk = Talk::start();
    talk.page.look.presence = Presence::Off;
    talk.happens("bob", "#lobby", EventKind::Join)
        .says("bob", "#lobby", "hi")
        .shows(&["18:04 <bob> hi"]);
}

#[test]
fn what_rings_does_so_before_its_line() {
    let mut talk = Talk::start();
    talk.page.look.notify = Notify::Mentions;
    talk.says("bob", "#lobby", "ann?")
        .shows(&["\x0718:04 » <bob> ann?"]);
}

#[test]
fn only_a_screen_is_emptied() {
    for (passage, expected) in [
        (Passage::Direct, CLEAR),
        (Passage::Tmux, CLEAR),
        (Passage::None, ""),
        (Passage::NoTerminal, ""),
    ] {
        let mut page = Page::new(Palette::Plain, passage, Timestamp::from_millis(START));
        page.clear();
        let text: String = page.take().into_iter().map(|line| line.text).collect();
        assert_eq!(text, expected, "{passage:?}");
    }
}

#[test]
fn only_what_can_be_found_again_may_be_left_out() {
    let mut talk = Talk::start();
    talk.page.look.presence = Presence::All;
    talk.says("bob", "#dev", "found in #dev")
        .says("bob", "#dev", "not for ann alone")
        .says("bob", "ann", "private")
        .says("ann", "#dev", "own")
        .happens("eve", "#dev", EventKind::Join);
    let lines = talk.page.take();
    let rooms: Vec<_> = lines.iter().map(|line| line.room.as_deref()).collect();
    assert_eq!(rooms, [Some("#dev"), None, None, None, None]);
}
