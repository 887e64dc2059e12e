//! The capabilities that are a verb or a few lines each, told by what a client sends and is sent.

use std::sync::Arc;

use futures_util::poll;

use super::{client, known, tell};
use crate::connection::Caps;
use crate::hub::Hub;
use crate::identity::UserModes;
use crate::log::MemoryLog;
use crate::tests::{FickleLog, hub};
use crate::verb::handle_line;

fn quiet_hub() -> Arc<Hub> {
    hub(Arc::new(MemoryLog::new(7, 0)))
}

#[tokio::test]
async fn a_watcher_sees_somebody_go_away_whom_no_room_shows() {
    let hub = quiet_hub();
    let caps = Caps::EXTENDED_MONITOR | Caps::AWAY_NOTIFY;
    let mut alice = known(&hub, 1, "alice", caps);
    let mut bob = known(&hub, 2, "bob", Caps::empty());
    tell(&mut alice, &["MONITOR + bob"]).await;
    tell(&mut bob, &["AWAY :lunch"]).await;
    assert_eq!(tell(&mut alice, &[]).await, [":bob!~bob@host AWAY :lunch"]);
    tell(&mut alice, &["JOIN #a"]).await;
    tell(&mut bob, &["JOIN #a"]).await;
    tell(&mut alice, &[]).await;
    tell(&mut bob, &["AWAY"]).await;
    assert_eq!(tell(&mut alice, &[]).await, [":bob!~bob@host AWAY"]);
    alice.caps = Caps::AWAY_NOTIFY;
    tell(&mut alice, &["PART #a"]).await;
    tell(&mut bob, &["AWAY :again"]).await;
    assert_eq!(tell(&mut alice, &[]).await, [""; 0]);
}

#[tokio::test]
async fn a_marker_is_shown_when_asked_for_and_on_joining() {
    let hub = quiet_hub();
    let caps = Caps::READ_MARKER | Caps::NO_IMPLICIT_NAMES;
    let mut alice = known(&hub, 1, "alice", caps);
    let lines = [
        "MARKREAD #a",
        "MARKREAD #a timestamp=2026-01-02T03:04:05.006Z",
        "MARKREAD #a *",
        "JOIN #a",
    ];
    let time = "timestamp=2026-01-02T03:04:05.006Z";
    let name = hub.name();
    assert_eq!(
        tell(&mut alice, &lines).await,
        [
            format!(":{name} MARKREAD #a *"),
            format!(":{name} MARKREAD #a {time}"),
            format!(
                ":{name} FAIL MARKREAD INVALID_PARAMS * :A target and a time such as \
                 timestamp=2026-01-31T12:00:00.000Z are expected"
            ),
            ":alice!~alice@host JOIN #a".to_owned(),
            format!(":{name} MARKREAD #a {time}"),
        ]
    );
}

#[tokio::test]
async fn who_arrives_may_be_away_already_and_see_what_there_is() {
    let hub = quiet_hub();
    let (mut alice, _) = client(&hub, 1, "alice");
    alice.user = None;
    let name = hub.name().to_owned();
    let refused = format!(":{name} 451 * :You have not registered");
    assert_eq!(
        tell(&mut alice, &["AWAY :lunch", "ISUPPORT"]).await,
        [refused.clone(), refused]
    );
    alice.caps = Caps::PRE_AWAY | Caps::EXTENDED_ISUPPORT | Caps::BATCH;
    let shown = tell(&mut alice, &["AWAY :lunch", "ISUPPORT"]).await;
    assert_eq!(
        shown.first(),
        Some(&format!(
            ":{name} 306 * :You have been marked as being away"
        ))
    );
    assert!(
        shown
            .get(1)
            .is_some_and(|line| line.ends_with(" draft/isupport")),
        "{shown:?}"
    );
    let tokens = shown.iter().filter(|line| line.contains(" 005 * "));
    assert_eq!(tokens.count() + 3, shown.len(), "{shown:?}");
    tell(&mut alice, &["NICK alice", "USER a 0 * :Alice"]).await;
    let identity = alice.identity().expect("registered");
    assert_eq!(identity.away.as_deref(), Some("lunch"));
}

/// The `msgid` of a line.
fn id_of(line: Option<&String>) -> String {
    let tags = line.and_then(|line| line.split(' ').next());
    let mut tags = tags.unwrap_or_default().split([';', '@']);
    tags.find_map(|tag| tag.strip_prefix("msgid="))
        .expect("a message with an id")
        .to_owned()
}

