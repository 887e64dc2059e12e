//! `salon plugin new NAME --lang sh|python|rust`: the beginnings of a plug-in, which work as they are.

use std::fs;
use std::path::Path;

use salon_commands::plugin::PluginName;
use salon_config::whole_file;

use super::say;

/// A language that there is a beginning in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Language {
    /// One file of shell.
    Sh,
    /// A folder with a program in Python, which needs nothing but its standard library.
    Python,
    /// A folder with a program in Rust, on the kit of salon-commands.
    Rust,
}

const SH: &str = include_str!("../../../plugins/templates/plugin.sh");
const PYTHON: &str = include_str!("../../../plugins/templates/main.py");
const PYTHON_MANIFEST: &str = include_str!("../../../plugins/templates/python.toml");
const RUST: &str = include_str!("../../../plugins/templates/main.rs");
const RUST_MANIFEST: &str = include_str!("../../../plugins/templates/rust.toml");
const RUST_CARGO: &str = include_str!("../../../plugins/templates/Cargo.toml.txt");

/// The folder of the kit for Rust, below the root of Salon's sources.
const KIT: &str = "commands";

pub(super) fn run(name: &str, language: Language, sdk: Option<&Path>) -> Result<(), String> {
    let name: PluginName = name
        .parse()
        .map_err(|error: salon_commands::plugin::PluginNameError| error.to_string())?;
    let name = name.as_str();
    let place = Path::new(name);
    if place.exists() {
        return Err(format!("'{name}' is there already; expected a new name"));
    }
    let kit = match language {
        Language::Rust => kit(sdk)?,
        Language::Sh | Language::Python => String::new(),
    };
    let files: &[(&str, &str, u32)] = match language {
        Language::Sh => &[("", SH, 0o755)],
        Language::Python => &[
            ("plugin.toml", PYTHON_MANIFEST, 0o644),
            ("main.py", PYTHON, 0o755),
        ],
        Language::Rust => &[
            ("plugin.toml", RUST_MANIFEST, 0o644),
            ("Cargo.toml", RUST_CARGO, 0o644),
            ("src/main.rs", RUST, 0o644),
        ],
    };
    for (file, text, mode) in files {
        let path = if file.is_empty() {
            place.to_owned()
        } else {
            place.join(file)
        };
        let text = text.replace("NAME", name).replace("SDK", &kit);
        write(&path, &text, *mode)
            .map_err(|error| format!("could not write {}: {error}", path.display()))?;
        say(&format!("wrote {}", path.display()));
    }
    say("next:");
    if let Language::Rust = language {
        say(&format!(
            "  (cd {name} && cargo build --release && cp target/release/{name} .)"
        ));
    }
    say(&format!("  salon plugin check {name}"));
    say(&format!("  salon plugin install {name}"));
    Ok(())
}

/// Where the kit is: where the user says, or in the sources of Salon that this folder is in.
fn kit(sdk: Option<&Path>) -> Result<String, String> {
    let is_kit = |folder: &Path| {
        let manifest = fs::read_to_string(folder.join("Cargo.toml"));
        manifest.is_ok_and(|text| text.contains("name = \"salon-commands\""))
    };
    let found = match sdk {
        Some(folder) => [folder.to_owned(), folder.join(KIT)]
            .into_iter()
            .find(|folder| is_kit(folder))
            .ok_or_else(|| {
                let folder = folder.display();
                format!("'{folder}' has no salon-commands; expected the folder of Salon's sources")
            })?,
        None => fs::canonicalize(".")
            .ok()
            .and_then(|here| {
                let parents = here.ancestors().map(|parent| parent.join(KIT));
                parents.into_iter().find(|folder| is_kit(folder))
            })
            .ok_or(
                "the kit for Rust comes with the sources of Salon\n\
                 hint: 'salon plugin new NAME --lang rust --sdk FOLDER' says where they are",
            )?,
    };
    let found = fs::canonicalize(&found)
        .map_err(|error| format!("could not read {}: {error}", found.display()))?;
    let found = found.to_str().filter(|path| !path.contains(['"', '\\']));
    found
        .map(str::to_owned)
        .ok_or_else(|| "the path of the kit can't stand in a Cargo.toml".to_owned())
}

fn write(path: &Path, text: &str, mode: u32) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    whole_file::write(path, text.as_bytes(), mode)
}
