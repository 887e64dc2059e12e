//! A copy of a log, whole and as of one moment, also while a hub writes to it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{Reader, UpkeepError};

/// Writes a copy of the log of a data folder to a new file, for its user alone to read; gives its size in bytes.
///
/// The copy is of one moment. It holds what was acknowledged before the call, is compact, is checked, and is on the disk
/// when the call returns; until then there is nothing but an empty file of that name. To use it, put it into a data
/// folder as `hub.db`. While it is made, the hub's write-ahead log grows by what is said meanwhile.
pub fn backup(folder: &Path, file: &Path) -> Result<u64, UpkeepError> {
    let reader = Reader::open(folder)?;
    let refuse = |source: io::Error| match source.kind() {
        io::ErrorKind::AlreadyExists => UpkeepError::Exists {
            path: file.to_owned(),
        },
        _ => UpkeepError::File {
            path: file.to_owned(),
            source,
        },
    };
    // Takes the name before the work is done.
    let name = Unfinished::new(file.to_owned()).map_err(refuse)?;
    let mut partial = file.as_os_str().to_owned();
    partial.push(".partial");
    let partial = Unfinished::new(partial.into()).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => UpkeepError::Exists {
            path: file.with_added_extension("partial"),
        },
        _ => refuse(source),
    })?;
    copy(&reader, &partial.path)?;
    let bytes = (|| {
        let written = File::open(&partial.path)?;
        written.sync_all()?;
        fs::rename(&partial.path, file)?;
        sync_folder_of(file)?;
        Ok(written.metadata()?.len())
    })()
    .map_err(refuse)?;
    name.keep();
    partial.keep();
    Ok(bytes)
}

/// The whole log as one transaction sees it. `VACUUM INTO` takes no lock that a writer would wait for.
fn copy(reader: &Reader, path: &Path) -> Result<(), UpkeepError> {
    let refuse = |error: rusqlite::Error| UpkeepError::File {
        path: path.to_owned(),
        source: io::Error::other(error.to_string()),
    };
    let text = path.to_str().ok_or_else(|| UpkeepError::File {
        path: path.to_owned(),
        source: io::Error::new(
            io::ErrorKind::InvalidInput,
            "the name is not UTF-8; expected one that is",
        ),
    })?;
    reader
        .connection
        .execute("VACUUM INTO ?1", [text])
        .map_err(refuse)?;
    let copy = Connection::open(path).map_err(refuse)?;
    let found: String = copy
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(refuse)?;
    if found == "ok" {
        return Ok(());
    }
    Err(UpkeepError::Unusable {
        path: reader.path.clone(),
        reason: format!("its copy is damaged: {found}"),
    })
}

/// A new name is on the disk when its folder is.
fn sync_folder_of(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| *folder != Path::new(""));
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// A file that is removed again unless it is kept.
struct Unfinished {
    path: PathBuf,
    is_kept: bool,
}

impl Unfinished {
    /// Makes the file, empty and for its user alone; refuses to touch one that is there.
    fn new(path: PathBuf) -> io::Result<Self> {
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path)?;
        Ok(Self {
            path,
            is_kept: false,
        })
    }

    fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.is_kept {
            // What is left of it hurts nobody.
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::log::sqlite::tests::hub_of;
    use crate::upkeep::{Depth, check};

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| {
                let name = entry.expect("an entry").file_name();
                name.into_string().expect("UTF-8")
            })
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_backup_is_a_data_folder_of_its_own() {
        let [source, target] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
        let running = hub_of(source.path(), &["one", "two"]);
        let file = target.path().join("hub.db");
        let bytes = backup(source.path(), &file).expect("a copy");
        drop(running);
        let metadata = fs::metadata(&file).expect("a file");
        assert_eq!(
            (metadata.len(), metadata.permissions().mode() & 0o777),
            (bytes, 0o600)
        );
        assert_eq!(names(target.path()), ["hub.db"]);
        let report = check(target.path(), Depth::Full).expect("a log");
        assert_eq!((report.events, report.problems), (2, Vec::new()));
        drop(hub_of(target.path(), &[]));
    }

    #[test]
    fn nothing_is_overwritten_and_nothing_left_over() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(hub_of(folder.path(), &["one"]));
        let place = tempfile::tempdir().expect("a folder");
        let file = place.path().join("copy");
        fs::write(&file, "mine").expect("written");
        let error = backup(folder.path(), &file).expect_err("it is there");
        assert!(matches!(error, UpkeepError::Exists { .. }), "{error}");
        assert_eq!(fs::read_to_string(&file).expect("a file"), "mine");
        let nowhere = place.path().join("no/copy");
        let error = backup(folder.path(), &nowhere).expect_err("no such folder");
        assert!(matches!(error, UpkeepError::File { .. }), "{error}");
        assert_eq!(names(place.path()), ["copy"]);
    }
}
