//! What each capability changes, line for line.

use crate::client::NOTHING;
use crate::fixture::Hub;

const ALL: &str = "account-tag away-notify batch cap-notify chghost echo-message extended-join invite-notify \
                   labeled-response message-tags multi-prefix no-implicit-names server-time setname standard-replies \
                   userhost-in-names";

#[tokio::test]
async fn they_are_listed_requested_and_given_back() {
    let hub = Hub::start().await;
    let mut ann = hub.connect().await;
    let listed = ann.does("CAP LS 302").await;
    let mut names = Vec::new();
    for (index, line) in listed.iter().enumerate() {
        let more = if index + 1 < listed.len() { "* " } else { "" };
        let line = line.strip_prefix(&format!(":hub.test CAP * LS {more}"));
        let list = line.expect("a line of the list").trim_start_matches(':');
        names.extend(list.split(' '));
    }
    for name in ALL.split(' ') {
        let known = |listed: &&str| listed.split('=').next() == Some(name);
        assert!(names.iter().any(known), "{name} is not in {names:?}");
    }
    assert_eq!(
        ann.does("CAP LIST").await,
        [":hub.test CAP * LIST cap-notify"]
    );
    assert_eq!(
        ann.does("CAP REQ :batch server-time").await,
        [":hub.test CAP * ACK :batch server-time"]
    );
    assert_eq!(
        ann.does("CAP REQ :-batch  setname ").await,
        [":hub.test CAP * ACK :-batch  setname "]
    );
    assert_eq!(
        ann.does("CAP LIST").await,
        [":hub.test CAP * LIST :cap-notify server-time setname"]
    );
}

#[tokio::test]
async fn a_request_is_granted_whole_or_not_at_all() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    assert_eq!(
        ann.does("CAP REQ :batch unheard-of").await,
        [":hub.test CAP ann NAK :batch unheard-of"]
    );
    assert_eq!(ann.does("CAP LIST").await, [":hub.test CAP ann LIST :"]);
    assert_eq!(
        ann.does("CAP REQ :Batch").await,
        [":hub.test CAP ann NAK Batch"]
    );
    assert_eq!(
        ann.does("CAP FOO").await,
        [":hub.test 410 ann FOO :Invalid CAP command"]
    );
    assert_eq!(
        ann.does("CAP").await,
        [":hub.test 461 ann CAP :Not enough parameters"]
    );
    assert_eq!(ann.does("CAP END").await, NOTHING);
}

#[tokio::test]
async fn labels_need_batches() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    assert_eq!(
        ann.does("CAP REQ labeled-response").await,
        [":hub.test CAP ann NAK labeled-response"]
    );
    ann.does("CAP REQ :labeled-response batch").await;
    ann.does("CAP REQ -batch").await;
    assert_eq!(ann.does("CAP LIST").await, [":hub.test CAP ann LIST :"]);
}

#[tokio::test]
async fn message_tags_and_server_time() {
    let hub = Hub::start().await;
    let [mut ann, mut plain, mut tags, mut time, mut both] = hub
        .room_with([
            ("ann", "message-tags"),
            ("plain", ""),
            ("tags", "message-tags"),
            ("time", "server-time"),
            ("both", "message-tags server-time"),
        ])
        .await;
    let line = ":ann!~u@127.0.0.1 PRIVMSG #room :hi";
    let sent = "@+typing=done;label=x;+reply=a\\sb;server-only=1 PRIVMSG #room :hi";
    assert_eq!(ann.does(sent).await, NOTHING);
    assert_eq!(plain.sees().await, [line]);
    assert_eq!(
        tags.sees().await,
        [format!("@msgid=M;+typing=done;+reply=a\\sb {line}")]
    );
    assert_eq!(time.sees().await, [format!("@time=T {line}")]);
    assert_eq!(
        both.sees().await,
        [format!("@time=T;msgid=M;+typing=done;+reply=a\\sb {line}")]
    );
}

#[tokio::test]
async fn tags_alone_travel_among_those_who_take_them() {
    let hub = Hub::start().await;
    let [mut ann, mut plain, mut tags] = hub
        .room_with([
            ("ann", "message-tags"),
            ("plain", ""),
            ("tags", "message-tags"),
        ])
        .await;
    assert_eq!(ann.does("@+typing=active TAGMSG #room").await, NOTHING);
    assert_eq!(plain.sees().await, NOTHING);
    assert_eq!(
        tags.sees().await,
        ["@msgid=M;+typing=active :ann!~u@127.0.0.1 TAGMSG #room"]
    );
    ann.does("@+x TAGMSG tags").await;
    assert_eq!(
        tags.sees().await,
        ["@msgid=M;+x :ann!~u@127.0.0.1 TAGMSG tags"]
    );
    let refused = plain.does("@+x TAGMSG #room").await;
    assert_eq!(
        refused,
        [":hub.test 421 plain TAGMSG :Needs the capability message-tags"]
    );
}

