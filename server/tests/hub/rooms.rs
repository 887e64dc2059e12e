//! Rooms as their members see them: join, part, topic, modes, kick, invite, messages to a rank.

use crate::client::NOTHING;
use crate::fixture::Hub;

#[tokio::test]
async fn a_joiner_is_told_topic_and_names_and_the_others_the_join() {
    let hub = Hub::start().await;
    let [mut ann] = hub.room(["ann"]).await;
    ann.does("TOPIC #room :tea: at five").await;
    let mut bob = hub.client("bob").await;
    let lines = bob.does("JOIN #ROOM").await;
    assert_eq!(
        lines[..2],
        [
            ":bob!~u@127.0.0.1 JOIN #room",
            ":hub.test 332 bob #room :tea: at five"
        ]
    );
    assert!(lines[2].starts_with(":hub.test 333 bob #room ann!~u@127.0.0.1 1"));
    assert_eq!(
        lines[3..],
        [
            ":hub.test 353 bob = #room :@ann bob",
            ":hub.test 366 bob #room :End of /NAMES list"
        ]
    );
    assert_eq!(ann.sees().await, [":bob!~u@127.0.0.1 JOIN #room"]);
}

#[tokio::test]
async fn a_room_is_listed_once_a_line_and_a_line_names_ten() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    ann.does("JOIN #a,#b").await;
    assert_eq!(
        ann.does("NAMES #a,#b,#A,#a").await,
        [
            ":hub.test 353 ann = #a @ann",
            ":hub.test 353 ann = #b @ann",
            ":hub.test 366 ann #a,#b,#A,#a :End of /NAMES list",
        ]
    );
    let many = ["#a"; 11].join(",");
    assert_eq!(
        ann.does(&format!("NAMES {many}")).await,
        [format!(":hub.test 407 ann {many} :Too many targets")]
    );
}

#[tokio::test]
async fn several_rooms_are_joined_with_their_keys_and_left_at_once() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    ann.does("JOIN #a,#b").await;
    ann.does("MODE #b +k sesame").await;
    let mut bob = hub.client("bob").await;
    let joined = |lines: Vec<String>| -> Vec<String> {
        let told = lines.into_iter();
        told.filter(|line| !line.contains(" 353 ") && !line.contains(" 366 "))
            .collect()
    };
    assert_eq!(
        joined(bob.does("JOIN #a,#b,bad,#c x").await),
        [
            ":bob!~u@127.0.0.1 JOIN #a",
            ":hub.test 475 bob #b :Cannot join channel (+k)",
            ":hub.test 403 bob bad :No such channel",
            ":bob!~u@127.0.0.1 JOIN #c",
        ]
    );
    assert_eq!(
        joined(bob.does("JOIN #b sesame").await),
        [":bob!~u@127.0.0.1 JOIN #b"]
    );
    assert_eq!(
        bob.does("PART #a,#nowhere,#b :bye").await,
        [
            ":bob!~u@127.0.0.1 PART #a :bye",
            ":hub.test 403 bob #nowhere :No such channel",
            ":bob!~u@127.0.0.1 PART #b :bye",
        ]
    );
    assert_eq!(
        bob.does("JOIN 0").await,
        [":bob!~u@127.0.0.1 PART #c :Left all rooms"]
    );
    assert_eq!(
        bob.does("PART #a").await,
        [":hub.test 442 bob #a :You're not on that channel"]
    );
}

#[tokio::test]
async fn a_room_that_everyone_left_begins_anew() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    let mut bob = hub.client("bob").await;
    for _ in 0..20 {
        ann.does("JOIN #room").await;
        ann.does("MODE #room +k x\r\nTOPIC #room :old").await;
        ann.does("PART #room").await;
        assert_eq!(
            bob.does("JOIN #room\r\nPART #room").await,
            [
                ":bob!~u@127.0.0.1 JOIN #room",
                ":hub.test 353 bob = #room @bob",
                ":hub.test 366 bob #room :End of /NAMES list",
                ":bob!~u@127.0.0.1 PART #room",
            ]
        );
    }
}

