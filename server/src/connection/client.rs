//! One client of the hub, as the verb handlers see it: who it is, what it has negotiated, and how it is answered.
//!
//! Nothing here touches the socket: what is to be sent goes into the [`Output`], which the loop in
//! [`super`] writes.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::sync::Arc;

use salon_protocol::numeric::{self, Numeric};
use salon_protocol::{Message, Nick};

use super::caps::Caps;
use super::feed::Feed;
use super::introduction::Introduction;
use super::multiline::OpenBatch;
use super::output::Output;
use super::posting::Posting;
use super::response::{self, Response};
use super::transport::Entrance;
use crate::account::sasl::Exchange;
use crate::encode;
use crate::event::{Seq, StreamId};
use crate::hub::Hub;
use crate::identity::{Identity, SessionId};
use crate::inbox::Inbox;
use crate::reply::Reply;
use crate::room::Asker;
use crate::tls::fingerprint::Fingerprint;
use crate::user::User;

/// See the module.
pub(crate) struct Client {
    pub(crate) hub: Arc<Hub>,
    pub(crate) session: SessionId,
    pub(crate) inbox: Arc<Inbox>,
    /// The peer's address, as shown in masks.
    pub(crate) host: String,
    /// What the listener speaks that the client came in by.
    pub(crate) entrance: Entrance,
    /// The fingerprint of the certificate that the client has shown.
    pub(crate) fingerprint: Option<Box<Fingerprint>>,
    pub(crate) caps: Caps,
    /// The version of `CAP LS`; at least 302 means that values are understood and `cap-notify` is on.
    pub(crate) cap_version: u32,
    /// Until the client is registered.
    pub(super) introduction: Option<Box<Introduction>>,
    /// Set once registration is complete.
    pub(crate) user: Option<Arc<User>>,
    pub(crate) monitored: BTreeSet<Nick>,
    /// A login under way.
    pub(crate) login: Option<Box<Exchange>>,
    /// Why the connection is to end, once it is.
    pub(crate) ending: Option<String>,
    /// The client has said that it leaves.
    pub(crate) has_quit: bool,
    pub(super) feeds: BTreeMap<StreamId, Feed>,
    pub(super) spreads: BTreeMap<u64, Vec<StreamId>>,
    /// The stream of direct messages that the connection reads, and where it is there.
    pub(super) direct: StreamId,
    pub(super) direct_next: Seq,
    /// Direct messages are read from the log until it has no more of them.
    pub(super) direct_behind: bool,
    pub(crate) postings: Vec<Posting>,
    /// The keys of others that the client wants to hear of (`draft/metadata-2`).
    pub(crate) subscriptions: BTreeSet<String>,
    /// The message of many lines that the client is sending.
    pub(crate) open_batch: Option<Box<OpenBatch>>,
    pub(super) output: Output,
    response: Option<Box<Response>>,
}

impl Client {
    /// A client that has just connected.
    pub(super) fn new(hub: Arc<Hub>, session: SessionId, inbox: Arc<Inbox>, host: String) -> Self {
        Self {
            hub,
            session,
            inbox,
            host,
            entrance: Entrance::default(),
            fingerprint: None,
            caps: Caps::empty(),
            cap_version: 0,
            introduction: None,
            user: None,
            monitored: BTreeSet::new(),
            login: None,
            ending: None,
            has_quit: false,
            feeds: BTreeMap::new(),
            spreads: BTreeMap::new(),
            direct: StreamId(0),
            direct_next: Seq(1),
            direct_behind: false,
            postings: Vec::new(),
            subscriptions: BTreeSet::new(),
            open_batch: None,
            output: Output::default(),
            response: None,
        }
    }

    /// Who the client is, once it is registered.
    pub(crate) fn identity(&self) -> Option<Arc<Identity>> {
        self.user.as_ref().map(|user| user.identity())
    }

    /// The registered user and who it is; verbs that need one are not run without.
    pub(crate) fn asker(&self) -> Result<Asker, Reply> {
        let user = self.user.as_ref().ok_or_else(not_registered)?;
        Ok(Asker {
            session: self.session,
            user: Arc::clone(user),
            identity: user.identity(),
        })
    }

