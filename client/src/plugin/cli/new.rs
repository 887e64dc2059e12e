//! `salon plugin new NAME --lang sh|python|rust`: the beginnings of a plug-in, which work as they are.

use std::fs;
use std::path::Path;

use salon_commands::plugin::PluginName;

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
const RUST: &str = include_str!("../../../plugins/templates/main.rs.txt");
const RUST_MANIFEST: &str = include_str!("../../../plugins/templates/rust.toml");
const RUST_CARGO: &str = include_str!("../../../plugins/templates/Cargo.toml.txt");

pub(super) fn run(name: &str, language: Language) -> Result<(), String> {
    let name: PluginName = name
        .parse()
        .map_err(|error: salon_commands::plugin::PluginNameError| error.to_string())?;
    let name = name.as_str();
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
    let place = Path::new(name);
    if place.exists() {
        return Err(format!("'{name}' is there already; expected a new name"));
    }
    for (file, text, mode) in files {
        let path = if file.is_empty() {
            place.to_owned()
        } else {
            place.join(file)
        };
        write(&path, &text.replace("NAME", name), *mode)
            .map_err(|error| format!("could not write {}: {error}", path.display()))?;
        say(&format!("wrote {}", path.display()));
    }
    let next = match language {
        Language::Rust => {
            format!("cargo build --release && cp target/release/{name} . in it, then ")
        }
        Language::Sh | Language::Python => String::new(),
    };
    say(&format!(
        "next: {next}'salon plugin check {name}', 'salon plugin install {name}'"
    ));
    Ok(())
}

fn write(path: &Path, text: &str, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}
