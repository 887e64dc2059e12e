//! A hub that says more than anybody reads, while somebody types.

use std::time::{Duration, Instant};

use crate::Stage;
use crate::hub::Speaker;
use crate::terminal::{Terminal, cursor_row};

const PROMPT: &str = "#lobby alice> ";

/// What is typed, as an editor of lines has it: the model that the real one is held against.
#[derive(Default)]
struct Typist {
    line: String,
    /// Where the cursor stands; all letters are ASCII.
    at: usize,
    keys: usize,
    /// For what is typed next, the same in each run.
    seed: u32,
}

impl Typist {
    /// A number below `limit`.
    fn pick(&mut self, limit: usize) -> usize {
        self.seed = self
            .seed
            .wrapping_mul(1_664_525)
            .wrapping_add(1_013_904_223);
        usize::try_from(self.seed >> 16).expect("it fits") % limit
    }

    fn insert(&mut self, text: &str, keys: &mut String) {
        self.line.insert_str(self.at, text);
        self.at += text.len();
        self.press(text, text.len(), keys);
    }

    fn press(&mut self, sequence: &str, count: usize, keys: &mut String) {
        keys.push_str(sequence);
        self.keys += count;
    }

    fn letters(&mut self) -> String {
        let count = 1 + self.pick(6);
        let letters =
            (0..count).map(|_| char::from(b'a' + u8::try_from(self.pick(26)).expect("a letter")));
        let letters: Vec<char> = letters.collect();
        letters.into_iter().collect()
    }

    /// Waits until the screen shows the line, and the cursor where it is.
    #[track_caller]
    fn check(&self, terminal: &Terminal) {
        terminal.wait(
            &format!("{:?} and the cursor at {}", self.line, self.at),
            |screen| {
                let row = cursor_row(screen);
                let Some(typed_at) = row.find("> ").map(|end| end + 2) else {
                    return false;
                };
                let column = usize::from(screen.cursor_position().1);
                row.get(typed_at..) == Some(self.line.trim_end()) && column == typed_at + self.at
            },
        );
    }

    /// All rows while the line is shown: the prompt may be painted anew at any moment.
    #[track_caller]
    fn rows(&self, terminal: &Terminal) -> Vec<String> {
        for _ in 0..100 {
            self.check(terminal);
            let rows = terminal.everything();
            let last = rows.iter().rfind(|row| !row.is_empty());
            if last.is_some_and(|row| row.starts_with("#lobby alice")) {
                return rows;
            }
        }
        panic!("no prompt");
    }

    /// What one does next, and the keys for it. The line is never left empty between two writes, since what the
    /// prompt tells may change it then, which forgets where in the history one was.
    fn gesture(&mut self) -> String {
        let mut keys = String::new();
        if self.line.is_empty() || self.line.len() > 50 {
            let letters = self.letters();
            self.press("\x15", 1, &mut keys);
            self.line.drain(..self.at);
            self.at = 0;
            self.insert(&letters, &mut keys);
        }
        match self.pick(9) {
            0 | 1 => {
                let letters = self.letters() + " ";
                self.insert(&letters, &mut keys);
            }
            2 => {
                let count = self.pick(self.at.max(1)).min(4);
                self.press(&"\x7f".repeat(count), count, &mut keys);
                self.line.drain(self.at - count..self.at);
                self.at -= count;
            }
            3 => {
                let count = self.pick(self.at + 1);
                self.press(&"\x1b[D".repeat(count), count, &mut keys);
                self.at -= count;
            }
            4 => {
                self.press("\x01", 1, &mut keys);
                self.at = 0;
                let letters = self.letters();
                self.insert(&letters, &mut keys);
                self.press("\x05", 1, &mut keys);
                self.at = self.line.len();
            }
            5 => {
                // To the end of the line, and a letter instead.
                self.press("\x0b", 1, &mut keys);
                self.line.truncate(self.at);
                self.insert("k", &mut keys);
            }
            6 => {
                // Into the history and back.
                self.press("\x1b[A\x1b[B", 2, &mut keys);
            }
            7 => {
                // A search that is given up.
                self.press("\x12need\x07", 6, &mut keys);
            }
            _ => {
                // A search that is taken up.
                self.press("\x12need\x05", 6, &mut keys);
                "needle in the hay".clone_into(&mut self.line);
                self.at = self.line.len();
            }
        }
        keys
    }
}

/// The numbers of the lines that are on the screen or were, and how many are told to be left out.
fn seen(rows: &[String]) -> (Vec<usize>, usize) {
    let number = |row: &String| row.split_once("> line ")?.1.parse().ok();
    // With a time where the conversation tells it, and without one where the screen does.
    let left_out = rows.iter().filter_map(|row| {
        let (before, _) = row.split_once(" lines came too fast")?;
        let (_, count) = before.split_once("--- ")?;
        count.parse::<usize>().ok()
    });
    (rows.iter().filter_map(number).collect(), left_out.sum())
}

