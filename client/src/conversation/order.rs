//! Which lines must wait for others, and which decide where the others go.

use salon_commands::{CommandError, Effect, Problem};

/// Whether an effect only says something, so that it needn't wait for those before it.
pub(super) fn is_message(effect: &Effect) -> bool {
    matches!(effect, Effect::Say { .. } | Effect::Action { .. })
}

/// Whether an effect makes another room current.
pub(super) fn is_move(effect: &Effect) -> bool {
    matches!(effect, Effect::Join { .. } | Effect::Switch { .. })
}

/// Whether a line that is no command was to make another room current, as far as can be told.
pub(super) fn meant_to_move(error: &CommandError) -> bool {
    const MOVES: [&str; 2] = ["join", "switch"];
    let meant = match error.problem() {
        Problem::UnknownCommand { suggestion, .. } => suggestion.as_deref(),
        _ => error
            .usage()
            .and_then(|usage| usage.split_ascii_whitespace().next()),
    };
    meant.is_some_and(|name| MOVES.contains(&name.trim_start_matches(':')))
}

#[cfg(test)]
mod tests {
    use salon_commands::{Mode, Registry};

    use super::*;

    #[track_caller]
    fn check(line: &str, expected: bool) {
        let error = Registry::builtin()
            .parse(line, Mode::Script)
            .expect_err("the line is wrong");
        assert_eq!(meant_to_move(&error), expected, "{line}: {error}");
    }

    #[test]
    fn a_wrong_join_or_switch_was_to_move() {
        for line in [":join de,v", ":join", ":switch", ":s", ":join #a b c"] {
            check(line, true);
        }
    }

    #[test]
    fn a_misspelt_join_or_switch_was_to_move() {
        for line in [":jion #dev", ":swich #dev", ":Jonn #dev"] {
            check(line, true);
        }
    }

    #[test]
    fn other_wrong_lines_were_not() {
        for line in [":nick", ":bogus", ":kick"] {
            check(line, false);
        }
    }
}
