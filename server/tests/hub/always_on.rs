//! Accounts whose owners stay while they are not connected, and what accounts keep.

use std::path::Path;

use crate::client::{Client, NOTHING};
use crate::fixture::Hub;

/// NUL, ann, NUL, sesame.
const ANN: &str = "AGFubgBzZXNhbWU=";

/// A hub that keeps its data in a folder.
async fn hub_in(folder: &Path, settings: &str) -> Hub {
    let folder = folder.to_str().expect("UTF-8");
    Hub::with(&format!("data_dir = {folder:?}\n{settings}")).await
}

/// A connection that has logged in as `ann`, and what it was sent behind the message of the day.
async fn ann_with(hub: &Hub, caps: &str) -> (Client, Vec<String>) {
    login(hub, ANN, caps).await
}

/// The same, with other credentials as `PLAIN` sends them.
async fn login(hub: &Hub, credentials: &str, caps: &str) -> (Client, Vec<String>) {
    let mut ann = hub.connect().await;
    ann.does(&format!("CAP REQ :sasl {caps}")).await;
    ann.does(&format!("AUTHENTICATE PLAIN\r\nAUTHENTICATE {credentials}"))
        .await;
    ann.send("NICK ann\r\nUSER u 0 * :Other Ann\r\nCAP END")
        .await;
    let lines = ann.sees().await;
    let end = lines
        .iter()
        .position(|line| line.contains(" 422 ann "))
        .expect("a welcome");
    let behind = lines.into_iter().skip(end + 1).collect();
    (ann, behind)
}

/// Ann, who has an account.
async fn registered(hub: &Hub) -> Client {
    let mut ann = hub.client("ann").await;
    ann.does("REGISTER * * sesame").await;
    ann
}

/// Ann, whose account is always on.
async fn always_on(hub: &Hub) -> Client {
    let mut ann = registered(hub).await;
    assert_eq!(
        ann.does("PRIVMSG NickServ :SET ALWAYS-ON true").await,
        [
            ":NickServ!NickServ@hub.test NOTICE ann :ALWAYS-ON is true: you stay in your rooms while you are not \
             connected"
        ]
    );
    ann
}

/// Bob in `#room`, where ann has left and stays.
async fn bob_beside_ann(hub: &Hub) -> Client {
    let mut ann = always_on(hub).await;
    ann.does("JOIN #room").await;
    let mut bob = hub.client("bob").await;
    bob.does("JOIN #room").await;
    leaves(ann).await;
    bob
}

/// Ann under another nick.
async fn owner(hub: &Hub) -> Client {
    let mut owner = hub.client("ann2").await;
    owner.does("NS IDENTIFY ann sesame").await;
    owner
}

async fn leaves(mut client: Client) {
    client.send("QUIT").await;
    client.rest().await;
}

#[tokio::test]
async fn one_who_is_always_on_stays_and_reads_what_was_missed() {
    let hub = Hub::start().await;
    let mut bob = bob_beside_ann(&hub).await;
    assert_eq!(bob.sees().await, NOTHING);
    assert_eq!(
        bob.does("NAMES #room").await,
        [
            ":hub.test 353 bob = #room :@ann bob",
            ":hub.test 366 bob #room :End of /NAMES list",
        ]
    );
    assert_eq!(
        bob.does("PRIVMSG #room :hi all\r\nPRIVMSG ann :hi ann")
            .await,
        NOTHING,
        "both are taken"
    );
    let (mut ann, room) = ann_with(&hub, "draft/chathistory").await;
    assert_eq!(
        room.first().map(String::as_str),
        Some(":ann!~u@127.0.0.1 JOIN #room")
    );
    assert_eq!(
        ann.does("CHATHISTORY LATEST #room * 10").await,
        [":bob!~u@127.0.0.1 PRIVMSG #room :hi all"]
    );
    assert_eq!(
        ann.does("CHATHISTORY LATEST bob * 10").await,
        [":bob!~u@127.0.0.1 PRIVMSG ann :hi ann"]
    );
    assert_eq!(ann.does("NS SET ALWAYS-ON off").await.len(), 1);
    leaves(ann).await;
    assert_eq!(bob.sees().await, [":ann!~u@127.0.0.1 QUIT :Quit"]);
}

