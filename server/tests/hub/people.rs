//! Questions about people, and what operators of the hub do to them.

use crate::client::{Client, NOTHING};
use crate::fixture::Hub;

#[tokio::test]
async fn who_lists_a_room_or_those_who_match() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = hub.room(["ann", "bob"]).await;
    bob.does("AWAY :x").await;
    let end = |mask| format!(":hub.test 315 ann {mask} :End of WHO list");
    assert_eq!(
        ann.does("WHO #room").await,
        [
            ":hub.test 352 ann #room ~u 127.0.0.1 hub.test ann H@ :0 Real ann".to_owned(),
            ":hub.test 352 ann #room ~u 127.0.0.1 hub.test bob G :0 Real bob".to_owned(),
            end("#room"),
        ]
    );
    assert_eq!(
        ann.does("WHO b*").await,
        [
            ":hub.test 352 ann * ~u 127.0.0.1 hub.test bob G :0 Real bob".to_owned(),
            end("b*")
        ]
    );
    assert_eq!(ann.does("WHO nobody").await, [end("nobody")]);
    assert_eq!(ann.does("WHO #nowhere").await, [end("#nowhere")]);
    assert_eq!(ann.does("WHO #room o").await, [end("#room")]);
}

#[tokio::test]
async fn whox_answers_the_fields_asked_for_in_their_order() {
    let hub = Hub::start().await;
    let [mut ann] = hub.room(["ann"]).await;
    assert_eq!(
        ann.does("WHO #room %rftcuhsnia,42").await[0],
        ":hub.test 354 ann 42 #room ~u 127.0.0.1 127.0.0.1 hub.test ann H@ 0 :Real ann"
    );
    assert_eq!(
        ann.does("WHO ann %dlo").await[0],
        ":hub.test 354 ann 0 0 n/a"
    );
    assert_eq!(ann.does("WHO ann %c").await[0], ":hub.test 354 ann *");
}

#[tokio::test]
async fn the_invisible_are_shown_to_those_who_share_a_room_or_know_the_nick() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = hub.room(["ann", "bob"]).await;
    let mut cid = hub.client("cid").await;
    bob.does("MODE bob +i").await;
    let names = |lines: Vec<String>| -> Vec<String> {
        let shown = lines.iter().filter(|line| line.contains(" 354 "));
        shown
            .filter_map(|line| line.rsplit(' ').next().map(ToOwned::to_owned))
            .collect()
    };
    assert_eq!(names(ann.does("WHO * %n").await), ["ann", "bob", "cid"]);
    assert_eq!(names(cid.does("WHO * %n").await), ["ann", "cid"]);
    assert_eq!(names(cid.does("WHO bob %n").await), ["bob"]);
    assert_eq!(names(cid.does("WHO #room %n").await), ["ann"]);
    assert_eq!(
        cid.does("NAMES #room").await,
        [
            ":hub.test 353 cid = #room @ann",
            ":hub.test 366 cid #room :End of /NAMES list"
        ]
    );
}

#[tokio::test]
async fn whois_tells_all_about_a_nick() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = hub.room(["ann", "bob"]).await;
    bob.does("JOIN #secret").await;
    bob.does("MODE #secret +s\r\nAWAY :at sea").await;
    let lines = ann.does("WHOIS BOB").await;
    assert_eq!(
        lines[..4],
        [
            ":hub.test 311 ann bob ~u 127.0.0.1 * :Real bob",
            ":hub.test 319 ann bob #room",
            ":hub.test 312 ann bob hub.test Salon",
            ":hub.test 301 ann bob :at sea",
        ]
    );
    assert!(
        lines[4].starts_with(":hub.test 317 ann bob 0 1")
            && lines[4].ends_with(" :seconds idle, signon time")
    );
    assert_eq!(lines[5..], [":hub.test 318 ann BOB :End of /WHOIS list"]);
    let own = bob.does("WHOIS bob").await;
    assert_eq!(own[1], ":hub.test 319 bob bob :#room @#secret");
    assert!(own.contains(&":hub.test 338 bob bob 127.0.0.1 :is actually using host".to_owned()));
    assert!(own.contains(&":hub.test 379 bob bob :is using modes +".to_owned()));
    assert_eq!(
        ann.does("WHOIS hub.test bob").await[0],
        ":hub.test 311 ann bob ~u 127.0.0.1 * :Real bob"
    );
    assert_eq!(
        ann.does("WHOIS nobody").await,
        [
            ":hub.test 401 ann nobody :No such nick/channel",
            ":hub.test 318 ann nobody :End of /WHOIS list"
        ]
    );
    assert_eq!(
        ann.does("WHOIS").await,
        [":hub.test 431 ann :No nickname given"]
    );
}

