//! `:edit`: a message is composed in the editor that the environment names. It must not send anything:
//! what was composed becomes the line that is being typed.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The longest text that is taken.
const TEXT_BYTES_MAX: u64 = 64 * 1024;

/// Opens the editor on this text and gives what it holds when the editor is left; an error says what
/// to do about it.
pub(super) fn compose(editor: &str, text: &str, folder: &Path) -> Result<String, String> {
    let file = draft(folder, text)
        .map_err(|error| format!("cannot write a draft in '{}': {error}", folder.display()))?;
    let composed = run(editor, &file);
    // A draft that can't be removed is in a folder of temporary files.
    let _ = fs::remove_file(&file);
    composed
}

/// A file of our own: nobody else may read a message that isn't sent.
fn draft(folder: &Path, text: &str) -> io::Result<PathBuf> {
    let path = folder.join(format!("salon-{}.txt", std::process::id()));
    // Only a leftover of ours can have the name; if it can't be removed, making the file fails.
    let _ = fs::remove_file(&path);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path)?;
    if !text.is_empty() {
        writeln!(file, "{text}")?;
    }
    Ok(path)
}

fn run(editor: &str, file: &Path) -> Result<String, String> {
    // The usual form is a program with arguments: `code --wait`.
    let mut words = editor.split_whitespace();
    let program = words.next().ok_or("no editor is named; set EDITOR")?;
    let status = Command::new(program)
        .args(words)
        .arg(file)
        .status()
        .map_err(|error| format!("cannot start the editor '{program}': {error}; set EDITOR"))?;
    if !status.success() {
        return Err(format!(
            "the editor '{program}' ended with {status}; nothing was taken"
        ));
    }
    let failed = |error: io::Error| format!("cannot read the draft: {error}");
    let length = fs::metadata(file).map_err(failed)?.len();
    if length > TEXT_BYTES_MAX {
        return Err(format!(
            "the draft is longer than {TEXT_BYTES_MAX} bytes; nothing was taken"
        ));
    }
    let text = fs::read_to_string(file).map_err(failed)?;
    Ok(text.trim_end().to_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// An editor that is a shell script; the draft is `$1`.
    fn editor(folder: &Path, script: &str) -> String {
        let path = folder.join("editor");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a script");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("a program");
        path.to_string_lossy().into_owned()
    }

    #[test]
    fn what_the_editor_leaves_is_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let editor = editor(folder.path(), "printf 'second line\\n\\n' >> \"$1\"");
        let composed = compose(&editor, "first line", folder.path());
        assert_eq!(composed.as_deref(), Ok("first line\nsecond line"));
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn draft_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let editor = editor(folder.path(), "ls -l \"$1\" | cut -c1-10 > \"$1\"");
        let composed = compose(&editor, "", folder.path());
        assert_eq!(composed.as_deref(), Ok("-rw-------"));
    }

    #[test]
    fn editor_that_fails_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let failing = editor(folder.path(), "echo text > \"$1\"; exit 3");
        let error = compose(&failing, "", folder.path()).expect_err("it fails");
        assert!(
            error.ends_with("ended with exit status: 3; nothing was taken"),
            "{error}"
        );
        let error = compose("/no/such/editor", "", folder.path()).expect_err("there is none");
        assert!(
            error.starts_with("cannot start the editor '/no/such/editor'"),
            "{error}"
        );
    }
}
