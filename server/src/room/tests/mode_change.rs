//! `MODE` on a room: each letter, each argument, each refusal.

use super::super::Asker;
use super::super::mode_change::LIST_ENTRIES_MAX;
use super::{Bench, mode, shown};
use crate::tests::person;

const NOT_OPERATOR: &str = "482 #room|You're not channel operator";

/// Ann is operator; Bob is a member.
fn two() -> (Bench, Asker, Asker) {
    let (ann, bob) = (person(1, "ann"), person(2, "bob"));
    (Bench::with(&[&ann, &bob]), ann, bob)
}

/// Ann makes changes in a fresh room; what comes of them.
#[track_caller]
fn check(changes: &[&str], expected: &[&str]) {
    let (mut bench, ann, _) = two();
    bench.check(&ann, mode(changes), expected);
}

/// Ann makes changes, one `MODE` after the other, which leave the room with these modes.
#[track_caller]
fn check_modes(changes: &[&[&str]], expected: &str) {
    let (mut bench, ann, _) = two();
    for change in changes {
        bench.does(&ann, mode(change));
    }
    let shown = format!("324 #room|{expected}");
    bench.check(&ann, mode(&[]), &[&shown, "329 #room|1700000000"]);
}

#[test]
fn a_new_room_is_closed_to_outsiders_and_locks_its_topic() {
    check_modes(&[], "+nt");
    let (mut bench, ann) = (Bench::of(true), person(1, "ann"));
    bench.check(&ann, mode(&[]), &["324 #room|+n", "329 #room|1700000000"]);
}

#[test]
fn every_flag_is_set_and_taken_back() {
    for letter in ["C", "i", "m", "s"] {
        let (on, off) = (format!("+{letter}"), format!("-{letter}"));
        let (mut bench, ann, _) = two();
        bench.check(
            &ann,
            mode(&[&on]),
            &[&format!(":ann!~ann@host MODE #room {on}")],
        );
        bench.check(&ann, mode(&[&on]), &[]);
        bench.check(
            &ann,
            mode(&[&off]),
            &[&format!(":ann!~ann@host MODE #room {off}")],
        );
        bench.check(&ann, mode(&[&off]), &[]);
    }
    check_modes(&[&["+Cims-nt"]], "+Cims");
    check_modes(&[&["-nt"]], "+");
}

#[test]
fn changes_of_one_line_make_one_event() {
    check(
        &["+m-t+ov-s", "bob", "bob"],
        &[":ann!~ann@host MODE #room +m-t+ov bob bob"],
    );
    check(&["+"], &[]);
    check(&["imi"], &[":ann!~ann@host MODE #room +im"]);
}

#[test]
fn ranks_are_given_and_taken() {
    let (mut bench, ann, bob) = two();
    bench.check(
        &ann,
        mode(&["+o", "BOB"]),
        &[":ann!~ann@host MODE #room +o bob"],
    );
    bench.check(&ann, mode(&["+o", "bob"]), &[]);
    bench.check(
        &bob,
        mode(&["-o+v", "ann", "ann"]),
        &[":bob!~bob@host MODE #room -o+v ann ann"],
    );
    bench.check(&ann, mode(&["+o", "ann"]), &[NOT_OPERATOR]);
}

#[test]
fn a_rank_needs_a_member() {
    check(
        &["+o", "cid"],
        &["441 cid|#room|They aren't on that channel"],
    );
    check(&["+v", "1x"], &["401 1x|No such nick/channel"]);
    check(&["+o"], &["696 #room|o|*|a nick is expected"]);
}

#[test]
fn the_key_is_set_changed_and_shown_to_members() {
    let (mut bench, ann, bob) = two();
    let cid = person(3, "cid");
    bench.check(
        &ann,
        mode(&["+k", "one"]),
        &[":ann!~ann@host MODE #room +k one"],
    );
    bench.check(
        &ann,
        mode(&["+k", "two"]),
        &[":ann!~ann@host MODE #room +k two"],
    );
    bench.check(
        &bob,
        mode(&[]),
        &["324 #room|+ntk|two", "329 #room|1700000000"],
    );
    bench.check(
        &cid,
        mode(&[]),
        &["324 #room|+ntk|*", "329 #room|1700000000"],
    );
    bench.check(
        &ann,
        mode(&["-k", "whatever"]),
        &[":ann!~ann@host MODE #room -k *"],
    );
    bench.check(&ann, mode(&["-k"]), &[]);
}

#[test]
fn a_key_that_no_line_could_carry_is_refused() {
    let expected = "a key of at most 32 bytes without blank, comma or ':' is expected";
    // It is not shown: a key is a secret, also one that cannot be.
    for key in ["a b", "", "a,b", ":a", &"x".repeat(33)] {
        check(&["+k", key], &[&format!("696 #room|k|*|{expected}")]);
    }
    check(&["+k"], &[&format!("696 #room|k|*|{expected}")]);
    check_modes(
        &[&["+k", &"x".repeat(32)]],
        &format!("+ntk|{}", "x".repeat(32)),
    );
}

#[test]
fn the_limit_is_a_number_above_zero() {
    check(&["+l", "12"], &[":ann!~ann@host MODE #room +l 12"]);
    let expected = "a number of members above 0 is expected";
    for limit in ["0", "-1", "x", "99999999999999999999999"] {
        check(
            &["+l", limit],
            &[&format!("696 #room|l|{limit}|{expected}")],
        );
    }
    check(&["+l"], &[&format!("696 #room|l|*|{expected}")]);
    check_modes(&[&["+l", "5"]], "+ntl|5");
    check_modes(&[&["+l", "5"], &["-l"]], "+nt");
    check(&["-l"], &[]);
}