#[tokio::test]
async fn one_who_is_always_on_is_as_before_when_the_hub_starts_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = hub_in(folder.path(), "").await;
    let mut ann = always_on(&hub).await;
    let before = "JOIN #one\r\nJOIN #two\r\nJOIN #three\r\nPART #three\r\nMODE #two +v ann\r\nSETNAME :Ann A.\r\nAWAY :tea";
    ann.does(before).await;
    ann.does("METADATA * SET colour :blue").await;
    let mut bob = hub.client("bob").await;
    bob.does("JOIN #two").await;
    leaves(ann).await;
    hub.stop().await;

    let hub = hub_in(folder.path(), "").await;
    let mut bob = hub.client_with("bob", "multi-prefix").await;
    bob.does("JOIN #two").await;
    let names = bob.does("NAMES #two").await;
    assert_eq!(names[0], ":hub.test 353 bob = #two :@+ann bob");
    let whois = bob.does("WHOIS ann").await;
    for line in [
        ":hub.test 311 bob ann ~u 127.0.0.1 * :Ann A.",
        ":hub.test 319 bob ann :@#one @+#two",
        ":hub.test 330 bob ann ann :is logged in as",
        ":hub.test 301 bob ann tea",
    ] {
        assert!(whois.iter().any(|one| one == line), "{line} in {whois:?}");
    }
    assert_eq!(
        bob.does("PRIVMSG ann :hi").await,
        [":hub.test 301 bob ann tea"]
    );
    let (mut ann, rooms) = ann_with(&hub, "draft/chathistory batch").await;
    let joined: Vec<&String> = rooms
        .iter()
        .filter(|line| line.contains(" JOIN "))
        .collect();
    assert_eq!(
        joined,
        [":ann!~u@127.0.0.1 JOIN #one", ":ann!~u@127.0.0.1 JOIN #two"]
    );
    assert_eq!(
        ann.does("METADATA * GET colour").await[1],
        "@batch=B :hub.test 761 ann ann colour * blue"
    );
    assert_eq!(
        ann.does("CHATHISTORY TARGETS timestamp=2020-01-01T00:00:00.000Z timestamp=2099-01-01T00:00:00.000Z 10").await.len(),
        3
    );
    ann.does("PART #one").await;
    ann.does("MODE #two -o ann").await;
    hub.stop().await;

    let hub = hub_in(folder.path(), "").await;
    let mut bob = hub.client_with("bob", "multi-prefix").await;
    let whois = bob.does("WHOIS ann").await;
    let rooms = ":hub.test 319 bob ann +#two";
    assert!(whois.iter().any(|line| line == rooms), "{whois:?}");
    hub.stop().await;

    let hub = hub_in(folder.path(), "[accounts]\nalways_on = \"disabled\"\n").await;
    let mut bob = hub.client("bob").await;
    assert_eq!(bob.does("ISON ann").await, [":hub.test 303 bob :"]);
    hub.stop().await;

    let hub = hub_in(folder.path(), "").await;
    let mut bob = hub.client("bob").await;
    assert_eq!(
        bob.does("ISON ann").await,
        [":hub.test 303 bob :"],
        "whoever was sent away once does not come back by itself"
    );
}

#[tokio::test]
async fn the_settings_say_who_is_always_on() {
    for (setting, order, stays) in [
        ("mandatory", "NS SET ALWAYS-ON off", true),
        ("opt-out", "NS SET ALWAYS-ON default", true),
        ("opt-out", "NS SET ALWAYS-ON off", false),
        ("opt-in", "NS SET ALWAYS-ON default", false),
        ("disabled", "NS SET ALWAYS-ON on", false),
    ] {
        let hub = Hub::with(&format!("[accounts]\nalways_on = {setting:?}\n")).await;
        let mut ann = registered(&hub).await;
        ann.does(order).await;
        leaves(ann).await;
        let mut bob = hub.client("bob").await;
        let expected = if stays { "ann" } else { ":" };
        assert_eq!(
            bob.does("ISON ann").await,
            [format!(":hub.test 303 bob {expected}")],
            "{setting} and {order}"
        );
    }
}