    /// What numerics call the client: its nick, or `*`.
    pub(crate) fn nick(&self) -> String {
        let introduced = || self.introduction().nick.as_ref().map(ToString::to_string);
        let registered = self.identity().map(|identity| identity.nick.to_string());
        registered
            .or_else(introduced)
            .unwrap_or_else(|| "*".to_owned())
    }

    /// Answers with a numeric whose last parameter may be free text.
    pub(crate) fn numeric(&mut self, numeric: Numeric, params: &[&str]) {
        let mut lines = self.take_lines();
        self.write_numeric(&mut lines, numeric, params);
        self.put_lines(lines);
    }

    /// A numeric as a line, for a batch.
    pub(crate) fn numeric_line(&self, numeric: Numeric, params: &[&str]) -> Vec<u8> {
        let mut line = Vec::with_capacity(128);
        self.write_numeric(&mut line, numeric, params);
        line
    }

    /// Appends a numeric as a line.
    fn write_numeric(&self, lines: &mut Vec<u8>, numeric: Numeric, params: &[&str]) {
        let start = lines.len();
        let hub = self.hub.name();
        // Writing to a Vec cannot fail.
        let _ = match (self.identity(), &self.introduction().nick) {
            (Some(identity), _) => write!(lines, ":{hub} {numeric} {}", identity.nick),
            (None, Some(nick)) => write!(lines, ":{hub} {numeric} {nick}"),
            (None, None) => write!(lines, ":{hub} {numeric} *"),
        };
        finish_line(lines, start, params);
    }

    /// Takes out the lines that wait already, for more to be written behind them.
    fn take_lines(&mut self) -> Vec<u8> {
        match &mut self.response {
            Some(response) => response.take(),
            None => self.output.take_tail(),
        }
    }

    /// Puts back what [`Self::take_lines`] gave, and what is behind it now.
    fn put_lines(&mut self, lines: Vec<u8>) {
        match &mut self.response {
            Some(response) => response.put(lines),
            None => self.output.put_tail(lines),
        }
    }

    /// Answers with a numeric and as many items as fit, over as many lines as it takes; `prefix` precedes the items on each.
    pub(crate) fn numeric_list(
        &mut self,
        numeric: Numeric,
        prefix: &[&str],
        items: &[String],
        separator: &str,
    ) {
        let fixed = self.hub.name().len()
            + self.nick().len()
            + 16
            + prefix.iter().map(|one| one.len() + 1).sum::<usize>();
        let room = salon_protocol::LINE_BYTES_MAX.saturating_sub(fixed);
        let mut text = String::new();
        for item in items {
            if !text.is_empty() && text.len() + separator.len() + item.len() > room {
                self.numeric(numeric, &[prefix, &[text.as_str()]].concat());
                text.clear();
            }
            if !text.is_empty() {
                text.push_str(separator);
            }
            text.push_str(item);
        }
        if !text.is_empty() {
            self.numeric(numeric, &[prefix, &[text.as_str()]].concat());
        }
    }

    /// Answers with a line of the hub that is no numeric.
    pub(crate) fn hub_line(&mut self, verb: &str, params: &[&str]) {
        let hub = Arc::clone(&self.hub);
        self.line_from(hub.name(), verb, params);
    }

    /// Answers with a line whose source is the client itself.
    pub(crate) fn own_line(&mut self, verb: &str, params: &[&str]) {
        let mask = self
            .identity()
            .map_or_else(|| self.nick(), |identity| identity.mask().to_owned());
        self.line_from(&mask, verb, params);
    }

    /// Answers with a line of somebody.
    pub(crate) fn line_from(&mut self, source: &str, verb: &str, params: &[&str]) {
        let mut line = format!(":{source} {verb}").into_bytes();
        finish_line(&mut line, 0, params);
        self.push(&line);
    }

    /// Answers with what a room, the post office or a handler replied.
    pub(crate) fn reply(&mut self, reply: &Reply) {
        let line = self.reply_line(reply);
        self.push(&line);
    }

