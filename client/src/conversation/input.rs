//! Where input lines become effects, in their order.
//!
//! Messages are sent without waiting for each other's acknowledgement, up to a window. Any other
//! command waits until all before it is acknowledged, and all after it waits for it, so that
//! `:join #dev` and then `hello` says hello in `#dev`. When a script's `:join` is refused, no room is
//! current until one is named again: the lines that were meant for it are refused, and don't land in another.

use salon_commands::{Command, CommandError, Context, Effect, Effects, Mode, Target, Text};

use super::order::{is_message, is_move, meant_to_move};
use super::{Conversation, Lines, clock};
use crate::driver::Ended;
use crate::session::{Refusal, Ticket};

/// How many input lines may be unacknowledged at once. Enough that a hub that groups its commits has the next group while we
/// take what it says of the last, and few enough that a lost connection leaves a short list.
pub(super) const WINDOW: usize = 1024;
/// The same on a hub that doesn't label its answers. Such hubs cut off whoever is far ahead of them; within this
/// window their own pace becomes ours.
const WINDOW_UNLABELLED: usize = 8;

impl Conversation {
    /// Whether the next input line may be submitted.
    pub(crate) fn is_accepting(&self) -> bool {
        (self.session.is_ready() || self.is_patient())
            && !self.sources.is_running()
            && self.extensions.is_accepting(self.lines)
            // What is typed behind `:connect` is not for the hub before.
            && !self.moving_to.is_trying()
            && self.held.is_none()
            && !self.barrier
            && self.session.open_tickets() < self.window()
            && !self.link.is_congested()
    }

    /// Whether input lines are taken while there is no hub.
    pub(super) fn is_patient(&self) -> bool {
        self.moving_to.is_away() || self.returning.is_trying()
    }

    /// How many lines may be unacknowledged at once.
    pub(super) fn window(&self) -> usize {
        if self.session.labels_answers() {
            WINDOW
        } else {
            WINDOW_UNLABELLED
        }
    }

    /// Takes an input line. Its [`Resolved`](crate::driver::Report::Resolved) may be there when this returns. Only while
    /// [`Conversation::is_accepting`].
    pub(crate) fn submit(&mut self, ticket: Ticket, line: &str) {
        let mode = match self.lines {
            Lines::Typed => Some(Mode::Prompt),
            Lines::Scripted => Some(Mode::Script),
            Lines::Verbatim => None,
        };
        if let Err(error) = self.begin(ticket, line, mode) {
            if self.lines == Lines::Scripted && meant_to_move(&error) {
                self.session.forget_current();
            }
            self.refuse_for(ticket, line, &error);
        }
    }

    /// Takes a line of a file, in which names are written out.
    pub(super) fn submit_scripted(&mut self, ticket: Ticket, line: &str) {
        if let Err(error) = self.begin(ticket, line, Some(Mode::Script)) {
            self.refuse_for(ticket, line, &error);
        }
    }

    /// Refuses an input line that could not even be read.
    pub(crate) fn refuse(&mut self, ticket: Ticket, reason: String) {
        self.session.refuse(ticket, Refusal::new(reason));
        self.carry_out();
    }

    fn refuse_for(&mut self, ticket: Ticket, line: &str, error: &CommandError) {
        let refusal = Refusal::with_details(error.to_string(), error.render(line));
        self.session.refuse(ticket, refusal);
        self.carry_out();
    }

    /// Reads a line, without a mode as a message whatever it begins with, and has it performed once nothing is in its way.
    fn begin(
        &mut self,
        ticket: Ticket,
        line: &str,
        mode: Option<Mode>,
    ) -> Result<(), CommandError> {
        if line.contains('\n') {
            return self.begin_lines(ticket, line, mode);
        }
        let command = match mode {
            Some(mode) => self.registry.parse(line, mode)?,
            None => Command::message(line)?,
        };
        let Some(command) = command else {
            self.filter(ticket, None, Effects::default());
            return Ok(());
        };
        let seen = self.seen(&command, line);
        let effects = self.effects_of(command)?;
        self.filter(ticket, seen, effects);
        Ok(())
    }

