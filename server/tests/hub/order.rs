//! What keeps the peace: bans of operators, slow rooms, and how many rooms one client makes.

use crate::client::{Client, NOTHING};
use crate::fixture::Hub;

fn operators() -> String {
    let hash = salond::password::hash("swordfish").expect("a hash");
    format!("[[operators]]\nname = \"root\"\npassword_hash = \"{hash}\"\n")
}

async fn root(hub: &Hub) -> Client {
    let mut root = hub.client("root").await;
    root.does("OPER root swordfish").await;
    root
}

/// What somebody hears who tries to register.
async fn turned_away(hub: &Hub, nick: &str) -> Vec<String> {
    let mut client = hub.connect().await;
    client.send(&format!("NICK {nick}\r\nUSER u 0 * :x")).await;
    client.rest().await
}

#[tokio::test]
async fn a_banned_mask_is_ended_and_kept_out_also_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = format!(
        "data_dir = \"{}\"\n{}",
        folder.path().display(),
        operators()
    );
    let hub = Hub::with(&settings).await;
    let mut root = root(&hub).await;
    let mut bob = hub.client("bob").await;
    let mut eve = hub.client("eve").await;
    assert_eq!(
        root.does("KLINE bob!*@* :spam").await,
        [":hub.test NOTICE root :bob!*@* is banned for good; connections ended: 1"]
    );
    assert_eq!(bob.rest().await, ["ERROR :Banned: spam"]);
    drop(bob);
    assert_eq!(eve.sees().await, NOTHING);
    let banned = [
        ":hub.test 465 Bob :You are banned from this server: spam",
        "ERROR :Banned: spam",
    ];
    assert_eq!(turned_away(&hub, "Bob").await, banned);
    root.does("KLINE 2h *!evil@* :later").await;
    hub.stop().await;

    let hub = Hub::with(&settings).await;
    assert_eq!(turned_away(&hub, "Bob").await, banned);
    let mut root = self::root(&hub).await;
    let listed = root.does("STATS k").await;
    assert_eq!(listed.len(), 3, "{listed:?}");
    assert_eq!(listed[0], ":hub.test 216 root K bob!*@* * root spam");
    assert!(
        listed[1].starts_with(":hub.test 216 root K *!evil@* 2")
            && listed[1].ends_with("Z root later"),
        "{listed:?}"
    );
    assert_eq!(
        root.does("UNKLINE BOB").await,
        [":hub.test NOTICE root :BOB!*@* is banned no more"]
    );
    assert_eq!(
        root.does("UNKLINE bob").await,
        [":hub.test FAIL UNKLINE NOT_DONE :there is no such ban"]
    );
    hub.client("bob").await;
}

#[tokio::test]
async fn nobody_takes_a_nick_that_is_banned() {
    let hub = Hub::with(&operators()).await;
    let mut root = root(&hub).await;
    let mut bob = hub.client("bob").await;
    root.does("KLINE eve*!*@* :spam").await;
    assert_eq!(
        bob.does("NICK Eve2").await,
        [":hub.test 432 bob Eve2 :Erroneous nickname: it is banned: spam"]
    );
    assert_eq!(bob.does("NICK bert").await, [":bob!~u@127.0.0.1 NICK bert"]);
}

#[tokio::test]
async fn a_banned_account_may_not_log_in() {
    let hub = Hub::with(&operators()).await;
    let mut root = root(&hub).await;
    let mut bob = hub.client("bob").await;
    bob.does("NS REGISTER sesame").await;
    root.does("KLINE 1d ~a:BOB :rest a while").await;
    let ended = bob.rest().await;
    assert_eq!(ended, ["ERROR :Banned: rest a while"]);
    let mut again = hub.client("other").await;
    again.send("NS IDENTIFY bob sesame").await;
    let heard = again.rest().await;
    assert!(
        heard
            .iter()
            .any(|line| line
                .starts_with(":hub.test 465 other :You are banned from this server until 2")),
        "{heard:?}"
    );
    assert_eq!(
        heard.last().map(String::as_str),
        Some("ERROR :Banned: rest a while")
    );
}

#[tokio::test]
async fn a_ban_of_the_own_address_is_refused_and_others_are_kept() {
    let hub = Hub::with(&operators()).await;
    let mut root = root(&hub).await;
    assert_eq!(
        root.does("DLINE 127.0.0.0/8").await,
        [":hub.test FAIL DLINE BANS_YOURSELF 127.0.0.0/8 :This would ban yourself"]
    );
    assert_eq!(
        root.does("KLINE *").await,
        [":hub.test FAIL KLINE BANS_YOURSELF *!*@* :This would ban yourself"]
    );
    assert_eq!(
        root.does("DLINE 10 bob").await,
        [
            ":hub.test FAIL DLINE INVALID_MASK bob :Expected an address or a range, such as 192.0.2.7 or \
             2001:db8::/32"
        ]
    );
    root.does("DLINE 192.0.2.0/24 :gone").await;
    assert_eq!(
        root.does("STATS d").await,
        [
            ":hub.test 225 root D 192.0.2.0/24 * root gone",
            ":hub.test 219 root d :End of /STATS report"
        ]
    );
    let mut bob = hub.client("bob").await;
    for line in [
        "KLINE x",
        "DLINE 192.0.2.1",
        "UNKLINE x",
        "UNDLINE 192.0.2.1",
        "STATS k",
    ] {
        assert_eq!(
            bob.does(line).await,
            [":hub.test 481 bob :Permission Denied- You're not an IRC operator"],
            "{line}"
        );
    }
    assert_eq!(
        root.does("KLINE 5m").await,
        [":hub.test 461 root KLINE :Not enough parameters"]
    );
}

#[tokio::test]
async fn a_slow_room_is_slow_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = format!(
        "data_dir = \"{}\"\n{}",
        folder.path().display(),
        operators()
    );
    let hub = Hub::with(&settings).await;
    let [mut ann, mut bob] = hub.room(["ann", "bob"]).await;
    ann.does("MODE #room +W 3600").await;
    bob.does("PRIVMSG #room :one").await;
    let wait = bob.does("PRIVMSG #room :two").await;
    assert!(
        wait.iter()
            .any(|line| line.contains("404 bob #room :Cannot send to channel (+W): wait ")),
        "{wait:?}"
    );
    hub.stop().await;
    let hub = Hub::with(&settings).await;
    let [mut ann] = hub.room(["ann"]).await;
    assert!(
        ann.does("MODE #room").await[0].ends_with("+ntW 3600"),
        "kept"
    );
}

#[tokio::test]
async fn ten_thousand_rooms_are_not_made_by_one_client() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    let (mut joined, mut refused) = (0, 0);
    for first in (0..10_000).step_by(50) {
        let names: Vec<String> = (first..first + 50)
            .map(|number| format!("#{number}"))
            .collect();
        for line in ann.does(&format!("JOIN {}", names.join(","))).await {
            joined += usize::from(line.contains(" JOIN "));
            refused += usize::from(line.contains(" 405 "));
        }
    }
    assert_eq!((joined, refused), (250, 9_750));
    let rooms = ann.does("LIST").await;
    assert_eq!(
        rooms.iter().filter(|line| line.contains(" 322 ")).count(),
        250
    );
}