#[tokio::test]
async fn a_message_is_taken_back_by_its_author_and_by_operators() {
    let hub = quiet_hub();
    let caps = Caps::MESSAGE_TAGS | Caps::MESSAGE_REDACTION | Caps::NO_IMPLICIT_NAMES;
    let mut alice = known(&hub, 1, "alice", caps | Caps::CHATHISTORY);
    let mut bob = known(
        &hub,
        2,
        "bob",
        (caps - Caps::MESSAGE_TAGS) | Caps::ECHO_MESSAGE,
    );
    tell(&mut alice, &["JOIN #a"]).await;
    tell(&mut bob, &["JOIN #a", "PRIVMSG #a :one", "PRIVMSG #a :two"]).await;
    let seen = tell(&mut alice, &["PRIVMSG #a :three"]).await;
    let (one, two) = (id_of(seen.get(1)), id_of(seen.get(2)));
    tell(&mut bob, &[&format!("REDACT #a {one} :a slip")]).await;
    let seen = tell(&mut alice, &[&format!("REDACT #a {two}")]).await;
    let [from_bob, from_alice] = seen.as_slice() else {
        panic!("two lines, not {seen:?}")
    };
    assert!(
        from_bob.ends_with(&format!(":bob!~bob@host REDACT #a {one} :a slip")),
        "{from_bob}"
    );
    assert!(
        from_alice.ends_with(&format!(":alice!~alice@host REDACT #a {two}")),
        "{from_alice}"
    );
    let history = tell(&mut alice, &["CHATHISTORY LATEST #a * 10"]).await;
    let [left] = history.as_slice() else {
        panic!("one line, not {history:?}")
    };
    assert!(left.ends_with("PRIVMSG #a :three"), "{left}");
    // The next lines are of bob, who is no operator and wrote none of it.
    let name = hub.name();
    let three = id_of(Some(left));
    tell(&mut bob, &[]).await;
    let refused = format!(
        ":{name} FAIL REDACT REDACT_FORBIDDEN #a {three} :You may take back your own messages, and others' as an \
         operator of the room"
    );
    assert_eq!(
        tell(&mut bob, &[&format!("REDACT #a {three}")]).await,
        [refused]
    );
    let unknown = format!(
        ":{name} FAIL REDACT UNKNOWN_MSGID #a {two} :There is no such message here, or it is no longer kept"
    );
    assert_eq!(
        tell(&mut bob, &[&format!("REDACT #a {two}")]).await,
        [unknown]
    );
    let nowhere =
        format!(":{name} FAIL REDACT INVALID_TARGET #b :You cannot take back messages there");
    assert_eq!(tell(&mut bob, &["REDACT #b 1-1-1"]).await, [nowhere]);
}

#[tokio::test]
async fn a_direct_message_is_taken_back_by_its_author_alone() {
    let hub = quiet_hub();
    let caps = Caps::MESSAGE_TAGS | Caps::MESSAGE_REDACTION;
    let mut alice = known(&hub, 1, "alice", caps | Caps::ECHO_MESSAGE);
    let mut bob = known(&hub, 2, "bob", caps);
    let seen = tell(&mut alice, &["PRIVMSG bob :secret"]).await;
    let id = id_of(seen.first());
    tell(&mut bob, &[]).await;
    let refused = tell(&mut bob, &[&format!("REDACT alice {id}")]).await;
    assert!(
        refused
            .first()
            .is_some_and(|line| line.contains("REDACT_FORBIDDEN alice")),
        "{refused:?}"
    );
    let line = format!(" :alice!~alice@host REDACT bob {id}");
    let own = tell(&mut alice, &[&format!("REDACT bob {id}")]).await;
    assert!(
        own.first().is_some_and(|own| own.ends_with(&line)),
        "{own:?}"
    );
    let theirs = tell(&mut bob, &[]).await;
    assert!(
        theirs.first().is_some_and(|one| one.ends_with(&line)),
        "{theirs:?}"
    );
    assert_eq!(
        tell(&mut bob, &["CHATHISTORY LATEST alice * 10"]).await,
        [""; 0]
    );
}

