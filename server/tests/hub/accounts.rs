//! Accounts: who logs in, how, and what that gives.

use std::path::Path;

use crate::client::Client;
use crate::fixture::Hub;

/// Somebody who has made an account of their nick, password `sesame`.
async fn registered(hub: &Hub, nick: &str) -> Client {
    let mut client = hub.client(nick).await;
    assert_eq!(
        client.does("REGISTER * * sesame").await,
        [
            format!(":hub.test REGISTER SUCCESS {nick} :Account {nick} is yours"),
            format!(
                ":hub.test 900 {nick} {nick}!~u@127.0.0.1 {nick} :You are now logged in as {nick}"
            ),
        ]
    );
    client
}

/// Makes an account and leaves.
async fn make_account(hub: &Hub, nick: &str) {
    let mut client = registered(hub, nick).await;
    client.send("QUIT").await;
    client.rest().await;
}

/// `ann`'s name and password as `PLAIN` sends them: NUL, ann, NUL, sesame.
const ANN: &str = "AGFubgBzZXNhbWU=";

/// The same with a wrong password.
const ANN_WRONG: &str = "AGFubgBtaWxsZXQ=";

#[tokio::test]
async fn plain_logs_in_before_registration_and_what_fails_may_be_tried_again() {
    let hub = Hub::start().await;
    make_account(&hub, "ann").await;
    let mut ann = hub.connect().await;
    assert_eq!(ann.does("CAP REQ sasl").await, [":hub.test CAP * ACK sasl"]);
    for (line, answer) in [
        ("AUTHENTICATE plain", ":hub.test AUTHENTICATE +"),
        (
            &format!("AUTHENTICATE {ANN_WRONG}"),
            ":hub.test 904 * :SASL authentication failed: wrong account or password",
        ),
        ("AUTHENTICATE PLAIN", ":hub.test AUTHENTICATE +"),
        (
            "AUTHENTICATE *",
            ":hub.test 906 * :SASL authentication aborted",
        ),
        ("AUTHENTICATE PLAIN", ":hub.test AUTHENTICATE +"),
    ] {
        assert_eq!(ann.does(line).await, [answer], "{line}");
    }
    assert_eq!(
        ann.does(&format!("AUTHENTICATE {ANN}")).await,
        [
            ":hub.test 900 * *!*@127.0.0.1 ann :You are now logged in as ann",
            ":hub.test 903 * :SASL authentication successful",
        ]
    );
    ann.does("NICK ann\r\nUSER u 0 * :Ann\r\nCAP END").await;
    assert!(
        ann.does("WHOIS ann")
            .await
            .contains(&":hub.test 330 ann ann ann :is logged in as".to_owned())
    );
}

#[tokio::test]
async fn mechanisms_that_are_not_there_are_named_with_those_that_are() {
    let hub = Hub::start().await;
    let mut ann = hub.connect().await;
    assert_eq!(
        ann.does("AUTHENTICATE GSSAPI").await,
        [
            ":hub.test 908 * PLAIN,SCRAM-SHA-256 :are available SASL mechanisms",
            ":hub.test 904 * :SASL authentication failed: no such mechanism",
        ]
    );
    // There is no certificate without TLS.
    assert_eq!(
        ann.does("AUTHENTICATE EXTERNAL").await,
        [
            ":hub.test 908 * PLAIN,SCRAM-SHA-256 :are available SASL mechanisms",
            ":hub.test 904 * :SASL authentication failed: no such mechanism",
        ]
    );
    let offered = ann.does("CAP LS 302").await.concat();
    assert!(offered.contains("sasl=PLAIN,SCRAM-SHA-256 "), "{offered}");
}

