//! A person whose hub is gone: what is said meanwhile, and who is taken for whom on return.

use super::*;

/// A conversation of a person, ready in `#lobby`, whose hub is gone. No hub can be found again.
async fn bereft() -> Conversation {
    let (mut talk, hub) = started().await;
    talk.closed_room = ClosedRoom::Tell;
    talk.lines = Lines::Typed;
    // Nobody listens there, and no program of ours may.
    talk.plan.host = "127.0.0.1".to_owned();
    talk.plan.port = 1;
    drop(hub);
    until_told(&mut talk, "trying to come back").await;
    talk
}

#[tokio::test(start_paused = true)]
async fn a_lost_hub_is_tried_again_and_told_once() {
    let mut talk = bereft().await;
    let begin = Instant::now();
    let told = until_told(&mut talk, "could not connect").await;
    assert_eq!(
        told,
        "could not connect to 127.0.0.1:1: connection refused; it is tried again and again"
    );
    assert!(begin.elapsed().as_millis() >= 1000);
    while begin.elapsed().as_secs() < 300 {
        talk.turn().await;
    }
    check(
        &mut talk,
        ":disconnect",
        &["gave up 127.0.0.1:1; ':reconnect' comes back, ':quit' leaves"],
    );
    assert!(matches!(talk.moving_to, Moving::Away));
}

#[tokio::test(start_paused = true)]
async fn what_is_said_without_a_hub_is_kept_and_given_back_in_the_end() {
    let mut talk = bereft().await;
    let status = talk.next_report();
    let Some(Report::Status(status)) = status else {
        panic!("{status:?}")
    };
    assert_eq!(status.current.as_deref(), Some("#lobby"));
    assert!(!status.is_online);
    assert!(talk.is_accepting());
    talk.submit(Ticket(1), "hello");
    let status = talk.next_report();
    let Some(Report::Status(status)) = status else {
        panic!("{status:?}")
    };
    assert_eq!(status.waiting, 1);
    assert!(talk.next_report().is_none());
    check_refused(
        &mut talk,
        ":whois bob",
        "not connected; ':reconnect' tries to come back at once",
    );
    talk.submit(Ticket(9), ":quit");
    let given_back = outcome(&mut talk, 1).await;
    assert_eq!(given_back, Outcome::Refused(Refusal::new("not connected")));
}

#[tokio::test(start_paused = true)]
async fn who_wrote_meanwhile_is_asked_from_the_last_sign_before_the_loss() {
    let (mut talk, mut hub) = on_a_keeper().await;
    talk.closed_room = ClosedRoom::Tell;
    hears(&mut talk, &mut hub, &[":hub CAP ann ACK server-time"]).await;
    talk.seen.clear();
    let at = |time: &str| time.parse().expect("a time");
    talk.seen.enter("#lobby", at("2026-11-23T11:00:00.000Z"));
    talk.expect_gaps();
    talk.seen.enter("#dev", at("2026-11-23T12:00:00.000Z"));
    talk.begin_filling();
    talk.carry_out();
    let line = loop {
        let line = heard(&mut talk, &mut hub).await;
        if line.contains("TARGETS") {
            break line;
        }
    };
    let since = line.split(' ').find(|word| word.starts_with("timestamp="));
    assert_eq!(since, Some("timestamp=2026-11-23T10:59:00.000Z"));
}

/// A conversation of a person that has said something as `ann2` on a connection that was lost, and is `ann` now.
async fn haunted() -> (Conversation, Hub) {
    let (mut talk, mut hub) = started().await;
    talk.closed_room = ClosedRoom::Tell;
    while !heard(&mut talk, &mut hub).await.contains("PING") {}
    let said = salon_commands::Effect::Say {
        target: "#lobby".parse().expect("a target"),
        text: salon_commands::Text::new("said by ann2").expect("a text"),
    };
    let kept = talk.outbox.add(Ticket(1), said.into(), clock());
    assert_eq!(kept, Ok(()));
    let number = talk.outbox.iter().next().expect("a message").number;
    let nick = "ann2".to_owned();
    talk.outbox
        .sends(number, outbox::Sent { nick, after: None });
    talk.outbox.lose();
    talk.begin_sending();
    (talk, hub)
}