#[tokio::test]
async fn one_who_was_put_out_and_has_not_read_so_reads_nothing_of_the_room() {
    let hub = quiet_hub();
    let mut alice = known(&hub, 1, "alice", Caps::empty());
    let mut bob = known(&hub, 2, "bob", Caps::NO_IMPLICIT_NAMES);
    let said = ["JOIN #a", "PRIVMSG #a :before"];
    tell(&mut alice, &said).await;
    let before = ":alice!~alice@host PRIVMSG #a :before";
    let latest = "CHATHISTORY LATEST #a * 10";
    let joined = tell(&mut bob, &["JOIN #a", latest, "SEARCH text=before"]).await;
    assert_eq!(joined, [":bob!~bob@host JOIN #a", before, before]);
    tell(&mut alice, &["KICK #a bob", "PRIVMSG #a :after"]).await;
    let pipelined = [
        latest,
        "SEARCH text=after",
        "SEARCH in=#a;text=after",
        "CHATHISTORY TARGETS timestamp=2000-01-01T00:00:00.000Z timestamp=2100-01-01T00:00:00.000Z 10",
    ];
    let name = hub.name();
    let refused = "Invalid parameters: a value of this attribute is not what it takes";
    assert_eq!(
        tell(&mut bob, &pipelined).await,
        [
            format!(
                ":{name} FAIL CHATHISTORY INVALID_TARGET LATEST #a :Messages could not be retrieved"
            ),
            format!(":{name} FAIL SEARCH INVALID_PARAMS in :{refused}"),
            ":alice!~alice@host KICK #a bob :alice".to_owned(),
        ]
    );
}

#[tokio::test]
async fn when_something_was_said_elsewhere_is_not_to_be_learnt_by_its_id() {
    let hub = quiet_hub();
    let tags = Caps::MESSAGE_TAGS | Caps::NO_IMPLICIT_NAMES | Caps::ECHO_MESSAGE;
    let mut alice = known(&hub, 1, "alice", tags);
    let mut bob = known(&hub, 2, "bob", Caps::empty());
    let mut eve = known(&hub, 3, "eve", Caps::NO_IMPLICIT_NAMES);
    tell(&mut alice, &["JOIN #secret", "MODE #secret +s"]).await;
    tell(&mut bob, &["PRIVMSG eve :one"]).await;
    tell(&mut eve, &["JOIN #mine", "PRIVMSG #mine :one"]).await;
    let mut ids = Vec::new();
    for target in ["#secret", "bob"] {
        let said = tell(&mut alice, &[&format!("PRIVMSG {target} :x")]).await;
        ids.push(id_of(said.first()));
    }
    tell(&mut bob, &["PRIVMSG eve :two"]).await;
    tell(&mut eve, &["PRIVMSG #mine :two"]).await;
    for id in &ids {
        for (target, source) in [("#mine", ":eve!~eve@host"), ("bob", ":bob!~bob@host")] {
            let to = if target == "bob" { "eve" } else { target };
            let line = |text| format!("{source} PRIVMSG {to} :{text}");
            for (question, texts) in [
                (format!("AFTER {target} msgid={id} 10"), &["one", "two"][..]),
                (format!("BEFORE {target} msgid={id} 10"), &[]),
                (format!("LATEST {target} msgid={id} 1"), &["two"]),
            ] {
                let shown = tell(&mut eve, &[&format!("CHATHISTORY {question}")]).await;
                let expected: Vec<String> = texts.iter().map(line).collect();
                assert_eq!(shown, expected, "{question}");
            }
        }
    }
}

#[tokio::test]
async fn behind_the_last_place_that_an_id_can_name_there_is_nothing() {
    let hub = quiet_hub();
    let tags = Caps::MESSAGE_TAGS | Caps::NO_IMPLICIT_NAMES | Caps::ECHO_MESSAGE;
    let mut alice = known(&hub, 1, "alice", tags);
    let said = tell(&mut alice, &["JOIN #a", "PRIVMSG #a :x"]).await;
    let id = id_of(said.last());
    let (stream, _) = id.rsplit_once('-').expect("a place behind a stream");
    for (question, count) in [("AFTER", 0), ("LATEST", 0), ("BEFORE", 1), ("AROUND", 1)] {
        let line = format!("CHATHISTORY {question} #a msgid={stream}-ffffffffffffffff 10");
        let shown = tell(&mut alice, &[&line]).await;
        assert_eq!(shown.len(), count, "{question}: {shown:?}");
    }
}

