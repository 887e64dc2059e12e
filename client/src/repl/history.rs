//! What was typed in earlier sessions: a file of lines that several clients may write at once.
//!
//! A line is added by one write to a file opened for appending, so that lines of two clients never
//! mix. A file that has grown too long is shortened when it is read: the newest lines go to a new
//! file, which then takes the place of the old one, so that a crash leaves the one or the other.
//! A lock keeps a line from being added to the file that is being replaced.
//!
//! Nobody is kept from talking by a history that cannot be read or written: the first failure is
//! reported once, and that is all. What may be kept is decided in `secret`.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};

use salon_config::whole_file;

use crate::conversation::cause;

/// How many lines are offered, and how many a shortened file has.
pub(super) const LINES_MAX: usize = 10_000;

/// A file is shortened when it has more lines than this, which is not at each start.
const FILE_LINES_MAX: usize = LINES_MAX + LINES_MAX / 4;

/// No more than this of a file is read.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// A file of what was typed, or nothing where there can be none.
#[derive(Debug)]
pub(super) struct History {
    /// Taken away by the first failure.
    path: Option<PathBuf>,
    newest: String,
}

impl History {
    /// Reads the file, oldest line first, and shortens it if need be. Without a path nothing is
    /// read or kept.
    pub(super) fn open(path: Option<&Path>) -> (Self, io::Result<Vec<String>>) {
        let mut history = Self {
            path: path.map(Path::to_owned),
            newest: String::new(),
        };
        let lines = path.map_or(Ok(Vec::new()), |path| {
            load(path).map_err(|error| naming(path, &error))
        });
        match &lines {
            Ok(lines) => history
                .newest
                .clone_from(lines.last().unwrap_or(&String::new())),
            Err(_) => history.path = None,
        }
        (history, lines)
    }

    /// Adds a line. The first failure is the last: nothing is kept after it.
    pub(super) fn keep(&mut self, line: &str) -> io::Result<()> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        if line == self.newest {
            return Ok(());
        }
        line.clone_into(&mut self.newest);
        let kept = append(path, line).map_err(|error| naming(path, &error));
        if kept.is_err() {
            self.path = None;
        }
        kept
    }
}

/// The error, with the file that it is about.
fn naming(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(
        error.kind(),
        format!("{}: {}", path.display(), cause(error)),
    )
}

fn load(path: &Path) -> io::Result<Vec<String>> {
    if let Some(folder) = path.parent() {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    let mut file = match open_to_append(path) {
        Ok(file) => file,
        // Reading what is there is worth something, even where nothing can be added.
        Err(_) if path.exists() => File::open(path)?,
        Err(error) => return Err(error),
    };
    let length = file.metadata()?.len();
    let lines = newest_lines(&mut file, length)?;
    if lines.len() > FILE_LINES_MAX || length > FILE_BYTES_MAX {
        shorten(&file, path)?;
    }
    let surplus = lines.len().saturating_sub(LINES_MAX);
    Ok(lines.into_iter().skip(surplus).collect())
}

/// The lines of the last [`FILE_BYTES_MAX`]. What is not UTF-8 is replaced: the file is the user's
/// own, and one bad line must not cost the others.
fn newest_lines(file: &mut File, length: u64) -> io::Result<Vec<String>> {
    let start = length.saturating_sub(FILE_BYTES_MAX);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    // A start in the middle of the file is in the middle of a line.
    let skipped = usize::from(start > 0);
    let lines = text.lines().skip(skipped).filter(|line| !line.is_empty());
    Ok(lines.map(str::to_owned).collect())
}

/// Replaces the file by its newest lines, unless somebody writes to it or has just done so.
fn shorten(file: &File, path: &Path) -> io::Result<()> {
    // The lock of a file that was replaced keeps nobody from the one in its place.
    if file.try_lock().is_err() || !is_at(file, path)? {
        return Ok(());
    }
    // What a link points to is replaced, and not the link.
    let path = path.canonicalize()?;
    let mut old = File::open(&path)?;
    let length = old.metadata()?.len();
    let lines = newest_lines(&mut old, length)?;
    let surplus = lines.len().saturating_sub(LINES_MAX);
    let mut text = String::new();
    for line in lines.iter().skip(surplus) {
        text.push_str(line);
        text.push('\n');
    }
    whole_file::write(&path, text.as_bytes(), whole_file::PRIVATE)
}

fn append(path: &Path, line: &str) -> io::Result<()> {
    loop {
        let mut file = open_to_append(path)?;
        // Shared, since additions do not disturb each other: only a replacement excludes them.
        file.lock_shared()?;
        if is_at(&file, path)? {
            return file.write_all(format!("{line}\n").as_bytes());
        }
        // The file was replaced between opening and locking.
    }
}

/// Whether this file is the one that has the path now.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    Ok(file.metadata()?.ino() == fs::metadata(path)?.ino())
}

