//! The servers that are to be spoken to over TLS alone, as they said themselves, one file a host: the port and until
//! when, in seconds of Unix time. <https://ircv3.net/specs/extensions/sts>

use std::fs::{self, DirBuilder};
use std::io;
use std::net::IpAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;

use salon_config::whole_file::{self, PRIVATE};
use salon_protocol::Timestamp;

/// A host name has no more bytes.
const HOST_BYTES_MAX: usize = 253;

/// Where they are kept.
#[derive(Debug, Clone)]
pub(crate) struct Policies {
    folder: PathBuf,
}

impl Policies {
    /// Those in this folder, which need not be there.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Whether a host can have a policy: it has a name, since an address may be somebody else's tomorrow.
    pub(crate) fn can_hold(host: &str) -> bool {
        let is_fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let is_name = !host.starts_with('.') && host.len() <= HOST_BYTES_MAX;
        is_name && !host.is_empty() && host.chars().all(is_fit) && host.parse::<IpAddr>().is_err()
    }

    /// The port of TLS on a host whose policy holds at that moment. A file that can't be read is no policy.
    pub(crate) fn port(&self, host: &str, now: Timestamp) -> Option<u16> {
        let text = fs::read_to_string(self.file(host)?).ok()?;
        let (port, until) = text.trim_end().split_once(' ')?;
        let until: u64 = until.parse().ok()?;
        let port: u16 = port.parse().ok()?;
        (seconds(now) < until && port != 0).then_some(port)
    }

    /// Keeps a policy for so many seconds; with none it is forgotten.
    pub(crate) fn keep(
        &self,
        host: &str,
        port: u16,
        duration: u64,
        now: Timestamp,
    ) -> io::Result<()> {
        let Some(file) = self.file(host) else {
            return Ok(());
        };
        if duration == 0 {
            return match fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)?;
        let until = seconds(now).saturating_add(duration);
        whole_file::write(&file, format!("{port} {until}\n").as_bytes(), PRIVATE)
    }

    fn file(&self, host: &str) -> Option<PathBuf> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        Self::can_hold(&host).then(|| self.folder.join(host))
    }
}

fn seconds(time: Timestamp) -> u64 {
    time.as_millis() / 1000
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn at(second: u64) -> Timestamp {
        Timestamp::from_millis(second * 1000)
    }

    #[test]
    fn a_policy_holds_until_its_end_whatever_the_case_of_the_host() {
        let home = tempfile::tempdir().unwrap();
        let policies = Policies::new(home.path().join("new/sts"));
        policies.keep("Hub.Example.", 6697, 60, at(100)).unwrap();
        assert_eq!(policies.port("hub.example", at(159)), Some(6697));
        assert_eq!(policies.port("hub.example", at(160)), None);
        policies
            .keep("hub.example", 7000, u64::MAX, at(150))
            .unwrap();
        assert_eq!(policies.port("HUB.example", at(1 << 40)), Some(7000));
        let file = home.path().join("new/sts/hub.example");
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, PRIVATE);
        fs::write(file, "6697").unwrap();
        assert_eq!(policies.port("hub.example", at(0)), None);
    }

    #[test]
    fn a_duration_of_nothing_forgets() {
        let home = tempfile::tempdir().unwrap();
        let policies = Policies::new(home.path().join("sts"));
        policies.keep("hub", 6697, 0, at(0)).unwrap();
        policies.keep("hub", 6697, 60, at(0)).unwrap();
        policies.keep("hub", 6697, 0, at(0)).unwrap();
        assert_eq!(policies.port("hub", at(0)), None);
    }

    #[test]
    fn only_names_have_policies() {
        for host in ["127.0.0.1", "::1", "", "..", "../x", "a/b", ".hidden"] {
            assert!(!Policies::can_hold(host), "{host:?}");
        }
        assert!(Policies::can_hold("localhost") && Policies::can_hold("chat.example.org"));
    }
}
