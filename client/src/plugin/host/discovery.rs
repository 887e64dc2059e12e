//! Which plug-ins there are, which of them may run, and what waits for those that can't.

use salon_commands::plugin::protocol::{HookPoint, HookSpec};
use salon_commands::plugin::{Permissions, PluginName};

use super::oneshots::OneShot;
use super::residents::Resident;
use super::{Host, Tell, UNKNOWN};
use crate::plugin::launcher::Confinement;
use crate::plugin::setup::Setup;
use crate::plugin::store::{Grants, Installed, Kind, Standing};

impl Host {
    /// Starts what may run, and says what may not.
    pub(super) fn begin(&mut self) {
        self.discover();
        let is_confined = Setup::confinement() == Confinement::Full;
        let has_any = !self.residents.is_empty() || !self.oneshots.is_empty();
        if has_any && !is_confined {
            self.note(
                "plug-ins are unconfined: this system can't take files and the network away from them; \
                 install those alone that you trust",
            );
        }
        let now = self.now();
        for resident in self.residents.values_mut() {
            resident.machine.greet_as(&self.nick, &self.rooms);
            resident.machine.start(now);
        }
    }

    /// Begins with what was installed meanwhile, where there was nothing before.
    pub(super) fn begin_if_new(&mut self) {
        if self.residents.is_empty() && self.oneshots.is_empty() && self.missing.is_empty() {
            self.begin();
        }
    }

    fn discover(&mut self) {
        let grants = match self.grants() {
            Ok(grants) => grants,
            Err(fault) => return self.know_nothing(fault),
        };
        for (name, installed) in self.setup.store.installed() {
            match installed {
                Ok(plugin) => self.take_up(plugin, &grants),
                Err(fault) => {
                    self.note(format!("plug-in '{name}' can't be run: {fault}"));
                    self.miss(&name, &grants, &fault.to_string());
                }
            }
        }
        let gone: Vec<_> = grants
            .0
            .keys()
            .filter(|name| {
                self.setup.store.find(name).is_err() && !self.missing.contains_key(*name)
            })
            .cloned()
            .collect();
        for name in gone {
            self.miss(&name, &grants, "its files are gone");
        }
        // Not before the others stand in its place.
        if self.unreadable.take().is_some() {
            self.hook(&UNKNOWN, Vec::new());
        }
    }

    /// What was granted, or why that can't be read.
    pub(super) fn grants(&self) -> Result<Grants, String> {
        let grants = self.setup.store.grants();
        grants.map_err(|fault| fault.to_string())
    }

    /// Holds back what any filter might have been granted to judge, until it can be read which there are.
    fn know_nothing(&mut self, fault: String) {
        self.note(format!("no plug-ins are run: {fault}"));
        self.unreadable = Some(fault);
        self.hook(&UNKNOWN, guards());
    }

    /// These are the hooks of a plug-in from now on.
    pub(super) fn hook(&mut self, plugin: &impl ToString, hooks: Vec<HookSpec>) {
        let plugin = plugin.to_string();
        self.tell(Tell::Hook { plugin, hooks });
    }

    /// Takes up a plug-in that is there, if it may run.
    pub(super) fn take_up(&mut self, plugin: Installed, grants: &Grants) {
        let name = plugin.name.clone();
        match (plugin.standing(grants), grants.get(&name)) {
            (Standing::Granted, Some(grant)) => {
                self.missing.remove(&name);
                match plugin.kind.clone() {
                    Kind::Resident(manifest) => {
                        self.hook(&name, hooks_granted(&grant.permissions));
                        let resident = Resident::new(&self.setup, plugin, manifest, grant);
                        self.residents.insert(name, resident);
                    }
                    Kind::OneShot(head) => {
                        self.hook(&name, Vec::new());
                        self.tell(Tell::Register {
                            plugin: name.to_string(),
                            commands: vec![head.spec.clone()],
                        });
                        let command = head.spec.name.to_string();
                        self.oneshots
                            .insert(name.clone(), OneShot::new(head, grant));
                        self.announce(&name, &[command]);
                    }
                }
            }
            (Standing::Disabled, _) => self.hook(&name, Vec::new()),
            (Standing::Changed, _) => {
                let text = "it changed since you granted what it may do";
                self.note(format!(
                    "plug-in '{name}' is not run: {text}; ':plugin why {name}' shows what it asks for, ':plugin grant {name}' grants it"
                ));
                self.miss(&name, grants, text);
            }
            (Standing::NotGranted | Standing::Granted, _) => {
                self.hook(&name, Vec::new());
                self.note(format!(
                    "plug-in '{name}' is not run: nobody granted what it may do; ':plugin why {name}' shows what it asks for, \
                     ':plugin grant {name}' or 'salon plugin install {} --grant' grants it",
                    plugin.path.display()
                ));
            }
        }
    }

    /// Notes that a plug-in can't run. What it was granted to judge before it happens does not happen without it.
    pub(super) fn miss(&mut self, name: &PluginName, grants: &Grants, reason: &str) {
        let grant = grants.get(name).filter(|grant| grant.enabled);
        let mut hooks = grant.map_or_else(Vec::new, |grant| hooks_granted(&grant.permissions));
        hooks.retain(|hook| hook.on.is_guard());
        if !hooks.is_empty() {
            self.missing.insert(name.clone(), reason.to_owned());
        }
        self.hook(name, hooks);
    }
}

/// The hooks that hold everything back, for whoever has been granted them.
pub(in crate::plugin) fn guards() -> Vec<HookSpec> {
    let guards = HookPoint::ALL.into_iter().filter(|on| on.is_guard());
    guards.map(HookSpec::new).collect()
}

/// The hooks of a plug-in that has not said yet which it wants: all that it was granted.
pub(in crate::plugin) fn hooks_granted(permissions: &Permissions) -> Vec<HookSpec> {
    permissions
        .hooks
        .iter()
        .copied()
        .map(HookSpec::new)
        .collect()
}
