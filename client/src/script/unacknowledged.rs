//! Says which lines of a script the hub did not acknowledge when the connection was lost.

/// How many ranges are named one by one.
const RANGES_NAMED_MAX: usize = 8;

/// `line 3 and lines 7-9 were not acknowledged (4 lines); nothing from line 10 on was sent`. `lines` are
/// sorted; `not_sent` is the first line that was read and not sent.
pub(super) fn describe(lines: &[u64], not_sent: Option<u64>) -> String {
    let text = match lines {
        [] => "all lines that were sent were acknowledged".to_owned(),
        [line] => format!("line {line} was not acknowledged"),
        lines => format!(
            "{} were not acknowledged ({} lines)",
            ranges(lines),
            lines.len()
        ),
    };
    match not_sent {
        Some(line) => format!("{text}; nothing from line {line} on was sent"),
        None => text,
    }
}

fn ranges(lines: &[u64]) -> String {
    let ranges: Vec<_> = lines.chunk_by(|line, next| line + 1 == *next).collect();
    let mut named: Vec<_> = ranges
        .iter()
        .take(RANGES_NAMED_MAX)
        .map(|range| name(range))
        .collect();
    if ranges.len() > RANGES_NAMED_MAX {
        named.push("more".to_owned());
    }
    match named.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => String::new(),
    }
}

fn name(range: &[u64]) -> String {
    match range {
        [first, .., last] => format!("lines {first}-{last}"),
        [line] => format!("line {line}"),
        [] => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &[u64], not_sent: Option<u64>, expected: &str) {
        assert_eq!(describe(lines, not_sent), expected);
    }

    #[test]
    fn one_line() {
        check(&[3], None, "line 3 was not acknowledged");
    }

    #[test]
    fn ranges_and_the_rest() {
        check(
            &[3, 7, 8, 9],
            Some(10),
            "line 3 and lines 7-9 were not acknowledged (4 lines); nothing from line 10 on was sent",
        );
    }

    #[test]
    fn nothing_open() {
        check(&[], None, "all lines that were sent were acknowledged");
    }

    #[test]
    fn many_ranges_are_cut_short() {
        let lines: Vec<u64> = (0..20).map(|line| line * 2).collect();
        let text = describe(&lines, None);
        assert!(
            text.ends_with("line 14 and more were not acknowledged (20 lines)"),
            "{text}"
        );
    }
}
