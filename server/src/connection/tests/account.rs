//! Accounts whose changes the log refuses.

use std::sync::Arc;

use super::{known, tell};
use crate::connection::Caps;
use crate::tests::{FickleLog, hub};

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
