//! Messages that do not fit one line.

use salon_protocol::LINE_BYTES_MAX;

use super::Transcript;

/// The texts of the messages sent, checked to fit once the server has put our prefix in front.
fn sent(t: &mut Transcript, prefix: &str) -> Vec<String> {
    let outputs = t.outputs();
    let lines = outputs.iter().map(|line| line.strip_prefix("-> ").unwrap());
    lines
        .map(|line| {
            let line = line
                .split_once(' ')
                .filter(|_| line.starts_with('@'))
                .map_or(line, |(_, line)| line);
            assert!(
                format!(":{prefix} {line}\r\n").len() <= LINE_BYTES_MAX,
                "{line}"
            );
            line.split_once(" :").unwrap().1.to_owned()
        })
        .collect()
}

#[test]
fn parts_fill_the_line_that_the_others_get() {
    let mut t = Transcript::modern();
    let text = "é".repeat(1000);
    t.user(&text);
    let parts = sent(&mut t, "ann!ann@host");
    assert_eq!(parts.concat(), text);
    let frame = ":ann!ann@host PRIVMSG #lobby :\r\n".len();
    assert_eq!(parts[0].len(), (LINE_BYTES_MAX - frame) / 2 * 2);
}

#[test]
fn every_part_is_acknowledged_before_the_line_is() {
    let mut t = Transcript::modern();
    t.user(&"x".repeat(700));
    assert_eq!(t.outputs().len(), 2);
    t.server("@label=1 :ann!ann@host PRIVMSG #lobby :x");
    t.expect(&["message own ann>#lobby x"]);
    t.server("@label=2 :hub 404 ann #lobby :Cannot send to channel (+b)");
    t.expect(&["line 1: #lobby: Cannot send to channel (+b)"]);
}

#[test]
fn an_unknown_prefix_is_taken_to_be_long() {
    let mut t = Transcript::modern();
    t.session.me.user = None;
    t.session.me.host = None;
    let text = "x".repeat(600);
    t.user(&text);
    let longest = format!("ann!{}@{}", "u".repeat(11), "h".repeat(63));
    assert_eq!(sent(&mut t, &longest).concat(), text);
}

#[test]
fn a_new_host_changes_the_length() {
    let mut t = Transcript::modern();
    let host = "h".repeat(100);
    t.server(&format!(":ann!ann@host CHGHOST user {host}"));
    let text = "x".repeat(600);
    t.user(&text);
    assert_eq!(sent(&mut t, &format!("ann!user@{host}")).concat(), text);
}

#[test]
fn every_part_of_an_action_is_an_action() {
    let mut t = Transcript::modern();
    let deed = "x".repeat(600);
    t.user(&format!(":me {deed}"));
    let parts = sent(&mut t, "ann!ann@host");
    let deeds: String = parts
        .iter()
        .map(|part| {
            part.strip_prefix("\u{1}ACTION ")
                .unwrap()
                .strip_suffix('\u{1}')
                .unwrap()
        })
        .collect();
    assert_eq!(deeds, deed);
}
