//! From a connection to a user: the order of lines, passwords, collisions, the welcome.

use crate::client::{Client, NOTHING};
use crate::fixture::Hub;

/// The numerics of some lines, each once where several follow each other.
fn verbs(lines: &[String]) -> Vec<&str> {
    let mut verbs: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.split(' ').nth(1))
        .collect();
    verbs.dedup();
    verbs
}

const WELCOME: [&str; 13] = [
    "001", "002", "003", "004", "005", "251", "252", "253", "254", "255", "265", "266", "422",
];

#[tokio::test]
async fn nick_and_user_register_in_any_order() {
    let hub = Hub::start().await;
    for lines in [
        "NICK ann\r\nUSER u 0 * :Ann",
        "USER u 0 * :Ann\r\nNICK ann",
        "NICK bob\r\nNICK ann\r\nUSER x 0 * :X\r\nPING :1",
        "USER u 0 * Ann\nnick ann\n",
        "CAP LS 302\r\nNICK ann\r\nUSER u 0 * :Ann\r\nCAP END",
        "NICK ann\r\nCAP REQ :batch\r\nUSER u 0 * :Ann\r\nCAP END",
    ] {
        let mut ann = hub.connect().await;
        ann.send(lines).await;
        let all = ann.sees().await;
        let welcome = all
            .iter()
            .filter(|line| !line.contains(" CAP ") && !line.contains(" PONG "));
        let welcome: Vec<String> = welcome.cloned().collect();
        assert_eq!(verbs(&welcome), WELCOME, "{lines:?}");
        assert!(welcome[0].starts_with(":hub.test 001 ann :Welcome to hub.test, ann!~"));
        ann.send("QUIT").await;
        ann.rest().await;
    }
}

#[tokio::test]
async fn the_welcome_is_exact() {
    let hub = Hub::with("motd = \"Be kind.\\nHave tea.\"\n").await;
    let mut ann = hub.connect().await;
    let lines = ann.does("NICK ann\r\nUSER u 0 * :Ann").await;
    let version = concat!("salond-", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        lines[..2],
        [
            ":hub.test 001 ann :Welcome to hub.test, ann!~u@127.0.0.1".to_owned(),
            format!(":hub.test 002 ann :Your host is hub.test, running version {version}"),
        ]
    );
    assert!(lines[2].starts_with(":hub.test 003 ann :This server was started 20"));
    assert_eq!(
        lines[3],
        format!(":hub.test 004 ann hub.test {version} Biow CIRWbeiklmnorstv beIovklW")
    );
    let tokens: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.strip_prefix(":hub.test 005 ann "))
        .inspect(|line| assert!(line.ends_with(" :are supported by this server")))
        .flat_map(|line| line.split(" :").next().unwrap_or_default().split(' '))
        .collect();
    assert!(tokens.contains(&"CHANMODES=beI,k,lW,CRimnrst") && tokens.contains(&"PREFIX=(ov)@+"));
    assert!(tokens.iter().all(|token| token.matches('=').count() <= 1));
    let from_lusers: Vec<&str> = lines
        .iter()
        .skip_while(|line| !line.contains(" 251 "))
        .map(String::as_str)
        .collect();
    assert_eq!(
        from_lusers,
        [
            ":hub.test 251 ann :There are 1 users and 0 invisible on 1 servers",
            ":hub.test 252 ann 0 :operator(s) online",
            ":hub.test 253 ann 0 :unregistered connection(s)",
            ":hub.test 254 ann 0 :channels formed",
            ":hub.test 255 ann :I have 1 clients and 0 servers",
            ":hub.test 265 ann 1 1 :Current local users 1, max 1",
            ":hub.test 266 ann 1 1 :Current global users 1, max 1",
            ":hub.test 375 ann :- hub.test Message of the day - ",
            ":hub.test 372 ann :- Be kind.",
            ":hub.test 372 ann :- Have tea.",
            ":hub.test 376 ann :End of /MOTD command",
        ]
    );
}

#[tokio::test]
async fn everyone_is_put_into_the_lobby() {
    let hub = Hub::with("auto_join = [\"#lobby\"]\n").await;
    let mut ann = hub.client("ann").await;
    let mut bob = hub.connect().await;
    let lines = bob.does("NICK bob\r\nUSER u 0 * :Bob").await;
    assert_eq!(
        lines[lines.len() - 3..],
        [
            ":bob!~u@127.0.0.1 JOIN #lobby",
            ":hub.test 353 bob = #lobby :ann bob",
            ":hub.test 366 bob #lobby :End of /NAMES list",
        ]
    );
    assert_eq!(ann.sees().await, [":bob!~u@127.0.0.1 JOIN #lobby"]);
    assert_eq!(bob.does("PRIVMSG #lobby :hello").await, NOTHING);
    assert_eq!(
        ann.sees().await,
        [":bob!~u@127.0.0.1 PRIVMSG #lobby :hello"]
    );
}

#[tokio::test]
async fn the_password_is_asked_for_and_checked() {
    let hub = Hub::with("password = \"open sesame\"\n").await;
    let closed = [
        ":hub.test 464 ann :Password incorrect",
        "ERROR :password incorrect",
    ];
    for lines in [
        "NICK ann\r\nUSER u 0 * :Ann",
        "PASS open\r\nNICK ann\r\nUSER u 0 * :Ann",
        "PASS :open sesame\r\nPASS x\r\nNICK ann\r\nUSER u 0 * :Ann",
    ] {
        let mut ann = hub.connect().await;
        ann.send(lines).await;
        assert_eq!(ann.rest().await, closed, "{lines:?}");
    }
    let mut ann = hub.connect().await;
    let lines = ann
        .does("PASS :open sesame\r\nNICK ann\r\nUSER u 0 * :Ann")
        .await;
    assert_eq!(verbs(&lines), WELCOME);
    assert_eq!(
        ann.does("PASS x").await,
        [":hub.test 462 ann :You may not reregister"]
    );
}

