//! The plug-ins of the page, saved under their names, are checked, installed and used as it says.

use crate::hub::Hub;
use crate::page::{CodeBlock, Page};
use crate::shell::run;
use crate::watcher::Watcher;

#[test]
fn plugins_work_as_they_are_printed() {
    let hub = Hub::start();
    let blocks = Page::english().code_blocks();
    let plugins = blocks
        .iter()
        .filter_map(|block| Some((block.plugin_command()?, block)));
    let mut names = Vec::new();
    for (name, block) in plugins {
        assert!(block.text.lines().count() <= 10, "'{name}' is longer");
        std::fs::write(hub.home().join(name), &block.text).expect("a file");
        names.push(name);
    }
    assert_eq!(names, ["roll", "pick"]);
    let installing = |block: &&CodeBlock| block.text.contains("salon plugin install");
    let lines = blocks.iter().find(installing).expect("how to install them");
    // Nobody can be asked in a test.
    let lines = lines.text.lines().map(|line| {
        let grant = if line.contains(" install ") {
            " --grant"
        } else {
            ""
        };
        format!("{line}{grant}")
    });
    let lines = lines.collect::<Vec<_>>().join("\n");
    let output = run(&hub, &["-ec", &lines]);
    assert!(output.status.success(), "{output:?}");
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(report.contains("ok     :roll 20"), "{report}");
    let mut watcher = Watcher::join(hub.address());
    let typed = r"printf ':roll 20\n:pick tea coffee\n:pick tea\n' | salon --nick ann";
    let output = run(&hub, &["-c", typed]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "line 3: plug-in 'pick' failed: exit code 1: expected two choices or more\n"
    );
    let rolled = watcher.hears().text;
    let number = rolled.strip_prefix("rolled ").map(str::parse::<u32>);
    assert!(
        number.is_some_and(|number| matches!(number, Ok(1..=20))),
        "{rolled}"
    );
    let picked = watcher.hears().text;
    assert!(
        ["tea", "coffee"].contains(&picked.trim_end_matches(", out of tea, coffee")),
        "{picked}"
    );
}
