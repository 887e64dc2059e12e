//! The capabilities that a connection can negotiate: one table, from which `CAP` answers and events get their form.

use bitflags::bitflags;
use salon_config::AccountSettings;
use salon_protocol::cap;

use super::multiline;
use crate::account::sasl;
use crate::encode::Wire;
use crate::metadata;

/// The name that metadata has got since: it is the same.
const METADATA_3: &str = "draft/metadata-3";

bitflags! {
    /// What a connection has negotiated with `CAP REQ`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub(crate) struct Caps: u32 {
        const ACCOUNT_TAG = 1;
        const AWAY_NOTIFY = 1 << 1;
        const BATCH = 1 << 2;
        const CAP_NOTIFY = 1 << 3;
        const CHANNEL_RENAME = 1 << 29;
        const CHATHISTORY = 1 << 16;
        const CHGHOST = 1 << 4;
        const ECHO_MESSAGE = 1 << 5;
        const EVENT_PLAYBACK = 1 << 17;
        const EXTENDED_ISUPPORT = 1 << 18;
        const EXTENDED_JOIN = 1 << 6;
        const EXTENDED_MONITOR = 1 << 19;
        const INVITE_NOTIFY = 1 << 7;
        const LABELED_RESPONSE = 1 << 8;
        const MESSAGE_REDACTION = 1 << 22;
        const MESSAGE_TAGS = 1 << 9;
        const METADATA = 1 << 28;
        const MULTILINE = 1 << 23;
        const MULTI_PREFIX = 1 << 10;
        const NO_IMPLICIT_NAMES = 1 << 11;
        const PRE_AWAY = 1 << 20;
        const READ_MARKER = 1 << 21;
        const SEARCH = 1 << 27;
        const SERVER_TIME = 1 << 12;
        const SETNAME = 1 << 13;
        const STANDARD_REPLIES = 1 << 14;
        const USERHOST_IN_NAMES = 1 << 15;
        const ACCOUNT_NOTIFY = 1 << 24;
        const ACCOUNT_REGISTRATION = 1 << 25;
        const SASL = 1 << 26;
    }
}

impl Caps {
    /// Name and capability, in the order of `CAP LS`.
    pub(crate) const TABLE: &[(&str, Caps)] = &[
        (cap::ACCOUNT_NOTIFY, Caps::ACCOUNT_NOTIFY),
        (cap::ACCOUNT_TAG, Caps::ACCOUNT_TAG),
        (cap::AWAY_NOTIFY, Caps::AWAY_NOTIFY),
        (cap::BATCH, Caps::BATCH),
        (cap::CHANNEL_RENAME, Caps::CHANNEL_RENAME),
        (cap::CHATHISTORY, Caps::CHATHISTORY),
        (cap::EVENT_PLAYBACK, Caps::EVENT_PLAYBACK),
        (cap::CAP_NOTIFY, Caps::CAP_NOTIFY),
        (cap::CHGHOST, Caps::CHGHOST),
        (cap::ECHO_MESSAGE, Caps::ECHO_MESSAGE),
        (cap::EXTENDED_JOIN, Caps::EXTENDED_JOIN),
        (cap::EXTENDED_ISUPPORT, Caps::EXTENDED_ISUPPORT),
        (cap::EXTENDED_MONITOR, Caps::EXTENDED_MONITOR),
        (cap::INVITE_NOTIFY, Caps::INVITE_NOTIFY),
        (cap::LABELED_RESPONSE, Caps::LABELED_RESPONSE),
        (cap::MESSAGE_REDACTION, Caps::MESSAGE_REDACTION),
        (cap::MESSAGE_TAGS, Caps::MESSAGE_TAGS),
        (cap::METADATA_2, Caps::METADATA),
        (METADATA_3, Caps::METADATA),
        (cap::MULTILINE, Caps::MULTILINE),
        (cap::MULTI_PREFIX, Caps::MULTI_PREFIX),
        (cap::NO_IMPLICIT_NAMES, Caps::NO_IMPLICIT_NAMES),
        (cap::PRE_AWAY, Caps::PRE_AWAY),
        (cap::READ_MARKER, Caps::READ_MARKER),
        (cap::SASL, Caps::SASL),
        (cap::SEARCH, Caps::SEARCH),
        (cap::SERVER_TIME, Caps::SERVER_TIME),
        (cap::SETNAME, Caps::SETNAME),
        (cap::STANDARD_REPLIES, Caps::STANDARD_REPLIES),
        (cap::USERHOST_IN_NAMES, Caps::USERHOST_IN_NAMES),
        (cap::ACCOUNT_REGISTRATION, Caps::ACCOUNT_REGISTRATION),
    ];

