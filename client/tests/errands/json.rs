//! What the subcommands print as JSON fits the schema, each line of it.

use std::collections::BTreeSet;

use crate::real::Hub;
use crate::schema::{mismatch, schema};

/// Checks each line, and gives the types that were there.
#[track_caller]
fn check(output: &str) -> BTreeSet<String> {
    let schema = schema();
    let lines = output.lines().map(|line| {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(mismatch(&schema, &schema, &object), None, "{object}");
        object["type"].as_str().unwrap().to_owned()
    });
    lines.collect()
}

fn types(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn real_output_of_every_subcommand_fits_the_schema() {
    let hub = Hub::start();
    let script = "hello\n:me waves\n:raw NOTICE #lobby :note\n:topic #lobby\n:nick bob\n:join #dev\n:topic tea\n\
                  :mode #dev +i\n:part #dev bye\n";
    let outcome = hub.run(&["--json"], script);
    let found = check(&outcome.stdout);
    let expected = types(&[
        "action", "join", "message", "mode", "nick", "notice", "part", "ready", "topic",
    ]);
    assert_eq!(found, expected, "{outcome:?}");
    assert_eq!(
        check(&hub.output(&["send", "#lobby", "x", "--json"], "")),
        types(&["message"])
    );
    let said = types(&["action", "message", "notice"]);
    assert_eq!(check(&hub.output(&["tail", "#lobby", "--json"], "")), said);
    assert_eq!(
        check(&hub.output(&["export", "#lobby", "--json"], "")),
        said
    );
    assert_eq!(
        check(&hub.output(&["search", "hello", "--json"], "")),
        types(&["message"])
    );
    let all = check(&hub.output(&["export", "#lobby", "--json", "--events"], ""));
    assert!(
        all.is_superset(&types(&["join", "message", "nick", "quit"])),
        "{all:?}"
    );
    let gap = hub.run(
        &["tail", "#lobby", "--json", "--after", "1234567890a-77-5"],
        "",
    );
    assert!(check(&gap.stdout).contains("gap"), "{gap:?}");
}