#[tokio::test]
async fn one_who_is_always_on_leaves_when_killed_or_logged_out() {
    let hub = Hub::with("[[operators]]\nname = \"ada\"\npassword_hash = \"$argon2id$v=19$m=8,t=1,p=1$MTvY1b661iUtI84v/mbxJA$N4YToeaTpJ0cv/poHRJnJcVssRU1e8Cv3FXiyhM8ZVE\"\n").await;
    let mut ann = always_on(&hub).await;
    ann.does("JOIN #room").await;
    let mut bob = hub.client("bob").await;
    bob.does("JOIN #room\r\nOPER ada operpassword").await;
    leaves(ann).await;
    assert_eq!(
        bob.does("KILL ann :enough").await,
        [":ann!~u@127.0.0.1 QUIT :Killed (bob (enough))"]
    );
    let (mut ann, rooms) = ann_with(&hub, "").await;
    assert_eq!(rooms, NOTHING, "somebody new");
    assert_eq!(
        ann.does("NS LOGOUT").await,
        [
            ":hub.test 901 ann ann!~u@127.0.0.1 :You are now logged out",
            ":NickServ!NickServ@hub.test NOTICE ann :You are logged in as ann no more",
        ]
    );
    leaves(ann).await;
    assert_eq!(bob.does("ISON ann").await, [":hub.test 303 bob :"]);
}

#[tokio::test]
async fn who_regains_the_nick_or_changes_the_account_is_always_on_in_its_stead() {
    let hub = Hub::start().await;
    let ann = always_on(&hub).await;
    leaves(ann).await;
    let mut other = hub.client("other").await;
    other.does("REGISTER * * sesame").await;
    other.does("NS SET ALWAYS-ON true").await;
    other.does("NS IDENTIFY ann sesame").await;
    assert_eq!(
        other.does("NS REGAIN").await,
        [
            ":other!~u@127.0.0.1 NICK ann",
            ":NickServ!NickServ@hub.test NOTICE ann :The nick ann is yours",
        ]
    );
    leaves(other).await;
    let mut bob = hub.client("bob").await;
    assert_eq!(bob.does("ISON ann other").await, [":hub.test 303 bob ann"]);
    let whois = bob.does("WHOIS ann").await;
    let account = ":hub.test 330 bob ann ann :is logged in as".to_owned();
    assert!(whois.contains(&account), "{whois:?}");
    let mut other = hub.client("guest").await;
    other
        .does("NS IDENTIFY other sesame\r\nNS IDENTIFY ann sesame")
        .await;
    leaves(other).await;
    assert_eq!(
        bob.does("ISON other guest").await,
        [":hub.test 303 bob :"],
        "the account has one who is always on already"
    );
}

#[tokio::test]
async fn an_operator_who_is_not_there_is_none() {
    let hub = Hub::with("[[operators]]\nname = \"ada\"\npassword_hash = \"$argon2id$v=19$m=8,t=1,p=1$MTvY1b661iUtI84v/mbxJA$N4YToeaTpJ0cv/poHRJnJcVssRU1e8Cv3FXiyhM8ZVE\"\n").await;
    let mut ann = always_on(&hub).await;
    ann.does("OPER ada operpassword\r\nMODE ann +i").await;
    leaves(ann).await;
    let (mut ann, _) = ann_with(&hub, "").await;
    assert_eq!(ann.does("MODE ann").await, [":hub.test 221 ann +i"]);
}

#[tokio::test]
async fn markers_and_keys_are_the_accounts_and_survive_the_hub() {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = hub_in(folder.path(), "").await;
    let mut ann = registered(&hub).await;
    ann.does("MARKREAD bob timestamp=2026-01-02T00:00:00.000Z")
        .await;
    ann.does("MARKREAD #Room timestamp=2026-01-01T00:00:00.000Z")
        .await;
    ann.does("METADATA * SET colour :blue\r\nMETADATA * SET shape :round\r\nMETADATA * SET shape")
        .await;
    leaves(ann).await;
    hub.stop().await;
    let hub = hub_in(folder.path(), "").await;
    let (mut ann, _) = ann_with(&hub, "draft/read-marker").await;
    assert_eq!(
        ann.does("MARKREAD bob\r\nMARKREAD #room").await,
        [
            ":hub.test MARKREAD bob timestamp=2026-01-02T00:00:00.000Z",
            ":hub.test MARKREAD #room timestamp=2026-01-01T00:00:00.000Z",
        ]
    );
    assert_eq!(
        ann.does("METADATA * LIST").await,
        [":hub.test 761 ann ann colour * blue"]
    );
}

