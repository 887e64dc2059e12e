//! `salon plugin install PATH [--grant] [--watch]`: shows what a plug-in asks for, asks once, and keeps the answer for just these bytes.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;
use std::thread;
use std::time::Duration;

use salon_commands::plugin::Permissions;

use super::say;
use crate::plugin::launcher::Confinement;
use crate::plugin::setup::Setup;
use crate::plugin::store::{Draft, Grant, Installed, Kind, Stamp};

/// How long it is from one look at a plug-in that is watched to the next.
const LOOK_EVERY: Duration = Duration::from_millis(200);

pub(super) fn run(setup: &Setup, path: &Path, grant: bool, watch: bool) -> Result<(), String> {
    let stamp = Stamp::of(path, None);
    let plugin = read(path)?;
    let asks = plugin.asks();
    say(&format!("plug-in {}", plugin.title()));
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
    install_granted(setup, &plugin)?;
    if watch {
        follow(setup, path, stamp, &asks)?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<Installed, String> {
    let plugin = Installed::read(path).map_err(|fault| fault.to_string())?;
    check_executable(&plugin)?;
    Ok(plugin)
}

/// Copies it to its place, with a grant of what it asks for. The grant comes first: a client that runs would otherwise find
/// a plug-in that nobody has granted anything.
fn install_granted(setup: &Setup, plugin: &Installed) -> Result<(), String> {
    let copy = Draft::of(&setup.store, plugin).map_err(|fault| fault.to_string())?;
    let mut grants = setup.store.grants().map_err(|fault| fault.to_string())?;
    grants.insert(
        plugin.name.clone(),
        Grant {
            sha256: plugin.digest.clone(),
            enabled: true,
            permissions: plugin.asks(),
        },
    );
    setup
        .store
        .keep(&grants)
        .map_err(|fault| fault.to_string())?;
    let place = copy.put().map_err(|fault| fault.to_string())?;
    say(&format!(
        "installed in {}, granted for SHA-256 {}...",
        place.display(),
        plugin.digest.short()
    ));
    Ok(())
}

/// Installs it anew whenever it has changed, until the program is ended. What it asks for beyond what was granted at the
/// start is not granted by itself.
#[expect(
    clippy::disallowed_methods,
    reason = "files tell nobody that they change: they are looked at now and then"
)]
fn follow(
    setup: &Setup,
    path: &Path,
    mut installed: Option<Stamp>,
    granted: &Permissions,
) -> Result<(), String> {
    say("watching it; Ctrl-C ends that");
    let mut last = installed;
    loop {
        thread::sleep(LOOK_EVERY);
        let found = Stamp::of(path, None);
        // An editor writes in more than one step: what changed is taken once it stays as it is.
        let is_settled = found == last;
        last = found;
        if found == installed || !is_settled {
            continue;
        }
        installed = found;
        let done = read(path).and_then(|plugin| {
            let lacks = granted.lacks(&plugin.asks());
            if lacks.is_empty() {
                install_granted(setup, &plugin)
            } else {
                let lacks = lacks.join("; ");
                Err(format!(
                    "it asks besides to: {lacks}; end this and install it anew to be asked"
                ))
            }
        });
        if let Err(reason) = done {
            // What is being written may be wrong for a while.
            say(&format!("not installed: {reason}"));
        }
    }
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
