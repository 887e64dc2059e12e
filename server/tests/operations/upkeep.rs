//! `salond check`, `backup` and `export`, on a folder whose hub is running.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::process::{Process, client, run};

fn export(folder: &Path, data: &str, more: &[&str]) -> Vec<String> {
    let arguments = [&["export", "--data-dir", data], more].concat();
    let (code, printed, complaint) = run(folder, &arguments);
    assert_eq!((code, complaint.as_str()), (Some(0), ""));
    printed.lines().map(ToOwned::to_owned).collect()
}

#[test]
fn a_running_hub_is_checked_and_read_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let mut hub = Process::start(folder, "");
    let address = hub.address();
    let (mut ann, mut bob) = (client(address, "ann"), client(address, "bob"));
    ann.does("JOIN #dev\r\nPRIVMSG #dev :one\r\nPRIVMSG #dev :\u{1}ACTION waves\u{1}");
    ann.does("TOPIC #dev :tea\r\nPRIVMSG bob :psst\r\nPRIVMSG #lobby :two");
    bob.does("NICK bert\r\nJOIN #dev");
    let (code, printed, _) = run(folder, &["check", "--config", "hub.toml"]);
    assert_eq!(code, Some(0));
    let words: Vec<&str> = printed.lines().collect();
    assert!(
        words.contains(&"rooms 2") && words.contains(&"messages 4") && words.contains(&"sound"),
        "{printed}"
    );
    let kinds = |more: &[&str]| -> Vec<String> {
        let objects = export(folder, "data", more);
        let kind = |line: &String| {
            let object: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let keys = object.as_object().expect("an object");
            for key in ["type", "time", "id", "from", "account", "to", "text"] {
                assert!(keys.contains_key(key), "{key} of {line}");
            }
            let text = object["text"].as_str().unwrap_or("-");
            format!("{} {text}", object["type"].as_str().expect("a type"))
        };
        objects.iter().map(kind).collect()
    };
    assert_eq!(
        kinds(&["--room", "#dev"]),
        [
            "join -",
            "message one",
            "action waves",
            "topic tea",
            "join -"
        ]
    );
    assert_eq!(kinds(&["--target", "bob"]), ["message psst"]);
    let all = kinds(&[]);
    assert_eq!(
        all.iter().filter(|kind| kind.starts_with("nick")).count(),
        1,
        "{all:?}"
    );
    assert_eq!(kinds(&["--since", "2999-01-01"]), [""; 0]);
    assert_eq!(kinds(&["--since", "1h", "--target", "#lobby"]).len(), 4);
    ann.send("QUIT :bye");
    let farewell = ann.rest();
    assert_eq!(
        farewell.last().map(String::as_str),
        Some("ERROR :Quit: bye")
    );
    hub.stop();
    let after = kinds(&["--room", "#dev"]);
    assert_eq!(after.get(5).map(String::as_str), Some("quit Quit: bye"));
}

#[test]
fn a_backup_of_a_hub_that_is_written_to_is_its_beginning() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let mut hub = Process::start(folder, "");
    let address = hub.address();
    let mut ann = client(address, "ann");
    ann.does("PRIVMSG #lobby :first");
    let is_over = AtomicBool::new(false);
    let copies = ["copies/1", "copies/2"];
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut number = 0;
            while !is_over.load(Ordering::Relaxed) {
                let lines: Vec<String> = (number..number + 50)
                    .map(|number| format!("PRIVMSG #lobby :{number}"))
                    .collect();
                ann.does(&lines.join("\r\n"));
                number += 50;
            }
        });
        for copy in copies {
            let place = folder.join(copy);
            fs::create_dir_all(&place).expect("a folder");
            let file = format!("{copy}/hub.db");
            let (code, printed, complaint) = run(folder, &["backup", "--data-dir", "data", &file]);
            assert_eq!((code, complaint.as_str()), (Some(0), ""), "{printed}");
            let mode = fs::metadata(place.join("hub.db")).expect("a file");
            assert_eq!(mode.permissions().mode() & 0o777, 0o600);
        }
        is_over.store(true, Ordering::Relaxed);
    });
    hub.stop();
    let whole = export(folder, "data", &["--room", "#lobby"]);
    for copy in copies {
        let part = export(folder, copy, &["--room", "#lobby"]);
        assert!(part.len() > 1, "what was acknowledged before is there");
        assert_eq!(Some(part.as_slice()), whole.get(..part.len()));
        assert_eq!(run(folder, &["check", "--data-dir", copy]).0, Some(0));
    }
    let again = run(folder, &["backup", "--data-dir", "data", "copies/1/hub.db"]);
    assert_eq!(
        again,
        (
            Some(1),
            String::new(),
            "salond: 'copies/1/hub.db' is there already; expected a place for a new file, so move it away or name \
             another\n"
                .to_owned()
        )
    );
}

#[test]
fn a_folder_that_no_hub_has_used_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    for command in [&["check"][..], &["export"], &["backup", "copy"]] {
        let arguments = [command, &["--data-dir", "nothing"]].concat();
        assert_eq!(
            run(folder.path(), &arguments),
            (
                Some(1),
                String::new(),
                "salond: there is no log 'nothing/hub.db'; expected a folder that salond has used (--data-dir or \
                 --config)\n"
                    .to_owned()
            )
        );
        assert!(!folder.path().join("nothing").exists());
    }
    let when = run(folder.path(), &["export", "--since", "soon"]);
    assert!(
        when.0 == Some(2)
            && when
                .2
                .contains("'soon' is not a time; expected one such as"),
        "{when:?}"
    );
}
