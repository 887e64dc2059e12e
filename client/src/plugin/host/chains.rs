//! Messages on their way through the filters: each is asked in turn, and hears what those before it made of the text.
//!
//! A filter that is late lets an incoming message pass and holds an outgoing one back: the first is only shown differently,
//! the second might say what it was there to keep.

use std::collections::VecDeque;

use salon_commands::plugin::protocol::{HookAction, HookAnswer, HookName, MessageHook};
use salon_commands::plugin::{Call, Failure, PluginName, Said};

use super::{Awaited, Host, Tell};
use crate::plugin::seam::Verdict;
use crate::session::Ticket;

/// A message under way.
#[derive(Debug)]
pub(super) struct Chain {
    whose: Whose,
    on: HookName,
    message: MessageHook,
    is_changed: bool,
    /// Who is still to be asked.
    next: VecDeque<PluginName>,
}

/// Who wants to know what becomes of it.
#[derive(Debug)]
enum Whose {
    /// The conversation, by this number.
    User(u64),
    /// A plug-in, for the line whose command says it.
    Plugin(PluginName, Option<Ticket>),
}

impl Host {
    /// Has a message of the conversation judged.
    pub(super) fn judge(&mut self, number: u64, on: HookName, message: MessageHook) {
        self.begin_chain(Whose::User(number), on, message);
    }

    /// Has a message of a plug-in judged by the others.
    pub(super) fn judge_own(
        &mut self,
        name: &PluginName,
        ticket: Option<Ticket>,
        on: HookName,
        message: MessageHook,
    ) {
        self.begin_chain(Whose::Plugin(name.clone(), ticket), on, message);
    }

    fn begin_chain(&mut self, whose: Whose, on: HookName, message: MessageHook) {
        let is_own = |name: &PluginName| matches!(&whose, Whose::Plugin(own, _) if own == name);
        let asked = self.residents.iter().filter(|(name, resident)| {
            resident.machine.profile().permissions.hooks.contains(&on) && !is_own(name)
        });
        let chain = Chain {
            next: asked.map(|(name, _)| name.clone()).collect(),
            whose,
            on,
            message,
            is_changed: false,
        };
        if on == HookName::MessageOut
            && let Some((name, reason)) = self.missing.first_key_value()
        {
            let text = held_back(name, reason);
            return self.end_chain(chain, Verdict::Drop(text));
        }
        self.go_on(chain);
    }

    /// Asks the next filter, or ends.
    fn go_on(&mut self, mut chain: Chain) {
        let Some(name) = chain.next.pop_front() else {
            let verdict = if chain.is_changed {
                Verdict::Replace(chain.message.text.clone())
            } else {
                Verdict::Pass
            };
            return self.end_chain(chain, verdict);
        };
        let call = Call::Hook(chain.on, chain.message.clone());
        self.next_token += 1;
        let number = self.next_token;
        self.chains.insert(number, chain);
        let token = self.token(Awaited::Chain(number));
        self.call(&name, token, call);
    }

    /// A filter has answered, or will not.
    pub(super) fn judged(&mut self, name: &PluginName, number: u64, result: Result<Said, Failure>) {
        let Some(mut chain) = self.chains.remove(&number) else {
            return;
        };
        let is_outgoing = chain.on == HookName::MessageOut;
        let answer = match result {
            Ok(Said::Hook(answer)) => Ok(answer),
            Ok(_) => Err("its answer is not as expected".to_owned()),
            Err(failure) => Err(failure.to_string()),
        };
        match answer {
            Ok(HookAnswer {
                action: HookAction::Drop,
                text,
            }) => {
                let reason = text.unwrap_or_else(|| "it gives no reason".to_owned());
                self.end_chain(chain, Verdict::Drop(held_back(name, &reason)));
            }
            Ok(HookAnswer {
                action: HookAction::Replace,
                text: Some(text),
            }) if !is_outgoing || is_sayable(&text) => {
                chain.is_changed |= text != chain.message.text;
                chain.message.text = text;
                self.go_on(chain);
            }
            Ok(HookAnswer {
                action: HookAction::Pass,
                ..
            }) => self.go_on(chain),
            Err(reason) if is_outgoing => {
                self.end_chain(chain, Verdict::Drop(held_back(name, &reason)));
            }
            Ok(_) if is_outgoing => {
                let reason = "its answer has no text that can be sent";
                self.end_chain(chain, Verdict::Drop(held_back(name, reason)));
            }
            Ok(_) | Err(_) => self.go_on(chain),
        }
    }

    /// A command is done. Its line is, once all that it says was judged.
    pub(super) fn ran(&mut self, ticket: Ticket, result: Result<(), String>) {
        let is_its =
            |chain: &Chain| matches!(chain.whose, Whose::Plugin(_, Some(of)) if of == ticket);
        if self.chains.values().any(is_its) {
            self.done.insert(ticket, result);
        } else {
            self.tell(Tell::Ran { ticket, result });
        }
    }

    fn end_chain(&mut self, chain: Chain, verdict: Verdict) {
        let ticket = match &chain.whose {
            Whose::Plugin(_, ticket) => *ticket,
            Whose::User(_) => None,
        };
        self.tell_verdict(chain, verdict);
        if let Some(ticket) = ticket
            && let Some(result) = self.done.remove(&ticket)
        {
            self.ran(ticket, result);
        }
    }

    fn tell_verdict(&mut self, chain: Chain, verdict: Verdict) {
        match chain.whose {
            Whose::User(number) => self.tell(Tell::Verdict { number, verdict }),
            Whose::Plugin(name, ticket) => {
                let text = match verdict {
                    Verdict::Drop(reason) => {
                        return self.note(format!("a message of plug-in '{name}' was {reason}"));
                    }
                    Verdict::Replace(text) => text,
                    Verdict::Pass => chain.message.text,
                };
                self.tell(Tell::Say {
                    ticket,
                    plugin: name.to_string(),
                    target: chain.message.to,
                    text,
                    kind: chain.message.kind,
                });
            }
        }
    }
}

fn held_back(name: &PluginName, reason: &str) -> String {
    format!("held back by plug-in '{name}': {reason}")
}

/// Whether a text can be sent: one line that says something.
fn is_sayable(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(['\0', '\r', '\n'])
}
