//! Where an export goes: standard output, or a file that is there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::conversation::cause;

/// How many links are followed; a system follows about as many.
const LINKS_MAX: usize = 40;

/// Where the output goes. Dropped before it is kept, a file stays what it was.
#[derive(Debug)]
pub(super) struct Destination {
    name: String,
    /// What is written, and the name that it gets.
    part: Option<(PathBuf, PathBuf)>,
}

impl Destination {
    /// Standard output.
    pub(super) fn standard_output() -> (Self, Box<dyn Write + Send>) {
        let destination = Self {
            name: "to standard output".to_owned(),
            part: None,
        };
        (destination, Box::new(io::stdout()))
    }

    /// A file, or standard output for none and for `-`. What is no regular file is written as it is.
    pub(super) fn open(path: Option<&Path>) -> Result<(Self, Box<dyn Write + Send>), String> {
        let Some(path) = path.filter(|path| *path != Path::new("-")) else {
            return Ok(Self::standard_output());
        };
        let failed =
            |error: &io::Error| format!("could not write '{}': {}", path.display(), cause(error));
        let name = format!("'{}'", path.display());
        let is_special = fs::metadata(path).is_ok_and(|found| !found.is_file());
        if is_special {
            let file = OpenOptions::new().write(true).open(path);
            let file = file.map_err(|error| failed(&error))?;
            return Ok((Self { name, part: None }, Box::new(file)));
        }
        // A link is kept, and what it leads to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| end_of_links(path));
        let part = part_of(&path).ok_or_else(|| format!("'{}' names no file", path.display()))?;
        let file = OpenOptions::new().write(true).create_new(true).open(&part);
        let file = file.map_err(|error| failed(&error))?;
        if let Ok(old) = fs::metadata(&path) {
            // Who may read it stays as it is; where that can't be, the file is ours alone all the same.
            let _ = file.set_permissions(old.permissions());
        }
        let destination = Self {
            name,
            part: Some((part, path)),
        };
        Ok((destination, Box::new(file)))
    }

    /// What it is called in a complaint.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Gives what was written its name.
    pub(super) fn keep(&mut self) -> Result<(), String> {
        let Some((part, path)) = self.part.take() else {
            return Ok(());
        };
        let kept = File::open(&part)
            .and_then(|file| file.sync_all())
            .and_then(|()| fs::rename(&part, &path));
        kept.map_err(|error| {
            // It is the error above that matters.
            let _ = fs::remove_file(&part);
            format!("could not write '{}': {}", path.display(), cause(&error))
        })
    }
}

impl Drop for Destination {
    fn drop(&mut self) {
        if let Some((part, _)) = self.part.take() {
            // Nothing can be done about what can't be removed.
            let _ = fs::remove_file(part);
        }
    }
}

/// Where a path leads that may be a link to what is not there yet.
fn end_of_links(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LINKS_MAX {
        let Ok(next) = fs::read_link(&path) else {
            break;
        };
        path = match path.parent() {
            Some(folder) => folder.join(next),
            None => next,
        };
    }
    path
}

/// The name beside a file under which it is written.
fn part_of(path: &Path) -> Option<PathBuf> {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name()?);
    name.push(format!(".{}.part", std::process::id()));
    Some(path.with_file_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn a_file_changes_when_all_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.txt");
        fs::write(&path, "old").unwrap();
        let (mut destination, mut writer) = Destination::open(Some(&path)).unwrap();
        writer.write_all(b"new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        destination.keep().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(names(folder.path()), ["log.txt"]);
    }

    #[test]
    fn what_is_given_up_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.txt");
        let opened = Destination::open(Some(&path)).unwrap();
        assert_eq!(names(folder.path()).len(), 1);
        drop(opened);
        assert_eq!(names(folder.path()), [""; 0]);
    }

    #[test]
    fn a_link_stays_and_leads_to_what_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("latest");
        std::os::unix::fs::symlink("second", &link).unwrap();
        std::os::unix::fs::symlink("log.txt", folder.path().join("second")).unwrap();
        let (mut destination, mut writer) = Destination::open(Some(&link)).unwrap();
        writer.write_all(b"new").unwrap();
        destination.keep().unwrap();
        assert!(link.is_symlink());
        assert_eq!(
            fs::read_to_string(folder.path().join("log.txt")).unwrap(),
            "new"
        );
        assert_eq!(names(folder.path()).len(), 3);
    }

    #[test]
    fn a_device_is_written_and_not_replaced() {
        let (mut destination, mut writer) =
            Destination::open(Some(Path::new("/dev/null"))).unwrap();
        writer.write_all(b"text").unwrap();
        destination.keep().unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[test]
    fn a_folder_that_is_not_there_is_told() {
        let Err(error) = Destination::open(Some(Path::new("/nonexistent/log.txt"))) else {
            panic!("there is no such folder")
        };
        assert_eq!(
            error,
            "could not write '/nonexistent/log.txt': no such file or directory"
        );
    }
}
