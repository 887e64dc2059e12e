//! The log on stderr: what it says, and above all what it does not.

use std::fs;

use crate::process::{Process, client, run};

/// Things that must never be logged, each said in a way of its own.
const SECRETS: [&str; 7] = [
    "hub-pass-5f1c",
    "oper-pass-82ab",
    "account-pass-77de",
    "wrong-pass-19c4",
    "AG5vYm9keQBzYXNsLXBhc3MtM2Q5ZQ==",
    "spoken-words-e04b",
    "private-words-b6a2",
];

fn busy_day(settings: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let hash = salond::password::hash("oper-pass-82ab").expect("a hash");
    let settings = format!(
        "password = \"hub-pass-5f1c\"\n[[operators]]\nname = \"root\"\npassword_hash = \"{hash}\"\n{settings}"
    );
    let mut hub = Process::start(folder.path(), &settings);
    let address = hub.address();
    let enter = |nick: &str| {
        let mut client = crate::lines::Lines::new(crate::process::connect(address));
        client.send("PASS hub-pass-5f1c");
        client.register(nick)
    };
    let (mut ann, mut bob) = (enter("ann"), enter("bob"));
    ann.does("OPER root oper-pass-82ab\r\nOPER root wrong-pass-19c4");
    ann.does("NS REGISTER account-pass-77de\r\nPRIVMSG NickServ :IDENTIFY ann wrong-pass-19c4");
    bob.does("CAP REQ sasl\r\nAUTHENTICATE PLAIN\r\nAUTHENTICATE AG5vYm9keQBzYXNsLXBhc3MtM2Q5ZQ==");
    ann.does("PRIVMSG #lobby :spoken-words-e04b\r\nPRIVMSG bob :private-words-b6a2");
    ann.does(
        "TOPIC #lobby :spoken-words-e04b\r\nKLINE 1h nobody :a reason\r\nKILL bob :off you go",
    );
    ann.does("GARBAGE hub-pass-5f1c\r\nSEARCH text=spoken-words-e04b");
    let logged = hub.logged();
    hub.stop();
    logged
}

#[test]
fn nothing_that_is_secret_or_said_is_logged_however_much_is() {
    for settings in [
        "[log]\nfilter = \"trace\"\n",
        "[log]\nfilter = \"trace\"\nformat = \"json\"\n",
    ] {
        let logged = busy_day(settings);
        assert!(
            logged.contains("OPER granted") && logged.contains("OPER refused"),
            "{logged}"
        );
        for secret in SECRETS {
            assert!(!logged.contains(secret), "{secret} is in\n{logged}");
        }
    }
}

#[test]
fn a_line_of_json_is_an_object_with_time_level_and_fields() {
    let logged = busy_day("[log]\nformat = \"json\"\n");
    let lines: Vec<serde_json::Value> = logged
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let killed = lines.iter().find(|line| line["message"] == "KILL");
    let killed = killed.unwrap_or_else(|| panic!("no KILL in {logged}"));
    assert_eq!(
        (&killed["level"], &killed["operator"], &killed["user"]),
        (&"INFO".into(), &"ann".into(), &"bob".into())
    );
    assert!(
        killed["timestamp"]
            .as_str()
            .is_some_and(|time| time.ends_with('Z'))
    );
}

#[test]
fn a_filter_that_is_none_is_refused_with_its_place_and_the_option_wins() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    fs::write(folder.join("hub.toml"), "[log]\nfilter = \"salond=loud\"\n").expect("written");
    let check = ["--check-config", "--config", "hub.toml"];
    let expected = "salond: hub.toml:2:10: 'salond=loud' is not a filter of the log; expected one such as \"debug\" \
                    or \"salond=trace\"\n";
    assert_eq!(
        run(folder, &check),
        (Some(2), String::new(), expected.to_owned())
    );
    let mut hub = Process::start(folder, "[log]\nfilter = \"off\"\n");
    client(hub.address(), "ann").does("OPER root x");
    let silent = hub.logged();
    hub.stop();
    assert_eq!(silent, "");
}
