//! The file of what is not acknowledged: one JSON object a line, added by one write each, so that whatever ends
//! the program leaves whole lines and at most one broken end. A run of the program has one such file for itself,
//! by a lock; files that nobody locks were left by earlier runs, and whoever comes next takes them over. A file in
//! which little of much still matters is replaced by one that holds no more than that.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use salon_protocol::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Sent, State, Unsent, rest};

/// How many runs of the program may have files at once.
const FILES_MAX: usize = 16;
/// A file that is longer is none that we have written. The half of one would be worse than nothing: what is done in its
/// other half would be said again.
const FILE_BYTES_MAX: u64 = 64 << 20;
/// How long a file becomes before it is replaced, and at least how much longer than when it was replaced last.
const GROWTH_BYTES_MAX: u64 = 256 << 10;

/// A line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Record {
    /// Something is to be said.
    Said {
        said: u64,
        to: String,
        text: String,
        action: bool,
        #[serde(with = "millis")]
        typed: Timestamp,
    },
    /// It is on its way.
    Sent {
        sent: u64,
        nick: String,
        after: Option<u64>,
    },
    /// It was heard, or a part of it.
    Heard {
        heard: u64,
        #[serde(with = "millis")]
        time: Timestamp,
        text: String,
    },
    /// It is known not to have arrived.
    Waits { waits: u64 },
    /// It is dealt with.
    Done { done: u64 },
    /// All that there is; what stands before counts no more.
    All { all: Vec<Self> },
}

/// Times as numbers.
mod millis {
    use salon_protocol::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(
        time: &Timestamp,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(time.as_millis())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Timestamp, D::Error> {
        u64::deserialize(deserializer).map(Timestamp::from_millis)
    }
}

impl Record {
    /// That something is to be said.
    pub(super) fn said(message: &Unsent, typed: Timestamp) -> Self {
        Self::Said {
            said: message.number,
            to: message.target.to_string(),
            text: message.text.clone(),
            action: message.is_action,
            typed,
        }
    }

    /// All that there is.
    fn all(left: &[Left]) -> Self {
        let mut all = Vec::new();
        for (message, typed) in left {
            all.extend(Self::of(message, *typed));
        }
        Self::All { all }
    }

    /// That something is to be said, and how it stands with it.
    pub(super) fn of(message: &Unsent, typed: Timestamp) -> Vec<Self> {
        let mut records = vec![Self::said(message, typed)];
        match &message.state {
            State::Waiting => {}
            State::Sent(sent) | State::Doubtful(sent) => {
                records.push(Self::sent(message.number, sent));
            }
        }
        records
    }

    /// That it is on its way.
    pub(super) fn sent(number: u64, sent: &Sent) -> Self {
        Self::Sent {
            sent: number,
            nick: sent.nick.clone(),
            after: sent.after.map(Timestamp::as_millis),
        }
    }
}

/// The file of this run.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    bytes: u64,
    /// At how many bytes it is replaced.
    bytes_max: u64,
}

impl Journal {
    /// Opens a file that nobody uses, and gives what all such files hold, with when it was typed. From then on
    /// this file alone holds it.
    pub(super) fn open(home: &Path) -> io::Result<(Self, Vec<Left>)> {
        if let Some(folder) = home.parent() {
            let mut builder = DirBuilder::new();
            builder.recursive(true).mode(0o700).create(folder)?;
        }
        let mut files = Vec::new();
        for index in 0..FILES_MAX {
            let path = numbered(home, index);
            if !files.is_empty() && !path.exists() {
                break;
            }
            let file = open(&path)?;
            if file.try_lock().is_ok() {
                files.push((path, file));
            }
        }
        let mut left: Vec<Left> = Vec::new();
        for (path, file) in &mut files {
            for (message, typed) in load(path, file)? {
                // One that was taken over and is still in the other file is one.
                if !left.iter().any(|(known, _)| known.number == message.number) {
                    left.push((message, typed));
                }
            }
        }
        let mut files = files.into_iter();
        let file = files.next();
        let (path, file) =
            file.ok_or_else(|| io::Error::other("too many clients are here already"))?;
        let mut journal = Self {
            bytes: file.metadata()?.len(),
            bytes_max: GROWTH_BYTES_MAX,
            path,
            file,
        };
        if left.is_empty() {
            journal.clear()?;
        } else {
            // The line before may have no end.
            journal.add(b"\n")?;
            journal.note(&Record::all(&left))?;
        }
        for (_, other) in files {
            other.set_len(0)?;
        }
        Ok((journal, left))
    }

