//! `:plugin`: what there is, what each may do and how it fares, and its turning on and off.

use std::fmt::Write as _;

use salon_commands::plugin::{Figures, Life, PluginName};

use super::{Host, Manage, Tell};
use crate::plugin::launcher::Confinement;
use crate::plugin::setup::Setup;
use crate::plugin::store::{Grant, Grants, Installed, Kind, Standing};

/// How much of the end of a log is shown.
const LOG_LINES_MAX: usize = 20;

impl Host {
    /// Does what `:plugin` asks for.
    pub(super) fn manage(&mut self, manage: Manage) -> Result<(), String> {
        match manage {
            Manage::List => self.list(),
            Manage::Why(name) => self.why(&read(&name)?),
            Manage::Log(name) => {
                self.show_log(&read(&name)?);
                Ok(())
            }
            Manage::Reload(name) => self.manage_one(&name, Self::reload),
            Manage::Enable(name) => {
                self.manage_one(&name, |host, name| host.set_enabled(name, true))
            }
            Manage::Disable(name) => {
                self.manage_one(&name, |host, name| host.set_enabled(name, false))
            }
            Manage::Grant(name) => self.manage_one(&name, Self::grant),
            Manage::Answer(name, text) => self.answer(&read(&name)?, &text),
        }
    }

    fn manage_one(
        &mut self,
        name: &str,
        manage: impl FnOnce(&mut Self, &PluginName) -> Result<(), String>,
    ) -> Result<(), String> {
        let name = read(name)?;
        let result = manage(self, &name);
        self.accept(&name);
        result
    }

    fn list(&mut self) -> Result<(), String> {
        let grants = self
            .setup
            .store
            .grants()
            .map_err(|fault| fault.to_string())?;
        let installed = self.setup.store.installed();
        if installed.is_empty() {
            self.note("no plug-ins; 'salon plugin new NAME' makes one, 'salon plugin install PATH' takes it up");
        }
        for (name, plugin) in installed {
            let line = match plugin {
                Ok(plugin) => {
                    let state = self.state(&plugin, &grants);
                    format!("{}: {state}; may {}", plugin.title(), plugin.asks())
                }
                Err(fault) => format!("{name}: can't be run: {fault}"),
            };
            self.note(line);
        }
        Ok(())
    }

    fn why(&mut self, name: &PluginName) -> Result<(), String> {
        let plugin = self.find(name)?;
        let grants = self
            .setup
            .store
            .grants()
            .map_err(|fault| fault.to_string())?;
        let mut text = format!("{}: {}", plugin.title(), self.state(&plugin, &grants));
        let granted = grants
            .get(name)
            .map(|grant| grant.permissions.clone())
            .unwrap_or_default();
        let _ = write!(text, "\n  granted: {granted}");
        let lacks = granted.lacks(&plugin.asks());
        if !lacks.is_empty() {
            let _ = write!(text, "\n  asks besides: {}", lacks.join("; "));
        }
        let _ = write!(text, "\n  SHA-256: {}...", plugin.digest.short());
        let confined = match Setup::confinement() {
            Confinement::Full => "to its own folder, without the network unless granted",
            Confinement::None => "by nothing: this system can't",
        };
        let _ = write!(text, "\n  confined: {confined}");
        if let Some(resident) = self.residents.get(name) {
            let _ = write!(text, "\n  {}", figures(resident.machine.figures()));
            if !resident.commands.is_empty() {
                let _ = write!(text, "\n  commands: :{}", resident.commands.join(", :"));
            }
        }
        if let Some(oneshot) = self.oneshots.get(name) {
            let _ = write!(
                text,
                "\n  {} calls; {}",
                oneshot.count,
                oneshot.head.spec.usage()
            );
        }
        self.note(text);
        Ok(())
    }

    fn state(&self, plugin: &Installed, grants: &Grants) -> String {
        match plugin.standing(grants) {
            Standing::NotGranted => "not granted".to_owned(),
            Standing::Disabled => "disabled".to_owned(),
            Standing::Changed => "changed since it was granted".to_owned(),
            Standing::Granted => match self.residents.get(&plugin.name) {
                Some(resident) => match resident.machine.life() {
                    Life::Off => "off".to_owned(),
                    Life::Starting => "starting".to_owned(),
                    Life::Running => "running".to_owned(),
                    Life::Restarting => "crashed, about to start again".to_owned(),
                    Life::Stopping => "ending".to_owned(),
                    Life::Suspended(reason) => format!("suspended: {reason}"),
                },
                None => "ready".to_owned(),
            },
        }
    }

    fn show_log(&mut self, name: &PluginName) {
        let path = self.setup.store.log_file(name);
        let Ok(text) = std::fs::read(&path) else {
            self.note(format!("plug-in '{name}' has no log"));
            return;
        };
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<_> = text.lines().collect();
        let first = lines.len().saturating_sub(LOG_LINES_MAX);
        self.note(format!("the log of '{name}', {}:", path.display()));
        for line in lines.into_iter().skip(first) {
            self.note(format!("  {line}"));
        }
    }