#[tokio::test]
async fn others_see_who_is_logged_in() {
    let hub = Hub::start().await;
    let mut bob = hub
        .client_with("bob", "account-notify account-tag extended-join")
        .await;
    bob.does("JOIN #room").await;
    let mut ann = hub.client("ann").await;
    ann.does("JOIN #room").await;
    assert_eq!(
        bob.sees().await,
        [":ann!~u@127.0.0.1 JOIN #room * :Real ann"]
    );
    ann.does("NS REGISTER sesame").await;
    assert_eq!(
        bob.sees().await,
        ["@account=ann :ann!~u@127.0.0.1 ACCOUNT ann"]
    );
    ann.does("PRIVMSG #room hi\r\nPART #room\r\nJOIN #room")
        .await;
    assert_eq!(
        bob.sees().await,
        [
            "@account=ann :ann!~u@127.0.0.1 PRIVMSG #room :hi",
            "@account=ann :ann!~u@127.0.0.1 PART #room",
            "@account=ann :ann!~u@127.0.0.1 JOIN #room ann :Real ann",
        ]
    );
    assert_eq!(
        bob.does("WHO ann %na").await,
        [
            ":hub.test 354 bob ann ann",
            ":hub.test 315 bob ann :End of WHO list"
        ]
    );
}

#[tokio::test]
async fn a_registered_nick_is_kept_for_its_account() {
    let hub = Hub::start().await;
    make_account(&hub, "ann").await;
    let refusal = "433 * ann :Nickname is registered; log in to its account, or choose another";
    let mut thief = hub.connect().await;
    assert_eq!(
        thief.does("NICK Ann\r\nUSER u 0 * :x").await,
        [format!(":hub.test {}", refusal.replace("* ann", "* Ann"))]
    );
    thief.does("NICK bob").await;
    assert_eq!(
        thief.does("NICK ann").await,
        [format!(":hub.test {}", refusal.replace('*', "bob"))]
    );
    assert_eq!(
        thief.does("REGISTER ann * other").await,
        [
            ":hub.test FAIL REGISTER ACCOUNT_NAME_MUST_BE_NICK ann :The account's name has to be your nick"
        ]
    );
    assert_eq!(
        thief.does("PRIVMSG NickServ :identify ann sesame").await,
        [
            ":hub.test 900 bob bob!~u@127.0.0.1 ann :You are now logged in as ann",
            ":bob!~u@127.0.0.1 NICK ann",
            ":NickServ!NickServ@hub.test NOTICE ann :You are logged in as ann",
        ]
    );
}

