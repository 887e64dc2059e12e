//! Where the direct messages to a user are: a stream of its own, or that of its account.

use std::sync::{Arc, Mutex};

use salon_protocol::Timestamp;

use super::{User, lock};
use crate::event::{Seq, StreamId};

/// How far a stream of direct messages is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reached {
    /// The last place that was given, and its time.
    pub(crate) given: (Seq, Timestamp),
    /// The last place whose message is in the log; whoever begins to read begins behind it. What was given behind it is
    /// being stored, or is refused and its place given again.
    pub(crate) stored: Seq,
}

impl Reached {
    /// A stream whose last message is in the log.
    pub(crate) fn at(last: Seq, time: Timestamp) -> Self {
        Self {
            given: (last, time),
            stored: last,
        }
    }
}

/// How far a stream of direct messages is, for all whose it is.
pub(crate) type DirectPlace = Arc<Mutex<Reached>>;

/// A stream of direct messages.
#[derive(Debug, Clone)]
pub(crate) struct Mailbox {
    pub(crate) stream: StreamId,
    /// The post office alone moves it.
    pub(crate) place: DirectPlace,
}

/// The mailboxes of a user.
#[derive(Debug)]
pub(super) struct Mail {
    current: Mailbox,
    /// The first place in it that the user reads as it comes.
    since: Seq,
    /// Whether it is an account's, and stays when the user goes.
    is_kept: bool,
    /// What the user had before it logged in. They are read as history, and go with the user.
    former: Vec<StreamId>,
}

impl Mail {
    pub(super) fn new(stream: StreamId) -> Self {
        Self {
            current: Mailbox {
                stream,
                place: DirectPlace::default(),
            },
            since: Seq(1),
            is_kept: false,
            former: Vec::new(),
        }
    }
}

impl User {
    /// Where direct messages to the user go now.
    pub(crate) fn mailbox(&self) -> Mailbox {
        lock(&self.mail).current.clone()
    }

    /// The stream of [`Self::mailbox`].
    pub(crate) fn direct(&self) -> StreamId {
        lock(&self.mail).current.stream
    }

    /// The stream of [`Self::mailbox`], and the first place in it for connections that were here before it was the
    /// user's.
    pub(crate) fn direct_since(&self) -> (StreamId, Seq) {
        let mail = lock(&self.mail);
        (mail.current.stream, mail.since)
    }

    /// The place of the newest direct message that is in the log.
    pub(crate) fn last_direct(&self) -> Seq {
        let mailbox = self.mailbox();
        lock(&mailbox.place).stored
    }

    /// All streams of direct messages that the user may read.
    pub(crate) fn direct_streams(&self) -> Vec<StreamId> {
        let mail = lock(&self.mail);
        let former = mail.former.iter().copied();
        former.chain([mail.current.stream]).collect()
    }

    /// The streams that nobody can read once the user is gone.
    pub(crate) fn passing_streams(&self) -> Vec<StreamId> {
        let mail = lock(&self.mail);
        // Most never got any. One that is on its way is found by the next start.
        let is_used = lock(&mail.current.place).given.0 > Seq(0);
        let current = (!mail.is_kept && is_used).then_some(mail.current.stream);
        mail.former.iter().copied().chain(current).collect()
    }

    /// The user's direct messages, which may become an account's; nothing where they are one's already. They are so from
    /// [`Self::keep_mailbox`] on.
    pub(crate) fn own_mailbox(&self) -> Option<Mailbox> {
        let mail = lock(&self.mail);
        (!mail.is_kept).then(|| mail.current.clone())
    }

    /// Says that the direct messages of a stream are an account's, and stay when the user goes.
    pub(crate) fn keep_mailbox(&self, stream: StreamId) {
        let mut mail = lock(&self.mail);
        if mail.current.stream == stream {
            mail.is_kept = true;
        }
    }

    /// Gives a user that nobody knows yet the direct messages of an account, and no other ones.
    pub(crate) fn start_with(&self, mailbox: Mailbox) {
        self.take_mailbox(mailbox);
        lock(&self.mail).former.clear();
    }

    /// Gives the user the direct messages of the account that it has logged in to.
    pub(crate) fn take_mailbox(&self, mailbox: Mailbox) {
        let mut mail = lock(&self.mail);
        if mail.current.stream == mailbox.stream {
            mail.is_kept = true;
            return;
        }
        let before = mail.current.stream;
        if !std::mem::replace(&mut mail.is_kept, true) {
            mail.former.push(before);
        }
        mail.since = lock(&mailbox.place).stored.next();
        mail.current = mailbox;
    }

    /// Gives the user direct messages of its own, in a stream that nothing is in: those of before are the account's.
    pub(crate) fn leave_mailbox(&self, stream: StreamId) {
        let mut mail = lock(&self.mail);
        if mail.is_kept {
            let former = std::mem::take(&mut mail.former);
            *mail = Mail {
                former,
                ..Mail::new(stream)
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::person;

    fn mailbox(stream: u64, last: u64) -> Mailbox {
        Mailbox {
            stream: StreamId(stream),
            place: Arc::new(Mutex::new(Reached::at(
                Seq(last),
                Timestamp::from_millis(0),
            ))),
        }
    }

    #[test]
    fn one_who_logs_in_reads_on_in_the_stream_of_the_account() {
        let user = person(1, "ann").user;
        let own = user.direct();
        user.take_mailbox(mailbox(7, 40));
        assert_eq!(user.direct_since(), (StreamId(7), Seq(41)));
        assert_eq!(user.direct_streams(), [own, StreamId(7)]);
        assert_eq!(user.passing_streams(), [own]);
        assert!(user.own_mailbox().is_none(), "it is an account's");
    }

    #[test]
    fn one_who_logs_out_leaves_the_stream_to_the_account() {
        let user = person(1, "ann").user;
        let own = user.direct();
        lock(&user.mailbox().place).given.0 = Seq(1);
        assert_eq!(user.own_mailbox().map(|mailbox| mailbox.stream), Some(own));
        assert_eq!(user.passing_streams(), [own], "no account has it yet");
        user.keep_mailbox(own);
        assert_eq!(user.passing_streams(), []);
        user.leave_mailbox(StreamId(9));
        assert_eq!(user.direct_streams(), [StreamId(9)]);
        assert_eq!(user.passing_streams(), [], "nothing is in it");
        lock(&user.mailbox().place).given.0 = Seq(1);
        assert_eq!(user.passing_streams(), [StreamId(9)]);
    }
}