#[tokio::test]
async fn a_long_list_leaves_others_their_turn_and_has_its_bound() {
    let hub = quiet_hub();
    let mut alice = known(&hub, 1, "alice", Caps::NO_IMPLICIT_NAMES);
    let count = 200;
    let mut people = Vec::new();
    for number in 0..count {
        tell(&mut alice, &[&format!("JOIN #r{number}")]).await;
        people.push(known(
            &hub,
            2 + number,
            &format!("p{number}"),
            Caps::empty(),
        ));
    }
    for line in ["LIST no", "WHO no"] {
        let mut handled = Box::pin(handle_line(&mut alice, line.as_bytes()));
        assert!(poll!(&mut handled).is_pending(), "{line}");
        handled.await;
    }
    let name = hub.name();
    assert_eq!(
        tell(&mut alice, &["LIST #r7,#R8"]).await.get(4..),
        Some(
            &[
                format!(":{name} 322 alice #r7 1 :"),
                format!(":{name} 322 alice #r8 1 :"),
                format!(":{name} 323 alice :End of /LIST"),
            ][..]
        )
    );
    let many = ["a"; 21].join(",");
    assert_eq!(
        tell(&mut alice, &[&format!("LIST {many}")]).await,
        [format!(":{name} 407 alice {many} :Too many targets")]
    );
}

/// Lines without the ids that differ from run to run.
fn without(lines: Vec<String>, id: &str) -> Vec<String> {
    let shorter = lines.into_iter().map(|line| line.replace(id, "ID"));
    shorter.collect()
}

#[tokio::test]
async fn many_lines_are_one_message_and_single_lines_for_others() {
    let hub = quiet_hub();
    let quiet = Caps::NO_IMPLICIT_NAMES;
    let modern = quiet | Caps::MESSAGE_TAGS | Caps::BATCH | Caps::MULTILINE;
    let mut alice = known(
        &hub,
        1,
        "alice",
        modern | Caps::LABELED_RESPONSE | Caps::ECHO_MESSAGE,
    );
    let mut bob = known(&hub, 2, "bob", quiet | Caps::MESSAGE_TAGS);
    tell(&mut alice, &["JOIN #a"]).await;
    tell(&mut bob, &["JOIN #a"]).await;
    tell(&mut alice, &[]).await;
    let lines = [
        "@label=x;+t=1 BATCH +7 draft/multiline #a",
        "@batch=7 PRIVMSG #a :how ",
        "@batch=7;draft/multiline-concat PRIVMSG #a are",
        "@batch=7 PRIVMSG #a :",
        "@batch=7 PRIVMSG #a you",
        "BATCH -7",
    ];
    let echo = tell(&mut alice, &lines).await;
    let id = id_of(echo.first());
    let said = ":alice!~alice@host PRIVMSG #a";
    assert_eq!(
        without(echo, &id),
        [
            "@label=x;msgid=ID;+t=1 :alice!~alice@host BATCH +ID draft/multiline #a".to_owned(),
            format!("@batch=ID {said} :how "),
            format!("@batch=ID;draft/multiline-concat {said} :are"),
            format!("@batch=ID {said} :"),
            format!("@batch=ID {said} :you"),
            ":alice!~alice@host BATCH -ID".to_owned(),
        ]
    );
    assert_eq!(
        without(tell(&mut bob, &[]).await, &id),
        [
            format!("@msgid=ID;+t=1 {said} :how "),
            format!("@+t=1 {said} :are"),
            format!("@+t=1 {said} :you"),
        ]
    );
    alice.caps |= Caps::CHATHISTORY;
    let history = tell(&mut alice, &["CHATHISTORY LATEST #a * 1"]).await;
    let [opening, first, .., last, closing] = history.as_slice() else {
        panic!("a batch in a batch, not {history:?}")
    };
    let outer = opening.split(['+', ' ']).nth(3).expect("the id of a batch");
    assert!(
        first.starts_with(&format!("@batch={outer};msgid={id}")),
        "{first}"
    );
    assert_eq!(
        *last,
        format!("@batch={outer} :alice!~alice@host BATCH -{id}")
    );
    assert!(closing.ends_with(&format!("BATCH -{outer}")), "{closing}");
}

#[tokio::test]
async fn a_message_of_many_lines_that_is_wrong_is_answered_under_its_label() {
    let hub = quiet_hub();
    let caps = Caps::BATCH | Caps::MULTILINE | Caps::LABELED_RESPONSE;
    let mut alice = known(&hub, 1, "alice", caps);
    let lines = [
        "@label=x BATCH +7 draft/multiline #a",
        "@batch=8 PRIVMSG #a hello",
        "@batch=7 PRIVMSG #a hello",
        "BATCH -7",
        "@label=y BATCH -7",
    ];
    let name = hub.name();
    let fail = format!(":{name} FAIL BATCH MULTILINE_INVALID");
    assert_eq!(
        tell(&mut alice, &lines).await,
        [
            format!("@label=x {fail} :The line is of another batch than the one that is open"),
            format!("@label=y {fail} :There is no such batch"),
        ]
    );
}

