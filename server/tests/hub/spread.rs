//! What goes through all rooms of somebody is seen once by those who share several.

use crate::client::{Client, NOTHING};
use crate::fixture::Hub;

const CAPS: &str = "away-notify setname";

/// Ann and Bob share three rooms; Cid shares one with both; Dan shares none.
async fn four(hub: &Hub) -> [Client; 4] {
    let mut people = Vec::new();
    for (nick, rooms) in [
        ("ann", "#a,#b,#c"),
        ("bob", "#c,#b,#a"),
        ("cid", "#b"),
        ("dan", "#d"),
    ] {
        let mut client = hub.client_with(nick, CAPS).await;
        client.does(&format!("JOIN {rooms}")).await;
        people.push(client);
    }
    for client in &mut people {
        client.sees().await;
    }
    people
        .try_into()
        .unwrap_or_else(|_| unreachable!("four of four"))
}

/// Ann does something that everybody who shares a room with her sees once.
async fn check(line: &str, own: &[&str], others: &[&str]) {
    let hub = Hub::start().await;
    let [mut ann, mut bob, mut cid, mut dan] = four(&hub).await;
    assert_eq!(ann.does(line).await, own);
    assert_eq!(bob.sees().await, others);
    assert_eq!(cid.sees().await, others);
    assert_eq!(dan.sees().await, NOTHING);
}

#[tokio::test]
async fn nick_is_seen_once() {
    let line = [":ann!~u@127.0.0.1 NICK anna"];
    check("NICK anna", &line, &line).await;
    let line = [":ann!~u@127.0.0.1 NICK Ann"];
    check("NICK Ann", &line, &line).await;
    check("NICK ann", &[], &[]).await;
}

#[tokio::test]
async fn away_is_seen_once() {
    check(
        "AWAY :out",
        &[":hub.test 306 ann :You have been marked as being away"],
        &[":ann!~u@127.0.0.1 AWAY :out"],
    )
    .await;
    check(
        "AWAY",
        &[":hub.test 305 ann :You are no longer marked as being away"],
        &[],
    )
    .await;
}

#[tokio::test]
async fn setname_is_seen_once() {
    let line = [":ann!~u@127.0.0.1 SETNAME :Ann B."];
    check("SETNAME :Ann B.", &line, &line).await;
}

#[tokio::test]
async fn quit_is_seen_once() {
    let hub = Hub::start().await;
    let [mut ann, mut bob, mut cid, mut dan] = four(&hub).await;
    ann.send("QUIT :so long").await;
    assert_eq!(ann.rest().await, ["ERROR :Quit: so long"]);
    let line = [":ann!~u@127.0.0.1 QUIT :Quit: so long"];
    assert_eq!(bob.sees().await, line);
    assert_eq!(cid.sees().await, line);
    assert_eq!(dan.sees().await, NOTHING);
    assert_eq!(
        bob.does("NAMES #a").await,
        [
            ":hub.test 353 bob = #a bob",
            ":hub.test 366 bob #a :End of /NAMES list"
        ]
    );
}

#[tokio::test]
async fn a_connection_that_breaks_is_a_quit() {
    let hub = Hub::start().await;
    let [ann, mut bob, _cid, _dan] = four(&hub).await;
    drop(ann);
    assert_eq!(
        bob.line().await,
        ":ann!~u@127.0.0.1 QUIT :Connection closed"
    );
    assert_eq!(bob.sees().await, NOTHING);
}

#[tokio::test]
async fn each_of_many_in_a_row_is_seen_once_and_in_order() {
    let hub = Hub::start().await;
    let [mut ann, mut bob, _cid, _dan] = four(&hub).await;
    let names: Vec<String> = (0..100).map(|index| format!("ann{index}")).collect();
    let lines: Vec<String> = names.iter().map(|name| format!("NICK {name}")).collect();
    ann.does(&lines.join("\r\n")).await;
    let seen: Vec<String> = bob
        .sees()
        .await
        .iter()
        .map(|line| line.rsplit(' ').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(seen, names);
}

#[tokio::test]
async fn one_who_is_in_no_room_is_told_of_the_own_change() {
    let hub = Hub::start().await;
    let mut eve = hub.client_with("eve", CAPS).await;
    assert_eq!(eve.does("NICK eva").await, [":eve!~u@127.0.0.1 NICK eva"]);
    assert_eq!(
        eve.does("SETNAME :E").await,
        [":eva!~u@127.0.0.1 SETNAME :E"]
    );
    assert_eq!(
        eve.does("AWAY :x").await,
        [":hub.test 306 eva :You have been marked as being away"]
    );
}

#[tokio::test]
async fn after_a_nick_the_old_one_is_free_and_the_new_one_speaks() {
    let hub = Hub::start().await;
    let [mut ann, mut bob, mut cid, _dan] = four(&hub).await;
    ann.does("NICK anna\r\nPRIVMSG #b :it is me").await;
    assert_eq!(
        cid.does("NICK ann").await,
        [
            ":ann!~u@127.0.0.1 NICK anna",
            ":anna!~u@127.0.0.1 PRIVMSG #b :it is me",
            ":cid!~u@127.0.0.1 NICK ann",
        ]
    );
    bob.does("PRIVMSG ann :hi").await;
    assert_eq!(cid.sees().await, [":bob!~u@127.0.0.1 PRIVMSG ann :hi"]);
}
