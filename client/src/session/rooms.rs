//! The rooms we are in and who else is there, and where a plain line goes. Names are compared as the server
//! compares them.

use std::collections::BTreeMap;

use salon_config::Secret;
use salon_protocol::isupport::CaseMapping;

/// How many members of a room are known at most: more than any room has.
const MEMBERS_MAX: usize = 100_000;
/// How many rooms are known at most.
const ROOMS_MAX: usize = 10_000;
/// How long the name of a room or of somebody is at most, on any server.
const NAME_BYTES_MAX: usize = 512;

/// Somebody in a room.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Member {
    /// The nick as its owner writes it.
    pub(crate) nick: String,
    /// The marks of rank, highest first: `@`, `+`.
    pub(crate) marks: String,
}

/// A room we are in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Room {
    /// The name as the server writes it.
    pub(crate) name: String,
    /// What is talked about, if known.
    pub(crate) topic: Option<String>,
    /// What opens it, as far as we know.
    pub(super) key: Option<Secret>,
    names: CaseMapping,
    members: BTreeMap<String, Member>,
}

/// All rooms we are in, and the current target.
#[derive(Debug, Default)]
pub(crate) struct Rooms {
    names: CaseMapping,
    joined: BTreeMap<String, Room>,
    /// Joined rooms by their folded names, the latest last.
    order: Vec<String>,
    current: Option<String>,
}

impl Room {
    /// Notes that somebody is here, unless nobody could be called so or so many could be here.
    pub(super) fn add(&mut self, nick: &str, marks: &str) {
        if nick.len() > NAME_BYTES_MAX || self.members.len() >= MEMBERS_MAX {
            return;
        }
        let (nick, marks) = (nick.to_owned(), marks.to_owned());
        let key = self.names.fold(&nick);
        self.members.insert(key, Member { nick, marks });
    }

    /// Notes that somebody left; says whether they were here.
    pub(super) fn remove(&mut self, nick: &str) -> bool {
        self.members.remove(&self.names.fold(nick)).is_some()
    }

    /// Notes a new nick; says whether its owner is here.
    pub(super) fn rename(&mut self, old: &str, new: &str) -> bool {
        let member = self.members.remove(&self.names.fold(old));
        if let Some(member) = &member {
            self.add(new, &member.marks);
        }
        member.is_some()
    }

    /// Gives or takes a mark of rank. `ranks` are all marks, highest first.
    pub(super) fn mark(&mut self, nick: &str, mark: char, given: bool, ranks: &str) {
        if let Some(member) = self.members.get_mut(&self.names.fold(nick)) {
            let has = |rank: char| {
                if rank == mark {
                    given
                } else {
                    member.marks.contains(rank)
                }
            };
            member.marks = ranks.chars().filter(|rank| has(*rank)).collect();
        }
    }

    /// Somebody who is here.
    pub(super) fn member(&self, nick: &str) -> Option<&Member> {
        self.members.get(&self.names.fold(nick))
    }

    /// Who is here, in the order of their nicks.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }
}

impl Rooms {
    /// Compares names in this way from now on.
    pub(super) fn compare_by(&mut self, names: CaseMapping) {
        if self.names == names {
            return;
        }
        self.names = names;
        for key in &mut self.order {
            *key = names.fold(key);
        }
        for (_, mut room) in std::mem::take(&mut self.joined) {
            room.names = names;
            for (_, member) in std::mem::take(&mut room.members) {
                room.members.insert(names.fold(&member.nick), member);
            }
            self.joined.insert(names.fold(&room.name), room);
        }
    }

    /// Notes that we are in a room; an old idea of who is there goes. Nobody is in a room of any name, or in so many.
    pub(super) fn enter(&mut self, name: &str, key: Option<Secret>) {
        if name.len() > NAME_BYTES_MAX || self.joined.len() >= ROOMS_MAX {
            return;
        }
        let folded = self.names.fold(name);
        self.order.retain(|room| *room != folded);
        self.order.push(folded.clone());
        let room = Room {
            name: name.to_owned(),
            key,
            names: self.names,
            ..Room::default()
        };
        self.joined.insert(folded, room);
    }

    /// Notes that we are no longer in a room; says whether it was the current one, which is then none.
    pub(super) fn leave(&mut self, name: &str) -> bool {
        let key = self.names.fold(name);
        self.joined.remove(&key);
        self.order.retain(|room| *room != key);
        let was_current = self.is_current(name);
        if was_current {
            self.current = None;
        }
        was_current
    }

    /// Makes the room that was joined last the current one.
    pub(super) fn switch_to_latest(&mut self) {
        let latest = self.order.last().and_then(|key| self.joined.get(key));
        self.current = latest.map(|room| room.name.clone());
    }

    /// Makes the room that was joined first the current one.
    pub(super) fn switch_to_earliest(&mut self) {
        let earliest = self.order.first().and_then(|key| self.joined.get(key));
        self.current = earliest.map(|room| room.name.clone());
    }

