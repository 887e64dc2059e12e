//! The recipes do what the READMEs say. The French page has the same ones, which is a test of its own.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write as _;

use crate::hub::Hub;
use crate::page::Page;
use crate::shell::{self, run, start};
use crate::watcher::{Said, Watcher};

/// What has a test below.
const TESTED: [&str; 5] = ["told.sh", "build.sh", "follow.sh", "clock.sh", "keep.sh"];

fn with(recipe: &str) -> (Hub, Watcher) {
    shell::with(&Page::english(), recipe)
}

#[test]
fn every_recipe_is_tested() {
    let recipes = Page::english().recipes();
    let names: BTreeSet<_> = recipes.keys().map(String::as_str).collect();
    assert_eq!(names, BTreeSet::from(TESTED));
}

#[test]
fn told_knows_whether_it_was_heard() {
    let (mut hub, mut watcher) = with("told.sh");
    let output = run(&hub, &["told.sh"]);
    assert_eq!(output.stdout, b"the room knows\n", "{output:?}");
    let heard = watcher.hears();
    assert_eq!(heard, Said::new("backup", "#lobby", "the backup is done"));
    drop(watcher);
    hub.stop();
    let output = run(&hub, &["told.sh"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.ends_with("salon ended with 3\n"), "{stderr}");
}

#[test]
fn build_reports_and_keeps_the_exit_code() {
    let (hub, mut watcher) = with("build.sh");
    let output = run(&hub, &["build.sh", "bash", "-c", "echo oops; exit 7"]);
    assert_eq!(output.status.code(), Some(7), "{output:?}");
    for text in ["is running", "failed:"] {
        let text = format!("bash -c echo oops; exit 7 {text}");
        assert_eq!(watcher.hears(), Said::new("build", "#lobby", &text));
    }
    assert_eq!(watcher.hears(), Said::new("build", "#lobby", "oops"));
    let output = run(&hub, &["build.sh", "true"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    for text in ["true is running", "true passed"] {
        assert_eq!(watcher.hears(), Said::new("build", "#lobby", text));
    }
}

#[test]
fn follow_says_what_is_added() {
    let (hub, mut watcher) = with("follow.sh");
    watcher.enter("#ops");
    let path = hub.home().join("app.log");
    std::fs::write(&path, ":first\n").expect("a file");
    let _following = start(&hub, &["follow.sh", "app.log"]);
    assert_eq!(watcher.hears(), Said::new("log", "#ops", ":first"));
    let mut file = OpenOptions::new().append(true).open(&path).expect("a file");
    file.write_all(b"second\n").expect("a line");
    assert_eq!(watcher.hears(), Said::new("log", "#ops", "second"));
}

#[test]
fn clock_answers_where_it_was_asked() {
    let (hub, mut watcher) = with("clock.sh");
    let _bot = start(&hub, &["clock.sh"]);
    watcher.sees_arrive("clock", "#lobby");
    let name = run(&hub, &["-c", "uname -n"]).stdout;
    let name = String::from_utf8(name).expect("a name");
    watcher.send("PRIVMSG #lobby :what time is it?");
    watcher.send("PRIVMSG #lobby :!host");
    let answer = format!("this is {}", name.trim_end());
    assert_eq!(watcher.hears(), Said::new("clock", "#lobby", &answer));
    watcher.send("PRIVMSG clock :!time");
    let answer = watcher.hears();
    assert_eq!(
        (answer.from.as_str(), answer.to.as_str()),
        ("clock", "watcher")
    );
    assert!(answer.text.starts_with("it is "), "{answer:?}");
}

#[test]
fn keep_appends_what_is_said() {
    let (hub, mut watcher) = with("keep.sh");
    let keeper = start(&hub, &["keep.sh", "/dev/stdout"]);
    watcher.sees_arrive("keeper", "#lobby");
    watcher.send("PRIVMSG #lobby :for the record");
    let line: serde_json::Value = serde_json::from_str(&keeper.line()).expect("JSON");
    assert_eq!(line["from"], "watcher");
    assert_eq!(line["text"], "for the record");
}

#[test]
fn the_refused_line_is_named_as_the_page_says() {
    let (hub, mut watcher) = with("told.sh");
    let blocks = Page::english().code_blocks();
    let mut lines = blocks.iter().flat_map(|block| block.text.lines());
    let line = lines
        .find(|line| line.contains(":bogus"))
        .expect("an example that is refused");
    watcher.enter("#dev");
    let output = run(&hub, &["-c", line]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(watcher.hears(), Said::new("bot", "#dev", "hello"));
    let complaint = String::from_utf8(output.stderr).expect("UTF-8");
    let quoted = format!("`{}`", complaint.trim_end());
    for page in [Page::english(), Page::french()] {
        assert!(page.text().contains(&quoted), "{quoted}");
    }
}
