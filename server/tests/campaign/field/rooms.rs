//! A room of an earlier run, and one who may not enter it.

use std::path::Path;

use salon_protocol::numeric;

use super::client::Client;
use super::hub::Site;

const ROOM: &str = "#vault";

/// One who is refused does not end a room that nobody is in yet: its history is there for those who may.
pub(crate) async fn refuse_intruder(salond: &Path, folder: &Path) {
    let site = Site::new(salond, folder);
    let hub = site.start(0).await;
    let mut owner = Client::enter(hub.port(), "owner").await.expect("a hub");
    owner.join(ROOM).await.expect("a new room");
    owner
        .send(&format!("MODE {ROOM} +k secret\r\n"))
        .await
        .expect("a hub");
    owner.say(ROOM, "1", "owner 1").await.expect("an echo");
    hub.kill().await;

    let hub = site.start(0).await;
    let mut intruder = Client::enter(hub.port(), "intruder").await.expect("a hub");
    intruder
        .send(&format!("JOIN {ROOM} wrong\r\n"))
        .await
        .expect("a hub");
    intruder
        .until(|message| message.numeric() == Some(numeric::ERR_BADCHANNELKEY))
        .await
        .expect("a refusal");
    let mut owner = Client::enter(hub.port(), "owner").await.expect("a hub");
    owner
        .join(&format!("{ROOM} secret"))
        .await
        .expect("the room");
    let history = owner.history(ROOM).await.expect("the history");
    let texts: Vec<&str> = history.iter().map(|entry| entry.text.as_str()).collect();
    assert_eq!(texts, ["owner 1"]);
    hub.kill().await;
    site.assert_sound();
}
