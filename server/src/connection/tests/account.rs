//! Accounts whose changes the log refuses, and their users who stay.

use std::path::Path;
use std::sync::Arc;

use futures_util::poll;
use salon_config::ServerConfig;

use super::{known, sent, tell};
use crate::connection::{Caps, Client};
use crate::hub::Hub;
use crate::identity::SessionId;
use crate::inbox::Inbox;
use crate::tests::{FickleLog, hub};
use crate::verb::handle_line;

#[tokio::test]
async fn an_account_that_is_not_stored_keeps_no_messages() {
    let log = FickleLog::new();
    let hub = hub(Arc::<FickleLog>::clone(&log));
    let mut ann = known(&hub, 1, "ann", Caps::empty());
    let mut bob = known(&hub, 2, "bob", Caps::empty());
    tell(&mut bob, &["PRIVMSG ann :hi"]).await;
    let user = ann.user.clone().expect("a user");
    let own = user.direct();
    log.refuse(true);
    assert_eq!(
        tell(&mut ann, &["REGISTER * * sesame"]).await,
        [
            ":salon.local FAIL REGISTER TEMPORARILY_UNAVAILABLE * :not stored; try again later",
            ":bob!~bob@host PRIVMSG ann :hi",
        ]
    );
    assert_eq!(user.passing_streams(), [own], "they go with the guest");
    log.refuse(false);
    tell(&mut ann, &["REGISTER * * sesame"]).await;
    let account = hub.accounts.named("ann").expect("made");
    assert_eq!(account.direct, Some(own), "they are the account's");
    assert_eq!(user.passing_streams(), []);
}

#[tokio::test]
async fn one_of_whom_it_is_not_stored_is_not_always_on() {
    let log = FickleLog::new();
    let hub = hub(Arc::<FickleLog>::clone(&log));
    let mut ann = known(&hub, 1, "ann", Caps::empty());
    tell(&mut ann, &["REGISTER * * sesame"]).await;
    let wanted = hub
        .accounts
        .set_preferences("ann", |account| account.always_on = Some(true));
    wanted.await.expect("stored");
    let user = ann.user.clone().expect("a user");
    log.refuse(true);
    assert_eq!(
        tell(&mut ann, &["NS SET ALWAYS-ON true"]).await,
        [":NickServ!NickServ@salon.local NOTICE ann :not stored; try again later"]
    );
    assert!(!user.identity().always_on);
    log.refuse(false);
    tell(&mut ann, &["NS SET ALWAYS-ON true"]).await;
    assert!(user.identity().always_on, "it is tried again");
}

#[tokio::test]
async fn settings_that_forbid_to_stay_send_those_away_who_are_not_connected() {
    let hub = hub(FickleLog::new());
    let mut ann = known(&hub, 1, "ann", Caps::empty());
    tell(&mut ann, &["REGISTER * * sesame", "NS SET ALWAYS-ON true"]).await;
    ann.depart("gone").await;
    assert!(hub.directory.user("ann").is_some());
    let text = "[accounts]\nalways_on = \"disabled\"\n";
    let config = ServerConfig::parse(Path::new("test.toml"), text).expect("valid settings");
    hub.replace_config(config);
    hub.settle_all().await;
    assert!(hub.directory.user("ann").is_none());
}

#[tokio::test]
async fn a_further_connection_hears_of_a_nick_that_changes_while_it_comes() {
    let hub = hub(FickleLog::new());
    let mut ann = known(&hub, 1, "ann", Caps::empty());
    tell(&mut ann, &["REGISTER * * sesame", "JOIN #room"]).await;
    let user = ann.user.clone().expect("a user");
    let (session, inbox) = (SessionId(2), Arc::new(Inbox::default()));
    let mut other = Client::new(Arc::clone(&hub), session, inbox, "host".to_owned());
    other.introduce().account = hub.accounts.named("ann");
    tell(&mut other, &["NICK ann"]).await;
    {
        let changing = user.changing.lock().await;
        let mut line = Box::pin(handle_line(&mut other, b"USER u 0 * :Ann"));
        assert!(poll!(&mut line).is_pending(), "it is welcome");
        let renamed = user.identity().with_nick("anna".parse().expect("a nick"));
        user.set_identity(Arc::new(renamed));
        drop(changing);
        line.await;
    }
    let lines = sent(&mut other);
    let behind = lines.iter().skip_while(|line| !line.contains(" 422 "));
    let behind: Vec<&String> = behind.skip(1).take(2).collect();
    assert_eq!(
        behind,
        [":ann!~ann@host NICK anna", ":anna!~ann@host JOIN #room"]
    );
}

/// Somebody who has logged in to ann's account, and not registered yet.
async fn arriving(hub: &Arc<Hub>) -> Client {
    let account = hub.accounts.named("ann").expect("an account");
    let session = SessionId(hub.next_id());
    let mut client = Client::new(Arc::clone(hub), session, Arc::default(), "host".to_owned());
    client.log_in(&account).await.expect("nobody is refused");
    client
}

#[tokio::test]
async fn one_who_logged_in_to_an_account_that_is_deleted_meanwhile_does_not_come_in() {
    let hub = hub(FickleLog::new());
    let mut ann = known(&hub, 1, "ann", Caps::empty());
    tell(&mut ann, &["REGISTER * * sesame"]).await;
    let (mut early, mut late) = (arriving(&hub).await, arriving(&hub).await);
    let introduce = ["NICK eve", "USER u 0 * :Eve"];
    let came_in = tell(&mut early, &introduce).await;
    assert!(
        came_in.iter().any(|line| line.contains(" 001 eve ")),
        "{came_in:?}"
    );
    let code = hub.accounts.confirmation("ann");
    tell(&mut ann, &[&format!("NS UNREGISTER ann {code}")]).await;
    // Somebody else has the name now.
    tell(&mut ann, &["REGISTER * * sesame"]).await;
    assert!(hub.accounts.named("ann").is_some());
    let refused = tell(&mut late, &["NICK eva", "USER u 0 * :Eva"]).await;
    assert_eq!(
        refused.last().map(String::as_str),
        Some(":salon.local FAIL * ACCOUNT_DELETED :The account was deleted")
    );
    assert_eq!((late.user.is_none(), late.ending.is_some()), (true, true));
    let account = early.user.expect("a user").identity().account.clone();
    assert_eq!(account, None, "who was in already is logged out");
}
