//! A plug-in that is there: of which kind it is, what it asks for, and whether it may run.

use std::io;
use std::path::{Path, PathBuf};

use salon_commands::plugin::{
    Head, HeadError, Manifest, ManifestError, Permissions, PluginName, PluginNameError, Reach,
    Sends,
};
use thiserror::Error;

use super::{Digest, Grants};

/// How much of a file is looked at for its head.
const HEAD_BYTES_MAX: u64 = 16 * 1024;
/// The name of a manifest.
pub(super) const MANIFEST: &str = "plugin.toml";

/// Why a plug-in can't be run.
#[derive(Debug, Error)]
pub(in crate::plugin) enum Fault {
    /// Something on disk is amiss.
    #[error("could not {deed} {}: {source}", path.display())]
    Io {
        /// What was tried.
        deed: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file has no head.
    #[error("{}: {source}", path.display())]
    Head {
        /// The file.
        path: PathBuf,
        /// What is amiss.
        source: HeadError,
    },
    /// The folder has no manifest that can be read.
    #[error("{}: {source}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is amiss.
        source: ManifestError,
    },
    /// There is none of that name.
    #[error("no plug-in is called '{name}'; 'salon plugin list' shows them")]
    Missing {
        /// The name.
        name: PluginName,
    },
    /// Its name is none.
    #[error(transparent)]
    Name(#[from] PluginNameError),
}

impl Fault {
    pub(in crate::plugin) fn io(deed: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            deed,
            path: path.to_owned(),
            source,
        }
    }
}

/// Of which kind a plug-in is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plugin) enum Kind {
    /// One file, run for each call.
    OneShot(Head),
    /// A folder, whose program stays.
    Resident(Manifest),
}

/// A plug-in that is there.
#[derive(Debug, Clone)]
pub(in crate::plugin) struct Installed {
    /// Its name.
    pub(in crate::plugin) name: PluginName,
    /// Its file or folder.
    pub(in crate::plugin) path: PathBuf,
    /// Of which kind it is.
    pub(in crate::plugin) kind: Kind,
    /// What it is, to the last bit.
    pub(in crate::plugin) digest: Digest,
}

/// Whether it may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::plugin) enum Standing {
    /// It may.
    Granted,
    /// Its user turned it off.
    Disabled,
    /// It is not what was granted.
    Changed,
    /// Nobody was asked yet.
    NotGranted,
}

impl Installed {
    /// What is at a path, a file or a folder.
    pub(in crate::plugin) fn read(path: &Path) -> Result<Self, Fault> {
        let about = std::fs::metadata(path).map_err(|source| Fault::io("read", path, source))?;
        let (name, kind) = if about.is_dir() {
            let manifest = manifest(path)?;
            (manifest.name.clone(), Kind::Resident(manifest))
        } else {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            (PluginName::new(stem)?, Kind::OneShot(head(path)?))
        };
        Ok(Self {
            name,
            path: path.to_owned(),
            kind,
            digest: Digest::of(path)?,
        })
    }

    /// What it asks to be allowed.
    pub(in crate::plugin) fn asks(&self) -> Permissions {
        match &self.kind {
            Kind::Resident(manifest) => manifest.permissions.clone(),
            Kind::OneShot(head) => {
                let mut permissions = Permissions::default();
                permissions.net = head.net;
                if head.sends == Sends::Send {
                    permissions.send = Reach::new(["current"]);
                }
                permissions
            }
        }
    }

    /// Its name, and its version where it has one.
    pub(in crate::plugin) fn title(&self) -> String {
        match &self.kind {
            Kind::Resident(manifest) => format!("{} {}", self.name, manifest.version),
            Kind::OneShot(_) => self.name.to_string(),
        }
    }

    /// Whether it may run.
    pub(in crate::plugin) fn standing(&self, grants: &Grants) -> Standing {
        match grants.get(&self.name) {
            None => Standing::NotGranted,
            Some(grant) if !grant.enabled => Standing::Disabled,
            Some(grant) if grant.sha256 != self.digest => Standing::Changed,
            Some(_) => Standing::Granted,
        }
    }
}

fn head(path: &Path) -> Result<Head, Fault> {
    use std::io::Read as _;

    let mut text = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(HEAD_BYTES_MAX).read_to_end(&mut text))
        .map_err(|source| Fault::io("read", path, source))?;
    Head::read(&String::from_utf8_lossy(&text)).map_err(|source| Fault::Head {
        path: path.to_owned(),
        source,
    })
}

fn manifest(folder: &Path) -> Result<Manifest, Fault> {
    let path = folder.join(MANIFEST);
    let text = std::fs::read_to_string(&path).map_err(|source| Fault::io("read", &path, source))?;
    text.parse()
        .map_err(|source| Fault::Manifest { path, source })
}
