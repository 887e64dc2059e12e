//! The names of IRCv3 capabilities. Which of them are offered or wanted is decided elsewhere.
//!
//! See <https://ircv3.net/registry#capabilities>.

macro_rules! capabilities {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub const $name: &str = $text;)*

        /// Every capability that is named here.
        pub const ALL: &[&str] = &[$($name),*];
    };
}

capabilities! {
    /// Others' logins and logouts are told.
    ACCOUNT_NOTIFY = "account-notify";
    /// Messages carry their sender's account.
    ACCOUNT_TAG = "account-tag";
    /// Others' going away and coming back is told.
    AWAY_NOTIFY = "away-notify";
    /// Messages that belong together come as one batch.
    BATCH = "batch";
    /// Changes of the offered capabilities are told.
    CAP_NOTIFY = "cap-notify";
    /// Others' changes of user name and host are told.
    CHGHOST = "chghost";
    /// One's own messages come back.
    ECHO_MESSAGE = "echo-message";
    /// JOIN carries account and real name.
    EXTENDED_JOIN = "extended-join";
    /// MONITOR also tells of account, away, host and name changes.
    EXTENDED_MONITOR = "extended-monitor";
    /// Invitations of others are told to a room's members.
    INVITE_NOTIFY = "invite-notify";
    /// Answers carry the label of what they answer.
    LABELED_RESPONSE = "labeled-response";
    /// Messages may carry tags.
    MESSAGE_TAGS = "message-tags";
    /// Others' nicks can be watched.
    MONITOR = "monitor";
    /// NAMES and WHO give all of a member's prefixes.
    MULTI_PREFIX = "multi-prefix";
    /// JOIN isn't followed by the names of the members.
    NO_IMPLICIT_NAMES = "no-implicit-names";
    /// Login by SASL.
    SASL = "sasl";
    /// Messages carry their time.
    SERVER_TIME = "server-time";
    /// The real name can be changed.
    SETNAME = "setname";
    /// FAIL, WARN and NOTE are understood.
    STANDARD_REPLIES = "standard-replies";
    /// Connections are to be made by TLS alone.
    STS = "sts";
    /// NAMES gives user name and host too.
    USERHOST_IN_NAMES = "userhost-in-names";
    /// Accounts can be made.
    ACCOUNT_REGISTRATION = "draft/account-registration";
    /// Rooms can be renamed.
    CHANNEL_RENAME = "draft/channel-rename";
    /// History can be read.
    CHATHISTORY = "draft/chathistory";
    /// History holds more than messages.
    EVENT_PLAYBACK = "draft/event-playback";
    /// `005` may come as a batch and before registration.
    EXTENDED_ISUPPORT = "draft/extended-isupport";
    /// Messages can be taken back.
    MESSAGE_REDACTION = "draft/message-redaction";
    /// Users and rooms have keys with values.
    METADATA_2 = "draft/metadata-2";
    /// A message can have many lines.
    MULTILINE = "draft/multiline";
    /// AWAY is taken before registration.
    PRE_AWAY = "draft/pre-away";
    /// What was read is remembered.
    READ_MARKER = "draft/read-marker";
    /// JOIN isn't followed by the names of the members: the name that this had as a draft.
    DRAFT_NO_IMPLICIT_NAMES = "draft/no-implicit-names";
    /// History can be searched.
    SEARCH = "soju.im/search";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_of_the_form_that_cap_takes() {
        let unique: HashSet<_> = ALL.iter().collect();
        assert_eq!(unique.len(), ALL.len());
        for name in ALL {
            let is_part = |byte: u8| byte.is_ascii_lowercase() || b"-./2".contains(&byte);
            assert!(name.bytes().all(is_part), "{name}");
        }
    }
}
