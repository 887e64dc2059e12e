//! Tests of certificates as files.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use salon_config::{ServerConfig, TlsSettings};

use super::generate::{Files, GenerateError, generate};
use super::{Certificates, Loaded};

fn made(folder: &Path) -> Files {
    let files = Files::in_folder(folder);
    generate(&["hub.test".to_owned(), "127.0.0.1".to_owned()], &files).expect("a certificate");
    files
}

fn settings(files: &Files) -> TlsSettings {
    TlsSettings::self_signed(files.cert.clone(), files.key.clone())
}

#[track_caller]
fn check_refused(settings: &TlsSettings, folder: &Path, expected: (&str, &str)) {
    let error = Loaded::read(settings).expect_err("a refusal");
    let place = format!("{}/", folder.display());
    let text = format!("{error}; {}", error.hint()).replace(&place, "");
    assert_eq!((error.setting(), text.as_str()), expected);
}

#[test]
fn a_certificate_that_was_made_can_be_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = Files::of_hub(folder.path());
    generate(&["hub.test".to_owned()], &files).expect("a certificate");
    let certificates = Certificates::load(&settings(&files)).expect("a usable certificate");
    assert!(
        certificates
            .accept()
            .expect("a connection")
            .is_handshaking()
    );
}

#[test]
fn a_key_is_for_its_owner_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = made(folder.path());
    let mode = fs::metadata(&files.key)
        .expect("a key")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = made(folder.path());
    let before = fs::read(&files.key).expect("a key");
    fs::remove_file(&files.cert).expect("removed");
    let refused = generate(&["hub.test".to_owned()], &files);
    assert!(matches!(refused, Err(GenerateError::Exists { path }) if path == files.key));
    assert_eq!(fs::read(&files.key).expect("a key"), before);
    assert!(!files.cert.exists());
}

#[test]
fn a_name_that_no_certificate_can_have_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = generate(
        &["bücher.example".to_owned()],
        &Files::in_folder(folder.path()),
    );
    assert!(
        matches!(refused, Err(GenerateError::Names { .. })),
        "{refused:?}"
    );
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn files_that_are_not_what_they_should_be_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let files = made(folder);
    let good = settings(&files);
    let other = folder.join("other");
    let with = |cert: &Path, key: &Path| TlsSettings::self_signed(cert.to_owned(), key.to_owned());
    let make_one = "`salond gen-cert` makes a certificate and its key";
    check_refused(
        &with(&other, &files.key),
        folder,
        (
            "tls.cert",
            &format!("cannot read 'other': No such file or directory (os error 2); {make_one}"),
        ),
    );
    check_refused(
        &with(&files.key, &files.key),
        folder,
        (
            "tls.cert",
            "'key.pem' holds no certificate; expected PEM with a certificate",
        ),
    );
    check_refused(
        &with(&files.cert, &files.cert),
        folder,
        (
            "tls.key",
            "'cert.pem' holds no private key; expected PEM with a private key",
        ),
    );
    fs::write(&other, "-----BEGIN CERTIFICATE-----\nAAAA\n").expect("written");
    check_refused(
        &with(&other, &files.key),
        folder,
        (
            "tls.cert",
            "'other' is not PEM: a section has no end; expected PEM with a certificate",
        ),
    );
    let stranger = made(&folder.join("stranger"));
    check_refused(
        &with(&files.cert, &stranger.key),
        folder,
        (
            "tls.key",
            "the key in 'stranger/key.pem' is not that of the certificate in 'cert.pem'; expected the private key that the \
             certificate was made for",
        ),
    );
    assert!(Loaded::read(&good).is_ok());
}

#[test]
fn roots_of_clients_have_to_be_certificates() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    made(folder);
    let text = "[tls]\ncert = \"cert.pem\"\nkey = \"key.pem\"\nclient_ca = \"key.pem\"\n";
    let config = ServerConfig::parse(&folder.join("hub.toml"), text).expect("valid settings");
    check_refused(
        config.tls.as_ref().expect("tls"),
        folder,
        (
            "tls.client_ca",
            "'key.pem' holds no certificate; expected PEM with a certificate",
        ),
    );
}
