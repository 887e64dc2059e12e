//! WebSocket between a connection and its socket: a line a message, without CR LF.
//!
//! <https://ircv3.net/specs/extensions/websocket>
//!
//! What a peer can make this keep is bounded: the request by [`REQUEST_BYTES_MAX`], a message by the longest line there
//! can be, what is written ahead by [`AHEAD_BYTES_MAX`]. A message that is too long ends the connection before its first
//! byte is read, since WebSocket has no way to skip it. Only the last of several pings is answered.

use std::io::{self, Read as _, Write as _};
use std::sync::Arc;

use bytes::Bytes;
use salon_config::ServerConfig;
use salon_protocol::{LINE_BYTES_MAX, TAGS_BYTES_MAX};
use tungstenite::error::{Error, ProtocolError};
use tungstenite::protocol::frame::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};
use tungstenite::{Message, Utf8Bytes};

use super::upgrade::{self, Answer, Form};
use super::{Channel, READ_BYTES, Received};
use crate::connection::output::Output;

#[cfg(doc)]
use super::upgrade::REQUEST_BYTES_MAX;

/// The longest message that a peer may send.
const MESSAGE_BYTES_MAX: usize = TAGS_BYTES_MAX + LINE_BYTES_MAX;

/// How much is collected before it is written.
const WRITE_BYTES: usize = 8 * 1024;

/// How much may wait framed, besides what the connection's output holds.
const AHEAD_BYTES_MAX: usize = 64 * 1024;

/// How much is read from the socket at once. The buffer for it stays while the connection is idle, and what browsers send is
/// short.
const PIECE_BYTES: usize = 1024;

/// The hub's side of a WebSocket.
pub(super) struct WebSocket {
    stage: Stage,
    /// What is left to write of the response to the request.
    response: Bytes,
    /// Something framed may not have been written.
    is_behind: bool,
    /// What the peer did wrong, to be told once the lines before it are handled.
    failure: Option<(&'static str, CloseCode)>,
    /// What a proxy told of where the peer comes from, once it can have done so and until somebody has asked.
    forwarded: Option<Box<str>>,
}

enum Stage {
    /// The request is being read; it is judged by these settings.
    Asked {
        request: Vec<u8>,
        config: Arc<ServerConfig>,
    },
    Open {
        context: Box<WebSocketContext>,
        form: Form,
    },
    Refused,
}

impl WebSocket {
    /// A WebSocket that has not been asked for yet.
    pub(super) fn new(config: Arc<ServerConfig>) -> Self {
        Self {
            stage: Stage::Asked {
                request: Vec::new(),
                config,
            },
            response: Bytes::new(),
            is_behind: false,
            failure: None,
            forwarded: None,
        }
    }

    /// Whether lines can be exchanged.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Open { .. })
    }

    /// What a proxy told of where the peer comes from, once.
    pub(super) fn take_forwarded(&mut self) -> Option<Box<str>> {
        self.forwarded.take()
    }

    /// Takes the messages that have arrived, each as a line.
    pub(super) fn read(
        &mut self,
        channel: &mut Channel<'_>,
        into: &mut Vec<u8>,
    ) -> io::Result<Received> {
        if let Some((reason, _)) = self.failure {
            return Ok(Received::Refused(reason));
        }
        if let Some(received) = self.read_request(channel)? {
            return Ok(received);
        }
        let received = self.read_messages(channel, into);
        // What came before an end or a mistake is handled first; either is met again at the next reading.
        if into.is_empty() {
            received
        } else {
            Ok(Received::Data)
        }
    }

    /// Reads the request, unless it is granted already; gives what there is to say if that is not so in the end.
    fn read_request(&mut self, channel: &mut Channel<'_>) -> io::Result<Option<Received>> {
        loop {
            let (request, config) = match &mut self.stage {
                Stage::Asked { request, config } => (request, config),
                Stage::Open { .. } => return Ok(None),
                Stage::Refused => return Ok(Some(Received::End)),
            };
            let mut piece = [0; 1024];
            let count = channel.read(&mut piece)?;
            if count == 0 {
                return Ok(Some(Received::End));
            }
            request.extend_from_slice(piece.get(..count).unwrap_or_default());
            match upgrade::answer(request, config) {
                Answer::Unfinished => {}
                Answer::Granted {
                    used,
                    form,
                    response,
                    forwarded,
                } => {
                    // Nothing is an answer too.
                    self.forwarded = Some(forwarded.unwrap_or_default());
                    self.response = response.into();
                    let context = Box::new(context(request.split_off(used)));
                    self.stage = Stage::Open { context, form };
                }
                Answer::Refused { response } => {
                    self.response = response.into();
                    self.stage = Stage::Refused;
                    return Ok(Some(Received::Refused("Not a WebSocket for this server")));
                }
            }
        }
    }

