//! Aliases and settings, as they are changed and kept.

use super::*;

#[tokio::test(start_paused = true)]
async fn aliases_are_made_used_and_taken_back() {
    let (mut talk, _hub) = started().await;
    check(&mut talk, ":alias h = help $1", &[]);
    check(&mut talk, ":alias", &[":alias h = :help $1"]);
    let (lines, _) = run(&mut talk, ":h join");
    assert_eq!(lines.first().map(String::as_str), Some(":join ROOM [KEY]"));
    check_refused(
        &mut talk,
        ":alias join = part",
        "the name ':join' is taken by ':join', which is built in; expected another name",
    );
    check(&mut talk, ":unalias h", &[]);
    check_refused(&mut talk, ":unalias h", "there is no alias ':h'");
    check_refused(&mut talk, ":h join", "unknown command ':h'");
}

/// A plug-in comes whose command rolls a die.
fn bring_roll(talk: &mut Conversation) {
    talk.take_tell(Tell::Register {
        plugin: "dice".to_owned(),
        commands: vec![Spec::new("roll", "roll a die")],
    });
}

#[tokio::test(start_paused = true)]
async fn an_alias_of_the_settings_is_made_when_its_command_comes() {
    let mut plan = super::tests::plan();
    let aliases = [("r", "roll 20"), ("x", "jion")];
    plan.preferences.config.aliases = aliases.map(|(n, l)| (n.to_owned(), l.to_owned())).into();
    let (mut talk, _hub) = start_with(plan);
    let complaints = [
        "the alias 'r' of the settings: unknown command ':roll'",
        "the alias 'x' of the settings: unknown command ':jion'; did you mean ':join'?",
    ];
    assert_eq!(told(&mut talk), complaints);
    bring_roll(&mut talk);
    talk.take_tell(Tell::Settled);
    assert_eq!(told(&mut talk), [""; 0]);
    let made: Vec<_> = talk.registry.aliases().collect();
    assert_eq!(made, [("r", ":roll 20")]);
}

#[tokio::test(start_paused = true)]
async fn saving_leaves_the_aliases_alone_that_did_not_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.toml");
    let (mut talk, _hub) = started().await;
    talk.preferences.file = Some(file.clone());
    let mut check_saved = |line: &str, before: &str, after: &str| {
        std::fs::write(&file, format!("[aliases]\n{before}")).expect("a file");
        check(&mut talk, line, &[]);
        let said = format!("saved in {}", file.display());
        check(&mut talk, ":save", &[&said]);
        let saved = std::fs::read_to_string(&file).expect("a file");
        assert_eq!(saved, format!("[aliases]\n{after}"), "{line}");
    };
    // The file is written by others meanwhile, and has what can't be made here.
    let others = "r = \"roll 20\"\nbye = \"quit\" # mine\n";
    check_saved(
        ":alias h = help",
        others,
        &format!("{others}h = \":help\"\n"),
    );
    check_saved(
        ":alias a = away",
        others,
        &format!("{others}a = \":away\"\n"),
    );
    check_saved(":unalias H", &format!("{others}h = \"help\"\n"), others);
}

#[tokio::test(start_paused = true)]
async fn settings_are_changed_shown_and_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.toml");
    let (mut talk, _hub) = started().await;
    talk.preferences.file = Some(file.clone());
    check(
        &mut talk,
        ":set color never",
        &["color = never (not saved)"],
    );
    check(&mut talk, ":notify off", &["notify = off (not saved)"]);
    check(
        &mut talk,
        ":highlight build failed",
        &["highlight = build failed (not saved)"],
    );
    check_refused(
        &mut talk,
        ":set colour x",
        "no setting `colour`; did you mean `color`?",
    );
    check_refused(
        &mut talk,
        ":set color nevr",
        "unknown value `nevr`; did you mean `never`?",
    );
    check(&mut talk, ":alias hug = me hugs $1", &[]);
    check(
        &mut talk,
        ":save",
        &[&format!("saved in {}", file.display())],
    );
    let saved = ClientConfig::load(&file).expect("settings");
    assert_eq!(saved.color, salon_config::ColorChoice::Never);
    assert_eq!(saved.highlight, ["build failed"]);
    assert_eq!(
        saved.aliases.get("hug").map(String::as_str),
        Some(":me hugs $1")
    );
    check(
        &mut talk,
        ":highlight --remove BUILD failed",
        &["highlight = none (not saved)"],
    );
}