#[tokio::test]
async fn whom_one_wrote_to_is_known_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = hub_in(folder.path(), "").await;
    let mut ann = registered(&hub).await;
    let mut bob = hub.client("bob").await;
    bob.does("REGISTER * * sesame").await;
    ann.does("PRIVMSG bob :hi").await;
    leaves(ann).await;
    leaves(bob).await;
    hub.stop().await;
    let hub = hub_in(folder.path(), "").await;
    let (mut ann, _) = ann_with(&hub, "draft/chathistory soju.im/search").await;
    let targets = "CHATHISTORY TARGETS timestamp=2020-01-01T00:00:00.000Z timestamp=2099-01-01T00:00:00.000Z 10";
    let found = ann.does(targets).await;
    assert!(
        found.len() == 1 && found[0].starts_with(":hub.test CHATHISTORY TARGETS bob "),
        "{found:?}"
    );
    let line = [":ann!~u@127.0.0.1 PRIVMSG bob :hi"];
    assert_eq!(ann.does("CHATHISTORY LATEST bob * 10").await, line);
    assert_eq!(ann.does("SEARCH text=hi").await, line);
}

#[tokio::test]
async fn one_who_logs_in_after_arriving_has_the_messages_to_the_account() {
    let hub = Hub::start().await;
    let ann = registered(&hub).await;
    let mut bob = hub.client("bob").await;
    bob.does("PRIVMSG ann :to the account").await;
    leaves(ann).await;
    let mut ann = hub.client_with("guest", "draft/chathistory").await;
    bob.does("PRIVMSG guest :to the guest").await;
    ann.sees().await;
    ann.does("NS IDENTIFY ann sesame").await;
    bob.does("PRIVMSG ann :to both").await;
    assert_eq!(ann.sees().await, [":bob!~u@127.0.0.1 PRIVMSG ann :to both"]);
    assert_eq!(
        ann.does("CHATHISTORY LATEST bob * 10").await,
        [
            ":bob!~u@127.0.0.1 PRIVMSG ann :to the account",
            ":bob!~u@127.0.0.1 PRIVMSG guest :to the guest",
            ":bob!~u@127.0.0.1 PRIVMSG ann :to both",
        ]
    );
    ann.does("NS LOGOUT").await;
    bob.does("PRIVMSG ann :to nobody's account").await;
    assert_eq!(
        ann.sees().await,
        [":bob!~u@127.0.0.1 PRIVMSG ann :to nobody's account"]
    );
    leaves(ann).await;
    let (mut ann, _) = ann_with(&hub, "draft/chathistory").await;
    assert_eq!(
        ann.does("CHATHISTORY LATEST bob * 10").await,
        [
            ":bob!~u@127.0.0.1 PRIVMSG ann :to the account",
            ":bob!~u@127.0.0.1 PRIVMSG ann :to both",
        ]
    );
}

#[tokio::test]
async fn an_account_is_deleted_with_what_it_owns() {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = hub_in(folder.path(), "").await;
    let mut ann = always_on(&hub).await;
    let (mut other, _) = ann_with(&hub, "").await;
    ann.does("JOIN #room\r\nCHANSERV REGISTER #room\r\nMARKREAD #room timestamp=2026-01-01T00:00:00.000Z")
        .await;
    other.sees().await;
    let asked = ann.does("NS DROP ann").await;
    let code = asked[0].rsplit(' ').next().expect("a code").to_owned();
    assert!(
        asked[0].contains("to confirm, say UNREGISTER ann"),
        "{asked:?}"
    );
    assert_eq!(ann.does("NS UNREGISTER ann 0").await, asked);
    assert_eq!(
        ann.does(&format!("NS DROP ann {code}")).await,
        [
            ":ann!~u@127.0.0.1 MODE #room -r",
            ":hub.test 901 ann ann!~u@127.0.0.1 :You are now logged out",
            ":NickServ!NickServ@hub.test NOTICE ann :The account ann is deleted",
        ]
    );
    assert_eq!(
        other.sees().await,
        [
            ":ann!~u@127.0.0.1 MODE #room -r",
            ":hub.test 901 ann ann!~u@127.0.0.1 :You are now logged out",
        ]
    );
    leaves(other).await;
    leaves(ann).await;
    hub.stop().await;
    let hub = hub_in(folder.path(), "").await;
    let mut ann = hub.client("ann").await;
    assert_eq!(
        ann.does("NS IDENTIFY ann sesame").await,
        [":NickServ!NickServ@hub.test NOTICE ann :wrong account or password"]
    );
    ann.does("REGISTER * * sesame").await;
    assert_eq!(
        ann.does("MARKREAD #room").await,
        [":hub.test MARKREAD #room *"],
        "nothing of the one before"
    );
}

