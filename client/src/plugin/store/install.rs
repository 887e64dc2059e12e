//! Puts a plug-in among the others: a copy, so that what its author changes afterwards changes nothing.

use std::io;
use std::path::{Path, PathBuf};

use super::digest::files;
use super::{Digest, Fault, Installed, Store};

/// A copy beside its place, complete and not yet a plug-in of the store.
#[derive(Debug)]
pub(in crate::plugin) struct Draft {
    path: PathBuf,
    place: PathBuf,
}

impl Draft {
    /// Copies a plug-in, which must be what was read of it still.
    pub(in crate::plugin) fn of(store: &Store, plugin: &Installed) -> Result<Self, Fault> {
        let place = store.plugins().join(plugin.name.as_str());
        let path = beside(&place, "new");
        let fault = |source| Fault::io("install", &place, source);
        std::fs::create_dir_all(store.plugins()).map_err(fault)?;
        remove(&path).map_err(fault)?;
        for file in files(&plugin.path)? {
            let name = file.strip_prefix(&plugin.path).unwrap_or(Path::new(""));
            // A plug-in of one file has the empty name below itself.
            let copy = if name.as_os_str().is_empty() {
                path.clone()
            } else {
                path.join(name)
            };
            let fault = |source| Fault::io("copy", &file, source);
            if let Some(folder) = copy.parent() {
                std::fs::create_dir_all(folder).map_err(fault)?;
            }
            std::fs::copy(&file, &copy).map_err(fault)?;
        }
        // The one that works gives way to what was asked about alone.
        if Digest::of(&path)? != plugin.digest {
            remove(&path).map_err(fault)?;
            let source = io::Error::other("it changed while it was copied");
            return Err(Fault::io("install", &plugin.path, source));
        }
        Ok(Self { path, place })
    }

    /// Puts it in its place, instead of one of the same name, and gives where that is.
    pub(in crate::plugin) fn put(self) -> Result<PathBuf, Fault> {
        let Self { path, place } = self;
        let old = beside(&place, "old");
        let fault = |source| Fault::io("install", &place, source);
        remove(&old).map_err(fault)?;
        if place.exists() {
            std::fs::rename(&place, &old).map_err(fault)?;
        }
        std::fs::rename(&path, &place).map_err(fault)?;
        remove(&old).map_err(fault)?;
        Ok(place)
    }
}

/// Takes a plug-in away.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    let removed = match std::fs::symlink_metadata(path) {
        Ok(about) if about.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// A name beside a plug-in that no plug-in can have.
fn beside(place: &Path, what: &str) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".{name}.{what}"))
}
