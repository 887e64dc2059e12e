use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::*;

fn message(number: u64, text: &str) -> Unsent {
    Unsent {
        number,
        ticket: None,
        target: "#dev".parse().unwrap(),
        text: text.to_owned(),
        is_action: false,
        state: State::Waiting,
    }
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn said(number: u64, text: &str) -> Record {
    Record::said(&message(number, text), at(number))
}

fn sent(number: u64, after: u64) -> Record {
    let nick = "ann".to_owned();
    let after = Some(at(after));
    Record::sent(number, &Sent { nick, after })
}

/// What is left: the text, and behind which time it may be found if that is in doubt.
fn texts(left: &[Left]) -> Vec<String> {
    let shown = |(message, _): &Left| match message.doubt() {
        Some(sent) => format!("{} after {}", message.text, sent.after.unwrap().as_millis()),
        None => message.text.clone(),
    };
    left.iter().map(shown).collect()
}

#[track_caller]
fn check(records: &[Record], expected: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let home = home_of(folder.path(), "hub", 6000, "ann");
    let (mut journal, left) = Journal::open(&home).unwrap();
    assert_eq!(texts(&left), [""; 0]);
    for record in records {
        journal.note(record).unwrap();
    }
    drop(journal);
    for _ in 0..2 {
        let (_, left) = Journal::open(&home).unwrap();
        assert_eq!(texts(&left), expected);
    }
}

/// Who has left something besides `ann` on the hub, when these have each left a message on a hub and a port.
#[track_caller]
fn check_others(left: &[(&str, u16, &str)], expected: &[(&str, usize)]) {
    let folder = tempfile::tempdir().unwrap();
    for (host, port, nick) in left {
        let home = home_of(folder.path(), host, *port, nick);
        let (mut journal, before) = Journal::open(&home).unwrap();
        assert_eq!(texts(&before), [""; 0]);
        journal.note(&said(7, "a")).unwrap();
    }
    let own = home_of(folder.path(), "hub", 6000, "ann");
    let others = left_by_others(&own);
    let others: Vec<_> = others.iter().map(|(nick, n)| (&**nick, *n)).collect();
    assert_eq!(others, expected);
}

#[test]
fn what_others_have_left_on_the_hub_is_known() {
    check_others(&[], &[]);
    check_others(
        &[
            ("hub", 6000, "ann"),
            ("hub", 6000, "bob"),
            ("hub", 6000, "Eve_[1]"),
            ("hub", 6001, "dan"),
            ("hub.example", 6000, "dan"),
        ],
        &[("bob", 1), ("eve_[1]", 1)],
    );
}

#[test]
fn what_a_program_that_runs_has_open_is_not_left() {
    let (folder, _, mut running) = begun();
    running.note(&said(1, "a")).unwrap();
    let own = home_of(folder.path(), "hub", 6000, "bob");
    assert_eq!(left_by_others(&own), BTreeMap::new());
    drop(running);
    let ann = BTreeMap::from([("ann".to_owned(), 1)]);
    assert_eq!(left_by_others(&own), ann);
}

#[test]
fn what_is_not_dealt_with_is_there_again_in_order() {
    check(
        &[said(7, "a"), said(3, "b"), said(5, "c")],
        &["a", "b", "c"],
    );
    let done = Record::Done { done: 3 };
    check(
        &[said(7, "a"), said(3, "b"), done, said(5, "c")],
        &["a", "c"],
    );
}

#[test]
fn what_was_sent_is_in_doubt_until_it_is_known_to_wait() {
    check(&[said(1, "a"), sent(1, 9)], &["a after 9"]);
    check(
        &[said(1, "a"), sent(1, 9), Record::Waits { waits: 1 }],
        &["a"],
    );
}

#[test]
fn what_was_heard_moves_the_place_of_those_behind_it() {
    let heard = Record::Heard {
        heard: 1,
        time: at(20),
        text: "ok".to_owned(),
    };
    check(
        &[said(1, "ok"), said(2, "ok"), sent(1, 9), sent(2, 9), heard],
        &["ok after 20"],
    );
}

#[test]
fn a_message_with_a_blank_line_is_heard_whole() {
    let heard = |text: &str| Record::Heard {
        heard: 1,
        time: at(20),
        text: text.to_owned(),
    };
    let said = said(1, "a\n\nb");
    check(&[said, sent(1, 9), heard("a"), heard("b")], &[]);
}

#[test]
fn a_broken_end_costs_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let home = home_of(folder.path(), "hub", 6000, "ann");
    let (mut journal, _) = Journal::open(&home).unwrap();
    journal.note(&said(1, "whole")).unwrap();
    io::Write::write_all(&mut journal.file, b"{\"said\":2,\"to\":\"#de").unwrap();
    drop(journal);
    let (_, left) = Journal::open(&home).unwrap();
    assert_eq!(texts(&left), ["whole"]);
}

