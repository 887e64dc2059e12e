//! Data folders that a hub must not use: it says why and what to do, ends with 1, and changes nothing.

use std::collections::BTreeMap;
use std::path::Path;

use super::client::Client;
use super::hub::Site;

/// What is wrong with the log's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damage {
    /// It is something else.
    NoLog,
    /// Its end is missing.
    Truncated,
    /// Something wrote over its tables.
    Overwritten,
}

impl Damage {
    pub(crate) const ALL: [Self; 3] = [Self::NoLog, Self::Truncated, Self::Overwritten];
}

/// A hub on a folder that another one uses is refused, and the other one goes on.
pub(crate) async fn shared(salond: &Path, folder: &Path) -> String {
    let site = Site::new(salond, folder);
    let hub = site.start(0).await;
    let mut client = Client::enter(hub.port(), "reader").await.expect("a hub");
    let (code, said) = site.refused().await;
    assert_eq!(code, Some(1), "{said}");
    let path = site.data().display().to_string();
    assert!(
        said.contains("another hub uses") && said.contains(&path),
        "{said}"
    );
    client
        .ping("still-here")
        .await
        .expect("the first hub lives");
    hub.kill().await;
    // The lock went with the process.
    let hub = site.start(0).await;
    hub.kill().await;
    said
}

/// A hub on a folder that cannot be written to is refused.
pub(crate) async fn unwritable(salond: &Path, folder: &Path) -> String {
    let mut site = Site::new(salond, folder);
    std::fs::create_dir(site.data()).expect("a folder");
    let mut rights = std::fs::metadata(site.data())
        .expect("a folder")
        .permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(site.data(), rights).expect("rights can be set");
    let settings = if std::fs::write(site.data().join("probe"), "").is_ok() {
        // Rights do not bind this user, but nobody makes a folder here.
        site.folder = folder.join("elsewhere");
        std::fs::create_dir(&site.folder).expect("a folder");
        let link = std::os::unix::fs::symlink("/proc/self", site.data());
        link.expect("a link can be made");
        "/proc/self"
    } else {
        ""
    };
    let (code, said) = site.refused().await;
    assert_eq!(code, Some(1), "{settings} {said}");
    assert!(said.contains("cannot use the data folder"), "{said}");
    assert!(said.contains("--data-dir"), "{said}");
    said
}

/// A hub on a damaged log is refused, and the folder stays as it was.
pub(crate) async fn damaged(salond: &Path, folder: &Path, damage: Damage) -> String {
    let site = Site::new(salond, folder);
    let hub = site.start(0).await;
    let mut client = Client::enter(hub.port(), "sender").await.expect("a hub");
    for number in 1..=100 {
        let label = number.to_string();
        let text = "x".repeat(300);
        client.say("#lobby", &label, &text).await.expect("an echo");
    }
    hub.kill().await;
    // Into the one file that is to be damaged.
    let file = rusqlite::Connection::open(site.log()).expect("the log's file");
    file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .expect("a checkpoint");
    drop(file);
    let mut bytes = std::fs::read(site.log()).expect("a file");
    match damage {
        Damage::NoLog => bytes = b"This is a letter to my grandmother.\n".repeat(200),
        Damage::Truncated => bytes.truncate(bytes.len() / 2),
        Damage::Overwritten => bytes.iter_mut().skip(4096).for_each(|byte| *byte = 0xa5),
    }
    std::fs::write(site.log(), bytes).expect("a file");
    let before = contents(&site);
    let (code, said) = site.refused().await;
    assert_eq!(code, Some(1), "{said}");
    let path = site.log().display().to_string();
    assert!(
        said.contains("cannot use the log") && said.contains(&path),
        "{said}"
    );
    assert!(said.contains("restore a backup"), "{said}");
    for (name, bytes) in contents(&site) {
        assert!(before.get(&name) == Some(&bytes), "{name} was changed");
    }
    said
}

/// The files of the data folder that hold something of the log.
fn contents(site: &Site) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(site.data()).expect("a folder");
    let files = files.map(|file| file.expect("a file"));
    let files = files.map(|file| {
        let bytes = std::fs::read(file.path()).expect("a file");
        (file.file_name().to_string_lossy().into_owned(), bytes)
    });
    files.filter(|(_, bytes)| !bytes.is_empty()).collect()
}
