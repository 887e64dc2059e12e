//! Who may have the folder, and what may be in it.

use super::*;
use crate::log::sqlite::folder::LOCK;

#[tokio::test]
async fn a_second_hub_on_the_folder_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let _first = open(folder.path());
    let second = SqliteLog::open(folder.path(), OPTIONS, 7)
        .map(|_| ())
        .expect_err("in use");
    assert!(matches!(second, OpenError::InUse { .. }), "{second}");
}

#[tokio::test]
async fn a_file_that_is_no_log_is_refused_and_left_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let garbage = b"This was never a database, and it is long enough to be read as one.".repeat(40);
    fs::write(folder.path().join(FILE), &garbage).expect("written");
    let error = SqliteLog::open(folder.path(), OPTIONS, 7)
        .map(|_| ())
        .expect_err("no log");
    assert!(matches!(error, OpenError::File { .. }), "{error}");
    assert_eq!(
        fs::read(folder.path().join(FILE)).expect("still there"),
        garbage
    );
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("hub");
    let _log = open(&data);
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(
        (mode(&data), mode(&data.join(FILE)), mode(&data.join(LOCK))),
        (0o700, 0o600, 0o600)
    );
}

#[tokio::test]
async fn a_file_that_others_could_read_is_its_users_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    drop(open(folder.path()));
    let file = folder.path().join(FILE);
    let readable = fs::Permissions::from_mode(0o644);
    fs::set_permissions(&file, readable).expect("one's own");
    drop(open_again(folder.path()).await);
    let mode = fs::metadata(&file).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
