//! Lines that are too long, not UTF-8, not IRC, or made to be mistaken.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::client::NOTHING;
use crate::fixture::Hub;

const TOO_LONG: &str = ":hub.test 417 ann :Input line was too long";

#[tokio::test]
async fn a_line_of_512_bytes_is_read_and_a_longer_one_answered() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    let line = |bytes: usize| format!("PING {}", "x".repeat(bytes - "PING \r\n".len()));
    let pong = ":hub.test PONG hub.test ";
    let expected = format!("{pong}{}", "x".repeat(510 - pong.len()));
    assert_eq!(
        ann.does(&line(512)).await,
        [expected],
        "cut, since the answer is longer than the question"
    );
    assert_eq!(ann.does(&line(513)).await, [TOO_LONG]);
    assert_eq!(ann.does(&line(20_000)).await, [TOO_LONG]);
    assert_eq!(ann.does("LUSERS").await.len(), 7, "the connection lives");
}

#[tokio::test]
async fn a_line_of_a_megabyte_is_answered_once() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    assert_eq!(ann.does(&"x".repeat(1 << 20)).await, [TOO_LONG]);
    assert_eq!(
        ann.does(&format!("@{} PING x", "x".repeat(1 << 20))).await,
        [TOO_LONG]
    );
    assert_eq!(ann.does("PING x").await, [":hub.test PONG hub.test x"]);
}

#[tokio::test]
async fn tags_have_a_limit_of_their_own() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = hub.room_with([("ann", ""), ("bob", "message-tags")]).await;
    let tagged = |bytes: usize| {
        let value = "x".repeat(bytes - "+k=".len());
        format!("@+k={value} PRIVMSG #room :hi")
    };
    assert_eq!(ann.does(&tagged(4094)).await, NOTHING);
    let line = bob.sees().await.swap_remove(0);
    assert!(line.contains(&"x".repeat(4091)), "tags are passed on whole");
    assert_eq!(ann.does(&tagged(4095)).await, [TOO_LONG]);
    assert_eq!(ann.does(&tagged(9000)).await, [TOO_LONG]);
    assert_eq!(bob.sees().await, NOTHING);
}

#[tokio::test]
async fn a_message_that_would_be_cut_on_its_way_is_refused() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = hub.room(["ann", "bob"]).await;
    let frame = ":ann!~u@127.0.0.1 PRIVMSG #room :\r\n".len();
    let fits = "é".repeat((512 - frame) / 2);
    assert_eq!(ann.does(&format!("PRIVMSG #room :{fits}")).await, NOTHING);
    assert_eq!(
        bob.sees().await,
        [format!(":ann!~u@127.0.0.1 PRIVMSG #room :{fits}")]
    );
    let refused = [":hub.test 417 ann :Input line was too long to be passed on whole"];
    assert_eq!(ann.does(&format!("PRIVMSG #room :{fits}éé")).await, refused);
    assert_eq!(
        ann.does(&format!("PRIVMSG bob,#room :{fits}é")).await,
        refused
    );
    assert_eq!(ann.does(&format!("NOTICE #room :{fits}éé")).await, NOTHING);
    assert_eq!(bob.sees().await, NOTHING);
}

#[tokio::test]
async fn what_is_not_utf8_is_refused() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = hub
        .room_with([("ann", "labeled-response batch"), ("bob", "")])
        .await;
    let refused = |verb: &str| {
        format!(":hub.test FAIL {verb} INVALID_UTF8 :Message rejected, it is not UTF-8")
    };
    ann.send_bytes(b"PRIVMSG #room :caf\xe9\r\n").await;
    assert_eq!(ann.sees().await, [refused("PRIVMSG")]);
    ann.send_bytes(b"@label=7 PRIVMSG #room :caf\xe9\r\n").await;
    assert_eq!(
        ann.sees().await,
        [format!("@label=7 {}", refused("PRIVMSG"))]
    );
    ann.send_bytes(b"\xff\xfe\r\n").await;
    assert_eq!(ann.sees().await, [refused("*")]);
    assert_eq!(bob.sees().await, NOTHING);
}

