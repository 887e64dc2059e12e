//! What waits for hooks: each plug-in is asked in turn, and hears what those before it made of a message.
//!
//! One that is late lets an incoming message pass and holds back an outgoing one, and a command: the first is only shown
//! differently, the others might say what it was there to keep. Whose hooks are asked was decided by the registry.

use std::collections::VecDeque;

use salon_commands::plugin::protocol::{HookAction, HookAnswer};
use salon_commands::plugin::{Call, Failure, PluginName, Said};

use super::{Awaited, Host, Tell};
use crate::plugin::seam::{Question, Verdict};

/// Something under way.
#[derive(Debug)]
pub(super) struct Chain {
    /// What the verdict is called.
    number: u64,
    question: Question,
    is_changed: bool,
    /// Who is still to be asked.
    next: VecDeque<PluginName>,
}

impl Host {
    /// Has something judged.
    pub(super) fn judge(&mut self, number: u64, plugins: &[String], question: Question) {
        let names = plugins.iter().filter_map(|name| name.parse().ok());
        let chain = Chain {
            number,
            next: names.collect(),
            question,
            is_changed: false,
        };
        match &self.unreadable {
            Some(fault) if chain.question.point().is_guard() => {
                let text = format!("held back, since a plug-in may have to judge it: {fault}");
                self.end_chain(&chain, Verdict::Drop(text));
            }
            _ => self.go_on(chain),
        }
    }

    /// Asks the next plug-in, or ends.
    fn go_on(&mut self, mut chain: Chain) {
        while let Some(name) = chain.next.pop_front() {
            if self.residents.contains_key(&name) {
                return self.ask_next(&name, chain);
            }
            if chain.question.point().is_guard()
                && let Some(reason) = self.missing.get(&name)
            {
                let text = held_back(&name, reason);
                return self.end_chain(&chain, Verdict::Drop(text));
            }
        }
        let verdict = match &chain.question {
            Question::Message(_, message) if chain.is_changed => {
                Verdict::Replace(message.text.clone())
            }
            Question::Message(..) | Question::Command(_) => Verdict::Pass,
        };
        self.end_chain(&chain, verdict);
    }

    fn ask_next(&mut self, name: &PluginName, chain: Chain) {
        let call = match chain.question.clone() {
            Question::Message(on, message) => Call::Hook(on, message),
            Question::Command(command) => Call::Command(command),
        };
        self.next_token += 1;
        let number = self.next_token;
        self.chains.insert(number, chain);
        let token = self.token(Awaited::Chain(number));
        self.call(name, token, call);
    }

    /// A plug-in has answered, or will not.
    pub(super) fn judged(&mut self, name: &PluginName, number: u64, result: Result<Said, Failure>) {
        let Some(mut chain) = self.chains.remove(&number) else {
            return;
        };
        let is_guarded = chain.question.point().is_guard();
        let answer = match result {
            Ok(Said::Hook(answer)) => Ok(answer),
            Ok(_) => Err("its answer is not as expected".to_owned()),
            Err(failure) => Err(failure.to_string()),
        };
        let reason = match (answer, &mut chain.question) {
            (
                Ok(HookAnswer {
                    action: HookAction::Drop,
                    text,
                }),
                _,
            ) => {
                let reason = text.unwrap_or_else(|| "it gives no reason".to_owned());
                return self.end_chain(&chain, Verdict::Drop(held_back(name, &reason)));
            }
            (
                Ok(HookAnswer {
                    action: HookAction::Replace,
                    text: Some(text),
                }),
                Question::Message(_, message),
            ) if !is_guarded || is_sayable(&text) => {
                chain.is_changed |= text != message.text;
                message.text = text;
                return self.go_on(chain);
            }
            (
                Ok(HookAnswer {
                    action: HookAction::Pass,
                    ..
                }),
                _,
            ) => return self.go_on(chain),
            (Ok(_), Question::Message(..)) => "its answer has no text that can be sent".to_owned(),
            (Ok(_), Question::Command(_)) => "it can't replace a command".to_owned(),
            (Err(reason), _) => reason,
        };
        if is_guarded {
            self.end_chain(&chain, Verdict::Drop(held_back(name, &reason)));
        } else {
            self.go_on(chain);
        }
    }

    fn end_chain(&mut self, chain: &Chain, verdict: Verdict) {
        let number = chain.number;
        self.tell(Tell::Verdict { number, verdict });
    }
}

fn held_back(name: &PluginName, reason: &str) -> String {
    format!("held back by plug-in '{name}': {reason}")
}

/// Whether a text can be sent: one line that says something.
fn is_sayable(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(['\0', '\r', '\n'])
}