    /// Adds a line.
    pub(super) fn note(&mut self, record: &Record) -> io::Result<()> {
        self.add(&line(record)?)?;
        if self.bytes > self.bytes_max {
            let replaced = self.replace();
            // Where there is no place for a new one, the old one is as good for longer.
            self.bytes_max = self.bytes + GROWTH_BYTES_MAX.max(self.bytes);
            if let Err(error) = replaced {
                tracing::debug!(%error, "could not replace the file of what is not sent");
            }
        }
        Ok(())
    }

    /// Nothing in the file matters any more.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.bytes = 0;
        self.bytes_max = GROWTH_BYTES_MAX;
        Ok(())
    }

    /// The file can't be written any more, and what it says becomes wrong. Emptying it takes no room on the disk.
    pub(super) fn give_up(self) -> io::Result<()> {
        let emptied = OpenOptions::new()
            .write(true)
            .truncate(true)
            .open(&self.path);
        emptied.map(drop)
    }

    fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Puts a file in the place of this one that holds what still matters.
    fn replace(&mut self) -> io::Result<()> {
        let left = load(&self.path, &mut self.file)?;
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let draft = self.path.with_file_name(name);
        let replaced = written(&draft, &line(&Record::all(&left))?).and_then(|file| {
            fs::rename(&draft, &self.path)?;
            Ok(file)
        });
        let file = replaced.inspect_err(|_| {
            // What can't be removed either is told with the same error.
            let _ = fs::remove_file(&draft);
        })?;
        let old = std::mem::replace(&mut self.file, file);
        self.bytes = self.file.metadata()?.len();
        // Whoever has it open already is to find nothing in it.
        old.set_len(0)
    }
}

/// A new file of our own that holds this, locked before anybody can find it.
fn written(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let mut file = open(path)?;
    file.set_len(0)?;
    file.try_lock().map_err(io::Error::from)?;
    file.write_all(bytes)?;
    Ok(file)
}

fn line(record: &Record) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(record)?;
    line.push(b'\n');
    Ok(line)
}

/// A message that an earlier run has left, and when it was typed.
pub(super) type Left = (Unsent, Timestamp);

/// Where what is said on a hub is kept, below the folder for such files.
pub(in crate::conversation) fn home_of(
    folder: &Path,
    host: &str,
    port: u16,
    nick: &str,
) -> PathBuf {
    let mut name = String::new();
    for part in [host, &port.to_string(), nick] {
        if !name.is_empty() {
            name.push('_');
        }
        for byte in part.to_lowercase().bytes() {
            match byte {
                b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' => name.push(char::from(byte)),
                _ => {
                    let _ = write!(name, "%{byte:02x}");
                }
            }
        }
    }
    folder.join(name)
}

/// Who else has left something on the same hub, and how many messages. What a program that runs has open is not left.
pub(in crate::conversation) fn left_by_others(home: &Path) -> BTreeMap<String, usize> {
    let mut others = BTreeMap::new();
    let name = home.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let (Some(folder), Some((hub, own))) = (home.parent(), name.rsplit_once('_')) else {
        return others;
    };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(nick) = name.to_str().and_then(|name| nick_of(name, hub)) else {
            continue;
        };
        if nick != own
            && let Ok(count @ 1..) = count_left(&entry.path())
        {
            *others.entry(decoded(nick)).or_default() += count;
        }
    }
    others
}