#[tokio::test]
async fn an_owner_regains_the_nick_from_a_connection_of_before() {
    let hub = Hub::start().await;
    let mut ghost = registered(&hub, "ann").await;
    let mut ann = hub.client("ann2").await;
    assert_eq!(
        ann.does("NS REGAIN").await,
        [":NickServ!NickServ@hub.test NOTICE ann2 :log in first: IDENTIFY [account] password"]
    );
    ann.does("NS IDENTIFY ann sesame").await;
    assert_eq!(
        ann.does("NS REGAIN").await,
        [
            ":ann2!~u@127.0.0.1 NICK ann",
            ":NickServ!NickServ@hub.test NOTICE ann :The nick ann is yours",
        ]
    );
    assert_eq!(
        ghost.rest().await,
        ["ERROR :The owner of the nick has regained it"]
    );
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_has_it() {
    let hub = Hub::start().await;
    let mut ann = registered(&hub, "ann").await;
    let said = |text: &str| [format!(":NickServ!NickServ@hub.test NOTICE ann :{text}")];
    assert_eq!(
        ann.does("NS PASSWORD wrong millet").await,
        said("wrong account or password")
    );
    assert_eq!(
        ann.does("NS PASSWORD sesame millet").await,
        said("The password of ann is changed")
    );
    ann.does("AUTHENTICATE PLAIN").await;
    assert_eq!(
        ann.does(&format!("AUTHENTICATE {ANN_WRONG}"))
            .await
            .last()
            .map(String::as_str),
        Some(":hub.test 903 ann :SASL authentication successful")
    );
}

#[tokio::test]
async fn too_many_failures_lock_out_even_the_right_password() {
    let hub = Hub::with("[limits]\nexempt = []\nmessage_burst = 0\nlines_per_second = 0\n").await;
    make_account(&hub, "ann").await;
    let mut mallory = hub.client("mallory").await;
    for _ in 0..10 {
        assert_eq!(
            mallory.does("NS IDENTIFY ann millet").await,
            [":NickServ!NickServ@hub.test NOTICE mallory :wrong account or password"]
        );
    }
    assert_eq!(
        mallory.does("NS IDENTIFY ann sesame").await,
        [":NickServ!NickServ@hub.test NOTICE mallory :too many failures; wait a few minutes"]
    );
}

#[tokio::test]
async fn where_everyone_needs_an_account_a_newcomer_makes_one_first() {
    let hub = Hub::with("[accounts]\nrequire_sasl = true\nbefore_connect = true\n").await;
    let mut stranger = hub.connect().await;
    stranger.send("NICK bob\r\nUSER u 0 * :Bob").await;
    assert_eq!(
        stranger.rest().await,
        [
            ":hub.test FAIL * ACCOUNT_REQUIRED_TO_CONNECT :An account is needed here; log in with SASL",
            "ERROR :an account is needed here; log in with SASL",
        ]
    );
    let mut ann = hub.connect().await;
    ann.does("CAP REQ sasl\r\nNICK ann\r\nUSER u 0 * :Ann")
        .await;
    assert_eq!(
        ann.does("REGISTER * * sesame").await,
        [
            ":hub.test REGISTER SUCCESS ann :Account ann is yours",
            ":hub.test 900 ann ann!~u@127.0.0.1 ann :You are now logged in as ann",
        ]
    );
    let welcome = ann.does("CAP END").await;
    assert_eq!(
        welcome.first().map(String::as_str),
        Some(":hub.test 001 ann :Welcome to hub.test, ann!~u@127.0.0.1")
    );
}

#[tokio::test]
async fn registration_can_be_closed_and_says_why_it_refuses() {
    let hub = Hub::start().await;
    let mut early = hub.connect().await;
    assert_eq!(
        early.does("NICK ann\r\nREGISTER * * sesame").await,
        [":hub.test FAIL REGISTER COMPLETE_CONNECTION_REQUIRED * :Complete the connection first"]
    );
    let closed = Hub::with("[accounts]\nregistration = false\n").await;
    let mut ann = closed.client("ann").await;
    assert_eq!(
        ann.does("REGISTER * * sesame").await,
        [
            ":hub.test FAIL REGISTER DISALLOWED * :Accounts are made by the operators of this server alone"
        ]
    );
    let listed = ann.does("CAP LS 302").await.concat();
    assert!(!listed.contains("draft/account-registration"), "{listed}");
}

#[tokio::test]
async fn rooms_can_be_for_accounts_alone_and_ban_accounts() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = hub.room(["ann", "bob"]).await;
    bob.does("NS REGISTER sesame\r\nPART #room").await;
    ann.does("MODE #room +R").await;
    let mut eve = hub.client("eve").await;
    assert_eq!(
        eve.does("JOIN #room").await,
        [":hub.test 477 eve #room :Cannot join channel (+R): log in to an account first"]
    );
    ann.does("MODE #room -R+b ~a:BOB").await;
    assert_eq!(
        bob.does("JOIN #room").await,
        [":hub.test 474 bob #room :Cannot join channel (+b)"]
    );
    assert_eq!(
        eve.does("JOIN #room").await.first().map(String::as_str),
        Some(":eve!~u@127.0.0.1 JOIN #room")
    );
}

fn at(folder: &Path) -> String {
    format!("data_dir = {:?}\n", folder.display().to_string())
}

