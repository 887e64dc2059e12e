//! An IRC client of a few lines: it sends, and it waits for what it expects.

use std::io;

use salon_protocol::Message;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::PATIENCE;

/// What the clients of the campaign ask for.
pub(crate) const CAPS: &str =
    "batch draft/chathistory echo-message labeled-response message-tags server-time";

/// How many messages a page of history has at most.
pub(crate) const PAGE: usize = 100;

/// The connection is no more; the text is what the hub said last, if it said why.
#[derive(Debug)]
pub(crate) struct Gone(pub(crate) String);

impl From<io::Error> for Gone {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

/// A message as the campaign compares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) text: String,
}

/// A connection to the hub.
#[derive(Debug)]
pub(crate) struct Client {
    lines: Lines<BufReader<OwnedReadHalf>>,
    writer: OwnedWriteHalf,
    farewell: String,
}

impl Client {
    /// Connects.
    pub(crate) async fn connect(port: u16) -> Result<Self, Gone> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        let (reader, writer) = stream.into_split();
        Ok(Self {
            lines: BufReader::new(reader).lines(),
            writer,
            farewell: "the connection ended without a word".to_owned(),
        })
    }

    /// Connects and registers with [`CAPS`]; it is in the lobby then.
    pub(crate) async fn enter(port: u16, nick: &str) -> Result<Self, Gone> {
        let mut client = Self::connect(port).await?;
        client
            .send(&format!(
                "CAP REQ :{CAPS}\r\nNICK {nick}\r\nUSER {nick} 0 * :{nick}\r\nCAP END\r\nPING entered\r\n"
            ))
            .await?;
        client.until(|message| message.is("PONG")).await?;
        Ok(client)
    }

    /// Joins a room.
    pub(crate) async fn join(&mut self, room: &str) -> Result<(), Gone> {
        self.send(&format!("JOIN {room}\r\nPING joined\r\n"))
            .await?;
        self.until(|message| message.is("PONG")).await?;
        Ok(())
    }

    /// Sends bytes as they are.
    pub(crate) async fn send(&mut self, lines: impl AsRef<[u8]>) -> Result<(), Gone> {
        let writing = self.writer.write_all(lines.as_ref());
        let written = tokio::time::timeout(PATIENCE, writing).await;
        Ok(written.expect("the hub takes what it is sent")?)
    }

    /// The next line.
    pub(crate) async fn line(&mut self) -> Result<String, Gone> {
        let line = tokio::time::timeout(PATIENCE, self.line_some_time()).await;
        line.expect("the hub says something")
    }

    /// The next line, however long it takes. It can be given up waiting for without losing anything.
    pub(crate) async fn line_some_time(&mut self) -> Result<String, Gone> {
        match self.lines.next_line().await? {
            Some(line) => {
                if line.starts_with("ERROR ") {
                    self.farewell.clone_from(&line);
                }
                Ok(line)
            }
            None => Err(Gone(self.farewell.clone())),
        }
    }

    /// Sends lines, and at the same time reads so many messages of a room.
    pub(crate) async fn converse(
        &mut self,
        lines: &str,
        room: &str,
        messages: usize,
    ) -> Result<Vec<Entry>, Gone> {
        let Self {
            lines: reader,
            writer,
            ..
        } = self;
        let writing = async { Ok::<(), Gone>(writer.write_all(lines.as_bytes()).await?) };
        let reading = async {
            let mut heard = Vec::with_capacity(messages);
            while heard.len() < messages {
                let Some(line) = reader.next_line().await? else {
                    return Err(Gone(format!("after {} messages", heard.len())));
                };
                heard.extend(entry(&parse(&line), room));
            }
            Ok(heard)
        };
        let ((), heard) = tokio::try_join!(writing, reading)?;
        Ok(heard)
    }

    /// Sends lines, and at the same time reads until so many lines with a mark have come. It looks at nothing else, so
    /// that the hub is what is measured.
    pub(crate) async fn exchange(
        &mut self,
        lines: &str,
        mark: &str,
        count: usize,
    ) -> Result<(), Gone> {
        let Self {
            lines: reader,
            writer,
            ..
        } = self;
        let writing = async { Ok::<(), Gone>(writer.write_all(lines.as_bytes()).await?) };
        let reading = async {
            let mut heard = 0;
            while heard < count {
                match reader.next_line().await? {
                    Some(line) => heard += usize::from(line.contains(mark)),
                    None => return Err(Gone(format!("after {heard} messages"))),
                }
            }
            Ok(())
        };
        tokio::try_join!(writing, reading).map(|_| ())
    }

    /// Reads on to a message that is wanted.
    pub(crate) async fn until(
        &mut self,
        mut wanted: impl FnMut(&Message<'_>) -> bool,
    ) -> Result<Message<'static>, Gone> {
        loop {
            let line = self.line().await?;
            let message = parse(&line);
            if message.is("PING") {
                let pong = format!("PONG :{}\r\n", message.param(0).unwrap_or_default());
                self.send(&pong).await?;
            }
            if wanted(&message) {
                return Ok(message.to_owned());
            }
        }
    }

    /// Asks whether the hub is there, and reads up to its answer.
    pub(crate) async fn ping(&mut self, token: &str) -> Result<(), Gone> {
        self.send(&format!("PING {token}\r\n")).await?;
        self.until(|message| message.is("PONG") && message.param(1) == Some(token))
            .await?;
        Ok(())
    }

    /// Says something under a label, and gives the answer that has the label.
    pub(crate) async fn say(
        &mut self,
        room: &str,
        label: &str,
        text: &str,
    ) -> Result<Message<'static>, Gone> {
        self.send(&format!("@label={label} PRIVMSG {room} :{text}\r\n"))
            .await?;
        self.until(|message| message.tags.get("label") == Some(label))
            .await
    }

    /// One page of a room's history; what comes in between goes to `meanwhile`.
    pub(crate) async fn page(
        &mut self,
        room: &str,
        after: Option<&str>,
        meanwhile: impl FnMut(&Message<'_>),
    ) -> Result<Vec<Entry>, Gone> {
        self.page_to(room, room, after, meanwhile).await
    }

    /// One page of a conversation: those of its messages that are to somebody.
    async fn page_to(
        &mut self,
        room: &str,
        receiver: &str,
        after: Option<&str>,
        mut meanwhile: impl FnMut(&Message<'_>),
    ) -> Result<Vec<Entry>, Gone> {
        let after = after.map_or_else(
            || "timestamp=1970-01-01T00:00:00.000Z".to_owned(),
            |id| format!("msgid={id}"),
        );
        self.send(&format!("CHATHISTORY AFTER {room} {after} {PAGE}\r\n"))
            .await?;
        let mut batch = None;
        let mut page = Vec::new();
        loop {
            let line = self.line().await?;
            let message = parse(&line);
            let reference = message.param(0).unwrap_or_default();
            if message.is("FAIL") {
                panic!("history was refused: {line}");
            } else if message.is("BATCH") && message.param(1) == Some("chathistory") {
                batch = reference.strip_prefix('+').map(ToOwned::to_owned);
            } else if message.is("BATCH") && reference.strip_prefix('-') == batch.as_deref() {
                return Ok(page);
            } else if batch.is_some() && message.tags.get("batch") == batch.as_deref() {
                page.extend(entry(&message, receiver));
            } else {
                meanwhile(&message);
            }
        }
    }

    /// A room's whole history.
    pub(crate) async fn history(&mut self, room: &str) -> Result<Vec<Entry>, Gone> {
        self.history_to(room, room).await
    }

    /// All that somebody was sent in a conversation, who has sent nothing there.
    pub(crate) async fn history_to(
        &mut self,
        room: &str,
        receiver: &str,
    ) -> Result<Vec<Entry>, Gone> {
        let mut all: Vec<Entry> = Vec::new();
        loop {
            let after = all.last().map(|entry| entry.id.clone());
            let page = self
                .page_to(room, receiver, after.as_deref(), |_| {})
                .await?;
            let is_last = page.len() < PAGE;
            all.extend(page);
            if is_last {
                return Ok(all);
            }
        }
    }

    /// Sends nothing more; what comes can still be read.
    pub(crate) async fn half_close(&mut self) {
        // It may be over already.
        let _ = self.writer.shutdown().await;
    }
}

/// A line of the hub, which is always well-formed.
#[track_caller]
pub(crate) fn parse(line: &str) -> Message<'_> {
    match Message::parse(line) {
        Ok(message) => message,
        Err(error) => panic!("the hub sent {line:?}: {error}"),
    }
}

/// What was said to a room in a message, if it is that.
pub(crate) fn entry(message: &Message<'_>, room: &str) -> Option<Entry> {
    let is_said = message.is("PRIVMSG") && message.param(0) == Some(room);
    is_said.then(|| Entry {
        id: message
            .tags
            .get("msgid")
            .expect("a message has an id")
            .to_owned(),
        text: message.param(1).unwrap_or_default().to_owned(),
    })
}
