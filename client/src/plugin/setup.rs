//! What the host of the plug-ins goes by, decided before it begins.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use salon_commands::plugin::protocol::{ClientInfo, Initialize, VERSION};
use salon_commands::plugin::{Deadlines, Limits, Permissions, PluginName};
use salon_config::{Directories, Environment, expand_home};

use super::launcher::{self, Confinement, Policy};
use super::store::Store;

/// What the host goes by.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    pub(super) store: Store,
    pub(super) deadlines: Deadlines,
    pub(super) limits: Limits,
    /// The places of the system where programs are looked for.
    path: String,
    locale: String,
    /// The user's own home, for paths that begin with `~/`.
    home: PathBuf,
}

impl Setup {
    /// That of the user whose folders these are.
    pub(crate) fn new(directories: &Directories, environment: &Environment) -> Self {
        Self {
            store: Store::of(directories),
            deadlines: Deadlines::default(),
            limits: Limits::default(),
            path: launcher::path(environment.path().unwrap_or_default()),
            locale: environment.locale().unwrap_or("C.UTF-8").to_owned(),
            home: environment.home().map(PathBuf::from).unwrap_or_default(),
        }
    }

    /// How a resident plug-in is greeted.
    pub(super) fn greeting(&self) -> Initialize {
        let mut greeting = Initialize::new(ClientInfo {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        });
        greeting.locale.clone_from(&self.locale);
        greeting
    }

    /// What every plug-in's environment holds, and nothing else of the user's.
    pub(super) fn environment(&self, name: &PluginName) -> Vec<(OsString, OsString)> {
        let home = self.store.home(name);
        [
            ("PATH", self.path.clone().into()),
            ("LANG", self.locale.clone().into()),
            ("HOME", home.into_os_string()),
            ("SALON_PLUGIN", name.as_str().into()),
            ("SALON_PROTOCOL", VERSION.to_string().into()),
            // Its folder can't be written to, and its bytes are what was granted.
            ("PYTHONDONTWRITEBYTECODE", "1".into()),
        ]
        .map(|(name, value): (&str, OsString)| (name.into(), value))
        .to_vec()
    }

    /// What a plug-in's process may have: what every program needs, its own place, its home, and what was granted.
    pub(super) fn policy(
        &self,
        name: &PluginName,
        place: &Path,
        permissions: &Permissions,
    ) -> Policy {
        let expanded = |paths: &[String]| -> Vec<PathBuf> {
            paths
                .iter()
                .map(|path| expand_home(Path::new(path), Some(&self.home)))
                .collect()
        };
        let mut read = launcher::system(permissions.net);
        read.push(place.to_owned());
        read.extend(expanded(&permissions.files.read));
        let mut write = vec![self.store.home(name)];
        write.extend(expanded(&permissions.files.write));
        Policy {
            confinement: Self::confinement(),
            read,
            write,
            net: permissions.net,
            cpu_seconds: None,
        }
    }

    /// What this system can confine a plug-in with.
    pub(super) fn confinement() -> Confinement {
        launcher::confinement()
    }
}