#[tokio::test]
async fn a_search_finds_what_one_may_read_and_nothing_else() {
    let hub = quiet_hub();
    let caps = Caps::NO_IMPLICIT_NAMES | Caps::BATCH;
    let mut alice = known(&hub, 1, "alice", caps | Caps::LABELED_RESPONSE);
    let mut bob = known(&hub, 2, "bob", Caps::empty());
    let said = [
        "JOIN #a,#b",
        "PRIVMSG #a :fast and good",
        "PRIVMSG #b :fast and secret",
        "PRIVMSG alice :fast and direct",
        "NOTICE #a :slow",
    ];
    tell(&mut bob, &said).await;
    tell(&mut alice, &["JOIN #a", "PRIVMSG bob :how fast"]).await;
    let mut found = async |attributes: &str| -> Vec<String> {
        let lines = tell(&mut alice, &[&format!("SEARCH {attributes}")]).await;
        let messages = lines.iter().filter(|line| line.starts_with("@batch="));
        let texts = messages.filter_map(|line| line.rsplit_once(" :"));
        // What was said within one millisecond has no order across conversations.
        let mut texts: Vec<String> = texts.map(|(_, text)| text.to_owned()).collect();
        texts.sort();
        texts
    };
    let all = ["fast and direct", "fast and good", "how fast"];
    assert_eq!(found("text=fast").await, all);
    assert_eq!(found("text=fast;in=#a").await, ["fast and good"]);
    assert_eq!(
        found("text=fast;in=bob").await,
        ["fast and direct", "how fast"]
    );
    assert_eq!(found("from=BOB;in=#a;x=y").await, ["fast and good", "slow"]);
    assert_eq!(
        found("from=bob;text=AND\\sdirect;limit=1").await,
        ["fast and direct"]
    );
    assert_eq!(found("before=2010-01-01T00:00:00.000Z").await, [""; 0]);
    let name = hub.name();
    let fail = format!("@label=x :{name} FAIL SEARCH INVALID_PARAMS");
    let text = ":Invalid parameters: a value of this attribute is not what it takes";
    for attribute in ["in=#b", "limit=0", "after=noon", "from=no*nick"] {
        let key = attribute.split('=').next().unwrap_or_default();
        assert_eq!(
            tell(&mut alice, &[&format!("@label=x SEARCH {attribute}")]).await,
            [format!("{fail} {key} {text}")]
        );
    }
}

#[tokio::test]
async fn keys_are_told_to_those_who_share_a_room_and_subscribed() {
    let hub = quiet_hub();
    let caps = Caps::METADATA | Caps::NO_IMPLICIT_NAMES;
    let mut alice = known(&hub, 1, "alice", caps);
    let mut bob = known(&hub, 2, "bob", caps);
    let mut carl = known(&hub, 3, "carl", Caps::NO_IMPLICIT_NAMES);
    let name = hub.name();
    let own = ["METADATA * SET URL :http://a", "METADATA * GET url Color"];
    assert_eq!(
        tell(&mut alice, &own).await,
        [
            format!(":{name} 761 alice alice url * http://a"),
            format!(":{name} 761 alice alice url * http://a"),
            format!(":{name} 766 alice alice color :key not set"),
        ]
    );
    let subscribed = tell(&mut bob, &["METADATA * SUB url", "JOIN #a"]).await;
    let joined = ":bob!~bob@host JOIN #a".to_owned();
    assert_eq!(subscribed, [format!(":{name} 770 bob url"), joined]);
    tell(&mut carl, &["JOIN #a"]).await;
    tell(&mut bob, &[]).await;
    tell(
        &mut alice,
        &["JOIN #a", "METADATA * SET url", "METADATA #a SET url x"],
    )
    .await;
    assert_eq!(
        tell(
            &mut bob,
            &["METADATA #a SET url :y z", "METADATA alice SET url x"]
        )
        .await,
        [
            ":alice!~alice@host JOIN #a".to_owned(),
            format!(":{name} 761 bob alice url * http://a"),
            format!(":{name} 766 bob alice url :key not set"),
            format!(":{name} 761 bob #a url * :y z"),
            format!(":{name} FAIL METADATA KEY_NO_PERMISSION alice url :You may not change that"),
        ]
    );
    assert_eq!(tell(&mut carl, &[]).await, [":alice!~alice@host JOIN #a"]);
    let synced = tell(&mut alice, &["METADATA * SUB url", "METADATA #a SYNC"]).await;
    assert_eq!(
        synced.last(),
        Some(&format!(":{name} 761 alice #a url * :y z"))
    );
    tell(&mut bob, &["MODE #a +i"]).await;
    let refused = tell(&mut known(&hub, 4, "dora", caps), &["METADATA #a LIST"]).await;
    let text = "You may not see or change that";
    assert_eq!(
        refused,
        [format!(
            ":{name} FAIL METADATA KEY_NO_PERMISSION #a * :{text}"
        )]
    );
}