/// Each line is there once and in order, or is told to be left out.
#[track_caller]
fn check_seen(rows: &[String], count: usize) {
    let (numbers, left_out) = seen(rows);
    assert!(
        numbers.is_sorted_by(|one, next| one < next),
        "not in order: {numbers:?}"
    );
    let told: Vec<&String> = rows
        .iter()
        .filter(|row| row.contains("came too fast"))
        .collect();
    assert_eq!(numbers.len() + left_out, count, "left out: {told:#?}");
}

fn say(speaker: &Speaker, numbers: std::ops::Range<usize>, padding: &str) {
    speaker.send(numbers.map(|number| {
        let room = if number % 10 == 9 { "#dev" } else { "#lobby" };
        format!(":bob!b@host PRIVMSG {room} :{padding}line {number}")
    }));
}

#[test]
fn ten_thousand_lines_and_two_thousand_keys() {
    const LINES: usize = 10_000;
    const KEYS: usize = 2_000;
    let mut stage = Stage::set();
    stage.terminal.enter("needle in the hay");
    stage.terminal.wait_for("<alice> needle in the hay");
    let speaker = stage.hub.speaker();
    let mut typist = Typist::default();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for first in (0..LINES).step_by(50) {
                say(&speaker, first..first + 50, "");
            }
        });
        let sizes = [(30, 100), (20, 90), (12, 120), (24, 80)];
        let mut gestures = 0;
        while typist.keys < KEYS {
            let keys = typist.gesture();
            stage.terminal.press(keys);
            gestures += 1;
            if gestures % 40 == 0 {
                let (rows, columns) = sizes[gestures / 40 % sizes.len()];
                stage.terminal.resize(rows, columns);
                typist.check(&stage.terminal);
            }
        }
    });
    stage.terminal.resize(24, 80);
    stage.terminal.wait("the last line", |screen| {
        screen.contents().contains(&format!("line {}", LINES - 1))
    });
    let rows = typist.rows(&stage.terminal);
    check_seen(&rows, LINES);
    // Nothing else is there: no torn row, no second prompt.
    let others: Vec<&String> = rows
        .iter()
        .filter(|row| !row.contains("<bob> line ") && !row.contains("came too fast"))
        .filter(|row| !row.starts_with("    "))
        .skip(3)
        .collect();
    let last = others.last().expect("the prompt");
    assert!(last.starts_with("#lobby alice"), "{others:#?}");
    assert_eq!(others.len(), 2, "{others:#?}");
    stage.terminal.press("\r");
    stage
        .terminal
        .wait_for_prompt("#lobby alice [#dev +1k]> ", "");
    let said = [stage.hub.next("PRIVMSG"), stage.hub.next("PRIVMSG")];
    let line = format!("PRIVMSG #lobby :{}", typist.line);
    assert_eq!(said, ["PRIVMSG #lobby :needle in the hay", &line]);
}

#[test]
fn a_ping_is_answered_within_a_second_whatever_arrives_also_in_a_search() {
    let mut stage = Stage::set();
    stage.terminal.enter("needle");
    stage.terminal.wait_for("<alice> needle");
    stage.terminal.press("\x12need");
    stage.terminal.wait_for("(reverse-i-search)`need': needle");
    let speaker = stage.hub.speaker();
    for round in 0..3 {
        let began = Instant::now();
        say(&speaker, round * 10_000..(round + 1) * 10_000, "");
        stage.hub.send([format!("PING :{round}")]);
        assert_eq!(stage.hub.next("PONG"), format!("PONG {round}"));
        let took = began.elapsed();
        assert!(took < Duration::from_secs(1), "{took:?}");
    }
    // One's own words are never left out, and come after all that was said before.
    stage.terminal.press("\x05!\r");
    stage.terminal.wait_for("<alice> needle!");
    check_seen(&stage.terminal.everything(), 30_000);
}

#[test]
fn a_terminal_that_stood_still_is_told_what_it_missed() {
    const LINES: usize = 12_000;
    let mut stage = Stage::set();
    stage.terminal.resize(24, 240);
    stage.terminal.press("kept");
    stage.terminal.wait_for_prompt(PROMPT, "kept");
    let speaker = stage.hub.speaker();
    let padding = "x".repeat(180) + "> ";
    stage.terminal.stand_still(|| {
        for first in (0..LINES).step_by(100) {
            say(&speaker, first..first + 100, &padding);
        }
        speaker.send(["PING :still there?"]);
        assert_eq!(stage.hub.next("PONG"), "PONG :still there?");
    });
    stage.terminal.wait("the last line", |screen| {
        screen.contents().contains(&format!("line {}", LINES - 2))
    });
    stage.terminal.press("!");
    stage
        .terminal
        .wait("the line", |screen| cursor_row(screen).ends_with("> kept!"));
    let rows = stage.terminal.everything();
    let (_, left_out) = seen(&rows);
    assert!(left_out > 0, "nothing was left out");
    check_seen(&rows, LINES);
    let told = rows.iter().find(|row| row.contains("came too fast"));
    let told = told.expect("a line tells it");
    assert!(
        told.contains("in #lobby, ") && told.contains("; ':history 1000 #lobby' shows"),
        "{told}"
    );
}
