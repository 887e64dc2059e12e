//! What a grant holds for: the SHA-256 of a file, or of all that is in a folder.

use std::fmt::Write as _;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Fault;

/// How many files a plug-in may have.
const FILES_MAX: usize = 2000;
/// How large it may be in all.
const BYTES_MAX: u64 = 64 << 20;
/// What is no part of a plug-in: the tools of its author make these.
const LEFT_OUT: [&str; 3] = [".git", "target", "__pycache__"];

/// A SHA-256, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::plugin) struct Digest(String);

impl Digest {
    /// The beginning, for people.
    pub(in crate::plugin) fn short(&self) -> &str {
        self.0.get(..16).unwrap_or(&self.0)
    }

    /// That of a file or folder: names, contents and which are executable.
    pub(in crate::plugin) fn of(path: &Path) -> Result<Self, Fault> {
        let mut hash = Sha256::new();
        for file in files(path)? {
            let fault = |source| Fault::io("read", &file, source);
            let name = file.strip_prefix(path).unwrap_or(Path::new(""));
            let about = std::fs::metadata(&file).map_err(fault)?;
            let is_executable = about.permissions().mode() & 0o111 != 0;
            let text = std::fs::read(&file).map_err(fault)?;
            // Each part is preceded by its length, so that no two folders come to the same bytes.
            for part in [
                name.as_os_str().as_encoded_bytes(),
                &[u8::from(is_executable)],
                &text,
            ] {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        }
        let mut digest = String::with_capacity(64);
        for byte in hash.finalize() {
            let _ = write!(digest, "{byte:02x}");
        }
        Ok(Self(digest))
    }
}

/// The files of a plug-in, sorted; a file is its only one.
pub(super) fn files(path: &Path) -> Result<Vec<PathBuf>, Fault> {
    let mut found = Vec::new();
    let mut bytes = 0;
    let mut open = vec![path.to_owned()];
    while let Some(place) = open.pop() {
        let fault = |source| Fault::io("read", &place, source);
        let about = std::fs::symlink_metadata(&place).map_err(fault)?;
        if about.is_dir() {
            for entry in std::fs::read_dir(&place).map_err(fault)? {
                let entry = entry.map_err(fault)?;
                let is_left_out = LEFT_OUT.iter().any(|name| entry.file_name() == *name);
                if !is_left_out {
                    open.push(entry.path());
                }
            }
        } else if about.is_file() {
            bytes += about.len();
            found.push(place);
        } else {
            // What a link leads to could change behind the grant.
            let source = io::Error::other("expected files and folders alone, no links");
            return Err(Fault::io("read", &place, source));
        }
        if found.len() + open.len() > FILES_MAX || bytes > BYTES_MAX {
            let text = format!(
                "expected at most {FILES_MAX} files and {} MiB",
                BYTES_MAX >> 20
            );
            return Err(Fault::io("read", path, io::Error::other(text)));
        }
    }
    found.sort();
    Ok(found)
}