    /// The same for a message of many lines, none of which is a command. Blank lines in between are part of it.
    fn begin_lines(
        &mut self,
        ticket: Ticket,
        lines: &str,
        mode: Option<Mode>,
    ) -> Result<(), CommandError> {
        let mut effects = Vec::new();
        for line in lines.trim_matches('\n').split('\n') {
            let command = match mode {
                Some(mode) => self.registry.parse(line, mode)?,
                None => Command::message(line)?,
            };
            match command {
                Some(command) => effects.extend(self.effects_of(command)?),
                None => effects.extend(effects.last().and_then(blank)),
            }
        }
        self.filter(ticket, None, effects.into_iter().collect());
        Ok(())
    }

    /// What a command does here and now.
    fn effects_of(&self, command: Command) -> Result<Effects, CommandError> {
        let current = || self.current()?.parse::<Target>().ok();
        let target = self.plan.addressee.clone().or_else(current);
        let context = Context::new(&self.registry);
        match &target {
            Some(target) => command.run(&context.with_target(target)),
            None => command.run(&context),
        }
    }

    /// Performs an input line now, or once those before it are acknowledged.
    pub(super) fn route(&mut self, ticket: Ticket, effects: Effects) {
        match effects.as_slice() {
            [Effect::Invoke(invoke)] if self.lines != Lines::Scripted => {
                // A person may go on talking while it runs.
                self.call(ticket, invoke.clone());
            }
            effects_of_line if effects_of_line.iter().all(is_message) => {
                self.perform(ticket, effects);
            }
            _ => {
                self.held = Some((ticket, effects));
                self.release_held();
            }
        }
    }

    /// Performs the held line once everything before it is acknowledged.
    pub(super) fn release_held(&mut self) {
        if self.session.is_joining() {
            // Where one will be is on its way to the hub already.
            return;
        }
        let held = self.held.as_ref();
        let is_free = held.is_some_and(|(_, effects)| self.is_free_for(effects));
        if self.session.open_tickets() == 0
            && is_free
            && let Some((ticket, effects)) = self.held.take()
        {
            self.barrier = true;
            if let [Effect::Invoke(invoke)] = effects.as_slice() {
                return self.call(ticket, invoke.clone());
            }
            self.moving = effects.iter().any(is_move).then_some(ticket);
            self.perform(ticket, effects);
        }
    }

    /// Whether the messages that were typed before a line are on their way. What is left of a lost connection may hold them
    /// up for minutes; only what leaves their room waits so long.
    fn is_free_for(&self, effects: &Effects) -> bool {
        let leaves_unsaid = |effect: &Effect| match effect {
            Effect::Part { room, .. } => {
                self.session.is_in(room) && !self.outbox.waiting_for(room).is_empty()
            }
            _ => false,
        };
        !self.session.is_ready()
            || self.outbox.pending() == 0
            || self.ghost.is_some() && !effects.iter().any(leaves_unsaid)
    }

    fn perform(&mut self, ticket: Ticket, effects: Effects) {
        match effects.as_slice() {
            [Effect::Local(local)] => return self.perform_local(ticket, local.clone()),
            [Effect::Account(account)] => return self.perform_account(ticket, account.clone()),
            [Effect::Quit { .. }] if self.moving_to.is_off() || self.returning.is_trying() => {
                return self.finish(Ended::Quit);
            }
            [_, ..] if self.is_for_person() && effects.iter().all(is_message) => {
                return self.post(ticket, effects);
            }
            _ if self.is_offline() => return self.perform_offline(ticket, effects),
            [Effect::Part { room, .. }]
                if !self.session.is_in(room) && self.give_up_messages(room) =>
            {
                self.session.accept(ticket);
                return self.carry_out();
            }
            _ => {}
        }
        let sought = match effects.as_slice() {
            [Effect::Switch { target }] if self.is_for_person() => Some(target.clone()),
            _ => None,
        };
        self.session.perform(ticket, effects, clock());
        if let Some(target) = sought {
            self.session.look_for(target.as_str());
        }
        self.carry_out();
    }
}

/// A blank line behind one that is said.
fn blank(before: &Effect) -> Option<Effect> {
    match before {
        Effect::Say { target, .. } => Some(Effect::Say {
            target: target.clone(),
            text: Text::empty(),
        }),
        _ => None,
    }
}