#[tokio::test(start_paused = true)]
async fn who_takes_the_nick_of_a_lost_connection_is_not_taken_for_us() {
    let (mut talk, mut hub) = haunted().await;
    talk.reports.clear();
    let lines = [
        (0, "ann2!a@h JOIN #lobby"),
        (1, "ann2!a@h PRIVMSG #lobby :ours"),
        (2, "ann2!a@h QUIT :gone"),
        (3, "ann2!eve@h JOIN #lobby"),
        (4, "ann2!eve@h PRIVMSG #lobby :theirs"),
    ];
    let lines =
        lines.map(|(second, line)| format!("@time=2026-11-23T10:00:{second:02}.000Z :{line}"));
    hub.say(&lines.each_ref().map(String::as_str)).await;
    let mut own = Vec::new();
    until(&mut talk, |report| match report {
        Report::Show(event) if event.from.as_deref() == Some("ann2") => {
            own.push(event.own);
            (own.len() == lines.len()).then_some(())
        }
        _ => None,
    })
    .await;
    assert_eq!(own, [false, true, false, false, false]);
    assert!(talk.ghost.is_none(), "what was held up goes on");
}

#[tokio::test(start_paused = true)]
async fn what_leaves_a_room_waits_for_what_is_to_be_said_there() {
    let (mut talk, mut hub) = haunted().await;
    talk.submit(Ticket(2), "bye");
    talk.submit(Ticket(3), ":whois bob");
    let line_heard = heard(&mut talk, &mut hub).await;
    let (label, sent) = line_heard.split_once(' ').expect("a label");
    assert_eq!(sent, "WHOIS bob", "it has nothing to do with it");
    hub.say(&[&format!("{label} :hub 318 ann bob :End")]).await;
    outcome(&mut talk, 3).await;
    talk.submit(Ticket(4), ":part");
    hub.say(&["@time=2026-11-23T10:00:00.000Z :ann2!a@h QUIT :gone"])
        .await;
    for expected in ["PRIVMSG #lobby :bye", "PART #lobby"] {
        let line_heard = heard(&mut talk, &mut hub).await;
        let (label, sent) = line_heard.split_once(' ').expect("a label");
        assert_eq!(sent, expected);
        hub.say(&[&format!("{label} :ann!a@h {expected}")]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn commands_wait_for_what_was_typed_while_a_gap_is_filled() {
    let (mut talk, mut hub) = on_a_keeper().await;
    talk.closed_room = ClosedRoom::Tell;
    talk.seen.enter("#lobby", clock());
    talk.expect_gaps();
    talk.submit(Ticket(2), "bye");
    talk.submit(Ticket(3), ":part");
    talk.filling = Filling::default();
    talk.carry_out();
    let line_heard = heard(&mut talk, &mut hub).await;
    let (_, sent) = line_heard.split_once(' ').expect("a label");
    assert_eq!(sent, "PRIVMSG #lobby :bye");
}

#[tokio::test(start_paused = true)]
async fn what_was_said_on_another_hub_is_forgotten_when_it_is_left() {
    let (mut talk, mut hub) = started().await;
    talk.closed_room = ClosedRoom::Tell;
    while !heard(&mut talk, &mut hub).await.contains("PING") {}
    let there = talk.plan_to_another(&"irc://127.0.0.1:1".parse().expect("a hub"));
    talk.leave_for(there, None);
    talk.carry_out();
    assert_eq!(heard(&mut talk, &mut hub).await, "QUIT");
    hears(&mut talk, &mut hub, &SAID).await;
    assert!(talk.kept.own_id("#lobby", 1).is_some());
    let (_hub, link) = Hub::with_link();
    let plan = talk.plan.clone();
    talk.begin_session(link, plan);
    assert_eq!(talk.kept.own_id("#lobby", 1), None);
    assert_eq!(talk.seen.names(), [""; 0]);
}
