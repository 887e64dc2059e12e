//! "Did you mean": the nearest of the names that would have been right.

/// The candidate nearest to `given`, if one is near enough to be a slip of the fingers.
pub(crate) fn nearest<'a>(
    given: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let given = given.to_ascii_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            (
                strsim::damerau_levenshtein(&given, &candidate.to_ascii_lowercase()),
                candidate,
            )
        })
        .filter(|&(distance, candidate)| distance * 3 <= candidate.chars().count().max(3))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// The names in backticks, parted by commas: "`a`, `b`, `c`".
pub(crate) fn quoted_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[track_caller]
    fn check(given: &str, expected: Option<&str>) {
        assert_eq!(
            nearest(given, ["name", "motd", "listen", "data_dir"]),
            expected
        );
    }

    #[test]
    fn nearest_finds_slips() {
        check("lisen", Some("listen"));
        check("Listen", Some("listen"));
        check("nmae", Some("name"));
        check("datadir", Some("data_dir"));
    }

    #[test]
    fn nearest_does_not_guess() {
        check("password", None);
        check("x", None);
    }
}
