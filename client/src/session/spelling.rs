//! One spelling for each name. Servers differ in which names are the same: to many, `#dev[1]` is `#DEV{1}`. The session
//! alone knows how its server compares them, and what leaves it is spelled so that everything else can compare by
//! the case of ASCII letters: rooms as they are called, people as they call themselves.

use salon_commands::{Effect, Effects, Target};

use super::Session;

impl Session {
    /// What the user's commands ask for, with the names in the spelling in which they are known.
    pub(crate) fn spelled(&self, effects: Effects) -> Effects {
        if self.server.names().is_ascii() {
            return effects;
        }
        let spelled = |effect| match effect {
            Effect::Say { target, text } => Effect::Say {
                target: self.spelled_target(target),
                text,
            },
            Effect::Action { target, text } => Effect::Action {
                target: self.spelled_target(target),
                text,
            },
            Effect::Switch { target } => Effect::Switch {
                target: self.spelled_target(target),
            },
            // The server gives others the spelling that it knows in its answer.
            other => other,
        };
        effects.into_iter().map(spelled).collect()
    }

    fn spelled_target(&self, target: Target) -> Target {
        let known = self.known_as(target.as_str());
        known.and_then(|known| known.parse().ok()).unwrap_or(target)
    }

    /// How a place is spelled that the server names: some servers spell it as whoever speaks there.
    pub(super) fn spelled_place<'a>(&'a self, place: &'a str) -> &'a str {
        if self.server.names().is_ascii() {
            return place;
        }
        self.rooms.get(place).map_or(place, |room| &room.name)
    }

    /// How a name is spelled that we know: of a room that we are in, of somebody in one, or of whom we talk with.
    fn known_as(&self, name: &str) -> Option<&str> {
        if let Some(room) = self.rooms.get(name) {
            return Some(&room.name);
        }
        let member = self.rooms.iter().find_map(|room| room.member(name));
        let current = || {
            let current = self.rooms.current()?;
            self.server.names().eq(current, name).then_some(current)
        };
        member.map(|member| member.nick.as_str()).or_else(current)
    }
}
