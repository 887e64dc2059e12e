//! What a person types while there is no hub: what concerns the program alone is done, where one wants to be is
//! noted for the return, and what only a hub can do is refused.

use salon_commands::{Effect, Effects, Target};
use salon_config::Secret;
use salon_protocol::eq_folded;

use super::Conversation;
use crate::session::{Refusal, RoomToJoin, Ticket};

impl Conversation {
    /// Whether a person types lines while there is no hub to perform them.
    pub(super) fn is_offline(&self) -> bool {
        self.is_for_person() && self.is_patient() && !self.session.is_ready()
    }

    /// Does what can be done without a hub.
    pub(super) fn perform_offline(&mut self, ticket: Ticket, effects: Effects) {
        let done = effects
            .into_iter()
            .try_for_each(|effect| self.do_offline(effect));
        match done {
            Ok(()) => self.session.accept(ticket),
            Err(refusal) => self.session.refuse(ticket, refusal),
        }
        self.update_arrival();
        self.session.note_change();
        self.carry_out();
    }

    /// Where one wants to be on arrival: where one was, and where something waits to be said.
    pub(super) fn update_arrival(&mut self) {
        let rooms = self.plan.identity.rooms.clone();
        self.session.join_on_arrival(rooms, self.outbox.rooms());
    }

    fn do_offline(&mut self, effect: Effect) -> Result<(), Refusal> {
        match effect {
            Effect::Show { text } => self.inform(&text),
            Effect::Rooms => self.show_rooms_to_come(),
            Effect::Join { room, key } => self.join_later(&room, key.as_deref()),
            Effect::Switch {
                target: Target::Room(room),
            } => match self.room_to_come(&room) {
                Some(name) => self.returning.current = Some(name),
                None => {
                    return Err(Refusal::new(format!(
                        "not in {room}; ':join {room}' enters it on return"
                    )));
                }
            },
            Effect::Switch { target } => self.returning.current = Some(target.to_string()),
            Effect::Part { room, .. } => self.part_now(&room)?,
            _ => {
                return Err(Refusal::new(
                    "not connected; ':reconnect' tries to come back at once",
                ));
            }
        }
        Ok(())
    }

    /// The name of a room that one was in, or wants to be in.
    fn room_to_come(&self, room: &str) -> Option<String> {
        let mut rooms = self.plan.identity.rooms.iter();
        let found = rooms.find(|known| eq_folded(&known.name, room));
        found.map(|known| known.name.clone())
    }

    fn show_rooms_to_come(&mut self) {
        let current = self.returning.current.clone();
        let rooms = self.plan.identity.rooms.iter();
        let lines: Vec<String> = rooms
            .map(|room| {
                let is_current = current.as_deref() == Some(&*room.name);
                let mark = if is_current { '*' } else { ' ' };
                format!("{mark} {} (joined on return)", room.name)
            })
            .collect();
        if lines.is_empty() {
            self.inform("not connected, and in no room on return");
        }
        for line in lines {
            self.inform(&line);
        }
    }

    fn join_later(&mut self, name: &str, key: Option<&str>) {
        let key = key.map(Secret::new);
        let rooms = &mut self.plan.identity.rooms;
        let known = rooms.iter_mut().find(|room| eq_folded(&room.name, name));
        if let Some(room) = known {
            room.key = key.or(room.key.take());
            self.returning.current = Some(room.name.clone());
        } else {
            let name = name.to_owned();
            self.returning.current = Some(name.clone());
            self.inform(&format!("{name} is joined on return"));
            self.plan.identity.rooms.push(RoomToJoin { name, key });
        }
    }

    /// Leaves a room before coming back to it, and gives up what was to be said there.
    fn part_now(&mut self, name: &str) -> Result<(), Refusal> {
        let is_known = self.room_to_come(name).is_some();
        let is_given_up = self.give_up_messages(name);
        if !is_known && !is_given_up {
            return Err(Refusal::new(format!("not in {name}")));
        }
        let rooms = &mut self.plan.identity.rooms;
        rooms.retain(|room| !eq_folded(&room.name, name));
        let current = self.returning.current.as_deref();
        if current.is_some_and(|current| eq_folded(current, name)) {
            self.returning.current = self
                .plan
                .identity
                .rooms
                .first()
                .map(|room| room.name.clone());
        }
        if is_known {
            self.inform(&format!("{name} is not joined on return"));
        }
        Ok(())
    }
}
