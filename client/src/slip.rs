//! What a command line that can't be read was probably meant to be: a misspelt subcommand, or a room
//! whose name the shell took for a comment.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::cli::similar_subcommand;
use crate::exit;

/// Says what is wrong, and how it was probably meant. Help and the version are no mistakes.
pub(crate) fn explain(error: &clap::Error, words: &[String]) -> ExitCode {
    // Where nothing can be written, the code is left to speak.
    let _ = error.print();
    if let Some(hint) = hint(error, words) {
        let _ = writeln!(io::stderr(), "hint: {hint}");
    }
    if error.use_stderr() {
        ExitCode::from(exit::USAGE)
    } else {
        ExitCode::from(exit::OK)
    }
}

/// How it was probably meant; `words` are what stands behind `salon`.
fn hint(error: &clap::Error, words: &[String]) -> Option<String> {
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let first = words.first()?;
            if first == "send" {
                return Some("what begins with `-` is said behind `--`".to_owned());
            }
            // What is spelt right isn't what is wrong.
            let similar = similar_subcommand(first).filter(|similar| similar != first)?;
            Some(format!("did you mean `salon {similar}`?"))
        }
        ErrorKind::MissingRequiredArgument => {
            let ContextValue::Strings(missing) = error.get(ContextKind::InvalidArg)? else {
                return None;
            };
            let is_target = missing.iter().any(|name| name == "<TARGET>");
            is_target.then(|| {
                "a shell takes an unquoted #dev for a comment; quotes keep it: '#dev'".to_owned()
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;

    #[track_caller]
    fn check(line: &str, expected: Option<&str>) {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let error = Cli::try_parse_from(&words).unwrap_err();
        assert_eq!(hint(&error, &words[1..]).as_deref(), expected, "{error}");
    }

    #[test]
    fn a_misspelt_subcommand_is_named() {
        check("salon sned #lobby hi", Some("did you mean `salon send`?"));
        check("salon hub:6000 what", None);
        check(
            "salon send #dev -dash",
            Some("what begins with `-` is said behind `--`"),
        );
        check("salon tail #dev --account", None);
    }

    #[test]
    fn a_room_that_the_shell_took_for_a_comment_is_explained() {
        let hint = "a shell takes an unquoted #dev for a comment; quotes keep it: '#dev'";
        for line in ["salon send", "salon tail --follow", "salon export"] {
            check(line, Some(hint));
        }
        check("salon search", None);
    }
}