#[test]
fn what_a_run_that_is_over_has_left_is_taken_over_once_and_a_running_one_keeps_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let home = home_of(folder.path(), "hub", 6000, "ann");
    let (mut first, _) = Journal::open(&home).unwrap();
    let (mut second, left) = Journal::open(&home).unwrap();
    assert_eq!(left.len(), 0);
    first.note(&said(1, "first")).unwrap();
    second.note(&said(2, "second")).unwrap();
    drop(second);
    let (third, left) = Journal::open(&home).unwrap();
    assert_eq!(texts(&left), ["second"]);
    drop((first, third));
    let (_, left) = Journal::open(&home).unwrap();
    assert_eq!(texts(&left), ["first", "second"]);
    let other = fs::read_to_string(numbered(&home, 1)).unwrap();
    assert_eq!(other, "");
}

#[test]
fn the_file_is_for_its_owner_alone_and_its_name_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let home = home_of(&folder.path().join("unsent"), "../Hub", 6000, "a|b");
    Journal::open(&home).unwrap();
    let path = folder.path().join("unsent/..%2fhub_6000_a%7cb.jsonl");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
}

/// A journal, the files beside which are counted, and its home.
fn begun() -> (tempfile::TempDir, PathBuf, Journal) {
    let folder = tempfile::tempdir().unwrap();
    let home = home_of(folder.path(), "hub", 6000, "ann");
    let (journal, _) = Journal::open(&home).unwrap();
    (folder, home, journal)
}

#[test]
fn a_message_that_waits_long_does_not_make_the_file_grow() {
    let (folder, home, mut journal) = begun();
    journal.note(&said(1, "waits")).unwrap();
    let long = "x".repeat(1000);
    for number in 2..3000 {
        journal.note(&said(number, &long)).unwrap();
        journal.note(&sent(number, number)).unwrap();
        journal.note(&Record::Done { done: number }).unwrap();
    }
    let length = fs::metadata(numbered(&home, 0)).unwrap().len();
    assert!(length <= GROWTH_BYTES_MAX + 2000, "{length}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let (other, left) = Journal::open(&home).unwrap();
    assert_eq!(texts(&left), [""; 0], "the new file is locked, too");
    drop((journal, other));
    let (_, left) = Journal::open(&home).unwrap();
    assert_eq!(texts(&left), ["waits"]);
}

#[test]
fn much_that_waits_is_not_written_again_and_again() {
    let (_folder, home, mut journal) = begun();
    let long = "x".repeat(100_000);
    for number in 1..=20 {
        journal.note(&said(number, &long)).unwrap();
    }
    assert!(journal.bytes_max > journal.bytes + GROWTH_BYTES_MAX);
    drop(journal);
    let (_, left) = Journal::open(&home).unwrap();
    assert_eq!(texts(&left).len(), 20);
}

#[test]
fn a_file_that_is_too_long_to_be_ours_is_left_alone() {
    let (_folder, home, journal) = begun();
    journal.file.set_len(FILE_BYTES_MAX + 1).unwrap();
    drop(journal);
    let refused = Journal::open(&home).map(drop).unwrap_err().to_string();
    let path = numbered(&home, 0);
    let told = "is none of ours; expected at most 67108864 bytes";
    assert_eq!(refused, format!("'{}' {told}", path.display()));
    let length = fs::metadata(path).unwrap().len();
    assert_eq!(length, FILE_BYTES_MAX + 1);
}

impl Journal {
    /// From now on nothing can be added, as on a disk that is full.
    pub(in super::super) fn fill_disk(&mut self) {
        self.file = File::open(&self.path).unwrap();
    }
}