fn open_to_append(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)?;
    let mode = file.metadata()?.permissions().mode();
    if mode & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(path: &Path) -> (History, Vec<String>) {
        let (history, lines) = History::open(Some(path));
        (history, lines.expect("the history can be read"))
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("exists").permissions().mode() & 0o777
    }

    #[test]
    fn kept_lines_come_back_in_order_in_a_private_file() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let path = home.path().join("state/salon/history");
        let (mut history, lines) = open(&path);
        assert!(lines.is_empty());
        for line in ["one", "two", "two", "three"] {
            history.keep(line).expect("kept");
        }
        assert_eq!(open(&path).1, ["one", "two", "three"]);
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().expect("has a parent")), 0o700);
    }

    #[test]
    fn a_file_that_others_could_read_becomes_private() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let path = home.path().join("history");
        fs::write(&path, "old\n").expect("written");
        fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("set");
        assert_eq!(open(&path).1, ["old"]);
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn two_clients_lose_nothing_to_each_other() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let path = home.path().join("history");
        std::thread::scope(|scope| {
            for client in 0..4 {
                let path = &path;
                scope.spawn(move || {
                    let (mut history, _) = open(path);
                    for line in 0..200 {
                        history.keep(&format!("{client} {line}")).expect("kept");
                    }
                });
            }
        });
        let lines = open(&path).1;
        assert_eq!(lines.len(), 800);
        for client in 0..4 {
            let prefix = format!("{client} ");
            let own: Vec<&String> = lines.iter().filter(|l| l.starts_with(&prefix)).collect();
            let expected: Vec<String> = (0..200).map(|line| format!("{client} {line}")).collect();
            assert_eq!(own, expected.iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_long_file_is_shortened_and_still_written_by_those_who_had_it_open() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let path = home.path().join("history");
        let (mut early, _) = open(&path);
        let lines: Vec<String> = (0..=FILE_LINES_MAX).map(|line| line.to_string()).collect();
        let text = lines.join("\n") + "\n";
        fs::write(&path, text).expect("written");
        let lines = open(&path).1;
        assert_eq!(lines.len(), LINES_MAX);
        early.keep("late").expect("kept");
        let shortened = fs::read_to_string(&path).expect("readable");
        assert_eq!(shortened.lines().count(), LINES_MAX + 1);
        assert_eq!(shortened.lines().last(), Some("late"));
        assert_eq!(mode(&path), 0o600);
        assert_eq!(fs::read_dir(home.path()).expect("readable").count(), 1);
    }

    #[test]
    fn a_file_that_somebody_else_has_shortened_is_left_to_those_who_write_to_it() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let path = home.path().join("history");
        fs::write(&path, "long\n").expect("written");
        let before = open_to_append(&path).expect("opened");
        shorten(&before, &path).expect("shortened");
        let writer = open_to_append(&path).expect("opened");
        writer.lock_shared().expect("locked");
        shorten(&before, &path).expect("left alone");
        assert!(is_at(&writer, &path).expect("there"));
    }

    #[test]
    fn a_huge_file_is_read_from_its_end() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let path = home.path().join("history");
        let line = "x".repeat(99_999);
        let text = format!("{line}\n").repeat(60);
        fs::write(&path, text + "last\n").expect("written");
        let lines = open(&path).1;
        assert_eq!(lines.last().map(String::as_str), Some("last"));
        assert!(lines.iter().rev().skip(1).all(|kept| *kept == line));
        assert!(fs::metadata(&path).expect("exists").len() <= FILE_BYTES_MAX);
    }

    #[test]
    fn an_impossible_place_fails_once_and_then_keeps_nothing() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let file = home.path().join("file");
        fs::write(&file, "").expect("written");
        let (mut history, lines) = History::open(Some(&file.join("history")));
        let error = lines.expect_err("a file is no folder").to_string();
        let named = format!("{}: ", file.join("history").display());
        assert!(error.starts_with(&named), "{error}");
        history
            .keep("x")
            .expect("nothing is kept, so nothing fails");
    }

    #[test]
    fn without_a_place_nothing_is_kept() {
        let (mut history, lines) = History::open(None);
        assert!(lines.expect("nothing to read").is_empty());
        history
            .keep("x")
            .expect("nothing is kept, so nothing fails");
    }
}