    /// Makes a room or a nick the one that plain lines go to.
    pub(super) fn switch(&mut self, target: &str) {
        let room = self.joined.get(&self.names.fold(target));
        self.current = Some(room.map_or(target, |room| room.name.as_str()).to_owned());
    }

    /// Makes no room or nick the current one.
    pub(super) fn forget_current(&mut self) {
        self.current = None;
    }

    /// The current target follows its owner to a new nick.
    pub(super) fn rename_current(&mut self, old: &str, new: &str) {
        if self.is_current(old) {
            self.current = Some(new.to_owned());
        }
    }

    /// Forgets all: the connection is gone.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    fn is_current(&self, name: &str) -> bool {
        let current = self.current.as_deref();
        current.is_some_and(|current| self.names.eq(current, name))
    }

    /// Where plain lines go.
    pub(crate) fn current(&self) -> Option<&str> {
        self.current.as_deref()
    }

    /// A room we are in.
    pub(crate) fn get(&self, name: &str) -> Option<&Room> {
        self.joined.get(&self.names.fold(name))
    }

    /// A room we are in, to change it.
    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Room> {
        self.joined.get_mut(&self.names.fold(name))
    }

    /// The rooms we are in, in the order of their names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Room> {
        self.joined.values()
    }

    /// The rooms we are in, to change them.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Room> {
        self.joined.values_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rooms(names: &[&str]) -> Rooms {
        let mut rooms = Rooms::default();
        for name in names {
            rooms.enter(name, None);
        }
        rooms
    }

    #[test]
    fn switching_takes_the_name_as_the_server_writes_it() {
        let mut rooms = rooms(&["#Dev"]);
        rooms.switch("#DEV");
        assert_eq!(rooms.current(), Some("#Dev"));
    }

    #[test]
    fn leaving_the_current_room_leaves_no_current_one() {
        let mut rooms = rooms(&["#lobby", "#dev"]);
        rooms.switch("#dev");
        assert!(rooms.leave("#DEV"));
        assert_eq!(rooms.current(), None);
        rooms.switch_to_latest();
        assert_eq!(rooms.current(), Some("#lobby"));
    }

    #[test]
    fn leaving_another_room_changes_nothing() {
        let mut rooms = rooms(&["#lobby", "#dev"]);
        rooms.switch("#lobby");
        assert!(!rooms.leave("#dev"));
        assert_eq!(rooms.current(), Some("#lobby"));
    }

    #[test]
    fn a_renamed_member_keeps_the_rank() {
        let mut rooms = rooms(&["#dev"]);
        let room = rooms.get_mut("#dev").unwrap();
        room.add("ann", "@");
        assert!(room.rename("ANN", "anna"));
        let members: Vec<_> = room.members().cloned().collect();
        assert_eq!(
            members,
            [Member {
                nick: "anna".to_owned(),
                marks: "@".to_owned()
            }]
        );
    }

    #[test]
    fn members_without_end_are_not_kept() {
        let mut rooms = rooms(&["#dev"]);
        let room = rooms.get_mut("#dev").unwrap();
        room.add(&"x".repeat(NAME_BYTES_MAX + 1), "");
        assert_eq!(room.members().count(), 0);
        for number in 0..=MEMBERS_MAX {
            room.add(&number.to_string(), "");
        }
        assert_eq!(room.members().count(), MEMBERS_MAX);
    }

    #[test]
    fn rooms_without_end_are_not_kept() {
        let mut rooms = rooms(&[&"x".repeat(NAME_BYTES_MAX + 1)]);
        assert_eq!(rooms.iter().count(), 0);
        for number in 0..=ROOMS_MAX {
            rooms.joined.insert(number.to_string(), Room::default());
        }
        rooms.enter("#dev", None);
        assert!(rooms.get("#dev").is_none());
    }

    #[test]
    fn ranks_stay_highest_first() {
        let mut rooms = rooms(&["#dev"]);
        let room = rooms.get_mut("#dev").unwrap();
        room.add("ann", "+");
        room.mark("Ann", '@', true, "@+");
        assert_eq!(room.members().next().unwrap().marks, "@+");
        room.mark("ann", '+', false, "@+");
        assert_eq!(room.members().next().unwrap().marks, "@");
    }

    #[test]
    fn names_are_one_as_the_server_compares_them() {
        let mut rooms = rooms(&["#dev[1]", "#dev{1}"]);
        rooms.switch("#dev[1]");
        assert_eq!(rooms.iter().count(), 2);
        rooms.get_mut("#dev[1]").unwrap().add("Ann[", "@");
        rooms.leave("#dev{1}");

        rooms.compare_by(CaseMapping::Rfc1459);
        let room = rooms.get_mut("#DEV{1}").unwrap();
        room.mark("ann{", '+', true, "@+");
        assert_eq!(room.member("ANN{").unwrap().marks, "@+");
        assert!(room.rename("ann{", "bob~") && room.remove("BOB^"));
        rooms.rename_current("#DEV{1}", "#dev");
        assert_eq!(rooms.current(), Some("#dev"));
    }
}