#[tokio::test]
async fn whowas_remembers_those_who_left_and_those_who_were_renamed() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    for _ in 0..2 {
        let mut bob = hub.client("bob").await;
        bob.send("QUIT").await;
        bob.rest().await;
    }
    let kinds = |lines: &[String]| -> Vec<String> {
        let kind = |line: &String| {
            line.split(' ')
                .skip(1)
                .take(3)
                .collect::<Vec<_>>()
                .join(" ")
        };
        lines.iter().map(kind).collect()
    };
    let lines = ann.does("WHOWAS Bob").await;
    assert_eq!(lines[0], ":hub.test 314 ann bob ~u 127.0.0.1 * :Real bob");
    assert_eq!(
        kinds(&lines),
        [
            "314 ann bob",
            "312 ann bob",
            "314 ann bob",
            "312 ann bob",
            "369 ann Bob"
        ]
    );
    assert_eq!(ann.does("WHOWAS bob 1").await.len(), 3);
    ann.does("NICK anna").await;
    assert_eq!(kinds(&ann.does("WHOWAS ann").await)[0], "314 anna ann");
    assert_eq!(
        ann.does("WHOWAS nobody").await,
        [
            ":hub.test 406 anna nobody :There was no such nickname",
            ":hub.test 369 anna nobody :End of WHOWAS"
        ]
    );
}

#[tokio::test]
async fn monitor_tells_of_coming_going_and_renaming() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    assert_eq!(
        ann.does("MONITOR + bob,ANN,bob,1x").await,
        [
            ":hub.test 730 ann ann!~u@127.0.0.1",
            ":hub.test 731 ann bob"
        ]
    );
    let mut bob = hub.client("Bob").await;
    assert_eq!(ann.sees().await, [":hub.test 730 ann Bob!~u@127.0.0.1"]);
    bob.does("NICK rob").await;
    assert_eq!(ann.sees().await, [":hub.test 731 ann Bob"]);
    bob.does("NICK bob").await;
    assert_eq!(ann.sees().await, [":hub.test 730 ann bob!~u@127.0.0.1"]);
    bob.send("QUIT").await;
    bob.rest().await;
    assert_eq!(ann.sees().await, [":hub.test 731 ann bob"]);
    assert_eq!(
        ann.does("MONITOR L").await,
        [
            ":hub.test 732 ann ANN,bob",
            ":hub.test 733 ann :End of MONITOR list"
        ]
    );
    assert_eq!(
        ann.does("MONITOR S").await,
        [
            ":hub.test 730 ann ann!~u@127.0.0.1",
            ":hub.test 731 ann bob"
        ]
    );
    assert_eq!(ann.does("MONITOR - bob").await, NOTHING);
    let mut bob = hub.client("bob").await;
    assert_eq!(ann.sees().await, NOTHING);
    ann.does("MONITOR C").await;
    assert_eq!(
        ann.does("MONITOR L").await,
        [":hub.test 733 ann :End of MONITOR list"]
    );
    bob.does("NICK ann2").await;
    assert_eq!(ann.sees().await, NOTHING);
}

#[tokio::test]
async fn the_list_of_monitor_is_bounded() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    let names: Vec<String> = (0..100).map(|index| format!("n{index}")).collect();
    for names in names.chunks(20) {
        ann.does(&format!("MONITOR + {}", names.join(","))).await;
    }
    assert_eq!(
        ann.does("MONITOR + n7,one,two").await,
        [":hub.test 734 ann 100 one,two :Monitor list is full."]
    );
}

