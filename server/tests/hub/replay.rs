//! What those are shown of a room who come late and cannot ask.

use crate::fixture::Hub;

const REPLAY: &str = "[history]\nreplay_on_join = 2\n";

#[tokio::test]
async fn one_who_comes_late_is_shown_what_was_said_last() {
    let hub = Hub::with(REPLAY).await;
    let [mut ann] = hub.room(["ann"]).await;
    ann.does("PRIVMSG #room :one\r\nTOPIC #room :tea\r\nPRIVMSG #room :two\r\nNOTICE #room :three")
        .await;
    let mut bob = hub.client("bob").await;
    let mut seen = bob.does("JOIN #room").await;
    let replayed = seen.split_off(seen.len() - 2);
    assert_eq!(
        replayed,
        [
            ":ann!~u@127.0.0.1 PRIVMSG #room :two",
            ":ann!~u@127.0.0.1 NOTICE #room :three"
        ]
    );
    assert_eq!(seen.len(), 5, "JOIN, 332, 333, 353, 366: {seen:?}");
    let mut timed = hub.client_with("cid", "server-time").await;
    let seen = timed.does("JOIN #room").await;
    assert_eq!(
        seen.last().map(String::as_str),
        Some("@time=T :ann!~u@127.0.0.1 NOTICE #room :three")
    );
}

#[tokio::test]
async fn bots_and_those_who_ask_by_themselves_are_shown_nothing() {
    let hub = Hub::with(REPLAY).await;
    let [mut ann] = hub.room(["ann"]).await;
    ann.does("PRIVMSG #room :one").await;
    let mut bot = hub.client("bot").await;
    bot.does("MODE bot +B").await;
    let mut modern = hub.client_with("modern", "draft/chathistory batch").await;
    for client in [&mut bot, &mut modern] {
        let seen = client.does("JOIN #room").await;
        assert!(
            !seen.iter().any(|line| line.contains("PRIVMSG")),
            "{seen:?}"
        );
    }
    // And by default nobody is.
    let hub = Hub::start().await;
    let [mut ann] = hub.room(["ann"]).await;
    ann.does("PRIVMSG #room :one").await;
    let mut bob = hub.client("bob").await;
    assert_eq!(bob.does("JOIN #room").await.len(), 3);
}
