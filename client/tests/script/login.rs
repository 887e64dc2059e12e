//! The real program logs in on a real hub: its password comes from a command, never from an argument.

use crate::salon::Salon;
use crate::tls::Hub;

const ACCOUNT: &str = "[accounts]\nregistration = true\n";

/// A hub on which `ann` has an account.
fn hub() -> Hub {
    let hub = Hub::named("127.0.0.1", ACCOUNT);
    let outcome = hub.run(
        &["--tls-ca", &hub.certificate()],
        ":raw REGISTER * * :hunter2\n",
    );
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (Some(0), ""),
        "{outcome:?}"
    );
    hub
}

#[test]
fn a_password_of_a_command_logs_in_with_and_without_tls() {
    let hub = hub();
    let settings = "account = \"ann\"\npassword_command = \"echo hunter2\"\n";
    let plain = format!("irc://{}", hub.plain_address());
    for url in [hub.url(), plain] {
        let options = [&url, "--json", "--tls-ca", &hub.certificate()];
        let outcome = Salon::new(&options).settings(settings).run("hello\n");
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
        let said = outcome
            .stdout
            .lines()
            .find(|line| line.contains("\"hello\""));
        let said = said.expect("what was said");
        assert!(said.contains("\"account\":\"ann\""), "{said}");
    }
}

#[test]
fn a_wrong_password_is_told_and_nothing_is_said() {
    let hub = hub();
    let settings = "account = \"ann\"\npassword_command = \"echo wrong\"\n";
    let options = [&*hub.url(), "--tls-ca", &hub.certificate()];
    let outcome = Salon::new(&options).settings(settings).run("hello\n");
    assert_eq!(outcome.code, Some(3));
    let expected = "did not let us in: could not log in as 'ann': wrong account or password\n";
    assert!(outcome.stderr.contains(expected), "{outcome:?}");
    assert!(!outcome.stderr.contains("wrong\""), "{outcome:?}");
}

#[test]
fn a_password_goes_to_the_hub_of_the_settings_alone() {
    let hub = hub();
    let settings = "server = \"ircs://elsewhere.example\"\naccount = \"ann\"\npassword_command = \"echo hunter2\"\n";
    let options = [
        &*hub.url(),
        "--nick",
        "bob",
        "--json",
        "--tls-ca",
        &hub.certificate(),
    ];
    let outcome = Salon::new(&options).settings(settings).run("hello\n");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    assert!(
        !outcome.stdout.contains("\"account\":\"ann\""),
        "{outcome:?}"
    );
}

#[test]
fn a_script_without_a_way_to_the_password_is_wrong_usage() {
    let outcome = Salon::new(&[])
        .settings("account = \"ann\"\n")
        .run("hello\n");
    let expected = "error: no password for the account; expected `password_command`, `password_file` or `tls_cert` \
                    in the settings\n";
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(2), expected));
}

#[test]
fn a_certificate_stands_for_its_account() {
    let hub = hub();
    let path = |name: &str| hub.folder().join(name).display().to_string();
    let (cert, key, ca) = (path("me/cert.pem"), path("me/key.pem"), hub.certificate());
    let options = [
        &*hub.url(),
        "--tls-ca",
        &ca,
        "--tls-cert",
        &cert,
        "--tls-key",
        &key,
        "--json",
    ];
    let by_password = "account = \"ann\"\npassword_command = \"echo hunter2\"\n";
    let outcome = Salon::new(&options)
        .settings(by_password)
        .run(":raw NICKSERV CERT ADD\n");
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (Some(0), ""),
        "{outcome:?}"
    );
    let outcome = Salon::new(&options)
        .settings("account = \"ann\"\n")
        .run("hello\n");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    assert!(
        outcome.stdout.contains("\"account\":\"ann\""),
        "{outcome:?}"
    );
}
