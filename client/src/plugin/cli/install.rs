//! `salon plugin install PATH [--grant]`: shows what a plug-in asks for, asks once, and keeps the answer for just these bytes.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;

use super::say;
use crate::plugin::launcher::Confinement;
use crate::plugin::setup::Setup;
use crate::plugin::store::{Grant, Installed, Kind, install};

pub(super) fn run(setup: &Setup, path: &Path, grant: bool) -> Result<(), String> {
    let plugin = Installed::read(path).map_err(|fault| fault.to_string())?;
    check_executable(&plugin)?;
    let name = plugin.name.clone();
    let asks = plugin.asks();
    say(&format!("plug-in '{name}' {}", plugin.version()));
    if asks.is_none() {
        say("  asks for nothing beyond answering its own commands");
    } else {
        say("  asks to:");
    }
    for line in asks.lines() {
        say(&format!("  - {line}"));
    }
    if Setup::confinement() == Confinement::None {
        say("  this system can't confine it: it could do all that you can");
    }
    if !grant {
        ask(path)?;
    }
    let installed = install(&setup.store, &plugin).map_err(|fault| fault.to_string())?;
    let mut grants = setup.store.grants().map_err(|fault| fault.to_string())?;
    grants.insert(
        name.clone(),
        Grant {
            sha256: installed.digest.clone(),
            enabled: true,
            permissions: asks,
        },
    );
    setup
        .store
        .keep(&grants)
        .map_err(|fault| fault.to_string())?;
    say(&format!(
        "installed in {}, granted for SHA-256 {}...",
        installed.path.display(),
        installed.digest.short()
    ));
    Ok(())
}

/// Asks, on a terminal. Elsewhere nobody could answer.
fn ask(path: &Path) -> Result<(), String> {
    let hint = format!(
        "nothing was installed\nhint: 'salon plugin install {} --grant' grants what it asks for without a question",
        path.display()
    );
    if !io::stdin().is_terminal() {
        return Err(format!("nobody can be asked here, so {hint}"));
    }
    let mut answer = String::new();
    let asked = write!(io::stdout(), "install it and grant this? [y/N] ")
        .and_then(|()| io::stdout().flush())
        .and_then(|()| io::stdin().lock().read_line(&mut answer));
    asked.map_err(|error| format!("could not ask: {error}"))?;
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        Ok(())
    } else {
        Err("not granted, so nothing was installed".to_owned())
    }
}

fn check_executable(plugin: &Installed) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;

    let file = match &plugin.kind {
        Kind::OneShot(_) => plugin.path.clone(),
        Kind::Resident(manifest) => match manifest.program().0 {
            program if program.contains('/') => plugin.path.join(program),
            _ => return Ok(()),
        },
    };
    let about = std::fs::metadata(&file)
        .map_err(|error| format!("could not read {}: {error}", file.display()))?;
    if about.permissions().mode() & 0o111 == 0 {
        let file = file.display();
        return Err(format!(
            "{file} is not executable\nhint: 'chmod +x {file}' makes it so"
        ));
    }
    Ok(())
}
