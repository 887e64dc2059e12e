//! Several connections of one user that want something at the same moment.

use std::sync::Arc;

use futures_util::poll;

use super::{Caps, Client, known, tell};
use crate::hub::Hub;
use crate::identity::{SessionId, UserModes};
use crate::inbox::Inbox;
use crate::log::MemoryLog;
use crate::tests::hub;
use crate::user::Link;
use crate::verb::handle_line;

/// Ann, and a further connection of hers.
fn ann_twice(hub: &Arc<Hub>) -> [Client; 2] {
    let ann = known(hub, 1, "ann", Caps::empty());
    let user = ann.user.clone().expect("a user");
    let inbox = Arc::new(Inbox::default());
    let session = SessionId(2);
    let link = Link {
        session,
        inbox: Arc::clone(&inbox),
        is_secure: false,
        fingerprint: None,
        host: "host".into(),
    };
    user.attach(link, 2).expect("she is here");
    let mut other = Client::new(Arc::clone(hub), session, inbox, "host".to_owned());
    other.direct = user.direct();
    other.user = Some(user);
    [ann, other]
}

#[tokio::test]
async fn two_that_rename_at_once_leave_their_user_where_it_is_found() {
    let hub = hub(Arc::new(MemoryLog::new(7, 0)));
    let [mut ann, mut other] = ann_twice(&hub);
    tell(&mut ann, &["JOIN #room"]).await;
    let user = ann.user.clone().expect("a user");
    {
        let mut there = Box::pin(handle_line(&mut ann, b"NICK anna"));
        let mut back = Box::pin(handle_line(&mut other, b"NICK ann"));
        assert!(poll!(&mut there).is_pending(), "it waits for the room");
        assert!(poll!(&mut back).is_pending(), "it waits for the other one");
        there.await;
        back.await;
    }
    assert_eq!(user.identity().nick.as_str(), "ann");
    let here = |nick: &str| hub.directory.user(nick).map(|user| user.id);
    assert_eq!([here("ann"), here("anna")], [Some(user.id), None]);
}

#[tokio::test]
async fn a_mode_of_one_leaves_what_another_has_changed() {
    let hub = hub(Arc::new(MemoryLog::new(7, 0)));
    let [mut ann, _other] = ann_twice(&hub);
    let user = ann.user.clone().expect("a user");
    user.set_identity(Arc::new(user.identity().with_modes(UserModes::OPERATOR)));
    {
        let changing = user.changing.lock().await;
        let mut line = Box::pin(handle_line(&mut ann, b"MODE ann +i"));
        assert!(poll!(&mut line).is_pending());
        user.set_identity(Arc::new(user.identity().with_modes(UserModes::WALLOPS)));
        drop(changing);
        line.await;
    }
    let both = UserModes::INVISIBLE | UserModes::WALLOPS;
    assert_eq!(user.identity().modes, both);
    tell(&mut ann, &["MODE ann -w"]).await;
    assert_eq!(user.identity().modes, UserModes::INVISIBLE);
}