#[tokio::test]
async fn a_word_of_an_operator_reaches_those_who_want_it() {
    let hub = quiet_hub();
    let mut alice = known(&hub, 1, "alice", Caps::empty());
    let mut bob = known(&hub, 2, "bob", Caps::empty());
    let mut carl = known(&hub, 3, "carl", Caps::empty());
    tell(&mut bob, &["MODE bob +w"]).await;
    let refused = format!(
        ":{} 481 alice :Permission Denied- You're not an IRC operator",
        hub.name()
    );
    assert_eq!(tell(&mut alice, &["WALLOPS :hello all"]).await, [refused]);
    let user = alice.user.clone().expect("registered");
    let operator = user.identity().with_modes(UserModes::OPERATOR);
    user.set_identity(Arc::new(operator));
    assert_eq!(tell(&mut alice, &["WALLOPS :hello all"]).await, [""; 0]);
    let line = ":alice!~alice@host WALLOPS :hello all";
    assert_eq!(tell(&mut bob, &[]).await, [line]);
    assert_eq!(tell(&mut carl, &[]).await, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn who_would_wait_too_long_for_history_is_told() {
    let log = FickleLog::new();
    let hub = hub(Arc::<FickleLog>::clone(&log));
    let mut alice = known(&hub, 1, "alice", Caps::NO_IMPLICIT_NAMES);
    tell(&mut alice, &["JOIN #a", "PRIVMSG #a :x"]).await;
    let targets = "CHATHISTORY TARGETS timestamp=2000-01-01T00:00:00.000Z timestamp=2100-01-01T00:00:00.000Z 9";
    let (latest, search) = ("CHATHISTORY LATEST #a * 1", "SEARCH text=x");
    let said = ":alice!~alice@host PRIVMSG #a :x";
    assert_eq!(tell(&mut alice, &[latest, search]).await, [said, said]);
    let long = |subcommand: &str| {
        let text = "Messages could not be retrieved: looking for them takes too long; ask for a shorter time";
        format!(":salon.local FAIL CHATHISTORY MESSAGE_ERROR {subcommand} * :{text}")
    };
    {
        let _held = log.hold().await;
        let told = tell(&mut alice, &[targets]).await;
        assert_eq!(told, [long("TARGETS")]);
    }
    // Others of the address have their turn, and go on and on.
    let address = alice.counted_address();
    let _others = [hub.pages.take(address).await, hub.pages.take(address).await];
    let _search = hub.searches.take(address).await;
    let broad = "That takes too long: ask for less, such as one room, one nick or a shorter time";
    assert_eq!(
        tell(&mut alice, &[latest, search]).await,
        [
            long("LATEST"),
            format!(":salon.local FAIL SEARCH TOO_BROAD :{broad}"),
        ]
    );
}

#[tokio::test]
async fn a_search_that_takes_too_long_is_told_how_to_be_shorter_and_counted() {
    let log = FickleLog::new();
    let hub = hub(Arc::<FickleLog>::clone(&log));
    let mut alice = known(&hub, 1, "alice", Caps::SEARCH);
    assert_eq!(tell(&mut alice, &["SEARCH from=nobody"]).await, [""; 0]);
    log.refuse(true);
    assert_eq!(
        tell(&mut alice, &["SEARCH from=nobody"]).await,
        [
            ":salon.local FAIL SEARCH TOO_BROAD :That takes too long: ask for less, such as one room, one nick or a \
             shorter time"
        ]
    );
    let numbers = hub.metrics.render(&hub);
    let counted = "salon_refusals_total{reason=\"Search\"} 1";
    assert!(numbers.lines().any(|line| line == counted), "{numbers}");
}
