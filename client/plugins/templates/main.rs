//! A plug-in: its commands and hooks; the kit does the rest.

use salon_commands::plugin::sdk::{Plugin, Reply};
use salon_commands::{Spec, arguments};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut spec = Spec::new("NAME", "greet somebody").example_accepted(":NAME ann", "greet ann");
    spec.arguments = arguments("[WHO:nick]")?;
    let plugin = Plugin::new("NAME", "0.1.0", ()).command(spec, |_memory, _host, run| {
        let who = run.arguments.get("WHO").and_then(|who| who.as_str());
        Ok(Reply::show(format!("hello, {}", who.unwrap_or("everyone"))))
    });
    plugin.run(std::io::stdin().lock(), std::io::stdout().lock())?;
    Ok(())
}
