//! `~` at the beginning of a path, which only a shell would replace.

use std::path::{Path, PathBuf};

/// `path` with the user's home in the place of a `~` that is its first part. Without a home, and for `~ann`, it stays as it
/// is.
pub fn expand_home(path: &Path, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        (Err(_), _) | (_, None) => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: &str) {
        let expanded = expand_home(Path::new(path), Some(Path::new("/home/ada")));
        assert_eq!(expanded, Path::new(expected), "{path}");
    }

    #[test]
    fn a_tilde_alone_is_the_home() {
        check("~/keys/hub.pem", "/home/ada/keys/hub.pem");
        check("~", "/home/ada/");
        check("~ada/hub.pem", "~ada/hub.pem");
        check("keys/~/hub.pem", "keys/~/hub.pem");
        check("/etc/hub.pem", "/etc/hub.pem");
    }

    #[test]
    fn without_a_home_it_stays() {
        let path = Path::new("~/hub.pem");
        assert_eq!(expand_home(path, None), path);
    }
}