    fn read_messages(
        &mut self,
        channel: &mut Channel<'_>,
        into: &mut Vec<u8>,
    ) -> io::Result<Received> {
        let Stage::Open { context, .. } = &mut self.stage else {
            return Ok(Received::End);
        };
        while into.len() < READ_BYTES {
            match context.read(channel) {
                Ok(Message::Text(text)) => push_line(into, text.as_bytes()),
                Ok(Message::Binary(bytes)) => push_line(into, &bytes),
                // The answer to a ping or a close is framed, and goes out with the next writing.
                Ok(Message::Ping(_)) => self.is_behind = true,
                Ok(Message::Close(_)) => {
                    self.is_behind = true;
                    return Ok(Received::End);
                }
                Ok(Message::Pong(_) | Message::Frame(_)) => {}
                Err(error) => {
                    let failure = judge(error)?;
                    self.failure = failure;
                    return Ok(
                        failure.map_or(Received::End, |(reason, _)| Received::Refused(reason))
                    );
                }
            }
        }
        Ok(Received::Data)
    }

    /// Writes what the peer takes now, each line as a message.
    pub(super) fn write(
        &mut self,
        channel: &mut Channel<'_>,
        output: &mut Output,
    ) -> io::Result<()> {
        while !self.response.is_empty() {
            let written = channel.write(&self.response)?;
            drop(self.response.split_to(written));
        }
        channel.flush()?;
        let Stage::Open { context, form } = &mut self.stage else {
            return Ok(());
        };
        let mut write = || {
            if self.is_behind {
                context.flush(channel)?;
            }
            while let Some(line) = output.take_line() {
                self.is_behind = true;
                context.write(channel, message(*form, line))?;
            }
            context.flush(channel)
        };
        match write() {
            Ok(()) => {}
            Err(Error::Io(error)) => return Err(error),
            // The peer has said that it closes: it hears nothing more.
            Err(_) => output.clear(),
        }
        self.is_behind = false;
        Ok(())
    }

    /// Whether something is framed and not written.
    pub(super) fn wants_write(&self) -> bool {
        self.is_behind || !self.response.is_empty()
    }

    /// Says that nothing more is sent, and why.
    pub(super) fn close(&mut self, channel: &mut Channel<'_>) -> io::Result<()> {
        let Stage::Open { context, .. } = &mut self.stage else {
            return Ok(());
        };
        let (reason, code) = self.failure.unwrap_or(("", CloseCode::Normal));
        let frame = CloseFrame {
            code,
            reason: Utf8Bytes::from_static(reason),
        };
        match context.close(channel, Some(frame)) {
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                self.is_behind = true;
                Ok(())
            }
            Err(Error::Io(error)) => Err(error),
            // Whatever else stands in the way, it is closed.
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

fn context(already_read: Vec<u8>) -> WebSocketContext {
    let config = WebSocketConfig::default()
        .read_buffer_size(PIECE_BYTES)
        .write_buffer_size(WRITE_BYTES)
        .max_write_buffer_size(AHEAD_BYTES_MAX)
        .max_message_size(Some(MESSAGE_BYTES_MAX))
        .max_frame_size(Some(MESSAGE_BYTES_MAX));
    WebSocketContext::from_partially_read(already_read, Role::Server, Some(config))
}

fn push_line(into: &mut Vec<u8>, line: &[u8]) {
    into.extend_from_slice(line);
    into.extend_from_slice(b"\r\n");
}

fn message(form: Form, line: Bytes) -> Message {
    match form {
        Form::Binary => Message::Binary(line),
        // A peer of text messages must never be sent what is no text.
        Form::Text => Message::Text(
            Utf8Bytes::try_from(line.clone())
                .unwrap_or_else(|_| String::from_utf8_lossy(&line).into_owned().into()),
        ),
    }
}

/// What an error of reading means: one of the socket, a mistake of the peer, or nothing but the end.
fn judge(error: Error) -> io::Result<Option<(&'static str, CloseCode)>> {
    match error {
        Error::Io(error) => Err(error),
        Error::Capacity(_) => Ok(Some(("Message too long", CloseCode::Size))),
        Error::Utf8(_) => Ok(Some((
            "Invalid UTF-8 in a text message",
            CloseCode::Invalid,
        ))),
        Error::ConnectionClosed
        | Error::AlreadyClosed
        | Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Ok(None),
        _ => Ok(Some(("Not as WebSocket has it", CloseCode::Protocol))),
    }
}
