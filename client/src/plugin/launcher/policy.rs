//! What a plug-in's process may have. Paths that don't exist are left out when it is applied.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Whether a process is confined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::plugin) enum Confinement {
    /// Files, network and process group.
    Full,
    /// Nothing: this system can't, and the user is told.
    None,
}

/// What a process may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::plugin) struct Policy {
    /// Whether the rest but the limits is applied.
    pub(in crate::plugin) confinement: Confinement,
    /// What it may read and execute.
    pub(in crate::plugin) read: Vec<PathBuf>,
    /// What it may also write.
    pub(in crate::plugin) write: Vec<PathBuf>,
    /// Whether it may use the network.
    pub(in crate::plugin) net: bool,
    /// How much processor time it may use, in seconds, if that is bounded.
    pub(in crate::plugin) cpu_seconds: Option<u64>,
}

/// Where systems keep what every program needs: libraries, interpreters, time zones.
const SYSTEM: [&str; 16] = [
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/nix/store",
    "/gnu/store",
    "/run/current-system/sw",
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/locale.alias",
    "/proc/sys/vm/overcommit_memory",
];
/// What only a program on the network needs.
const NET: [&str; 7] = [
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/nsswitch.conf",
    "/etc/gai.conf",
    "/etc/host.conf",
    "/etc/ssl",
    "/etc/ca-certificates",
];
/// Devices that are harmless to write.
pub(super) const DEVICES: [&str; 5] = [
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
];
/// Where programs are looked for when the user's own `PATH` names no place of the system.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// What every program may read, and those on the network.
pub(in crate::plugin) fn system(net: bool) -> Vec<PathBuf> {
    let pythons = std::fs::read_dir("/etc").into_iter().flatten().flatten();
    let pythons = pythons
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("python"))
        .map(|entry| entry.path());
    let net: &[&str] = if net { &NET } else { &[] };
    SYSTEM
        .iter()
        .chain(net)
        .map(PathBuf::from)
        .chain(pythons)
        .collect()
}

/// The places of the user's `PATH` that belong to the system: a plug-in can read no others.
pub(in crate::plugin) fn path(user: &str) -> String {
    let is_of_system = |place: &&str| {
        SYSTEM.iter().any(|root| {
            place
                .strip_prefix(root)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }) && !place.split('/').any(|part| part == "..")
    };
    let places: Vec<&str> = user.split(':').filter(is_of_system).collect();
    if places.is_empty() {
        PATH.to_owned()
    } else {
        places.join(":")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_keeps_what_belongs_to_the_system() {
        for (user, expected) in [
            ("/root/.pyenv/shims:/usr/bin:/bin", "/usr/bin:/bin"),
            ("/home/ann/bin:.", PATH),
            ("", PATH),
            ("/usr/../home/ann:/usrlocal/bin", PATH),
            ("/nix/store/x/bin", "/nix/store/x/bin"),
        ] {
            assert_eq!(path(user), expected, "{user}");
        }
    }
}