#[tokio::test]
async fn accounts_and_the_rooms_that_belong_to_them_survive_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = Hub::with(&at(folder.path())).await;
    let mut ann = registered(&hub, "ann").await;
    ann.does("JOIN #ours\r\nTOPIC #ours hello").await;
    assert_eq!(
        ann.does("CS REGISTER #ours").await,
        [
            ":ann!~u@127.0.0.1 MODE #ours +r",
            ":ChanServ!ChanServ@hub.test NOTICE ann :REGISTER #ours: done",
        ]
    );
    assert_eq!(
        ann.does("MODE #ours -r").await,
        [":hub.test 696 ann #ours r * :it is for ChanServ to change"]
    );
    ann.send("QUIT").await;
    ann.rest().await;
    drop(ann);
    hub.stop().await;

    let hub = Hub::with(&at(folder.path())).await;
    let mut bob = hub.client("bob").await;
    assert_eq!(
        bob.does("JOIN #ours").await[0..2],
        [
            ":bob!~u@127.0.0.1 JOIN #ours",
            ":hub.test 332 bob #ours hello",
        ]
    );
    assert_eq!(
        bob.does("NAMES #ours").await[0],
        ":hub.test 353 bob = #ours bob"
    );
    let mut ann = hub.client("ann2").await;
    ann.does("NS IDENTIFY ann sesame").await;
    ann.does("JOIN #ours").await;
    assert_eq!(
        bob.sees().await,
        [
            ":ann!~u@127.0.0.1 JOIN #ours",
            ":ann!~u@127.0.0.1 MODE #ours +o ann",
        ]
    );
    assert_eq!(
        bob.does("CS OP #ours bob").await,
        [":ChanServ!ChanServ@hub.test NOTICE bob :the room does not belong to your account"]
    );
    ann.does("CS OP #ours bob").await;
    assert_eq!(bob.sees().await, [":ann!~u@127.0.0.1 MODE #ours +o bob"]);
}

/// Somebody who has logged in to an account of their nick, password `sesame`.
async fn logged_in(hub: &Hub, nick: &str, plain: &str) -> Client {
    let mut client = hub.connect().await;
    let caps = "CAP REQ :sasl batch draft/chathistory";
    client.does(&format!("{caps}\r\nAUTHENTICATE PLAIN")).await;
    client.does(&format!("AUTHENTICATE {plain}")).await;
    client
        .does(&format!("NICK {nick}\r\nUSER u 0 * :{nick}\r\nCAP END"))
        .await;
    client
}

#[tokio::test]
async fn direct_messages_of_accounts_are_there_after_a_restart_and_go_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = Hub::with(&at(folder.path())).await;
    let mut ann = registered(&hub, "ann").await;
    let mut bob = registered(&hub, "bob").await;
    ann.does("PRIVMSG bob one").await;
    bob.does("PRIVMSG ann two").await;
    ann.sees().await;
    drop((ann, bob));
    hub.stop().await;

    let hub = Hub::with(&at(folder.path())).await;
    let bobs = "AGJvYgBzZXNhbWU=";
    let mut ann = logged_in(&hub, "ann", ANN).await;
    let history = [
        ":hub.test BATCH +B chathistory bob",
        "@batch=B :ann!~u@127.0.0.1 PRIVMSG bob :one",
        "@batch=B :bob!~u@127.0.0.1 PRIVMSG ann :two",
        ":hub.test BATCH -B",
    ];
    assert_eq!(ann.does("CHATHISTORY LATEST bob * 10").await, history);
    let mut bob = logged_in(&hub, "bob", bobs).await;
    bob.does("PRIVMSG ann three").await;
    assert_eq!(ann.sees().await, [":bob!~u@127.0.0.1 PRIVMSG ann :three"]);
    // Somebody else has nothing of it.
    let mut eve = hub.client_with("eve", "batch draft/chathistory").await;
    assert_eq!(
        eve.does("CHATHISTORY LATEST bob * 10").await,
        [history[0], history[3]]
    );
}

#[tokio::test]
async fn an_account_has_so_many_rooms_and_no_more() {
    let hub = Hub::start().await;
    let mut ann = registered(&hub, "ann").await;
    for number in 0..100 {
        let register = format!("JOIN #{number}\r\nCS REGISTER #{number}\r\nPART #{number}");
        ann.does(&register).await;
    }
    let full = ":ChanServ!ChanServ@hub.test NOTICE ann :your account has 100 rooms already; UNREGISTER one of them first";
    ann.does("JOIN #more").await;
    assert_eq!(ann.does("CS REGISTER #more").await, [full]);
    ann.does("JOIN #7\r\nCS UNREGISTER #7").await;
    let done = ":ChanServ!ChanServ@hub.test NOTICE ann :REGISTER #more: done";
    let registered = ann.does("CS REGISTER #more").await;
    assert_eq!(registered.last().map(String::as_str), Some(done));
}