/// Deletes the account that a client is logged in to.
async fn drops_account(client: &mut Client) {
    let asked = client.does("NS DROP ann").await.concat();
    let (_, code) = asked.rsplit_once(' ').expect("a code");
    let done = client.does(&format!("NS DROP ann {code}")).await;
    let said = done.last().expect("an answer");
    assert!(said.ends_with(":The account ann is deleted"), "{done:?}");
}

#[tokio::test]
async fn who_takes_the_name_of_a_deleted_account_has_nothing_of_its_owner() {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = hub_in(folder.path(), "").await;
    let mut bob = hub
        .client_with("bob", "message-tags draft/chathistory")
        .await;
    bob.does("REGISTER * * sesame\r\nJOIN #room").await;
    let mut ann = registered(&hub).await;
    ann.does("JOIN #room\r\nPRIVMSG bob :between us\r\nPRIVMSG #room :to all")
        .await;
    bob.until(" :between us").await;
    let tagged = bob.raw_line().await.expect("what was said in the room");
    let id = tagged.split_once("msgid=").expect("an id").1;
    let id = id.split([';', ' ']).next().expect("an id").to_owned();
    drops_account(&mut ann).await;
    leaves(ann).await;

    let caps = "draft/chathistory soju.im/search draft/message-redaction";
    let mut eve = hub.client_with("ann", caps).await;
    eve.does("REGISTER * * millet\r\nJOIN #room").await;
    assert_eq!(eve.does("CHATHISTORY LATEST bob * 10").await, NOTHING);
    let refused = eve.does(&format!("REDACT #room {id}")).await;
    assert!(
        refused[0].starts_with(":hub.test FAIL REDACT REDACT_FORBIDDEN #room "),
        "{refused:?}"
    );
    eve.does("PRIVMSG bob :another one").await;
    let own = [":ann!~u@127.0.0.1 PRIVMSG bob :another one"];
    leaves(eve).await;
    let (mut eve, _) = login(&hub, "AGFubgBtaWxsZXQ=", caps).await;
    assert_eq!(eve.does("CHATHISTORY LATEST bob * 10").await, own);
    assert_eq!(eve.does("SEARCH in=bob").await, own);
}

#[tokio::test]
async fn a_deleted_account_leaves_nobody_behind_who_is_always_on() {
    let hub = Hub::start().await;
    let mut bob = bob_beside_ann(&hub).await;
    let mut owner = owner(&hub).await;
    drops_account(&mut owner).await;
    assert_eq!(bob.sees().await, [":ann!~u@127.0.0.1 QUIT :Logged out"]);
    assert_eq!(bob.does("ISON ann ann2").await, [":hub.test 303 bob ann2"]);
}

#[tokio::test]
async fn a_room_of_a_deleted_account_that_nobody_has_entered_is_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = hub_in(folder.path(), "").await;
    let mut ann = registered(&hub).await;
    ann.does(
        "JOIN #room\r\nCHANSERV REGISTER #room\r\nTOPIC #room :secret\r\nPRIVMSG #room :secret",
    )
    .await;
    leaves(ann).await;
    hub.stop().await;
    let hub = hub_in(folder.path(), "").await;
    let (mut ann, _) = ann_with(&hub, "").await;
    drops_account(&mut ann).await;
    let mut eve = hub.client_with("eve", "draft/chathistory").await;
    assert_eq!(
        eve.does("JOIN #room").await,
        [
            ":eve!~u@127.0.0.1 JOIN #room",
            ":hub.test 353 eve = #room @eve",
            ":hub.test 366 eve #room :End of /NAMES list",
        ]
    );
    assert_eq!(eve.does("CHATHISTORY LATEST #room * 10").await, NOTHING);
}

#[tokio::test]
async fn an_owner_says_from_another_nick_that_nobody_stays() {
    let hub = Hub::start().await;
    let mut bob = bob_beside_ann(&hub).await;
    let mut owner = owner(&hub).await;
    owner.does("NS SET ALWAYS-ON false").await;
    assert_eq!(
        bob.sees().await,
        [":ann!~u@127.0.0.1 QUIT :No longer always on"]
    );
}