#[tokio::test]
async fn list_shows_rooms_and_takes_conditions() {
    let hub = Hub::start().await;
    let [mut ann, _bob] = hub.room(["ann", "bob"]).await;
    ann.does("JOIN #quiet,#hidden").await;
    ann.does("MODE #hidden +s\r\nTOPIC #quiet :hush").await;
    let mut cid = hub.client("cid").await;
    let listed = |lines: Vec<String>| -> Vec<String> {
        assert_eq!(lines[0].split(' ').nth(1), Some("321"));
        assert_eq!(
            lines.last().and_then(|line| line.split(' ').nth(1)),
            Some("323")
        );
        lines[1..lines.len() - 1]
            .iter()
            .map(|line| line.splitn(4, ' ').nth(3).unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(
        listed(cid.does("LIST").await),
        ["#quiet 1 hush", "#room 2 :"]
    );
    assert_eq!(listed(ann.does("LIST").await).len(), 3);
    assert_eq!(listed(cid.does("LIST >1").await), ["#room 2 :"]);
    assert_eq!(listed(cid.does("LIST <2").await), ["#quiet 1 hush"]);
    assert_eq!(listed(cid.does("LIST #r*").await), ["#room 2 :"]);
    assert_eq!(listed(cid.does("LIST !#r*").await), ["#quiet 1 hush"]);
    assert_eq!(listed(cid.does("LIST #quiet,#room").await).len(), 2);
    assert_eq!(listed(cid.does("LIST T<5").await), ["#quiet 1 hush"]);
    assert_eq!(listed(cid.does("LIST C>5").await), NOTHING);
    assert_eq!(listed(cid.does("LIST C<5,#quiet").await), ["#quiet 1 hush"]);
}

#[tokio::test]
async fn ison_and_userhost_answer_in_one_line() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    let mut bob = hub.client("Bob").await;
    bob.does("AWAY :x").await;
    assert_eq!(
        ann.does("ISON bob nobody ann").await,
        [":hub.test 303 ann :Bob ann"]
    );
    assert_eq!(ann.does("ISON nobody").await, [":hub.test 303 ann :"]);
    assert_eq!(
        ann.does("USERHOST bob ann nobody").await,
        [":hub.test 302 ann :Bob=-~u@127.0.0.1 ann=+~u@127.0.0.1"]
    );
}

#[tokio::test]
async fn the_hub_tells_about_itself() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    let version = concat!("salond-", env!("CARGO_PKG_VERSION"));
    let lines = ann.does("VERSION").await;
    assert_eq!(
        lines[0],
        format!(":hub.test 351 ann {version} hub.test Salon")
    );
    assert!(lines[1].starts_with(":hub.test 005 ann "));
    assert!(ann.does("TIME").await[0].starts_with(":hub.test 391 ann hub.test 20"));
    assert_eq!(
        ann.does("INFO").await[0],
        format!(":hub.test 371 ann {version}")
    );
    assert_eq!(
        ann.does("LINKS").await.last().map(String::as_str),
        Some(":hub.test 365 ann * :End of /LINKS list")
    );
    let help = ann.does("HELP join").await;
    assert_eq!(
        help[0],
        ":hub.test 704 ann join :JOIN #room[,#room...] [key[,key...]]"
    );
    assert_eq!(
        ann.does("HELP nonsense").await,
        [":hub.test 524 ann nonsense :There is no help on that"]
    );
}

async fn with_operator() -> Hub {
    let hash = salond::password::hash("swordfish").expect("a hash");
    Hub::with(&format!(
        "[[operators]]\nname = \"root\"\npassword_hash = \"{hash}\"\n"
    ))
    .await
}

async fn operator(hub: &Hub) -> Client {
    let mut root = hub.client("root").await;
    assert_eq!(
        root.does("OPER root swordfish").await,
        [
            ":hub.test 381 root :You are now an IRC operator",
            ":root!~u@127.0.0.1 MODE root +o"
        ]
    );
    root
}

#[tokio::test]
async fn who_guesses_at_the_password_of_an_operator_is_locked_out() {
    let hash = salond::password::hash("swordfish").expect("a hash");
    let hub = Hub::with(&format!(
        "[[operators]]\nname = \"root\"\npassword_hash = \"{hash}\"\n[limits]\nexempt = []\n"
    ))
    .await;
    let mut eve = hub.client("eve").await;
    for name in ["root", "nobody"].repeat(5) {
        let guess = format!("OPER {name} x");
        let wrong = [":hub.test 464 eve :Password incorrect"];
        assert_eq!(eve.does(&guess).await, wrong);
    }
    let locked = [":hub.test 464 eve :too many failures; wait a few minutes"];
    assert_eq!(eve.does("OPER root swordfish").await, locked);
    assert_eq!(eve.does("MODE eve").await, [":hub.test 221 eve +"]);
}