    /// What `CAP LS` says of a capability behind its name, to those who understand it.
    fn value(self, accounts: &AccountSettings, with_tls: bool) -> String {
        let words = [
            (accounts.before_connect, "before-connect"),
            (accounts.require_email, "email-required"),
        ];
        match self {
            Self::SASL => sasl::mechanisms(with_tls).to_owned(),
            Self::ACCOUNT_REGISTRATION => {
                let words = words.iter().filter(|word| word.0).map(|word| word.1);
                words.collect::<Vec<&str>>().join(",")
            }
            Self::MULTILINE => multiline::LIMITS.to_owned(),
            Self::METADATA => metadata::LIMITS.to_owned(),
            _ => String::new(),
        }
    }

    /// All that is offered on a connection with TLS or without, as `CAP LS` lists it, with values or without.
    pub(crate) fn offered(
        accounts: &AccountSettings,
        with_tls: bool,
        with_values: bool,
    ) -> Vec<String> {
        Self::TABLE
            .iter()
            .filter(|row| row.1 != Self::ACCOUNT_REGISTRATION || accounts.registration)
            // Nobody can keep limits that they were not told; and such a client takes one line alone.
            .filter(|row| with_values || ![Self::METADATA, Self::MULTILINE].contains(&row.1))
            .map(|(name, cap)| {
                let value = cap.value(accounts, with_tls);
                if with_values && !value.is_empty() {
                    format!("{name}={value}")
                } else {
                    (*name).to_owned()
                }
            })
            .collect()
    }

    /// The capability of a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::TABLE
            .iter()
            .find(|row| row.0 == name)
            .map(|row| row.1)
    }

    /// The names of those negotiated, in the order of the table.
    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> {
        Self::TABLE
            .iter()
            .filter(move |row| self.contains(row.1))
            .map(|row| row.0)
    }

    /// The form in which events go to somebody with these capabilities.
    pub(crate) fn wire(self) -> Wire {
        let pairs = [
            (Caps::MESSAGE_TAGS, Wire::MESSAGE_TAGS),
            (Caps::SERVER_TIME, Wire::SERVER_TIME),
            (Caps::ACCOUNT_TAG, Wire::ACCOUNT_TAG),
            (Caps::EXTENDED_JOIN, Wire::EXTENDED_JOIN),
            (Caps::AWAY_NOTIFY, Wire::AWAY_NOTIFY),
            (Caps::SETNAME, Wire::SETNAME),
            (Caps::INVITE_NOTIFY, Wire::INVITE_NOTIFY),
            (Caps::MESSAGE_REDACTION, Wire::REDACTION),
            (Caps::ACCOUNT_NOTIFY, Wire::ACCOUNT_NOTIFY),
            (Caps::CHANNEL_RENAME, Wire::RENAME),
        ];
        let negotiated = pairs.into_iter().filter(|(cap, _)| self.contains(*cap));
        let mut wire: Wire = negotiated.map(|(_, wire)| wire).collect();
        // A message of many lines is a batch.
        wire.set(
            Wire::MULTILINE,
            self.contains(Caps::MULTILINE | Caps::BATCH),
        );
        wire
    }
}
