//! Bans that come in between, and those of one connection among several.

use std::sync::Arc;

use salon_protocol::{Message, Timestamp};

use super::super::{Caps, Client};
use super::{client, known, sent, tell};
use crate::ban::{Ban, BanKind};
use crate::identity::{SessionId, UserModes};
use crate::inbox::Inbox;
use crate::tests::{FickleLog, hub, inbox};
use crate::user::Link;

#[tokio::test]
async fn a_ban_that_is_set_while_somebody_comes_in_keeps_them_out() {
    let log = FickleLog::new();
    let hub = hub(Arc::<FickleLog>::clone(&log));
    let mut ann = Client::new(
        Arc::clone(&hub),
        SessionId(9),
        Arc::default(),
        "host".to_owned(),
    );
    ann.introduce().nick = Some("ann".parse().expect("a nick"));
    ann.introduce().user = Some(("ann".to_owned(), "Ann".to_owned()));
    let mut owner = known(&hub, 1, "owner", Caps::empty());
    tell(&mut owner, &["REGISTER * * sesame"]).await;
    ann.introduce().account = hub.accounts.named("owner");
    owner.depart("that was all").await;
    drop(owner);
    let ban = Ban {
        kind: BanKind::Mask,
        mask: "ann!*@*".to_owned(),
        reason: "late".to_owned(),
        setter: "root".to_owned(),
        created: Timestamp::from_millis(0),
        expires: None,
    };
    // The notes of the account are waited for.
    let held = log.hold().await;
    let set = async {
        hub.bans
            .add(ban, Timestamp::from_millis(1))
            .await
            .expect("stored");
        drop(held);
    };
    tokio::join!(ann.try_register(), set);
    assert_eq!(ann.ending.as_deref(), Some("Banned: late"));
    assert_eq!(
        sent(&mut ann),
        [":salon.local 465 ann :You are banned from this server: late"]
    );
}

#[tokio::test]
async fn of_several_connections_only_the_one_from_a_banned_host_is_ended() {
    let hub = hub(FickleLog::new());
    let (_ann, as_ann) = client(&hub, 1, "ann");
    let further: Arc<Inbox> = Arc::default();
    let link = Link {
        session: SessionId(7),
        inbox: Arc::clone(&further),
        host: "10.9.9.9".into(),
        is_secure: false,
        fingerprint: None,
    };
    as_ann.user.attach(link, 2).expect("there is room");
    let (mut root, as_root) = client(&hub, 2, "root");
    let operator = as_root.identity.with_modes(UserModes::OPERATOR);
    as_root.user.set_identity(Arc::new(operator));
    for asker in [&as_ann, &as_root] {
        assert!(hub.directory.claim(&asker.user).is_ok());
    }
    let line = Message::parse("KLINE *!*@10.9.9.9 :spam").expect("a message");
    root.ban(BanKind::Mask, &line).await.expect("set");
    assert_eq!(
        sent(&mut root),
        [":salon.local NOTICE root :*!*@10.9.9.9 is banned for good; connections ended: 1"]
    );
    let ends = |inbox: &Inbox| inbox.take_closing().map(|closing| closing.reason);
    assert_eq!(ends(&further).as_deref(), Some("Banned: spam"));
    assert_eq!(ends(&inbox(&as_ann)), None);
}
