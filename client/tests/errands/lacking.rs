//! Servers that keep no history and don't search.

use std::io::{BufRead as _, BufReader};

use crate::hub::Hub;
use crate::real::check;
use crate::salon::Salon;

#[test]
fn what_a_server_lacks_is_named() {
    let hub = Hub::modern();
    let address = hub.address.to_string();
    for (args, stderr) in [
        (
            ["tail", "#lobby"],
            "error: the server keeps no history that one can ask for: it does not offer draft/chathistory\n",
        ),
        (
            ["export", "#lobby"],
            "error: the server keeps no history that one can ask for: it does not offer draft/chathistory\n",
        ),
        (
            ["search", "word"],
            "error: the server can't search: it does not offer soju.im/search\n",
        ),
    ] {
        let mut all = args.to_vec();
        all.extend(["--server", &address]);
        check(&Salon::new(&all).run(""), 1, "", stderr);
    }
}

#[test]
fn following_begins_with_a_gap_where_history_was_wanted() {
    let hub = Hub::modern();
    let address = hub.address.to_string();
    let args = [
        "tail", "#lobby", "-f", "--since", "1h", "--json", "--server", &address,
    ];
    let mut tail = Salon::new(&args).start();
    let mut lines = BufReader::new(tail.child.stdout.take().unwrap()).lines();
    let gap: serde_json::Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(
        (&gap["type"], &gap["to"]),
        (&"gap".into(), &"#lobby".into())
    );
    assert!(
        gap["since"].is_string() && gap["skipped"].is_null(),
        "{gap}"
    );
    tail.child.kill().unwrap();
    tail.child.wait().unwrap();
}