#[tokio::test]
async fn members_hear_each_other_in_one_order() {
    let hub = Hub::start().await;
    let [mut ann, mut bob, mut cid] = hub.room(["ann", "bob", "cid"]).await;
    let lines = |nick: &str| -> String {
        let lines = (0..200).map(|index| format!("PRIVMSG #room :{nick} {index}"));
        lines.collect::<Vec<_>>().join("\r\n")
    };
    tokio::join!(async { ann.does(&lines("a")).await.len() }, async {
        bob.does(&lines("b")).await.len()
    },);
    let seen = cid.sees().await;
    assert_eq!(seen.len(), 400);
    for nick in ["a", "b"] {
        let own = seen.iter().filter_map(|line| {
            line.split_once(&format!(":{nick} "))
                .map(|(_, index)| index.to_owned())
        });
        let expected: Vec<String> = (0..200).map(|index| index.to_string()).collect();
        assert_eq!(own.collect::<Vec<_>>(), expected);
    }
}

#[tokio::test]
async fn topic_and_modes_are_told_to_all() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = hub.room(["ann", "bob"]).await;
    let topic = ":ann!~u@127.0.0.1 TOPIC #room :tea";
    assert_eq!(ann.does("TOPIC #room :tea").await, [topic]);
    let mode = ":ann!~u@127.0.0.1 MODE #room +mov bob bob";
    assert_eq!(ann.does("MODE #room +mov bob bob").await, [mode]);
    assert_eq!(bob.sees().await, [topic, mode]);
    assert_eq!(
        bob.does("MODE #room").await[0],
        ":hub.test 324 bob #room +mnt"
    );
    assert_eq!(
        bob.does("MODE #room +b").await,
        [":hub.test 368 bob #room :End of channel ban list"]
    );
    assert_eq!(
        bob.does("MODE #nowhere +b").await,
        [":hub.test 403 bob #nowhere :No such channel"]
    );
    assert_eq!(
        bob.does("TOPIC #nowhere").await,
        [":hub.test 403 bob #nowhere :No such channel"]
    );
}

#[tokio::test]
async fn one_who_is_kicked_hears_it_and_then_nothing_more() {
    let hub = Hub::start().await;
    let [mut ann, mut bob, mut cid] = hub.room(["ann", "bob", "cid"]).await;
    bob.does("AWAY :fetching tea").await;
    let kick = ":ann!~u@127.0.0.1 KICK #room bob :out";
    let lines = ann
        .does("PRIVMSG #room :before\r\nKICK #room bob :out\r\nPRIVMSG #room :after")
        .await;
    assert_eq!(lines, [kick]);
    assert_eq!(
        bob.sees().await,
        [":ann!~u@127.0.0.1 PRIVMSG #room :before", kick]
    );
    assert_eq!(
        cid.sees().await,
        [
            ":ann!~u@127.0.0.1 PRIVMSG #room :before",
            kick,
            ":ann!~u@127.0.0.1 PRIVMSG #room :after"
        ]
    );
    assert_eq!(
        bob.does("PRIVMSG #room :let me in").await,
        [":hub.test 404 bob #room :Cannot send to channel (+n)"]
    );
    assert_eq!(
        bob.does("JOIN #room").await[0],
        ":bob!~u@127.0.0.1 JOIN #room"
    );
    assert_eq!(ann.sees().await, [":bob!~u@127.0.0.1 JOIN #room"]);
}

#[tokio::test]
async fn kick_takes_several_nicks_and_says_what_was_wrong_with_each() {
    let hub = Hub::start().await;
    let [mut ann, mut bob, _cid] = hub.room(["ann", "bob", "cid"]).await;
    let _dan = hub.client("dan").await;
    assert_eq!(
        ann.does("KICK #room bob,dan,nobody,1x,cid").await,
        [
            ":ann!~u@127.0.0.1 KICK #room bob :ann",
            ":hub.test 441 ann dan #room :They aren't on that channel",
            ":hub.test 401 ann nobody :No such nick/channel",
            ":hub.test 401 ann 1x :No such nick/channel",
            ":ann!~u@127.0.0.1 KICK #room cid :ann",
        ]
    );
    assert_eq!(
        bob.does("KICK #room ann").await,
        [
            ":ann!~u@127.0.0.1 KICK #room bob :ann",
            ":hub.test 442 bob #room :You're not on that channel"
        ]
    );
    assert_eq!(
        bob.does("KICK #room").await,
        [":hub.test 461 bob KICK :Not enough parameters"]
    );
}

