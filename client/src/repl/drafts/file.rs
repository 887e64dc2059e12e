//! The file of half typed lines. Each client has one for itself while it runs, so that several lose nothing to each
//! other: the first that nobody else has locked. What a client that is gone has left in another is taken over.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use salon_config::whole_file;

/// How many clients have one at once.
const SLOTS_MAX: usize = 16;
/// No more than this of a file is read.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The texts by their hubs and rooms.
pub(super) type Stored = BTreeMap<String, BTreeMap<String, String>>;

/// The file of this client, which is its own until it ends, however it does.
#[derive(Debug)]
pub(super) struct Slot {
    path: PathBuf,
    /// Held for its lock alone.
    _lock: File,
}

impl Slot {
    /// Takes the first file that is free, and what it and the other free ones hold. `None` where there can be none.
    pub(super) fn take(path: &Path) -> Option<(Self, Stored)> {
        let folder = path.parent()?;
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.ok()?;
        let mut numbers = 0..SLOTS_MAX;
        let own = numbers.find_map(|number| Self::lock(path, number))?;
        let mut stored = own.read();
        let mut has_more = false;
        let left = numbers.filter(|number| beside(path, *number, "json").exists());
        let others: Vec<Self> = left.filter_map(|number| Self::lock(path, number)).collect();
        for other in &others {
            for (hub, rooms) in other.read() {
                for (room, text) in rooms {
                    let known = stored.entry(hub.clone()).or_default().entry(room);
                    let known = known.or_default();
                    if !known.is_empty() && *known != text {
                        known.push('\n');
                    }
                    if *known != text {
                        known.push_str(&text);
                    }
                    has_more = true;
                }
            }
        }
        // They go once what they hold is in ours.
        if !has_more || own.write(&stored).is_ok() {
            for other in &others {
                let _ = fs::remove_file(&other.path);
            }
        }
        Some((own, stored))
    }

    fn lock(path: &Path, number: usize) -> Option<Self> {
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(whole_file::PRIVATE)
            .open(beside(path, number, "lock"))
            .ok()?;
        lock.try_lock().ok()?;
        Some(Self {
            path: beside(path, number, "json"),
            _lock: lock,
        })
    }

    /// What is there. What can't be read is as good as nothing: it is nobody's but the program's.
    fn read(&self) -> Stored {
        let length = fs::metadata(&self.path).map_or(0, |metadata| metadata.len());
        if length > FILE_BYTES_MAX {
            return Stored::new();
        }
        let text = fs::read(&self.path).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// Writes all of it; nothing is no file.
    pub(super) fn write(&self, stored: &Stored) -> io::Result<()> {
        if stored.is_empty() {
            return match fs::remove_file(&self.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        let text = serde_json::to_vec(stored)?;
        whole_file::write(&self.path, &text, whole_file::PRIVATE)
    }
}

/// A file of this number.
fn beside(path: &Path, number: usize, end: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{number}.{end}"));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn stored(texts: &[(&str, &str)]) -> Stored {
        let rooms = texts.iter();
        let rooms = rooms.map(|(room, text)| ((*room).to_owned(), (*text).to_owned()));
        Stored::from([("hub".to_owned(), rooms.collect())])
    }

    fn take(path: &Path) -> (Slot, Stored) {
        Slot::take(path).expect("a free file")
    }

    #[test]
    fn what_was_written_is_there_again_and_private() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("state/drafts/default");
        let (slot, found) = take(&path);
        assert_eq!(found, Stored::new());
        let texts = stored(&[("#a", "one")]);
        slot.write(&texts).expect("written");
        let mode = fs::metadata(&slot.path).expect("it").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        drop(slot);
        let (slot, found) = take(&path);
        assert_eq!(found, texts);
        slot.write(&Stored::new()).expect("removed");
        assert!(!slot.path.exists());
        slot.write(&Stored::new()).expect("nothing to do");
    }

    #[test]
    fn clients_have_each_their_own_and_who_comes_after_both_has_all() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("drafts/default");
        let (first, _) = take(&path);
        let (second, found) = take(&path);
        assert_eq!(found, Stored::new());
        first
            .write(&stored(&[("#a", "one"), ("#b", "two")]))
            .expect("written");
        second
            .write(&stored(&[("#b", "three"), ("#c", "four")]))
            .expect("written");
        drop((first, second));
        let (slot, found) = take(&path);
        let all = stored(&[("#a", "one"), ("#b", "two\nthree"), ("#c", "four")]);
        assert_eq!(found, all);
        drop(slot);
        assert_eq!(take(&path).1, all);
        let left = fs::read_dir(home.path().join("drafts")).expect("a folder");
        let names = left.map(|entry| entry.expect("a file").file_name());
        let mut names: Vec<_> = names.collect();
        names.sort();
        assert_eq!(
            names,
            ["default.0.json", "default.0.lock", "default.1.lock"]
        );
    }

    #[test]
    fn nonsense_is_nothing() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("default");
        fs::write(home.path().join("default.0.json"), "{\"hub\": 3").expect("written");
        assert_eq!(take(&path).1, Stored::new());
    }
}