    /// A reply as a line, for a batch.
    pub(crate) fn reply_line(&self, reply: &Reply) -> Vec<u8> {
        match reply {
            Reply::Numeric { numeric, params } => {
                let params: Vec<&str> = params.iter().map(String::as_str).collect();
                self.numeric_line(*numeric, &params)
            }
            Reply::Standard {
                kind,
                verb,
                code,
                context,
                text,
            } => {
                let mut params = vec![verb.as_str(), code];
                params.extend(context.iter().map(String::as_str));
                params.push(text);
                let mut line = format!(":{} {kind}", self.hub.name()).into_bytes();
                finish_line(&mut line, 0, &params);
                line
            }
        }
    }

    /// Answers with whole lines.
    pub(crate) fn push(&mut self, lines: &[u8]) {
        match &mut self.response {
            Some(response) => response.push(lines),
            None => self.output.push(lines),
        }
    }

    /// Answers with whole lines that belong together: as a batch, where that was negotiated.
    pub(crate) fn push_batch(&mut self, kind: &str, params: &[&str], lines: &[Vec<u8>]) {
        if !self.caps.contains(Caps::BATCH) {
            for line in lines {
                self.push(line);
            }
            return;
        }
        let (hub, id) = (self.hub.name(), self.hub.next_id());
        let params: String = params.iter().flat_map(|param| [" ", param]).collect();
        let mut batch = format!(":{hub} BATCH +{id:x} {kind}{params}\r\n").into_bytes();
        let tag = format!("batch={id:x}");
        for line in lines
            .iter()
            .flat_map(|lines| lines.split_inclusive(|byte| *byte == b'\n'))
        {
            batch.extend(response::tagged(line, &tag));
        }
        batch.extend(format!(":{hub} BATCH -{id:x}\r\n").bytes());
        self.push_whole_batch(&batch);
    }

    /// Answers with a batch, from its first line to its last.
    pub(super) fn push_whole_batch(&mut self, batch: &[u8]) {
        match &mut self.response {
            Some(response) => response.push_batch(batch),
            None => self.output.push(batch),
        }
    }

    /// Begins the answer to a command; only a client that negotiated labels has them honoured.
    pub(crate) fn begin(&mut self, label: Option<String>) {
        let honoured = self.caps.contains(Caps::LABELED_RESPONSE);
        self.response = label.filter(|_| honoured).map(Response::new).map(Box::new);
    }

    /// Ends the answer to a command.
    pub(crate) fn finish(&mut self) {
        if let Some(response) = self.response.take() {
            let lines = response.finish(self.hub.name(), self.hub.next_id());
            self.output.push(&lines);
        }
    }

    /// Puts the answer to the command aside, for what is no part of it.
    pub(super) fn set_aside(&mut self) -> Option<Box<Response>> {
        self.response.take()
    }

    /// Goes on with an answer that was put aside.
    pub(super) fn take_up(&mut self, response: Option<Box<Response>>) {
        self.response = response;
    }

    /// Sends what is no part of the answer to the command being answered.
    pub(super) fn apart(&mut self, send: impl FnOnce(&mut Self)) {
        let response = self.response.take();
        send(self);
        self.response = response;
    }

    /// Whether the command being answered has a label.
    pub(super) fn is_labelled(&self) -> bool {
        self.response.is_some()
    }

    /// The label of a message, if the client negotiated labels.
    pub(crate) fn label_of(&self, message: &Message<'_>) -> Option<String> {
        let honoured = self.caps.contains(Caps::LABELED_RESPONSE);
        let label = message
            .tags
            .get("label")
            .filter(|label| honoured && !label.is_empty());
        label.map(ToOwned::to_owned)
    }
}

/// Appends the parameters of the line that began at `start`, and ends it.
fn finish_line(line: &mut Vec<u8>, start: usize, params: &[&str]) {
    let last = params.len().saturating_sub(1);
    for (index, param) in params.iter().enumerate() {
        line.push(b' ');
        let fit = !(param.is_empty() || param.starts_with(':') || param.contains(' '));
        match (fit, index == last) {
            (true, _) => line.extend_from_slice(param.as_bytes()),
            (false, true) => {
                line.push(b':');
                line.extend_from_slice(param.as_bytes());
            }
            // A peer wrote it, and it would be read as other parameters than it is.
            (false, false) => line.push(b'*'),
        }
    }
    encode::close(line, start);
}

/// `451`
pub(crate) fn not_registered() -> Reply {
    Reply::numeric(numeric::ERR_NOTREGISTERED, &["You have not registered"])
}