#[tokio::test]
async fn no_text_becomes_a_line_of_its_own() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = hub.room(["ann", "bob"]).await;
    ann.send_bytes(b"PRIVMSG #room :a\rQUIT :forged\r\n").await;
    ann.send_bytes(b"PRIVMSG #room :a\0b\r\n").await;
    let lines = ann.sees().await;
    assert_eq!(
        lines.len(),
        2,
        "what is not passed on is answered: {lines:?}"
    );
    assert_eq!(bob.sees().await, NOTHING);
}

#[tokio::test]
async fn what_a_client_wrote_keeps_its_place_in_an_answer() {
    let hub = Hub::start().await;
    let [mut ann] = hub.room(["ann"]).await;
    for (line, answer) in [
        ("CAP :a b", "410 ann * :Invalid CAP command"),
        ("CAP :", "410 ann * :Invalid CAP command"),
        ("PART :#a b", "403 ann * :No such channel"),
        ("TOPIC ::x", "403 ann * :No such channel"),
        ("WHOIS :a b", "401 ann * :No such nick/channel"),
        ("KICK #room :a b", "401 ann * :No such nick/channel"),
        ("JOIN :#a b", "403 ann * :No such channel"),
        ("WHO :a b", "315 ann * :End of WHO list"),
        ("NAMES :a b", "366 ann * :End of /NAMES list"),
        ("WHOWAS :a b", "406 ann * :There was no such nickname"),
        ("PRIVMSG :a b", "412 ann :No text to send"),
        ("MODE #room +o :a b", "401 ann * :No such nick/channel"),
    ] {
        assert_eq!(
            ann.does(line).await[0],
            format!(":hub.test {answer}"),
            "{line}"
        );
    }
}

#[tokio::test]
async fn lines_come_in_any_number_of_pieces() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    for byte in b"PING one\r\n\r\n\nPING two\nping three\r\n" {
        ann.send_bytes(&[*byte]).await;
        ann.writer.writable().await.expect("the hub is there");
    }
    let pong = |token| format!(":hub.test PONG hub.test {token}");
    assert_eq!(ann.sees().await, [pong("one"), pong("two"), pong("three")]);
}

#[tokio::test]
async fn garbage_harms_nobody() {
    let hub = Hub::start().await;
    let [_ann, mut bob] = hub.room(["ann", "bob"]).await;
    let mut runner = TestRunner::deterministic();
    let bytes = prop::collection::vec(any::<u8>(), 0..4096);
    let words = "([@:#a-z;=+ ,*!]{0,9}(NICK|USER|MODE|JOIN|KICK|CAP|WHO|PRIVMSG|TAGMSG|QUI|MONITOR|LIST|INVITE|TOPIC)[ ]{0,2}[-@:#a-z;=+ ,*!%<>0-9é\r]{0,40}\n){1,20}";
    let words = proptest::string::string_regex(words).expect("a pattern");
    for round in 0..100 {
        let garbage = match round % 2 {
            0 => bytes.new_tree(&mut runner).expect("bytes").current(),
            _ => words
                .new_tree(&mut runner)
                .expect("lines")
                .current()
                .into_bytes(),
        };
        let mut client = hub.connect().await;
        if round % 3 != 0 {
            client.send("NICK eve\r\nUSER u 0 * :Eve").await;
        }
        client.send_bytes(&garbage).await;
        client.send("\r\nPING end-of-garbage\r\nQUIT").await;
        let lines = client.rest().await;
        assert!(
            lines.iter().any(|line| line.ends_with(" end-of-garbage")),
            "{:?} was answered with {lines:?}",
            String::from_utf8_lossy(&garbage)
        );
    }
    bob.sees().await;
    assert_eq!(
        bob.does("PRIVMSG bob :alive").await,
        [":bob!~u@127.0.0.1 PRIVMSG bob :alive"]
    );
}

#[tokio::test]
async fn what_a_page_has_a_browser_send_is_not_heard() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    let lines = "NICK eve\r\nUSER u 0 * :Eve\r\nPRIVMSG ann :psst\r\n";
    for request in ["POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "GET /?"] {
        let mut browser = hub.connect().await;
        browser.send(&format!("{request}{lines}")).await;
        let expected = ["ERROR :This is IRC, and a request of HTTP is expected elsewhere"];
        assert_eq!(browser.rest().await, expected);
    }
    assert_eq!(ann.sees().await, NOTHING);
    assert_eq!(
        ann.does("POST x").await,
        [":hub.test 421 ann POST :Unknown command"]
    );
}
