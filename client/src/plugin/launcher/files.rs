//! Landlock: of all files the plug-in sees those of its policy alone.
//!
//! Asking for the newest rights that this crate knows and applying as many as the kernel has is how Landlock is meant to be
//! used; the first version is the least that counts as confinement.

use std::io;
use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset,
    RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetStatus, Scope,
};

use super::policy::{DEVICES, Policy};

/// The newest version that is asked for.
const NEWEST: ABI = ABI::V6;

/// Whether this kernel has Landlock, and it is on.
pub(super) fn is_available() -> bool {
    Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))
        .and_then(Ruleset::create)
        .is_ok()
}

/// Takes all other files away from this process and all that it will start.
pub(super) fn apply(policy: &Policy) -> io::Result<()> {
    let status = restrict(policy).map_err(io::Error::other)?;
    if status == RulesetStatus::NotEnforced {
        return Err(io::Error::other("this kernel does not confine files"));
    }
    Ok(())
}

fn restrict(policy: &Policy) -> Result<RulesetStatus, landlock::RulesetError> {
    let mut ruleset = Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?;
    let all = AccessFs::from_all(NEWEST);
    let read = AccessFs::from_read(NEWEST);
    for path in &policy.read {
        ruleset = allow(ruleset, path, read)?;
    }
    for path in &policy.write {
        ruleset = allow(ruleset, path, all)?;
    }
    for path in DEVICES {
        let read_and_write = AccessFs::ReadFile | AccessFs::WriteFile;
        ruleset = allow(ruleset, Path::new(path), read_and_write)?;
    }
    Ok(ruleset.restrict_self()?.ruleset)
}

/// Allows what is below a path, if it exists. A file takes the rights alone that a file can have.
fn allow(
    ruleset: RulesetCreated,
    path: &Path,
    rights: BitFlags<AccessFs>,
) -> Result<RulesetCreated, landlock::RulesetError> {
    let Ok(place) = PathFd::new(path) else {
        return Ok(ruleset);
    };
    let rights = if path.is_dir() {
        rights
    } else {
        rights & AccessFs::from_file(NEWEST)
    };
    ruleset.add_rule(PathBeneath::new(place, rights))
}
