//! Rooms that get another name.

use crate::client::NOTHING;
use crate::fixture::Hub;

const CAP: &str = "draft/channel-rename";

#[tokio::test]
async fn who_knows_of_renaming_is_told_and_others_change_rooms() {
    let hub = Hub::start().await;
    let [mut ann, mut bob, mut cid] = hub
        .room_with([("ann", CAP), ("bob", "extended-join"), ("cid", CAP)])
        .await;
    ann.does("TOPIC #room :hello").await;
    bob.sees().await;
    cid.sees().await;
    let renamed = [":ann!~u@127.0.0.1 RENAME #room #new :tidying up"];
    assert_eq!(ann.does("RENAME #room #new :tidying up").await, renamed);
    assert_eq!(cid.sees().await, renamed);
    let seen = bob.sees().await;
    let time_of_topic = seen.get(3).expect("the topic's time").clone();
    assert_eq!(
        seen,
        [
            ":bob!~u@127.0.0.1 PART #room :tidying up".to_owned(),
            ":bob!~u@127.0.0.1 JOIN #new * :Real bob".to_owned(),
            ":hub.test 332 bob #new hello".to_owned(),
            time_of_topic,
            ":hub.test 353 bob = #new :@ann bob cid".to_owned(),
            ":hub.test 366 bob #new :End of /NAMES list".to_owned(),
        ]
    );
    bob.does("PRIVMSG #new :hi").await;
    let hi = [":bob!~u@127.0.0.1 PRIVMSG #new :hi"];
    assert_eq!(ann.sees().await, hi);
    assert_eq!(cid.sees().await, hi);
    assert_eq!(
        bob.does("PRIVMSG #room :hi").await,
        [":hub.test 403 bob #room :No such channel"]
    );
    let whois = bob.does("WHOIS ann").await;
    assert!(
        whois.contains(&":hub.test 319 bob ann @#new".to_owned()),
        "{whois:?}"
    );
    assert_eq!(
        bob.does("JOIN #room").await,
        [
            ":bob!~u@127.0.0.1 JOIN #room * :Real bob",
            ":hub.test 353 bob = #room @bob",
            ":hub.test 366 bob #room :End of /NAMES list",
        ],
        "the name of before is free, and another room's"
    );
    assert_eq!(ann.does("PART #new").await, [":ann!~u@127.0.0.1 PART #new"]);
    ann.does("JOIN #room\r\nPRIVMSG #room :here").await;
    assert_eq!(cid.sees().await, [":ann!~u@127.0.0.1 PART #new"]);
}

#[tokio::test]
async fn a_name_that_cannot_be_is_refused_and_stays_free() {
    let hub = Hub::with("auto_join = [\"#lobby\"]\n").await;
    let [mut ann, mut bob] = hub.room_with([("ann", CAP), ("bob", CAP)]).await;
    bob.does("JOIN #taken").await;
    ann.sees().await;
    for (line, answer) in [
        (
            "RENAME #room #taken",
            "FAIL RENAME CHANNEL_NAME_IN_USE #room #taken :There is a room of that name",
        ),
        (
            "RENAME #room #lobby",
            "FAIL RENAME CHANNEL_NAME_IN_USE #room #lobby :There is a room of that name",
        ),
        (
            "RENAME #room #room",
            "FAIL RENAME CANNOT_RENAME #room #room :That is its name",
        ),
        ("RENAME #none #new", "403 ann #none :No such channel"),
        ("RENAME #room", "461 ann RENAME :Not enough parameters"),
    ] {
        assert_eq!(
            ann.does(line).await,
            [format!(":hub.test {answer}")],
            "{line}"
        );
    }
    assert_eq!(
        bob.does("RENAME #room #new").await,
        [":hub.test 482 bob #room :You're not channel operator"]
    );
    assert_eq!(
        bob.does("JOIN #new").await.len(),
        3,
        "whoever may not rename leaves the name free"
    );
    assert_eq!(ann.sees().await, NOTHING);
    assert_eq!(
        ann.does("RENAME #room #Room :tidy").await,
        [":ann!~u@127.0.0.1 RENAME #room #Room :tidy"]
    );
    assert_eq!(
        bob.sees().await,
        [":ann!~u@127.0.0.1 RENAME #room #Room :tidy"]
    );
}

#[tokio::test]
async fn history_follows_and_so_does_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("UTF-8");
    let settings = format!("data_dir = {path:?}\n");
    let hub = Hub::with(&settings).await;
    let caps = "draft/channel-rename draft/chathistory";
    let mut ann = hub.client_with("ann", caps).await;
    ann.does("REGISTER * * sesame\r\nNS SET ALWAYS-ON true\r\nJOIN #room")
        .await;
    ann.does(
        "PRIVMSG #room :before\r\nPRIVMSG @#room :ops\r\nRENAME #room #new\r\nPRIVMSG #new :after",
    )
    .await;
    let lines = [
        ":ann!~u@127.0.0.1 PRIVMSG #new :before",
        ":ann!~u@127.0.0.1 PRIVMSG @#new :ops",
        ":ann!~u@127.0.0.1 PRIVMSG #new :after",
    ];
    assert_eq!(ann.does("CHATHISTORY LATEST #new * 10").await, lines);
    assert_eq!(
        ann.does("CHATHISTORY LATEST #room * 10").await,
        [":hub.test FAIL CHATHISTORY INVALID_TARGET LATEST #room :Messages could not be retrieved"]
    );
    hub.stop().await;
    let hub = Hub::with(&settings).await;
    let mut bob = hub.client_with("bob", caps).await;
    assert_eq!(
        bob.does("JOIN #new").await,
        [
            ":bob!~u@127.0.0.1 JOIN #new",
            ":hub.test 353 bob = #new :@ann bob",
            ":hub.test 366 bob #new :End of /NAMES list",
        ]
    );
    let [before, _, after] = lines;
    assert_eq!(
        bob.does("CHATHISTORY LATEST #new * 10").await,
        [before, after],
        "the other one is for operators"
    );
}