#[tokio::test]
async fn a_message_has_one_id_for_everyone() {
    let hub = Hub::start().await;
    let caps = "message-tags echo-message";
    let [mut ann, mut bob] = hub.room_with([("ann", caps), ("bob", caps)]).await;
    ann.send("PRIVMSG #room :one\r\nPRIVMSG #room :two").await;
    let mut ids = Vec::new();
    for client in [&mut ann, &mut bob] {
        for _ in 0..2 {
            let line = client.raw_line().await.expect("a line");
            ids.push(line.split(' ').next().expect("tags").to_owned());
        }
    }
    assert_eq!(ids[..2], ids[2..]);
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn echo_message_comes_back_to_its_sender() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = hub.room_with([("ann", "echo-message"), ("bob", "")]).await;
    assert_eq!(
        ann.does("PRIVMSG #room :hi").await,
        [":ann!~u@127.0.0.1 PRIVMSG #room :hi"]
    );
    assert_eq!(
        bob.does("PRIVMSG #room :ho").await,
        [":ann!~u@127.0.0.1 PRIVMSG #room :hi"]
    );
    assert_eq!(
        ann.does("NOTICE bob :psst").await,
        [
            ":bob!~u@127.0.0.1 PRIVMSG #room :ho",
            ":ann!~u@127.0.0.1 NOTICE bob :psst"
        ]
    );
    assert_eq!(bob.sees().await, [":ann!~u@127.0.0.1 NOTICE bob :psst"]);
}

#[tokio::test]
async fn a_message_to_oneself_arrives() {
    let hub = Hub::start().await;
    let mut plain = hub.client("plain").await;
    let line = ":plain!~u@127.0.0.1 PRIVMSG plain :note";
    assert_eq!(plain.does("PRIVMSG plain :note").await, [line]);
    let mut echo = hub.client_with("echo", "echo-message").await;
    let line = ":echo!~u@127.0.0.1 PRIVMSG echo :note";
    assert_eq!(echo.does("PRIVMSG echo :note").await, [line, line]);
}

#[tokio::test]
async fn extended_join_shows_account_and_real_name() {
    let hub = Hub::start().await;
    let [mut extended, mut plain] = hub
        .room_with([("extended", "extended-join"), ("plain", "")])
        .await;
    hub.client("cid").await.does("JOIN #room").await;
    assert_eq!(
        extended.sees().await[0],
        ":cid!~u@127.0.0.1 JOIN #room * :Real cid"
    );
    assert_eq!(plain.sees().await[0], ":cid!~u@127.0.0.1 JOIN #room");
}

#[tokio::test]
async fn away_notify_tells_of_going_and_coming() {
    let hub = Hub::start().await;
    let [mut ann, mut told, mut plain] = hub
        .room_with([
            ("ann", "away-notify"),
            ("told", "away-notify"),
            ("plain", ""),
        ])
        .await;
    assert_eq!(
        ann.does("AWAY :at lunch").await,
        [":hub.test 306 ann :You have been marked as being away"]
    );
    assert_eq!(told.sees().await, [":ann!~u@127.0.0.1 AWAY :at lunch"]);
    assert_eq!(
        ann.does("AWAY").await,
        [":hub.test 305 ann :You are no longer marked as being away"]
    );
    assert_eq!(told.sees().await, [":ann!~u@127.0.0.1 AWAY"]);
    assert_eq!(plain.sees().await, NOTHING);
    let mut bob = hub.client("bob").await;
    bob.does("AWAY :gone").await;
    bob.does("JOIN #room").await;
    assert_eq!(
        told.sees().await,
        [
            ":bob!~u@127.0.0.1 JOIN #room",
            ":bob!~u@127.0.0.1 AWAY :gone"
        ]
    );
    assert_eq!(plain.sees().await, [":bob!~u@127.0.0.1 JOIN #room"]);
}

