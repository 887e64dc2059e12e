//! The IRCv3 capabilities that the session makes use of, and no other: what is asked for is
//! what is understood.

use salon_protocol::cap;

/// Something that a server can do on request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Capability {
    /// Accounts are made by `REGISTER`.
    AccountRegistration,
    /// Messages carry the sender's account.
    AccountTag,
    /// Messages that belong together come marked.
    Batch,
    /// What was said can be asked for.
    ChatHistory,
    /// The server tells who changed user or host name: the length of our prefix follows from it.
    ChangedHost,
    /// Our own messages come back, once they are accepted.
    EchoMessage,
    /// History holds more than what was said.
    EventPlayback,
    /// A `JOIN` tells the account.
    ExtendedJoin,
    /// We hear of invitations of others.
    InviteNotify,
    /// Answers name the request.
    LabeledResponse,
    /// Messages can be taken back.
    MessageRedaction,
    /// Messages carry tags such as `msgid`.
    MessageTags,
    /// A message may have many lines.
    Multiline,
    /// Lists of members show every rank.
    MultiPrefix,
    /// How far one has read is kept for all of one's programs.
    ReadMarker,
    /// One can log in.
    Sasl,
    /// What was said can be searched.
    Search,
    /// Messages carry their time.
    ServerTime,
    /// Refusals come as `FAIL`.
    StandardReplies,
    /// Lists of members show user and host names.
    UserhostInNames,
}

/// Every capability with its name on the wire.
const ALL: [(Capability, &str); 20] = [
    (Capability::AccountRegistration, cap::ACCOUNT_REGISTRATION),
    (Capability::AccountTag, cap::ACCOUNT_TAG),
    (Capability::Batch, cap::BATCH),
    (Capability::ChatHistory, cap::CHATHISTORY),
    (Capability::ChangedHost, cap::CHGHOST),
    (Capability::EchoMessage, cap::ECHO_MESSAGE),
    (Capability::EventPlayback, cap::EVENT_PLAYBACK),
    (Capability::ExtendedJoin, cap::EXTENDED_JOIN),
    (Capability::InviteNotify, cap::INVITE_NOTIFY),
    (Capability::LabeledResponse, cap::LABELED_RESPONSE),
    (Capability::MessageRedaction, cap::MESSAGE_REDACTION),
    (Capability::MessageTags, cap::MESSAGE_TAGS),
    (Capability::Multiline, cap::MULTILINE),
    (Capability::MultiPrefix, cap::MULTI_PREFIX),
    (Capability::ReadMarker, cap::READ_MARKER),
    (Capability::Sasl, cap::SASL),
    (Capability::Search, cap::SEARCH),
    (Capability::ServerTime, cap::SERVER_TIME),
    (Capability::StandardReplies, cap::STANDARD_REPLIES),
    (Capability::UserhostInNames, cap::USERHOST_IN_NAMES),
];

/// The capabilities that are switched on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Capabilities(u32);

impl Capabilities {
    /// Notes that a capability is on or off; a name that we don't know changes nothing.
    pub(super) fn set(&mut self, name: &str, on: bool) {
        if let Some((capability, _)) = ALL.iter().find(|(_, known)| *known == name) {
            if on {
                self.0 |= bit(*capability);
            } else {
                self.0 &= !bit(*capability);
            }
        }
    }

    /// Whether it is on.
    pub(super) fn has(self, capability: Capability) -> bool {
        self.0 & bit(capability) != 0
    }

    /// Whether the server names the request in each answer: labels need batches for longer ones.
    pub(super) fn label_answers(self) -> bool {
        self.has(Capability::LabeledResponse) && self.has(Capability::Batch)
    }
}

/// The names in a server's list, `sasl=PLAIN batch`, that are worth asking for, in its order.
pub(super) fn wanted(offer: &str) -> impl Iterator<Item = &str> {
    let names = offer.split_ascii_whitespace();
    let names = names.map(|token| token.split_once('=').map_or(token, |(name, _)| name));
    names.filter(|name| ALL.iter().any(|(_, known)| known == name))
}

fn bit(capability: Capability) -> u32 {
    1 << capability as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_capabilities_are_asked_for() {
        let offer = "account-notify batch=x vendor/cats echo-message";
        assert_eq!(wanted(offer).collect::<Vec<_>>(), ["batch", "echo-message"]);
    }

    #[test]
    fn labels_need_batches() {
        let mut capabilities = Capabilities::default();
        capabilities.set("labeled-response", true);
        assert!(!capabilities.label_answers());
        capabilities.set("batch", true);
        assert!(capabilities.label_answers());
        capabilities.set("batch", false);
        assert!(!capabilities.label_answers());
    }

    #[test]
    fn every_capability_has_a_bit_of_its_own() {
        let bits = ALL
            .iter()
            .fold(0, |bits, (capability, _)| bits | bit(*capability));
        assert_eq!(bits.count_ones() as usize, ALL.len());
    }
}
