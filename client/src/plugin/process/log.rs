//! A plug-in's log: its standard error and what the host notes about it. It is bounded in size and in speed; one that writes
//! faster than that waits at its own pipe.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::{Instant, sleep_until};

/// How large a log grows before it becomes the old one.
const LOG_BYTES_MAX: u64 = 1 << 20;
/// How much is read at once, and how long it takes at least.
const READ_BYTES: usize = 8 * 1024;
const READ_PAUSE: Duration = Duration::from_millis(20);
/// How many lines are remembered, and how much of each.
const LINES_MAX: usize = 20;
const LINE_BYTES_MAX: usize = 400;

/// Where the lines go.
#[derive(Debug, Clone)]
pub(in crate::plugin) struct Log {
    /// The file, once it is open. Its users are the host and one reader, a line at a time.
    file: Arc<Mutex<File>>,
}

#[derive(Debug)]
struct File {
    path: PathBuf,
    open: Option<std::fs::File>,
    bytes: u64,
}

/// The last lines of a standard error.
#[derive(Debug, Default)]
pub(in crate::plugin) struct LastWords {
    lines: VecDeque<String>,
    line: Vec<u8>,
}

impl Log {
    /// A log in this file. That it can't be written is no reason not to run a plug-in.
    pub(in crate::plugin) fn new(path: PathBuf) -> Self {
        let file = File {
            path,
            open: None,
            bytes: 0,
        };
        Self {
            file: Arc::new(Mutex::new(file)),
        }
    }

    /// Notes a line.
    pub(in crate::plugin) fn note(&self, line: &str) {
        self.write(format!("{line}\n").as_bytes());
    }

    fn write(&self, text: &[u8]) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        // See `new`.
        let _ = file.write(text);
    }

    /// Keeps a standard error until it ends.
    pub(in crate::plugin) async fn follow(self, mut pipe: impl AsyncRead + Unpin) -> LastWords {
        let mut words = LastWords::default();
        let mut buffer = vec![0; READ_BYTES];
        while let Ok(length @ 1..) = pipe.read(&mut buffer).await {
            let text = buffer.get(..length).unwrap_or_default();
            self.write(text);
            words.hear(text);
            if length == READ_BYTES {
                sleep_until(Instant::now() + READ_PAUSE).await;
            }
        }
        words
    }
}

impl File {
    fn write(&mut self, text: &[u8]) -> io::Result<()> {
        let mut file = match self.open.take() {
            Some(file) => file,
            None => self.reopen()?,
        };
        if self.is_full(text) {
            // Where no old one can be kept, the new one takes its place all the same.
            let _ = std::fs::rename(&self.path, self.path.with_extension("old"));
            file = self.reopen()?;
        }
        if self.is_full(text) {
            file.set_len(0)?;
            self.bytes = 0;
        }
        file.write_all(text)?;
        self.bytes += text.len() as u64;
        self.open = Some(file);
        Ok(())
    }

    fn is_full(&self, text: &[u8]) -> bool {
        self.bytes + text.len() as u64 > LOG_BYTES_MAX
    }

    /// Opens what is there, since others may have written it.
    fn reopen(&mut self) -> io::Result<std::fs::File> {
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        // What a plug-in complains of may quote what it was told.
        let mut options = std::fs::OpenOptions::new();
        let options = options.create(true).append(true).mode(0o600);
        let file = options.open(&self.path)?;
        self.bytes = file.metadata()?.len();
        Ok(file)
    }
}

impl LastWords {
    fn hear(&mut self, text: &[u8]) {
        for byte in text {
            if *byte == b'\n' {
                self.end_line();
            } else if self.line.len() < LINE_BYTES_MAX {
                self.line.push(*byte);
            }
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        if line.is_empty() {
            return;
        }
        if self.lines.len() == LINES_MAX {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    /// The lines, the oldest first.
    pub(in crate::plugin) fn into_lines(mut self) -> Vec<String> {
        self.end_line();
        self.lines.into()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn follow(log: Log, text: &[u8]) -> Vec<String> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(log.follow(text)).into_lines()
    }

    #[test]
    fn last_words_are_the_last_lines() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("new/log");
        let text = (0..30).fold(String::new(), |text, line| {
            text + &format!("line {line}\n\n")
        });
        let words = follow(Log::new(path.clone()), format!("{text}last").as_bytes());
        assert_eq!(words.len(), LINES_MAX);
        assert_eq!(
            (
                words.first().unwrap().as_str(),
                words.last().unwrap().as_str()
            ),
            ("line 11", "last")
        );
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            format!("{text}last")
        );
        let mode = std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }

    /// Notes a line in a log that is full.
    #[track_caller]
    fn check_full(path: &std::path::Path) {
        std::fs::write(path, vec![b'x'; 1 << 20]).unwrap();
        let log = Log::new(path.to_owned());
        log.note("one");
        log.note("two");
        assert_eq!(std::fs::read_to_string(path).unwrap(), "one\ntwo\n");
    }

    #[test]
    fn a_log_that_others_have_filled_becomes_the_old_one() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("log");
        check_full(&path);
        let old = std::fs::metadata(path.with_extension("old")).unwrap();
        assert_eq!(old.len(), LOG_BYTES_MAX);
    }

    #[test]
    fn a_log_goes_on_where_no_old_one_can_be_kept() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("log");
        std::fs::create_dir(path.with_extension("old")).unwrap();
        check_full(&path);
    }

    #[test]
    fn log_and_lines_are_bounded() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("log");
        let words = follow(Log::new(path.clone()), &vec![b'x'; 5 << 20]);
        assert_eq!(words, ["x".repeat(LINE_BYTES_MAX)]);
        for file in [path.clone(), path.with_extension("old")] {
            assert!(std::fs::metadata(file).unwrap().len() <= LOG_BYTES_MAX);
        }
    }
}
