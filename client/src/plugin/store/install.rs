//! Puts a plug-in among the others: a copy, so that what its author changes afterwards changes nothing.

use std::io;
use std::path::{Path, PathBuf};

use super::digest::files;
use super::{Digest, Fault, Installed, Store};

/// Copies a plug-in to its place, instead of one of the same name, and gives it as it is there.
pub(in crate::plugin) fn install(store: &Store, plugin: &Installed) -> Result<Installed, Fault> {
    let place = store.plugins().join(plugin.name.as_str());
    let draft = beside(&place, "new");
    let old = beside(&place, "old");
    let fault = |source| Fault::io("install", &place, source);
    std::fs::create_dir_all(store.plugins()).map_err(fault)?;
    remove(&draft).map_err(fault)?;
    remove(&old).map_err(fault)?;
    for file in files(&plugin.path)? {
        let name = file.strip_prefix(&plugin.path).unwrap_or(Path::new(""));
        // A plug-in of one file has the empty name below itself.
        let copy = if name.as_os_str().is_empty() {
            draft.clone()
        } else {
            draft.join(name)
        };
        let fault = |source| Fault::io("copy", &file, source);
        if let Some(folder) = copy.parent() {
            std::fs::create_dir_all(folder).map_err(fault)?;
        }
        std::fs::copy(&file, &copy).map_err(fault)?;
    }
    // The one that works gives way to what was asked about alone.
    if Digest::of(&draft)? != plugin.digest {
        remove(&draft).map_err(fault)?;
        let source = io::Error::other("it changed while it was copied");
        return Err(Fault::io("install", &plugin.path, source));
    }
    if place.exists() {
        std::fs::rename(&place, &old).map_err(fault)?;
    }
    std::fs::rename(&draft, &place).map_err(fault)?;
    remove(&old).map_err(fault)?;
    Installed::read(&place)
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