#[tokio::test]
async fn a_nick_belongs_to_one() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    let mut other = hub.connect().await;
    assert_eq!(
        other.does("NICK ANN").await,
        [":hub.test 433 * ANN :Nickname is already in use"]
    );
    assert_eq!(other.does("USER u 0 * :Other").await, NOTHING);
    assert_eq!(verbs(&other.does("NICK oda").await), WELCOME);
    assert_eq!(
        other.does("NICK Ann").await,
        [":hub.test 433 oda Ann :Nickname is already in use"]
    );
    assert_eq!(ann.sees().await, NOTHING);
}

#[tokio::test]
async fn of_two_who_introduce_themselves_alike_the_first_to_complete_wins() {
    let hub = Hub::start().await;
    let (mut first, mut second) = (hub.connect().await, hub.connect().await);
    assert_eq!(first.does("NICK ann").await, NOTHING);
    assert_eq!(second.does("NICK ann").await, NOTHING);
    assert_eq!(verbs(&second.does("USER u 0 * :Second").await), WELCOME);
    assert_eq!(
        first.does("USER u 0 * :First").await,
        [":hub.test 433 * ann :Nickname is already in use"]
    );
    let lines = first.does("NICK ann2").await;
    assert_eq!(verbs(&lines), WELCOME);
    assert_eq!(
        lines[0],
        ":hub.test 001 ann2 :Welcome to hub.test, ann2!~u@127.0.0.1"
    );
}

#[tokio::test]
async fn a_nick_is_free_once_its_owner_is_gone() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    ann.send("QUIT").await;
    ann.rest().await;
    let lines = hub
        .connect()
        .await
        .does("NICK ann\r\nUSER u 0 * :Ann")
        .await;
    assert_eq!(verbs(&lines), WELCOME);
}

#[tokio::test]
async fn what_is_no_nick_is_refused() {
    let hub = Hub::with("[limits]\nnick_length = 9\n").await;
    let mut ann = hub.client("ann").await;
    for (line, shown) in [
        ("NICK 1ann", "1ann"),
        ("NICK :an n", "*"),
        ("NICK éa", "éa"),
        ("NICK ann!x", "ann!x"),
        ("NICK abcdefghij", "abcdefghij"),
        ("NICK ::ann", "*"),
    ] {
        let lines = ann.does(line).await;
        let start = format!(":hub.test 432 ann {shown} :Erroneous nickname: ");
        assert!(
            lines.len() == 1 && lines[0].starts_with(&start),
            "{lines:?}"
        );
    }
    assert_eq!(
        ann.does("NICK").await,
        [":hub.test 431 ann :No nickname given"]
    );
    assert_eq!(
        ann.does("NICK :").await,
        [":hub.test 431 ann :No nickname given"]
    );
    assert_eq!(
        ann.does("NICK abcdefghi").await,
        [":ann!~u@127.0.0.1 NICK abcdefghi"]
    );
}

#[tokio::test]
async fn before_registration_little_is_allowed() {
    let hub = Hub::start().await;
    let mut nobody = hub.connect().await;
    for verb in [
        "JOIN #room",
        "PRIVMSG #room :x",
        "NOTICE #room :x",
        "WHO",
        "OPER a b",
        "MODE x",
    ] {
        assert_eq!(
            nobody.does(verb).await,
            [":hub.test 451 * :You have not registered"],
            "{verb}"
        );
    }
    assert_eq!(
        nobody.does("FOO bar").await,
        [":hub.test 421 * FOO :Unknown command"]
    );
    assert_eq!(
        nobody.does("USER u 0 *").await,
        [":hub.test 461 * USER :Not enough parameters"]
    );
    assert_eq!(
        nobody.does("USER u 0 * :").await,
        [":hub.test 461 * USER :Not enough parameters"]
    );
    assert_eq!(
        nobody.does("PASS").await,
        [":hub.test 461 * PASS :Not enough parameters"]
    );
}

#[tokio::test]
async fn after_registration_there_is_no_second_one() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    for line in ["USER v 0 * :V", "USER", "PASS x"] {
        assert_eq!(
            ann.does(line).await,
            [":hub.test 462 ann :You may not reregister"]
        );
    }
}

#[tokio::test]
async fn who_quits_before_registration_is_told_good_bye() {
    let hub = Hub::start().await;
    for lines in ["QUIT", "NICK ann\r\nQUIT :bye", "CAP LS\r\nQUIT"] {
        let mut nobody = hub.connect().await;
        nobody.send(lines).await;
        let rest = nobody.rest().await;
        let last = rest.last().expect("a line");
        assert!(last.starts_with("ERROR :Quit"), "{last}");
    }
}

async fn users(client: &mut Client) -> String {
    client.does("LUSERS").await.swap_remove(0)
}

#[tokio::test]
async fn while_capabilities_are_negotiated_nobody_registers() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    let mut bob = hub.connect().await;
    let lines = bob
        .does("CAP REQ :echo-message\r\nNICK bob\r\nUSER u 0 * :Bob")
        .await;
    assert_eq!(lines, [":hub.test CAP * ACK echo-message"]);
    assert_eq!(
        users(&mut ann).await,
        ":hub.test 251 ann :There are 1 users and 0 invisible on 1 servers"
    );
    assert_eq!(verbs(&bob.does("CAP END").await), WELCOME);
    assert_eq!(
        users(&mut ann).await,
        ":hub.test 251 ann :There are 2 users and 0 invisible on 1 servers"
    );
}