#[tokio::test]
async fn names_show_all_prefixes_and_whole_masks_to_those_who_take_them() {
    let hub = Hub::start().await;
    let [mut ann, mut multi, mut hosts] = hub
        .room_with([
            ("ann", ""),
            ("multi", "multi-prefix"),
            ("hosts", "userhost-in-names"),
        ])
        .await;
    ann.does("MODE #room +v ann").await;
    let end = |nick| format!(":hub.test 366 {nick} #room :End of /NAMES list");
    assert_eq!(
        ann.does("NAMES #room").await,
        [
            ":hub.test 353 ann = #room :@ann multi hosts".to_owned(),
            end("ann")
        ]
    );
    multi.sees().await;
    assert_eq!(
        multi.does("NAMES #room").await,
        [
            ":hub.test 353 multi = #room :@+ann multi hosts".to_owned(),
            end("multi")
        ]
    );
    hosts.sees().await;
    let masks = "@ann!~u@127.0.0.1 multi!~u@127.0.0.1 hosts!~u@127.0.0.1";
    assert_eq!(
        hosts.does("NAMES #room").await,
        [
            format!(":hub.test 353 hosts = #room :{masks}"),
            end("hosts")
        ]
    );
    assert_eq!(
        multi.does("WHO #room %nf").await[0],
        ":hub.test 354 multi ann H@+"
    );
    assert_eq!(
        hosts.does("WHO #room %nf").await[0],
        ":hub.test 354 hosts ann H@"
    );
}

#[tokio::test]
async fn no_implicit_names_joins_without_the_list() {
    let hub = Hub::start().await;
    let mut ann = hub.client_with("ann", "no-implicit-names").await;
    assert_eq!(
        ann.does("JOIN #room").await,
        [":ann!~u@127.0.0.1 JOIN #room"]
    );
    assert_eq!(
        ann.does("NAMES #room").await,
        [
            ":hub.test 353 ann = #room @ann",
            ":hub.test 366 ann #room :End of /NAMES list"
        ]
    );
}

#[tokio::test]
async fn setname_is_told_to_those_who_take_it() {
    let hub = Hub::start().await;
    let [mut ann, mut told, mut plain] = hub
        .room_with([("ann", "setname"), ("told", "setname"), ("plain", "")])
        .await;
    let line = ":ann!~u@127.0.0.1 SETNAME :Ann the Second";
    assert_eq!(ann.does("SETNAME :Ann the Second").await, [line]);
    assert_eq!(told.sees().await, [line]);
    assert_eq!(plain.sees().await, NOTHING);
    assert_eq!(
        plain.does("WHO ann %r").await[0],
        ":hub.test 354 plain :Ann the Second"
    );
    for name in ["", &"x".repeat(301)] {
        assert_eq!(
            ann.does(&format!("SETNAME :{name}")).await,
            [":hub.test FAIL SETNAME INVALID_REALNAME :A real name of 1 to 300 bytes is expected"]
        );
    }
}

#[tokio::test]
async fn invite_notify_tells_the_other_operators() {
    let hub = Hub::start().await;
    let [mut ann, mut operator, mut member] = hub
        .room_with([
            ("ann", "invite-notify"),
            ("operator", "invite-notify"),
            ("member", "invite-notify"),
        ])
        .await;
    ann.does("MODE #room +o operator").await;
    member.sees().await;
    operator.sees().await;
    let mut guest = hub.client("guest").await;
    assert_eq!(
        ann.does("INVITE guest #room").await,
        [":hub.test 341 ann guest #room"]
    );
    let line = ":ann!~u@127.0.0.1 INVITE guest #room";
    assert_eq!(guest.sees().await, [line]);
    assert_eq!(operator.sees().await, [line]);
    assert_eq!(member.sees().await, NOTHING);
}

#[tokio::test]
async fn a_bot_is_marked_everywhere() {
    let hub = Hub::start().await;
    let [mut bot, mut ann] = hub.room_with([("bot", ""), ("ann", "message-tags")]).await;
    assert_eq!(
        bot.does("MODE bot +B").await,
        [":bot!~u@127.0.0.1 MODE bot +B"]
    );
    bot.does("PRIVMSG #room :beep").await;
    assert_eq!(
        ann.sees().await,
        ["@msgid=M;bot :bot!~u@127.0.0.1 PRIVMSG #room :beep"]
    );
    assert_eq!(
        ann.does("WHO #room %nf").await[0],
        ":hub.test 354 ann bot HB@"
    );
    let whois = ann.does("WHOIS bot").await;
    assert!(
        whois.contains(&":hub.test 335 ann bot :is a bot".to_owned()),
        "{whois:?}"
    );
}

#[tokio::test]
async fn a_capability_counts_from_the_next_line_on() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = hub.room(["ann", "bob"]).await;
    bob.does("PRIVMSG #room :one").await;
    ann.send("CAP REQ server-time").await;
    assert_eq!(
        ann.sees().await.last().map(String::as_str),
        Some(":hub.test CAP ann ACK server-time")
    );
    bob.does("PRIVMSG #room :two").await;
    assert_eq!(
        ann.sees().await,
        ["@time=T :bob!~u@127.0.0.1 PRIVMSG #room :two"]
    );
}
