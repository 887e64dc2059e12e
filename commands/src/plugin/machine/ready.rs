//! The handshake: what a plug-in says of itself, and whether it is the one it should be.

use serde_json::Value;

use super::{Machine, Moment, Output, Phase};
use crate::plugin::protocol::{self, Initialized, RpcError};

impl Machine {
    /// It answered `initialize`.
    pub(super) fn initialized(&mut self, result: Result<Value, RpcError>, now: Moment) {
        let answer = result.map_err(|error| error.message).and_then(|value| {
            serde_json::from_value::<Initialized>(value).map_err(|error| error.to_string())
        });
        match answer.and_then(|answer| self.check(answer)) {
            Ok(answer) => {
                self.phase = Phase::Running;
                self.hooks.clone_from(&answer.hooks);
                self.command_deadlines_ms
                    .clone_from(&answer.command_deadlines_ms);
                self.outputs.push_back(Output::Ready(answer));
                self.call_early(now);
            }
            Err(reason) => self.suspend(&format!(
                "its answer to 'initialize' is not as expected: {reason}"
            )),
        }
    }

    /// Checks what it says, and leaves out the hooks that it was not granted.
    fn check(&mut self, mut answer: Initialized) -> Result<Initialized, String> {
        if !protocol::is_spoken(answer.protocol) {
            let spoken = protocol::spoken();
            return Err(format!(
                "it speaks version {} of the protocol, expected {spoken}",
                answer.protocol
            ));
        }
        if answer.name != self.profile.name.as_str() {
            return Err(format!(
                "it calls itself '{}', expected '{}'",
                answer.name, self.profile.name
            ));
        }
        let granted = self.profile.permissions.hooks.clone();
        let (kept, refused): (Vec<_>, Vec<_>) = answer
            .hooks
            .into_iter()
            .partition(|hook| granted.contains(&hook.on));
        answer.hooks = kept;
        for hook in refused {
            self.figures.violations += 1;
            self.tell(&format!(
                "wants the hook '{}', which it was not granted",
                hook.on.as_str()
            ));
        }
        Ok(answer)
    }
}
