//! `salon plugin remove NAME`.

use salon_commands::plugin::PluginNameError;

use super::say;
use crate::plugin::setup::Setup;

pub(super) fn run(setup: &Setup, name: &str) -> Result<(), String> {
    let name = name.parse();
    let name = name.map_err(|error: PluginNameError| error.to_string())?;
    setup
        .store
        .remove(&name)
        .map_err(|fault| fault.to_string())?;
    say(&format!(
        "removed; its log and what it kept stay in {}",
        setup.store.kept(&name).display()
    ));
    Ok(())
}
