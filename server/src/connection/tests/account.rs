//! Accounts whose changes the log refuses, and their users who stay.

use std::path::Path;
use std::sync::Arc;

use futures_util::poll;
use salon_config::ServerConfig;

use super::{known, sent, tell};
use crate::connection::{Caps, Client};
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
    other.introduction.account = Some("ann".parse().expect("a nick"));
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
