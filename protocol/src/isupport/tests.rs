//! Tokens and values, both ways.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(token: &str, key: &str, value: Option<&str>) {
    let mut isupport = Isupport::new();
    isupport.apply(token);
    assert_eq!(isupport.get(key), value, "{token}");
}

#[test]
fn tokens_give_keys_and_values() {
    check("NICKLEN=30", "NICKLEN", Some("30"));
    check("WHOX", "WHOX", Some(""));
    check("EXCEPTS=", "EXCEPTS", Some(""));
    check("A=b=c", "A", Some("b=c"));
    check("=x", "", None);
    check("", "", None);
    check("-", "", None);
}

#[test]
fn escapes_are_undone_and_broken_ones_stay() {
    check(r"NETWORK=My\x20Net\x3d\x5C", "NETWORK", Some(r"My Net=\"));
    check(r"A=\x2", "A", Some(r"\x2"));
    check(r"A=\xzz\x+1", "A", Some(r"\xzz\x+1"));
    check(r"A=\xff\xé", "A", Some(r"\xff\xé"));
    check(r"A=\\y", "A", Some(r"\\y"));
}

#[test]
fn a_minus_takes_back() {
    let isupport: Isupport = ["WHOX", "NICKLEN=9", "-WHOX", "NICKLEN=30"]
        .into_iter()
        .collect();
    assert!(!isupport.whox());
    assert_eq!(isupport.nicklen(), Some(30));
}

#[test]
fn a_line_gives_all_but_nick_and_prose() {
    let line = ":hub 005 WHOX CHANTYPES=# BOT=B :are supported by this server";
    let mut isupport = Isupport::new();
    isupport.apply_message(&Message::parse(line).unwrap());
    let all: Vec<_> = isupport.iter().collect();
    assert_eq!(all, [("BOT", "B"), ("CHANTYPES", "#")]);
    isupport.apply_message(&Message::parse(":hub 005 ann").unwrap());
    assert_eq!(isupport.iter().count(), 2);
}

#[test]
fn what_was_not_said_has_the_default() {
    let isupport = Isupport::new();
    assert_eq!(isupport.casemapping(), CaseMapping::Rfc1459);
    assert_eq!(isupport.chantypes(), "#&");
    assert_eq!(isupport.prefix(), Prefix::parse("(ov)@+"));
    assert_eq!(isupport.chanmodes().kind('k'), Some(ModeKind::ParamAlways));
    assert_eq!((isupport.linelen(), isupport.modes()), (512, 3));
    assert_eq!((isupport.monitor(), isupport.chathistory()), (None, None));
    assert_eq!(isupport.targmax("PRIVMSG"), None);
    assert_eq!(isupport.bot_mode(), None);
    assert!(!isupport.utf8_only());
}

#[test]
fn what_was_said_is_taken() {
    let isupport: Isupport = [
        "CASEMAPPING=ascii",
        "CHANTYPES=#",
        "PREFIX=(qo)~@",
        "STATUSMSG=~@",
        "CHANMODES=b,k,l,i",
        "MODES=",
        "MONITOR=100",
        "draft/CHATHISTORY=1000",
        "TARGMAX=PRIVMSG:4,NAMES:,KICK:1",
        "MAXTARGETS=20",
        "BOT=B",
        "LINELEN=1024",
        "UTF8ONLY",
    ]
    .into_iter()
    .collect();
    assert_eq!(isupport.casemapping(), CaseMapping::Ascii);
    assert!(isupport.is_room("#a") && !isupport.is_room("&a") && !isupport.is_room(""));
    assert_eq!(isupport.prefix().sign_of('q'), Some('~'));
    assert_eq!(isupport.statusmsg(), "~@");
    assert_eq!(isupport.chanmodes().kind('m'), None);
    assert_eq!((isupport.linelen(), isupport.modes()), (1024, usize::MAX));
    assert_eq!(isupport.monitor(), Some(100));
    assert_eq!(isupport.chathistory(), Some(1000));
    assert_eq!(isupport.targmax("privmsg"), Some(4));
    assert_eq!(isupport.targmax("NAMES"), Some(usize::MAX));
    assert_eq!(isupport.targmax("WHOIS"), Some(20));
    assert_eq!(isupport.bot_mode(), Some('B'));
    assert!(isupport.utf8_only());
}

#[test]
fn lines_hold_at_most_thirteen_tokens_and_the_bytes_given() {
    let mut isupport = Isupport::new();
    for index in 10..40 {
        isupport.set(format!("KEY{index}"), "x");
    }
    let counts =
        |bytes_max| -> Vec<usize> { isupport.lines(bytes_max).iter().map(Vec::len).collect() };
    assert_eq!(counts(510), [13, 13, 4]);
    assert_eq!(counts(16), [2; 15], "a blank and seven bytes each");
    assert_eq!(counts(15), [1; 30]);
    assert_eq!(
        counts(0),
        [1; 30],
        "a token that never fits is sent all the same"
    );
}

#[test]
fn formatted_tokens_hold_one_equals_sign_and_no_blank() {
    let isupport = Isupport::new()
        .with("NETWORK", r"a b=c\x20")
        .with_number("NICKLEN", 30)
        .with("WHOX", "");
    let tokens = isupport.lines(510).concat();
    assert_eq!(
        tokens,
        [r"NETWORK=a\x20b\x3Dc\x5Cx20", "NICKLEN=30", "WHOX"]
    );
}

proptest! {
    #[test]
    fn applying_undoes_formatting(
        values in proptest::collection::btree_map("[A-Z/a-z0-9]{1,8}", "(\\\\x20|[ =\\\\a-zé]){0,12}", 0..40),
    ) {
        let mut isupport = Isupport::new();
        for (key, value) in values {
            isupport.set(key, value);
        }
        let tokens = isupport.lines(100).concat();
        prop_assert_eq!(tokens.iter().map(String::as_str).collect::<Isupport>(), isupport);
    }

    #[test]
    fn nothing_panics_reading(token in "(CHANMODES|PREFIX|TARGMAX|BOT|-)?=?.{0,20}") {
        let mut isupport = Isupport::new();
        isupport.apply(&token);
        let _ = (isupport.chanmodes(), isupport.prefix(), isupport.targmax("X"), isupport.bot_mode());
    }
}