#[tokio::test(start_paused = true)]
async fn the_hub_is_kept_with_how_it_is_known_and_no_password() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.toml");
    let (mut talk, mut hub) = started().await;
    talk.preferences.file = Some(file.clone());
    while !heard(&mut talk, &mut hub).await.contains("PING") {}
    hears(
        &mut talk,
        &mut hub,
        &[":hub 900 ann ann!a@h ada :You are now logged in as ada"],
    )
    .await;
    talk.plan.host = "hub.example".to_owned();
    talk.plan.transport = salon_config::Transport::Tls;
    talk.plan.tls.fingerprint = "0a".repeat(32).parse().ok();
    talk.plan.identity.password = Some(Secret::new("hunter2"));
    let said = format!("saved in {}", file.display());
    check(&mut talk, ":save hub", &[&said]);
    let saved = std::fs::read_to_string(&file).expect("settings");
    let expected = format!(
        "server = \"ircs://hub.example:{}\"\nnick = \"ann\"\nrooms = [\"#lobby\"]\naccount = \"ada\"\ntls_fingerprint = \"sha256:{}\"\n",
        talk.plan.port,
        "0a".repeat(32)
    );
    assert_eq!(saved, expected);
    talk.preferences.profile = Some("work".to_owned());
    check_refused(
        &mut talk,
        ":save hub",
        "the profile 'work' is a hub that is kept already; its settings are in [profiles.work]",
    );
}

#[tokio::test(start_paused = true)]
async fn what_the_settings_have_for_another_hub_is_not_kept_for_this_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.toml");
    let text =
        "server = \"work\"\nrooms = [\"#lobby sesame\"]\npassword_command = \"pass show work\"\n";
    std::fs::write(&file, text).expect("a file");
    let (mut talk, _hub) = started().await;
    talk.preferences.file = Some(file.clone());
    talk.preferences.config = ClientConfig::load(&file).expect("settings");
    talk.preferences.config.password = Some(Secret::new("hunter2"));
    check_refused(
        &mut talk,
        ":save hub",
        "`password` in the settings is for work; expected this hub in a section [profiles.NAME]",
    );
    talk.preferences.config.password = None;
    let said = format!("saved in {}", file.display());
    check(&mut talk, ":save hub", &[&said]);
    let saved = std::fs::read_to_string(&file).expect("settings");
    let expected = "server = \"irc://localhost:6000\"\nrooms = [\"#lobby\"]\nnick = \"ann\"\n";
    assert_eq!(saved, expected);
}

#[tokio::test(start_paused = true)]
async fn another_server_is_for_the_next_connection_with_its_transport() {
    let (mut talk, _hub) = started().await;
    talk.plan.tls.fingerprint = "0a".repeat(32).parse().ok();
    check(
        &mut talk,
        ":set server ircs://hub.example",
        &["server = ircs://hub.example:6697 (not saved)"],
    );
    check(
        &mut talk,
        ":set tls_ca none",
        &["tls_ca = none (not saved)"],
    );
    assert_eq!(
        talk.next_plan().tls(),
        Some(&salon_config::ClientTls::default())
    );
    check_refused(
        &mut talk,
        ":set tls_fingerprint 0a",
        "'0a' is no fingerprint; expected `sha256:` and 64 hexadecimal digits",
    );
}

#[tokio::test(start_paused = true)]
async fn another_server_is_told_nothing_that_is_for_this_one() {
    let (mut talk, mut hub) = started().await;
    while !heard(&mut talk, &mut hub).await.contains("PING") {}
    let key = RoomToJoin {
        name: "#den".to_owned(),
        key: Some(Secret::new("sesame")),
    };
    talk.plan.identity.password = Some(Secret::new("hunter2"));
    talk.plan.identity.rooms = vec![key];
    let here = talk.plan.clone();
    let pin = format!("sha256:{}", "0a".repeat(32));
    for (line, told) in [
        (
            ":set server irc://127.0.0.1:1",
            "server = irc://127.0.0.1:1 (not saved)".to_owned(),
        ),
        (":set rooms dev", "rooms = #dev (not saved)".to_owned()),
        (
            &format!(":set tls_fingerprint {pin}"),
            format!("tls_fingerprint = {pin} (not saved)"),
        ),
    ] {
        check(&mut talk, line, &[&told]);
    }
    let is_as_before = |plan: &Plan| {
        (&plan.host, &plan.tls, &plan.identity.rooms)
            == (&here.host, &here.tls, &here.identity.rooms)
    };
    assert!(is_as_before(&talk.plan), "a lost connection leads back");
    talk.submit(Ticket(5), ":reconnect");
    assert_eq!(heard(&mut talk, &mut hub).await, "QUIT");
    let Moving::Leaving(Some(there)) = &talk.moving_to else {
        panic!("it is on its way")
    };
    let there = &there.plan;
    assert_eq!((&*there.host, there.port), ("127.0.0.1", 1));
    assert_eq!(there.identity.password, None);
    assert_eq!(there.identity.rooms, [RoomToJoin::open("#dev")]);
    assert_eq!(there.tls.fingerprint, pin.parse().ok());
    assert!(talk.returning.is_elsewhere, "what waits stays here");
}
