//! `salon plugin list`.

use super::say;
use crate::plugin::setup::Setup;
use crate::plugin::store::{Installed, Kind, Standing};

pub(super) fn run(setup: &Setup) -> Result<(), String> {
    let grants = setup.store.grants().map_err(|fault| fault.to_string())?;
    let installed = setup.store.installed();
    if installed.is_empty() {
        say(&format!(
            "no plug-ins in {}",
            setup.store.plugins().display()
        ));
    }
    for (name, plugin) in installed {
        match plugin {
            Ok(plugin) => {
                let standing = match plugin.standing(&grants) {
                    Standing::Granted => "granted",
                    Standing::Disabled => "disabled",
                    Standing::Changed => "changed since it was granted, so it is not run",
                    Standing::NotGranted => "not granted, so it is not run",
                };
                say(&format!(
                    "{name} ({}): {standing}; may {}",
                    what(&plugin),
                    plugin.asks()
                ));
            }
            Err(fault) => say(&format!("{name}: can't be run: {fault}")),
        }
    }
    Ok(())
}

fn what(plugin: &Installed) -> String {
    match &plugin.kind {
        Kind::OneShot(head) => head.spec.usage().to_string(),
        Kind::Resident(manifest) => format!("version {}", manifest.version),
    }
}