    /// Ends it, reads it anew, and starts it if it may run.
    pub(super) fn reload(&mut self, name: &PluginName) -> Result<(), String> {
        let plugin = self.find(name);
        // What runs goes on as long as it isn't known what holds now.
        let grants = self.grants()?;
        self.end(name);
        let plugin = match plugin {
            Ok(plugin) => plugin,
            Err(reason) => {
                self.miss(name, &grants, &reason);
                return Err(reason);
            }
        };
        let standing = plugin.standing(&grants);
        self.take_up(plugin, &grants);
        let now = self.now();
        if let Some(resident) = self.residents.get_mut(name) {
            resident.machine.greet_as(&self.nick, &self.rooms);
            resident.machine.start(now);
        }
        match standing {
            Standing::Granted => Ok(()),
            Standing::Disabled => Err(format!(
                "plug-in '{name}' is disabled; ':plugin enable {name}' lets it run"
            )),
            Standing::Changed | Standing::NotGranted => Err(format!(
                "plug-in '{name}' needs a grant; ':plugin grant {name}' gives it"
            )),
        }
    }

    /// Ends a plug-in at once, and takes its commands away. Its hooks stand until whoever ends it says which hold from now on:
    /// nothing is to slip past a filter in between.
    pub(super) fn end(&mut self, name: &PluginName) {
        self.oneshots.remove(name);
        self.missing.remove(name);
        if let Some(mut resident) = self.residents.remove(name) {
            let now = self.now();
            resident.machine.stop(now);
            // Whoever waits for it is told that it ended.
            while let Some(output) = resident.machine.next_output() {
                if let salon_commands::plugin::Output::Answered { token, result } = output {
                    self.answered(name, token, result);
                }
            }
        }
        let plugin = name.to_string();
        self.tell(Tell::Withdraw {
            plugin,
            reason: None,
        });
    }

    fn set_enabled(&mut self, name: &PluginName, is_enabled: bool) -> Result<(), String> {
        let mut grants = self
            .setup
            .store
            .grants()
            .map_err(|fault| fault.to_string())?;
        let grant = grants.0.get_mut(name);
        let grant = grant.ok_or_else(|| {
            format!("no plug-in called '{name}' was granted; ':plugin list' shows them")
        })?;
        grant.enabled = is_enabled;
        self.setup
            .store
            .keep(&grants)
            .map_err(|fault| fault.to_string())?;
        if is_enabled {
            return self.reload(name);
        }
        self.end(name);
        self.hook(name, Vec::new());
        Ok(())
    }

    fn grant(&mut self, name: &PluginName) -> Result<(), String> {
        let plugin = self.find(name)?;
        let mut grants = self
            .setup
            .store
            .grants()
            .map_err(|fault| fault.to_string())?;
        let permissions = plugin.asks();
        self.note(format!("plug-in '{name}' may now {permissions}"));
        grants.insert(
            name.clone(),
            Grant {
                sha256: plugin.digest.clone(),
                enabled: true,
                permissions,
            },
        );
        self.setup
            .store
            .keep(&grants)
            .map_err(|fault| fault.to_string())?;
        self.reload(name)
    }

    fn answer(&mut self, name: &PluginName, text: &str) -> Result<(), String> {
        let resident = self.residents.get_mut(name);
        if resident.is_some_and(|resident| resident.machine.reply(Some(text))) {
            return Ok(());
        }
        Err(format!("plug-in '{name}' asks nothing"))
    }

    fn find(&self, name: &PluginName) -> Result<Installed, String> {
        let found = self.setup.store.find(name);
        let found = found.map_err(|fault| format!("{fault}; ':plugin list' shows the plug-ins"))?;
        match found.kind {
            Kind::OneShot(_) | Kind::Resident(_) if found.name == *name => Ok(found),
            _ => Err(format!(
                "plug-in '{}' lies in the place of '{name}'",
                found.name
            )),
        }
    }
}

fn read(name: &str) -> Result<PluginName, String> {
    name.parse()
        .map_err(|error: salon_commands::plugin::PluginNameError| error.to_string())
}

fn figures(figures: &Figures) -> String {
    let mean = figures
        .time
        .checked_div(u32::try_from(figures.answers).unwrap_or(u32::MAX))
        .unwrap_or_default();
    format!(
        "asked {} times, {} misses; {:.2} ms a time, {:.2} ms at most; {} faults, {} crashes, {} violations",
        figures.calls,
        figures.misses,
        mean.as_secs_f64() * 1000.0,
        figures.time_max.as_secs_f64() * 1000.0,
        figures.faults,
        figures.crashes,
        figures.violations
    )
}
