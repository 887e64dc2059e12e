//! Searches of a client in all that it may read.

use std::sync::Arc;

use super::client::Client;
use super::history::Conversation;
use crate::event::Event;
use crate::log::{Author, LogError, Search};

impl Client {
    /// All conversations of the client as one: its rooms, what was written to it, and what it wrote to others.
    pub(crate) fn all_conversations(&self) -> Conversation {
        let rooms = self.feeds.keys().map(|stream| (*stream, Author::Anyone));
        let mut scopes: Vec<_> = rooms.collect();
        if let Some(user) = &self.user {
            scopes.push((user.direct, Author::Anyone));
            let account = user.identity().account.clone();
            let receivers = self.written_to.iter().filter_map(|nick| {
                let receiver = self.hub.directory.user(nick.as_str())?;
                (receiver.id != user.id).then_some(receiver.direct)
            });
            let author = Author::User(user.id, account);
            scopes.extend(receivers.map(|stream| (stream, author.clone())));
        }
        Conversation { scopes }
    }

    /// What is found of a search, the streams of which are those of a conversation.
    pub(crate) async fn search(
        &self,
        conversation: Conversation,
        search: Search,
    ) -> Result<Vec<Arc<Event>>, LogError> {
        let scopes = conversation.scopes;
        self.hub.log.search(Search { scopes, ..search }).await
    }
}
