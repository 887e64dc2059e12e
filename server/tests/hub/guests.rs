//! Rooms by invitation, and who comes back into them when the hub starts anew.

use std::path::Path;

use crate::client::Client;
use crate::fixture::Hub;

async fn hub_in(folder: &Path) -> Hub {
    let folder = folder.to_str().expect("UTF-8");
    Hub::with(&format!("data_dir = {folder:?}")).await
}

#[track_caller]
fn check(lines: &[String], expected: &str) {
    let first = lines.first().map(String::as_str);
    assert_eq!(first, Some(expected), "{lines:?}");
}

async fn joins(client: &mut Client, nick: &str) {
    let lines = client.does("JOIN #den").await;
    check(&lines, &format!(":{nick}!~u@127.0.0.1 JOIN #den"));
}

#[tokio::test]
async fn members_and_the_invited_come_back_when_the_hub_starts_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = hub_in(folder.path()).await;
    let mut people = Vec::new();
    for nick in ["ann", "bob", "cid", "eve"] {
        people.push(hub.client(nick).await);
    }
    let [ann, bob, cid, eve] = people.as_mut_slice() else {
        unreachable!("four")
    };
    ann.does("JOIN #den\r\nMODE #den +i\r\nINVITE bob #den\r\nINVITE cid #den\r\nINVITE eve #den")
        .await;
    bob.does("JOIN #den").await;
    eve.does("JOIN #den").await;
    ann.does("KICK #den eve").await;
    cid.does("PRIVMSG ann :soon").await;
    hub.stop().await;

    let hub = hub_in(folder.path()).await;
    let mut eve = hub.client("eve").await;
    let refused = ":hub.test 473 eve #den :Cannot join channel (+i)";
    check(&eve.does("JOIN #den").await, refused);
    let mut inside = Vec::new();
    for nick in ["bob", "ann", "cid"] {
        let mut client = hub.client(nick).await;
        joins(&mut client, nick).await;
        inside.push(client);
    }
    check(&eve.does("JOIN #den").await, refused);
    hub.stop().await;
}

#[tokio::test]
async fn who_gets_the_name_of_a_deleted_account_is_somebody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = hub_in(folder.path()).await;
    let mut ann = hub.client("ann").await;
    ann.does("JOIN #den\r\nMODE #den +i").await;
    let mut bob = hub.client("bob").await;
    bob.does("REGISTER * * sesame").await;
    ann.does("INVITE bob #den").await;
    hub.stop().await;

    let hub = hub_in(folder.path()).await;
    let mut bob = hub.client("rob").await;
    bob.does("NS IDENTIFY bob sesame").await;
    let asked = bob.does("NS UNREGISTER bob").await;
    let code = asked.iter().find_map(|line| line.rsplit(' ').next());
    let code = code.expect("a code to confirm with");
    bob.does(&format!(
        "NS UNREGISTER bob {code}\r\nNICK bob\r\nREGISTER * * other"
    ))
    .await;
    let refused = ":hub.test 473 bob #den :Cannot join channel (+i)";
    check(&bob.does("JOIN #den").await, refused);
    joins(&mut hub.client("ann").await, "ann").await;
    hub.stop().await;
}
