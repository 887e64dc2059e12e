//! Keys and values on their way to a client: those that it subscribed to.

use std::sync::Arc;

use salon_protocol::numeric;

use super::caps::Caps;
use super::client::Client;
use crate::event::{Body, Event};
use crate::identity::Identity;
use crate::log::Note;
use crate::metadata::Metadata;
use crate::reply::Reply;
use crate::room::Member;

/// In a room of more members, who joins is told to ask for their metadata later.
const SYNC_MEMBERS_MAX: usize = 100;

impl Client {
    /// Shows a change of a key, or what somebody has who joins, as far as the client subscribed to it.
    pub(super) fn tell_metadata(&mut self, event: &Event) {
        if !self.caps.contains(Caps::METADATA) || self.subscriptions.is_empty() {
            return;
        }
        let nick = event.source.nick.as_str();
        match &event.body {
            Body::Metadata {
                of_room,
                key,
                value,
            } if self.subscriptions.contains(&**key) => {
                let target = if *of_room { &*event.target } else { nick };
                let line = self.metadata_line(target, key, value.as_deref());
                self.output.push(&line);
            }
            Body::Join => {
                for line in self.subscribed_lines(nick, &event.source.metadata) {
                    self.output.push(&line);
                }
            }
            _ => {}
        }
    }

    /// `761`, or `766` for a key that is not set.
    pub(crate) fn metadata_line(&self, target: &str, key: &str, value: Option<&str>) -> Vec<u8> {
        match value {
            Some(value) => self.numeric_line(numeric::RPL_KEYVALUE, &[target, key, "*", value]),
            None => self.numeric_line(numeric::RPL_KEYNOTSET, &[target, key, "key not set"]),
        }
    }

    /// `761` for each key that the client subscribed to.
    pub(crate) fn subscribed_lines(&self, target: &str, metadata: &Metadata) -> Vec<Vec<u8>> {
        let shown = metadata
            .iter()
            .filter(|(key, _)| self.subscriptions.contains(*key));
        shown
            .map(|(key, value)| self.metadata_line(target, key, Some(value)))
            .collect()
    }

    /// What the client subscribed to of a room and its members.
    pub(crate) fn room_lines(
        &self,
        room: &str,
        metadata: &Metadata,
        members: &[Member],
    ) -> Vec<Vec<u8>> {
        let mut lines = self.subscribed_lines(room, metadata);
        for member in members {
            let identity = &member.identity;
            lines.extend(self.subscribed_lines(identity.nick.as_str(), &identity.metadata));
        }
        lines
    }

    /// Shows who has joined a room what it subscribed to, or says that it is much.
    pub(super) fn show_room_metadata(
        &mut self,
        room: &str,
        metadata: &Metadata,
        members: &[Member],
    ) {
        if !self.caps.contains(Caps::METADATA) || self.subscriptions.is_empty() {
            return;
        }
        if members.len() > SYNC_MEMBERS_MAX {
            self.numeric(numeric::RPL_METADATASYNCLATER, &[room, "1"]);
            return;
        }
        let lines = self.room_lines(room, metadata, members);
        if !lines.is_empty() {
            self.push_batch("metadata", &[room], &lines);
        }
    }

    /// Sets a key of the client's user, for all who may know of it, and keeps it with the account.
    pub(crate) async fn set_own_metadata(
        &mut self,
        key: &str,
        value: Option<&str>,
    ) -> Result<(), Reply> {
        let user = self.asker()?.user;
        if user.has_account() {
            let notes = user.notes();
            let note = || vec![Note::Metadata(key.to_owned(), value.map(ToOwned::to_owned))];
            let hub = Arc::clone(&self.hub);
            let kept = hub.accounts.note(&notes, note).await;
            kept.map_err(|error| {
                Reply::fail("METADATA", "INTERNAL_ERROR", &[key], &error.to_string())
            })?;
        }
        let body = Body::Metadata {
            of_room: false,
            key: key.into(),
            value: value.map(Into::into),
        };
        let change =
            |identity: &Identity| Some(identity.with_metadata(identity.metadata.with(key, value)));
        self.become_in_all_rooms(change, Some(body)).await.map(drop)
    }

    /// Sets what the client set before it was registered.
    pub(super) async fn bring_metadata(&mut self, brought: &Metadata) {
        for (key, value) in brought.iter() {
            // Boxed, since few bring any.
            if let Err(reply) = Box::pin(self.set_own_metadata(key, Some(value))).await {
                self.reply(&reply);
            }
        }
    }

    /// Shows the client what it has itself, as the last thing of its arrival.
    pub(super) fn show_own_metadata(&mut self) {
        let Some(identity) = self
            .identity()
            .filter(|_| self.caps.contains(Caps::METADATA))
        else {
            return;
        };
        let nick = identity.nick.as_str();
        let lines = identity.metadata.iter();
        let lines: Vec<Vec<u8>> = lines
            .map(|(key, value)| self.metadata_line(nick, key, Some(value)))
            .collect();
        self.push_batch("metadata", &[nick], &lines);
    }
}
