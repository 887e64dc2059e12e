//! The host, as a plug-in written in Rust sees it.

use std::collections::VecDeque;
use std::io::{self, BufRead, Write};
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::plugin::protocol::{
    self, Frame, Log, MessageKind, Notify, Send, Show, StateGet, StateSet, TimerSet,
};

/// The host. What is asked of it is told, not awaited; an error of the connection ends the plug-in after the handler returned.
pub struct Host<'a> {
    input: &'a mut dyn BufRead,
    output: &'a mut dyn Write,
    /// Lines that arrived while an answer was awaited.
    waiting: VecDeque<String>,
    next_id: u64,
    error: Option<io::Error>,
}

impl std::fmt::Debug for Host<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Host").finish_non_exhaustive()
    }
}

impl<'a> Host<'a> {
    pub(super) fn new(input: &'a mut dyn BufRead, output: &'a mut dyn Write) -> Self {
        Self {
            input,
            output,
            waiting: VecDeque::new(),
            next_id: 1,
            error: None,
        }
    }

    /// Says something in the user's name.
    pub fn send(&mut self, target: &str, text: &str) {
        self.tell(
            "send",
            &Send {
                target: Some(target.to_owned()),
                text: text.to_owned(),
                kind: MessageKind::Message,
            },
        );
    }

    /// Shows a line to the user alone.
    pub fn show(&mut self, text: &str) {
        let text = text.to_owned();
        self.tell("show", &Show { text });
    }

    /// Draws the user's attention to a line.
    pub fn notify(&mut self, text: &str) {
        let text = text.to_owned();
        self.tell("notify", &Notify { text });
    }

    /// Has the handler of timers called once, later; `None` takes the timer back.
    pub fn set_timer(&mut self, timer: &str, after: Option<Duration>) {
        let after_ms = after.map(|after| u64::try_from(after.as_millis()).unwrap_or(u64::MAX));
        let timer = timer.to_owned();
        self.tell("timer/set", &TimerSet { timer, after_ms });
    }

    /// Keeps a value under a key, for this run and those after it.
    pub fn keep(&mut self, key: &str, value: &impl Serialize) {
        let key = key.to_owned();
        match serde_json::to_value(value) {
            Ok(value) => self.tell("state/set", &StateSet { key, value }),
            Err(error) => self.error = Some(error.into()),
        }
    }

    /// What was kept under a key; `null` for nothing. It waits for the answer.
    pub fn kept(&mut self, key: &str) -> Value {
        let key = key.to_owned();
        match self.request("state/get", &StateGet { key }) {
            Ok(mut answer) => answer.get_mut("value").map_or(Value::Null, Value::take),
            Err(error) => {
                self.error = Some(error);
                Value::Null
            }
        }
    }

    /// Writes a line into the plug-in's log.
    pub fn log(&mut self, text: &str) {
        let text = text.to_owned();
        self.tell("log", &Log { text });
    }

    pub(super) fn next_line(&mut self) -> io::Result<Option<String>> {
        match self.waiting.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.read(),
        }
    }

    pub(super) fn write(&mut self, line: &str) -> io::Result<()> {
        self.output.write_all(line.as_bytes())?;
        self.output.write_all(b"\n")?;
        self.output.flush()
    }

    /// The first error since the last look.
    pub(super) fn check(&mut self) -> io::Result<()> {
        self.error.take().map_or(Ok(()), Err)
    }

    fn tell(&mut self, method: &str, params: &impl Serialize) {
        let written = self.write(&protocol::notification(method, params));
        if let Err(error) = written {
            self.error.get_or_insert(error);
        }
    }

    fn request(&mut self, method: &str, params: &impl Serialize) -> io::Result<Value> {
        let asked = self.next_id;
        self.next_id += 1;
        self.write(&protocol::request(asked, method, params))?;
        loop {
            let line = self.read()?.ok_or(io::ErrorKind::UnexpectedEof)?;
            match Frame::read(&line) {
                Ok(Frame::Answer { id, result }) if id == asked => {
                    return result.map_err(io::Error::other);
                }
                _ => self.waiting.push_back(line),
            }
        }
    }

    fn read(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        let length = self.input.read_line(&mut line)?;
        Ok((length > 0).then_some(line))
    }
}
