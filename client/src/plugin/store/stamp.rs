//! Whether a plug-in may have changed, without reading it.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use salon_commands::plugin::PluginName;

use super::Grant;
use super::digest::files;

/// How the files of a plug-in are, and what it was granted. Two that differ are of something that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::plugin) struct Stamp(u64);

/// The stamps of all plug-ins that are there.
pub(in crate::plugin) type Stamps = BTreeMap<PluginName, Stamp>;

impl Stamp {
    /// That of what is at a path, if something is.
    pub(in crate::plugin) fn of(path: &Path, grant: Option<&Grant>) -> Option<Self> {
        path.symlink_metadata().ok()?;
        let mut hash = DefaultHasher::new();
        // What can't be read counts as one thing until it can.
        for file in files(path).unwrap_or_default() {
            let about = std::fs::metadata(&file).ok();
            let about = about.map(|about| {
                (
                    about.mtime(),
                    about.mtime_nsec(),
                    about.ino(),
                    about.len(),
                    about.mode(),
                )
            });
            (file, about).hash(&mut hash);
        }
        if let Some(grant) = grant {
            format!("{grant:?}").hash(&mut hash);
        }
        Some(Self(hash.finish()))
    }
}
