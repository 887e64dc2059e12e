//! `:edit`: a message is composed in the editor that the environment names. It must not send anything:
//! what was composed becomes the line that is being typed.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The longest text that is taken.
const TEXT_BYTES_MAX: u64 = 64 * 1024;

/// How many drafts of one process there may be in a folder.
const DRAFTS_MAX: u32 = 100;

/// Opens the editor on this text and gives what it holds when the editor is left; an error says what
/// to do about it, and where what was written is.
pub(super) fn compose(editor: &str, text: &str, folder: &Path) -> Result<String, String> {
    let text = if text.is_empty() {
        String::new()
    } else {
        format!("{text}\n")
    };
    let file = draft(folder, &text)
        .map_err(|error| format!("cannot write a draft in '{}': {error}", folder.display()))?;
    let composed = run(editor, &file);
    match composed {
        Err(error) if has_changed(&file, &text) => Err(format!(
            "{error}; what you wrote is in '{}'",
            file.display()
        )),
        composed => {
            // A draft that can't be removed is in a folder of temporary files.
            let _ = fs::remove_file(&file);
            composed
        }
    }
}

/// A file of our own: nobody else may read a message that isn't sent. One that is there may be all that is left of another.
fn draft(folder: &Path, text: &str) -> io::Result<PathBuf> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let process = std::process::id();
    let mut number = 1;
    let (path, mut file) = loop {
        let path = folder.join(match number {
            1 => format!("salon-{process}.txt"),
            _ => format!("salon-{process}-{number}.txt"),
        });
        match options.open(&path) {
            Ok(file) => break (path, file),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < DRAFTS_MAX => {
                number += 1;
            }
            Err(error) => return Err(error),
        }
    };
    file.write_all(text.as_bytes())?;
    Ok(path)
}

/// Whether the file holds anything else than this.
fn has_changed(file: &Path, text: &str) -> bool {
    let is_same_length =
        fs::metadata(file).is_ok_and(|metadata| usize::try_from(metadata.len()) == Ok(text.len()));
    file.exists() && !(is_same_length && fs::read(file).is_ok_and(|found| found == text.as_bytes()))
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

    /// What is wrong, and what is in the folder besides the editor.
    #[track_caller]
    fn check_refused(script: &str, expected: &str, left: &[&[u8]]) {
        let folder = tempfile::tempdir().expect("a folder");
        let editor = editor(folder.path(), script);
        let error = compose(&editor, "before", folder.path()).expect_err("it can't be taken");
        let draft = folder
            .path()
            .join(format!("salon-{}.txt", std::process::id()));
        let expected = expected.replace("DRAFT", &draft.to_string_lossy());
        assert!(error.ends_with(&expected), "{error}");
        let files = fs::read_dir(folder.path()).expect("a folder");
        let files = files.map(|entry| entry.expect("a file").path());
        let found: Vec<_> = files
            .filter(|path| !path.ends_with("editor"))
            .map(|path| fs::read(path).expect("readable"))
            .collect();
        assert_eq!(found, left);
    }

    #[test]
    fn editor_that_was_given_up_leaves_nothing() {
        let given_up = "ended with exit status: 1; nothing was taken";
        check_refused("exit 1", given_up, &[]);
        check_refused("rm \"$1\"; exit 1", given_up, &[]);
    }

    #[test]
    fn what_can_not_be_taken_is_kept_and_named() {
        check_refused(
            "echo text > \"$1\"; exit 3",
            "ended with exit status: 3; nothing was taken; what you wrote is in 'DRAFT'",
            &[b"text\n"],
        );
        check_refused(
            "printf 'caf\\351' > \"$1\"",
            "stream did not contain valid UTF-8; what you wrote is in 'DRAFT'",
            &[b"caf\xe9"],
        );
        let long = vec![b'0'; 70_000];
        check_refused(
            "printf '%070000d' 0 > \"$1\"",
            "is longer than 65536 bytes; nothing was taken; what you wrote is in 'DRAFT'",
            &[&long],
        );
    }

    #[test]
    fn what_was_kept_before_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = folder
            .path()
            .join(format!("salon-{}.txt", std::process::id()));
        fs::write(&kept, "kept").expect("written");
        let editor = editor(folder.path(), "echo more >> \"$1\"");
        let composed = compose(&editor, "text", folder.path());
        assert_eq!(composed.as_deref(), Ok("text\nmore"));
        assert_eq!(fs::read_to_string(&kept).expect("readable"), "kept");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
    }

    #[test]
    fn editor_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = compose("/no/such/editor", "", folder.path()).expect_err("there is none");
        assert!(
            error.starts_with("cannot start the editor '/no/such/editor'"),
            "{error}"
        );
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }
}