#[tokio::test]
async fn an_invitation_is_delivered_listed_and_used() {
    let hub = Hub::start().await;
    let [mut ann] = hub.room(["ann"]).await;
    let mut bob = hub.client("bob").await;
    ann.does("MODE #room +i").await;
    assert_eq!(
        bob.does("JOIN #room").await,
        [":hub.test 473 bob #room :Cannot join channel (+i)"]
    );
    assert_eq!(
        ann.does("INVITE BOB #room").await,
        [":hub.test 341 ann bob #room"]
    );
    assert_eq!(
        bob.does("INVITE").await,
        [
            ":ann!~u@127.0.0.1 INVITE bob #room",
            ":hub.test 336 bob #room",
            ":hub.test 337 bob :End of /INVITE list"
        ]
    );
    assert_eq!(
        bob.does("JOIN #room").await[0],
        ":bob!~u@127.0.0.1 JOIN #room"
    );
    assert_eq!(
        bob.does("INVITE").await,
        [":hub.test 337 bob :End of /INVITE list"]
    );
    for (line, answer) in [
        (
            "INVITE bob #room",
            "443 ann bob #room :is already on channel",
        ),
        (
            "INVITE nobody #room",
            "401 ann nobody :No such nick/channel",
        ),
        ("INVITE bob #nowhere", "403 ann #nowhere :No such channel"),
        ("INVITE bob", "461 ann INVITE :Not enough parameters"),
    ] {
        ann.sees().await;
        assert_eq!(ann.does(line).await, [format!(":hub.test {answer}")]);
    }
}

#[tokio::test]
async fn a_message_to_a_rank_reaches_it_alone() {
    let hub = Hub::start().await;
    let [mut ann, mut bob, mut cid] = hub.room(["ann", "bob", "cid"]).await;
    ann.does("MODE #room +v bob").await;
    bob.sees().await;
    cid.sees().await;
    assert_eq!(
        cid.does("PRIVMSG @#room :help\r\nNOTICE +#room :hey").await,
        NOTHING
    );
    let to_operators = ":cid!~u@127.0.0.1 PRIVMSG @#room :help";
    let to_voiced = ":cid!~u@127.0.0.1 NOTICE +#room :hey";
    assert_eq!(ann.sees().await, [to_operators, to_voiced]);
    assert_eq!(bob.sees().await, [to_voiced]);
    assert_eq!(cid.sees().await, NOTHING);
    assert_eq!(
        cid.does("PRIVMSG @nobody :x").await,
        [":hub.test 401 cid @nobody :No such nick/channel"]
    );
}

#[tokio::test]
async fn a_direct_message_to_one_who_is_away_says_so() {
    let hub = Hub::start().await;
    let mut ann = hub.client_with("ann", "message-tags").await;
    let mut bob = hub.client("bob").await;
    bob.does("AWAY :at sea").await;
    assert_eq!(
        ann.does("PRIVMSG bob :hi").await,
        [":hub.test 301 ann bob :at sea"]
    );
    assert_eq!(ann.does("NOTICE bob :hi").await, NOTHING);
    assert_eq!(ann.does("@+typing=active TAGMSG bob").await, NOTHING);
    assert_eq!(bob.sees().await.len(), 2);
}

#[tokio::test]
async fn too_many_rooms_are_refused() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    for first in (0..250).step_by(25) {
        let rooms: Vec<String> = (first..first + 25)
            .map(|index| format!("#r{index}"))
            .collect();
        ann.does(&format!("JOIN {}", rooms.join(","))).await;
    }
    assert_eq!(
        ann.does("JOIN #one-more,#r7").await,
        [":hub.test 405 ann #one-more :You have joined too many channels"]
    );
    ann.does("PART #r7").await;
    assert_eq!(
        ann.does("JOIN #one-more").await[0],
        ":ann!~u@127.0.0.1 JOIN #one-more"
    );
}
