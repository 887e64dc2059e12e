//! The data folder: for its user alone, and one hub's at a time.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The file of the log, in the data folder.
pub(super) const FILE: &str = "hub.db";

/// The file whose lock says that a hub uses the folder.
pub(super) const LOCK: &str = "hub.lock";

/// Why the log in a folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The folder or a file in it cannot be made or opened.
    #[error("cannot use the data folder {}: {source}; choose another with --data-dir", path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another hub has the folder.
    #[error("another hub uses the data folder {}; stop it, or choose another folder with --data-dir", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The file is not a log, is damaged, or is of a newer version. It was not changed.
    #[error(
        "cannot use the log {}: {reason}; it was left as it is: move it away to start anew, or restore a backup",
        path.display()
    )]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// The folder, for its user alone, and its lock.
pub(super) fn lock(folder: &Path) -> Result<File, OpenError> {
    let refuse = |source| OpenError::Folder {
        path: folder.to_owned(),
        source,
    };
    make_folder(folder).map_err(refuse)?;
    let path = folder.join(LOCK);
    private(&path).map_err(refuse)?;
    let file = File::options().write(true).open(&path).map_err(refuse)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
            path: folder.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(refuse(source)),
    }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Makes sure that a file is there that only its user may read, also one that was put there with other permissions, such
/// as a backup.
pub(super) fn private(path: &Path) -> io::Result<()> {
    let mut options = File::options();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mut permissions = file.metadata()?.permissions();
        if permissions.mode() & 0o077 != 0 {
            permissions.set_mode(0o600);
            file.set_permissions(permissions)?;
        }
    }
    Ok(())
}
