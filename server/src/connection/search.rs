//! Searches of a client in all that it may read.

use super::client::Client;
use super::history::Conversation;
use crate::log::{Author, Found, LogError, Search};

impl Client {
    /// All conversations of the client as one: its rooms, what was written to it, and what it wrote to others.
    pub(crate) fn all_conversations(&self) -> Conversation {
        let rooms = self.feeds.keys().filter(|stream| self.may_read(**stream));
        let mut scopes: Vec<_> = rooms.map(|stream| (*stream, Author::Anyone)).collect();
        if let Some(user) = &self.user {
            let own = user.direct_streams().into_iter();
            scopes.extend(own.map(|stream| (stream, Author::Anyone)));
            let author = Author::User(user.id, self.owner());
            for nick in user.notes().partners() {
                let here = self.hub.directory.user(nick.as_str());
                let here = here.map(|receiver| receiver.direct_streams());
                let kept = self.hub.accounts.named(nick.as_str());
                let kept = kept.and_then(|receiver| receiver.direct);
                for stream in here.into_iter().flatten().chain(kept) {
                    if scopes.iter().all(|(known, _)| *known != stream) {
                        scopes.push((stream, author.clone()));
                    }
                }
            }
        }
        Conversation { scopes }
    }

    /// What is found of a search, the streams of which are those of a conversation.
    pub(crate) async fn search(
        &self,
        conversation: Conversation,
        search: Search,
    ) -> Result<Found, LogError> {
        let _turn = self.hub.searches.take(self.counted_address()).await?;
        let scopes = conversation.scopes;
        self.hub.log.search(Search { scopes, ..search }).await
    }
}