/// Whose a file is, as its name writes it, if it is one of this hub.
fn nick_of<'a>(name: &'a str, hub: &str) -> Option<&'a str> {
    let rest = name.strip_prefix(hub)?.strip_prefix('_')?;
    let stem = rest.strip_suffix(".jsonl")?;
    let numbered = stem.rsplit_once('.');
    let nick = numbered.filter(|(_, index)| index.parse::<usize>().is_ok());
    Some(nick.map_or(stem, |(nick, _)| nick))
}

/// What a part of a file's name stands for.
fn decoded(part: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = part;
    while let Some((plain, escaped)) = rest.split_once('%') {
        bytes.extend_from_slice(plain.as_bytes());
        let digits = escaped.get(..2).unwrap_or_default();
        bytes.extend(u8::from_str_radix(digits, 16));
        rest = escaped.get(2..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// How many messages are in a file that nobody uses.
fn count_left(path: &Path) -> io::Result<usize> {
    let mut file = File::open(path)?;
    file.try_lock().map_err(io::Error::from)?;
    // It is to be there for whoever comes to take it over.
    file.unlock()?;
    Ok(load(path, &mut file)?.len())
}

fn numbered(home: &Path, index: usize) -> PathBuf {
    let mut name = home.file_name().unwrap_or_default().to_owned();
    match index {
        0 => name.push(".jsonl"),
        index => name.push(format!(".{index}.jsonl")),
    }
    home.with_file_name(name)
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let options = options.read(true).append(true).create(true).mode(0o600);
    let file = options.open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other("expected a file of our own"))
    }
}

/// What a file holds. A line that is none of ours, such as a broken end, is left out.
fn load(path: &Path, file: &mut File) -> io::Result<Vec<Left>> {
    if file.metadata()?.len() > FILE_BYTES_MAX {
        return Err(io::Error::other(format!(
            "'{}' is none of ours; expected at most {FILE_BYTES_MAX} bytes",
            path.display()
        )));
    }
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let mut left = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        if let Ok(record) = serde_json::from_slice(line) {
            apply(record, &mut left);
        }
    }
    Ok(left)
}

fn apply(record: Record, left: &mut Vec<Left>) {
    let position = |number: u64| left.iter().position(|(one, _)| one.number == number);
    match record {
        Record::All { all } => {
            left.clear();
            for record in all {
                apply(record, left);
            }
        }
        Record::Said {
            said,
            to,
            text,
            action,
            typed,
        } => {
            let Ok(target) = to.parse() else { return };
            let message = Unsent {
                number: said,
                ticket: None,
                target,
                text,
                is_action: action,
                state: State::Waiting,
            };
            left.push((message, typed));
        }
        Record::Sent { sent, nick, after } => {
            if let Some((message, _)) = position(sent).and_then(|index| left.get_mut(index)) {
                let after = after.map(Timestamp::from_millis);
                message.state = State::Doubtful(Sent { nick, after });
            }
        }
        Record::Heard { heard, time, text } => {
            if let Some(index) = position(heard) {
                hear(left, index, time, &text);
            }
        }
        Record::Waits { waits } => {
            if let Some((message, _)) = position(waits).and_then(|index| left.get_mut(index)) {
                message.state = State::Waiting;
            }
        }
        Record::Done { done } => left.retain(|(message, _)| message.number != done),
    }
}

/// A message, or a part of it, was heard: those after it were said later than that.
fn hear(left: &mut Vec<Left>, index: usize, time: Timestamp, text: &str) {
    let Some((heard, _)) = left.get_mut(index) else {
        return;
    };
    if let Some(rest) = rest(&heard.text, text).map(str::to_owned) {
        heard.text = rest;
    }
    let (target, is_whole) = (heard.target.clone(), heard.text.is_empty());
    for (message, _) in left.iter_mut().skip(index) {
        if let State::Doubtful(sent) = &mut message.state
            && message.target == target
        {
            sent.after = sent.after.max(Some(time));
        }
    }
    if is_whole {
        left.remove(index);
    }
}

#[cfg(test)]
mod tests;
