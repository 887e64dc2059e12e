//! Where the password of an account comes from: a command, a file that only its owner reads, or a person
//! at the terminal. Never an argument, and nothing that is shown or kept.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use salon_config::{ClientLogin, Secret};
use thiserror::Error;

use crate::conversation::{Plan, cause};
use crate::hidden;
use crate::session::{Login, Proving};

/// The longest password, with what follows it in a file.
const BYTES_MAX: u64 = 4096;

/// Why there is no password.
#[derive(Debug, Error)]
pub(crate) enum SecretError {
    /// The file can't be read.
    #[error("cannot read the password in '{}': {}", path.display(), cause(source))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Others could read the file.
    #[error("others can read '{}'; `chmod 600` makes it yours alone", path.display())]
    Open {
        /// The file.
        path: PathBuf,
    },
    /// The command can't be run, or failed.
    #[error("`password_command` gave no password: {reason}")]
    Command {
        /// Why.
        reason: String,
    },
    /// There is nothing in it.
    #[error("expected a password in the first line of {of}")]
    Nothing {
        /// Of what.
        of: &'static str,
    },
    /// There is nobody to be asked.
    #[error(
        "no password for the account; expected `password_command`, `password_file` or `tls_cert` in the settings"
    )]
    NobodyThere,
}

/// How the settings want one to log in, with the secret that it takes.
pub(crate) fn login(settings: &ClientLogin, plan: &Plan) -> Result<Option<Login>, SecretError> {
    if !settings.is_wanted() {
        return Ok(None);
    }
    let account = settings.account.clone();
    let proving = if let Some(command) = &settings.password_command {
        Proving::Password(of_command(command)?)
    } else if let Some(path) = &settings.password_file {
        Proving::Password(of_file(path)?)
    } else if plan.tls().is_some_and(|tls| tls.cert.is_some()) {
        Proving::Certificate
    } else {
        let name = account.as_deref().unwrap_or(&plan.identity.nick);
        Proving::Password(asked_for(name)?)
    };
    Ok(Some(Login {
        account,
        proving,
        former: None,
    }))
}

fn of_command(command: &str) -> Result<Secret, SecretError> {
    let failed = |reason: String| SecretError::Command { reason };
    let output = Command::new("/bin/sh")
        .args(["-c", command])
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| failed(cause(&error)))?;
    if !output.status.success() {
        return Err(failed(output.status.to_string()));
    }
    first_line(&output.stdout, "what `password_command` prints")
}

/// The password in a file, which nobody else may be able to read.
pub(crate) fn of_file(path: &Path) -> Result<Secret, SecretError> {
    let read = |source| SecretError::Read {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(read)?;
    let mode = file.metadata().map_err(read)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(SecretError::Open {
            path: path.to_owned(),
        });
    }
    let mut text = Vec::new();
    file.take(BYTES_MAX).read_to_end(&mut text).map_err(read)?;
    first_line(&text, "`password_file`")
}

/// Asks a person, and shows nothing of what they type; fails where standard input is no terminal.
fn asked_for(name: &str) -> Result<Secret, SecretError> {
    let line = hidden::line(&format!("password of {name}: "));
    let line = line.map_err(|_| SecretError::NobodyThere)?;
    first_line(line.as_bytes(), "what is typed")
}

fn first_line(text: &[u8], of: &'static str) -> Result<Secret, SecretError> {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match std::str::from_utf8(line) {
        Ok(line) if !line.is_empty() && !line.contains('\0') => Ok(Secret::new(line)),
        _ => Err(SecretError::Nothing { of }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(found: &Result<Secret, SecretError>, expected: &str) {
        let found = match found {
            Ok(secret) => secret.expose().to_owned(),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn a_command_prints_it() {
        check(
            &of_command("printf 'hunter 2\\r\\nuser: ann\\n'"),
            "hunter 2",
        );
        check(
            &of_command("exit 3"),
            "`password_command` gave no password: exit status: 3",
        );
        check(
            &of_command("true"),
            "expected a password in the first line of what `password_command` prints",
        );
    }

    #[test]
    fn a_file_holds_it_that_nobody_else_reads() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        std::fs::write(&path, "hunter2\n").unwrap();
        let mode = |mode| {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        mode(0o600);
        check(&of_file(&path), "hunter2");
        for open in [0o640, 0o604] {
            mode(open);
            let expected = format!(
                "others can read '{}'; `chmod 600` makes it yours alone",
                path.display()
            );
            check(&of_file(&path), &expected);
        }
        let missing = folder.path().join("missing");
        let expected = format!(
            "cannot read the password in '{}': no such file or directory",
            missing.display()
        );
        check(&of_file(&missing), &expected);
    }
}
