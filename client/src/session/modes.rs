//! Divides changes of modes by how many a server takes at once (`MODES`): what is more, it would leave out without
//! a word. Values in, values out.

/// Divides changes, as one writes them (`+oo-v ann bob eve`), into those of several `MODE`s with at most so many that
/// take a parameter. What does not come out even, for the server's modes are others than we know, stays as it is.
pub(super) fn divide(
    changes: &[&str],
    params_max: usize,
    takes_param: impl Fn(char, bool) -> bool,
) -> Vec<Vec<String>> {
    let whole = || vec![changes.iter().map(|&change| change.to_owned()).collect()];
    let Some((letters, params)) = changes.split_first() else {
        return whole();
    };
    if params.len() <= params_max.max(1) {
        return whole();
    }
    let mut params = params.iter();
    let mut parts: Vec<Part> = Vec::new();
    let mut given = true;
    for letter in letters.chars() {
        if matches!(letter, '+' | '-') {
            given = letter == '+';
            continue;
        }
        let param = if takes_param(letter, given) {
            params.next()
        } else {
            None
        };
        let is_full = |part: &Part| param.is_some() && part.params.len() >= params_max.max(1);
        if parts.last().is_none_or(is_full) {
            parts.push(Part::default());
        }
        if let Some(part) = parts.last_mut() {
            part.add(letter, given, param);
        }
    }
    if params.next().is_some() {
        return whole();
    }
    parts.into_iter().map(Part::into_words).collect()
}

/// The changes of one `MODE`.
#[derive(Default)]
struct Part {
    letters: String,
    params: Vec<String>,
    given: Option<bool>,
}

impl Part {
    fn add(&mut self, letter: char, given: bool, param: Option<&&str>) {
        if self.given != Some(given) {
            self.letters.push(if given { '+' } else { '-' });
            self.given = Some(given);
        }
        self.letters.push(letter);
        self.params.extend(param.map(|&param| param.to_owned()));
    }

    fn into_words(self) -> Vec<String> {
        std::iter::once(self.letters).chain(self.params).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(changes: &str, params_max: usize, expected: &[&str]) {
        let changes: Vec<&str> = changes.split_ascii_whitespace().collect();
        let takes_param = |mode, given| "ovb".contains(mode) || mode == 'l' && given;
        let divided = divide(&changes, params_max, takes_param);
        let divided: Vec<String> = divided.iter().map(|words| words.join(" ")).collect();
        assert_eq!(divided, expected);
    }

    #[test]
    fn what_the_server_takes_stays_as_it_is_written() {
        check("", 2, &[""]);
        check("+o-o+b", 2, &["+o-o+b"]);
        check("ov ann bob", 2, &["ov ann bob"]);
        check("+oooo a b c d", usize::MAX, &["+oooo a b c d"]);
    }

    #[test]
    fn what_is_more_goes_in_several() {
        check("+oooo a b c d", 3, &["+ooo a b c", "+o d"]);
        check("+ov-vtl+b a b c d", 2, &["+ov a b", "-vtl+b c d"]);
        check("ooo a b c", 0, &["+o a", "+o b", "+o c"]);
    }

    #[test]
    fn what_does_not_come_out_even_is_left_to_the_server() {
        check("+XY a b c", 2, &["+XY a b c"]);
        check("+o a +v b c", 2, &["+o a +v b c"]);
    }
}