#[test]
fn lists_are_filled_shown_and_emptied() {
    for (letter, entry, end, text) in [
        ("b", 367, 368, "End of channel ban list"),
        ("e", 348, 349, "End of channel exception list"),
        ("I", 346, 347, "End of channel invite exception list"),
    ] {
        let (mut bench, ann, bob) = two();
        let (on, off) = (format!("+{letter}"), format!("-{letter}"));
        let event = |sign: &str| format!(":ann!~ann@host MODE #room {sign} x!*@*");
        let end = format!("{end} #room|{text}");
        bench.check(&ann, mode(&[&on, "x!*@*"]), &[&event(&on)]);
        bench.check(&ann, mode(&[&on, "X!*@*"]), &[]);
        let listed = format!("{entry} #room|x!*@*|ann!~ann@host|1700000000");
        bench.check(&bob, mode(&[letter]), &[&listed, &end]);
        bench.check(&bob, mode(&[&on, "y!*@*"]), &[NOT_OPERATOR]);
        bench.check(
            &ann,
            mode(&[&off, "X!*@*"]),
            &[&event(&off).replace("x!", "X!")],
        );
        bench.check(&ann, mode(&[&off, "x!*@*"]), &[]);
        bench.check(&bob, mode(&[&on]), &[&end]);
    }
}

#[test]
fn a_line_shows_each_list_once_and_has_its_bound() {
    let ends = [
        "368 #room|End of channel ban list",
        "349 #room|End of channel exception list",
    ];
    check(&["b+bb-be+b"], &ends);
    check(&[&format!("{}e", "b".repeat(500))], &ends);
    let letters: Vec<char> = ('\u{100}'..).take(60).collect();
    let (mut bench, ann, _) = two();
    let answer = bench.does(&ann, mode(&[&String::from_iter(letters)]));
    assert_eq!(answer.replies.len(), 50);
}

#[test]
fn a_mask_is_completed_so_that_it_means_somebody() {
    check(&["+b", "cid"], &[":ann!~ann@host MODE #room +b cid!*@*"]);
    check(&["+b", "a@b"], &[":ann!~ann@host MODE #room +b *!a@b"]);
}

#[test]
fn a_mask_that_no_line_could_carry_is_refused() {
    let expected = "a mask such as nick!user@host is expected";
    check(&["+b", ""], &[&format!("696 #room|b|*|{expected}")]);
    check(&["+e", "a b"], &[&format!("696 #room|e|*|{expected}")]);
    check(&["-I", ":a"], &[&format!("696 #room|I|:a|{expected}")]);
}

#[test]
fn a_list_takes_a_hundred_masks() {
    let (mut bench, ann, _) = two();
    for index in 0..LIST_ENTRIES_MAX {
        let mask = format!("n{index}!*@*");
        let answer = bench.does(&ann, mode(&["+b", &mask]));
        assert_eq!(
            shown(&answer),
            [format!(":ann!~ann@host MODE #room +b {mask}")]
        );
    }
    let full = "478 #room|b|Channel list is full";
    bench.check(&ann, mode(&["+b", "one-more!*@*"]), &[full]);
    bench.check(
        &ann,
        mode(&["+e-b+b", "x!*@*", "n7!*@*", "y!*@*"]),
        &[":ann!~ann@host MODE #room +e-b+b x!*@* n7!*@* y!*@*"],
    );
}

#[test]
fn what_is_allowed_happens_and_the_rest_is_answered_once() {
    check(
        &["+xm-xx+l", "0"],
        &[
            ":ann!~ann@host MODE #room +m",
            "472 x|is not a mode letter of this server",
            "696 #room|l|0|a number of members above 0 is expected",
        ],
    );
}

#[test]
fn members_without_rank_and_outsiders_change_nothing() {
    let (mut bench, _, bob) = two();
    let cid = person(3, "cid");
    bench.check(&bob, mode(&["+ims-nt"]), &[NOT_OPERATOR]);
    bench.check(
        &cid,
        mode(&["+im"]),
        &["442 #room|You're not on that channel"],
    );
    bench.check(&bob, mode(&[]), &["324 #room|+nt", "329 #room|1700000000"]);
}

#[test]
fn a_secret_room_shows_outsiders_neither_its_lists_nor_its_modes() {
    let (mut bench, ann, _) = two();
    let cid = person(3, "cid");
    bench.does(&ann, mode(&["+s"]));
    for asked in [&["b"][..], &[]] {
        bench.check(
            &cid,
            mode(asked),
            &["442 #room|You're not on that channel", "refused"],
        );
    }
}

#[test]
fn what_changes_nothing_leaves_nothing_behind() {
    let (mut bench, ann, _) = two();
    let before = bench.picture();
    for changes in [&["b"][..], &["+x"], &["+n"], &["+k"], &[]] {
        bench.does(&ann, mode(changes));
    }
    assert_eq!(bench.picture(), before);
}

#[test]
fn no_more_arguments_are_read_than_modes_says() {
    let arguments = vec!["bob"; 21];
    let letters = format!("+{}", "o".repeat(21));
    let (mut bench, ann, _) = two();
    bench.check(
        &ann,
        mode(&[&[letters.as_str()], arguments.as_slice()].concat()),
        &[
            ":ann!~ann@host MODE #room +o bob",
            "696 #room|o|*|a nick is expected",
        ],
    );
}
