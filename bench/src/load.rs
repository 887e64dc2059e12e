//! Who talks in which room, how much, and to how many.

use std::time::Duration;

use clap::Args;

use crate::failure::Failure;
use crate::text::{TEXT_BYTES_MAX, TEXT_BYTES_MIN};
use crate::wire::Protocol;

/// Who talks, to how many, and how much.
#[derive(Args, Clone, Debug)]
pub(crate) struct Load {
    /// How many clients receive
    #[arg(long, default_value_t = 1000)]
    pub(crate) members: usize,
    /// How many speak in the one room; with more rooms than one, a member of each speaks there
    #[arg(long, default_value_t = 4)]
    pub(crate) senders: usize,
    /// In how many rooms
    #[arg(long, default_value_t = 1)]
    pub(crate) rooms: usize,
    /// How many of the members are in each room, where there is more than one
    #[arg(long, default_value_t = 10)]
    pub(crate) room_members: usize,
    /// How long a text is
    #[arg(long, default_value_t = 64)]
    pub(crate) bytes: usize,
    /// How many messages a speaker has outstanding in a room
    #[arg(long, default_value_t = 32)]
    pub(crate) window: u32,
    /// Messages a second instead of a window
    #[arg(long)]
    pub(crate) rate: Option<f64>,
    /// How long is measured
    #[arg(long, default_value_t = 2.0)]
    pub(crate) seconds: f64,
    /// When a run without any delivery is over, in seconds
    #[arg(long, default_value_t = 4.0)]
    pub(crate) stall: f64,
    /// When a run is given up, in seconds
    #[arg(long, default_value_t = 120.0)]
    pub(crate) timeout: f64,
}

/// What one speaker says in one room.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) speaker: usize,
    pub(crate) room: String,
    pub(crate) lead: String,
    pub(crate) sent: u32,
    /// One more than the last number that came to the one whose receipt opens the window.
    pub(crate) acknowledged: u32,
    pub(crate) answerer: usize,
    pub(crate) receivers: u64,
}
/// Who is there, who says what, and who enters where.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) clients: usize,
    pub(crate) streams: Vec<Stream>,
    /// Clients and the rooms they enter, in this order.
    pub(crate) entries: Vec<(usize, String)>,
}

impl Load {
    /// The layout of this load. `slow` is how many of the members are to stop reading.
    pub(crate) fn layout(&self, protocol: Protocol, slow: usize) -> Result<Layout, Failure> {
        let refuse = |what: &str| Err(Failure::Usage(what.to_owned()));
        if !(TEXT_BYTES_MIN..=TEXT_BYTES_MAX).contains(&self.bytes) {
            let what = format!("a text has {TEXT_BYTES_MIN} to {TEXT_BYTES_MAX} bytes");
            return refuse(&what);
        }
        if self.members == 0 || self.senders == 0 || self.rooms == 0 || slow >= self.members {
            return refuse(
                "members, senders and rooms are at least 1, and not all members are slow",
            );
        }
        if self.rooms == 1 {
            return Ok(self.one_room(protocol));
        }
        if !(2..=self.members).contains(&self.room_members) {
            return refuse(
                "each of several rooms has two members at least, and no more than there are",
            );
        }
        Ok(self.many_rooms(protocol))
    }

    fn one_room(&self, protocol: Protocol) -> Layout {
        let room = protocol.room_name(0);
        let clients = self.members + self.senders;
        let (inside, receivers) = if protocol.speakers_are_members() {
            (clients, clients - 1)
        } else {
            (self.members, self.members)
        };
        let streams = (0..self.senders).map(|place| {
            // Spread over the members, so that no order of delivery is favoured.
            let answerer = (place + 1) * self.members / (self.senders + 1);
            Stream::new(protocol, &room, self.members + place, answerer, receivers)
        });
        Layout {
            clients,
            streams: streams.collect(),
            entries: (0..inside).map(|index| (index, room.clone())).collect(),
        }
    }

    fn many_rooms(&self, protocol: Protocol) -> Layout {
        let (mut streams, mut entries) = (Vec::new(), Vec::new());
        for index in 0..self.rooms {
            let room = protocol.room_name(index);
            let member = |place| (index * self.room_members + place) % self.members;
            let receivers = if protocol.speakers_are_members() {
                self.room_members - 1
            } else {
                self.room_members
            };
            streams.push(Stream::new(
                protocol,
                &room,
                member(0),
                member(1),
                receivers,
            ));
            entries.extend((0..self.room_members).map(|place| (member(place), room.clone())));
        }
        Layout {
            clients: self.members,
            streams,
            entries,
        }
    }
}

impl Stream {
    fn new(
        protocol: Protocol,
        room: &str,
        speaker: usize,
        answerer: usize,
        receivers: usize,
    ) -> Self {
        Self {
            speaker,
            room: room.to_owned(),
            lead: protocol.lead(room),
            sent: 0,
            acknowledged: 0,
            answerer,
            receivers: receivers as u64,
        }
    }
}

/// A nick that is short enough for every server.
pub(crate) fn nick(kind: char, index: usize) -> String {
    format!("{kind}{index}")
}

pub(crate) fn micros(seconds: f64) -> u64 {
    u64::try_from(Duration::from_secs_f64(seconds.max(0.0)).as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(members: usize, senders: usize, rooms: usize) -> Load {
        Load {
            members,
            senders,
            rooms,
            room_members: 3,
            bytes: 64,
            window: 1,
            rate: None,
            seconds: 1.0,
            stall: 1.0,
            timeout: 1.0,
        }
    }

    #[track_caller]
    fn check(load: &Load, protocol: Protocol, clients: usize, receivers: &[u64], entries: usize) {
        let layout = load.layout(protocol, 0).expect("a layout");
        let found: Vec<u64> = layout
            .streams
            .iter()
            .map(|stream| stream.receivers)
            .collect();
        assert_eq!((layout.clients, found.as_slice()), (clients, receivers));
        assert_eq!(layout.entries.len(), entries);
    }

    #[test]
    fn speakers_on_irc_hear_each_other() {
        check(&load(10, 2, 1), Protocol::Irc, 12, &[11, 11], 12);
        check(&load(10, 2, 1), Protocol::Redis, 12, &[10, 10], 10);
    }

    #[test]
    fn in_many_rooms_a_member_of_each_speaks() {
        check(&load(4, 1, 3), Protocol::Irc, 4, &[2, 2, 2], 9);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let refused = |load: &Load, slow| load.layout(Protocol::Irc, slow).is_err();
        assert!(refused(&load(0, 1, 1), 0));
        assert!(refused(&load(10, 1, 1), 10));
        assert!(refused(&load(2, 1, 5), 0));
    }
}
