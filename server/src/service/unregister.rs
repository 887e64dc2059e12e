//! `NICKSERV UNREGISTER`: deletes an account, with all that it keeps and owns.

use std::sync::Arc;

use super::Said;
use crate::connection::Client;
use crate::hub::Hub;
use crate::identity::SessionId;
use crate::room::{Asker, Ownership, Request};

/// Deletes the client's account: `UNREGISTER account [code]`. The code is asked for first, since there is no way back.
pub(crate) async fn unregister(client: &mut Client, arguments: &[&str]) -> Said {
    let account = super::account(client)?;
    let hub = Arc::clone(&client.hub);
    let wanted = arguments.first().copied().unwrap_or_default();
    if !salon_protocol::eq_folded(wanted, &account) {
        return Err(format!("you are logged in as {account}, not as {wanted}"));
    }
    let code = hub.accounts.confirmation(&account);
    if arguments.get(1) != Some(&code.as_str()) {
        return Err(format!(
            "this deletes the account {account}, what it keeps and its direct messages, for good; \
             to confirm, say UNREGISTER {account} {code}"
        ));
    }
    let asker = client.asker().map_err(|_| "register first")?;
    forget_in_rooms(&hub, &asker, &account).await;
    let deleted = hub.accounts.delete(&account).await;
    let stream = deleted.map_err(|error| error.to_string())?;
    for user in hub.directory.users() {
        let identity = user.identity();
        let is_its = |own: &str| salon_protocol::eq_folded(own, &account);
        if user.id != asker.user.id && identity.account.as_deref().is_some_and(is_its) {
            let asker = Asker {
                session: SessionId::NONE,
                user,
                identity,
            };
            hub.log_out(&asker).await;
        }
    }
    if let Err(reply) = client.log_out().await {
        client.reply(&reply);
    }
    if let Some(stream) = stream {
        hub.log.forget(stream).await;
    }
    tracing::info!(account, host = client.host, "account deleted");
    Ok(format!("The account {account} is deleted"))
}

/// Makes the rooms of an account nobody's, and lets it into no other one again.
async fn forget_in_rooms(hub: &Arc<Hub>, asker: &Asker, account: &str) {
    for name in hub.dormant_rooms_of(account) {
        hub.room_or_make(&name);
    }
    for room in hub.directory.rooms() {
        // A room that belongs to somebody else refuses the one; one that is gone needs neither.
        let requests = vec![Request::Own(Ownership::Unregister), Request::ForgetAccount];
        let _ = room.ask(asker, requests).await;
    }
}