#[tokio::test]
async fn oper_needs_name_and_password() {
    let hub = with_operator().await;
    let mut ann = hub.client("ann").await;
    for line in ["OPER root x", "OPER ann swordfish", "OPER root :"] {
        assert_eq!(
            ann.does(line).await,
            [":hub.test 464 ann :Password incorrect"]
        );
    }
    assert_eq!(
        ann.does("OPER root").await,
        [":hub.test 461 ann OPER :Not enough parameters"]
    );
    assert_eq!(ann.does("MODE ann +o").await, NOTHING);
    assert_eq!(ann.does("MODE ann").await, [":hub.test 221 ann +"]);
}

#[tokio::test]
async fn an_operator_is_shown_as_such_and_may_step_down() {
    let hub = with_operator().await;
    let mut root = operator(&hub).await;
    let mut ann = hub.client("ann").await;
    assert_eq!(
        ann.does("WHO root %nf").await[0],
        ":hub.test 354 ann root H*"
    );
    assert_eq!(
        ann.does("USERHOST root").await,
        [":hub.test 302 ann root*=+~u@127.0.0.1"]
    );
    assert!(
        ann.does("WHOIS root")
            .await
            .contains(&":hub.test 313 ann root :is an IRC operator".to_owned())
    );
    assert_eq!(
        ann.does("LUSERS").await[1],
        ":hub.test 252 ann 1 :operator(s) online"
    );
    assert_eq!(
        root.does("MODE root -o").await,
        [":root!~u@127.0.0.1 MODE root -o"]
    );
    assert_eq!(
        root.does("KILL ann").await,
        [":hub.test 481 root :Permission Denied- You're not an IRC operator"]
    );
}

#[tokio::test]
async fn kill_ends_a_connection_and_tells_why() {
    let hub = with_operator().await;
    let mut root = operator(&hub).await;
    let [mut ann, mut bob] = hub.room(["ann", "bob"]).await;
    assert_eq!(
        root.does("KILL nobody :x").await,
        [":hub.test 401 root nobody :No such nick/channel"]
    );
    assert_eq!(root.does("KILL ann :spam").await, NOTHING);
    assert_eq!(
        ann.rest().await,
        [
            ":root!~u@127.0.0.1 KILL ann :spam",
            "ERROR :Killed (root (spam))"
        ]
    );
    assert_eq!(
        bob.line().await,
        ":ann!~u@127.0.0.1 QUIT :Killed (root (spam))"
    );
    assert_eq!(
        bob.does("KILL root").await,
        [":hub.test 481 bob :Permission Denied- You're not an IRC operator"]
    );
}

#[tokio::test]
async fn one_who_is_killed_is_not_heard_any_more_whatever_was_sent_before() {
    let hub = with_operator().await;
    let mut root = operator(&hub).await;
    let [mut bob, mut ann] = hub.room(["bob", "ann"]).await;
    // More than one turn takes, and nothing in it has to wait for anybody.
    let lines = vec!["PING x"; 1_000].join("\r\n");
    ann.send(&format!("{lines}\r\nPRIVMSG #room :still here"))
        .await;
    root.send("KILL ann :spam").await;
    assert_eq!(
        bob.line().await,
        ":ann!~u@127.0.0.1 QUIT :Killed (root (spam))"
    );
}

#[tokio::test]
async fn own_modes_are_shown_and_changed() {
    let hub = Hub::start().await;
    let mut ann = hub.client("ann").await;
    let _bob = hub.client("bob").await;
    assert_eq!(ann.does("MODE ANN").await, [":hub.test 221 ann +"]);
    assert_eq!(
        ann.does("MODE ann +iBx-o").await,
        [
            ":hub.test 501 ann :Unknown MODE flag",
            ":ann!~u@127.0.0.1 MODE ann +iB"
        ]
    );
    assert_eq!(ann.does("MODE ann").await, [":hub.test 221 ann +Bi"]);
    assert_eq!(ann.does("MODE ann +i").await, NOTHING);
    assert_eq!(
        ann.does("MODE bob +i").await,
        [":hub.test 502 ann :Can't change mode for other users"]
    );
    assert_eq!(
        ann.does("MODE nobody").await,
        [":hub.test 401 ann nobody :No such nick/channel"]
    );
}
