//! The conversation of the screenshot: two people at real terminals and a build on a pipe.

use expect_test::expect_file;

use crate::hub::Hub;
use crate::page::Page;
use crate::pane::Pane;
use crate::shell::run;
use crate::svg;

const ANN: &str = "#lobby ann>";
const BOB: &str = "#lobby bob>";

/// `UPDATE_EXPECT=1` writes the file anew.
#[test]
fn screenshot_is_what_the_terminals_show() {
    let hub = Hub::start();
    let mut ann = Pane::open(hub.home());
    let mut bob = Pane::open(hub.home());
    ann.enter("salon --nick ann");
    ann.shows("connected", ANN);
    bob.enter("salon --nick bob");
    bob.shows("connected", BOB);
    ann.shows("bob joined", ANN);
    let mut both = Talk {
        ann: &mut ann,
        bob: &mut bob,
    };
    both.ann_says("hi bob, is the release out? 🚢", "<ann> hi bob");
    both.bob_says("not yet, the tests are running", "<bob> not yet");
    build(&hub);
    both.show("build quit");
    both.ann_says(":me opens the locks", "ann opens the locks");
    both.bob_says(":topic release 2.1", "release 2.1");
    ann.press("see you all at the");
    let typed = format!("{ANN} see you all at the");
    ann.shows(&typed, &typed);
    bob.enter(":msg ann the notes are ready");
    bob.shows("notes are ready", BOB);
    ann.shows("notes are ready", &typed);
    let drawing = svg::draw(&[("ann", &ann.screen()), ("bob", &bob.screen())]);
    ann.close();
    bob.close();
    expect_file!["../../../docs/screenshot.svg"].assert_eq(&drawing);
}

/// The recipe of the README, on a `make` that needs no time.
fn build(hub: &Hub) {
    let blocks = Page::english().code_blocks();
    let recipe = blocks
        .iter()
        .find(|block| block.script_name() == Some("build.sh"))
        .expect("the README has the recipe");
    std::fs::write(hub.home().join("build.sh"), &recipe.text).expect("a file");
    let output = run(
        hub,
        &[
            "-c",
            "make() { :; }; . ./build.sh",
            "build.sh",
            "make",
            "test",
        ],
    );
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

struct Talk<'a> {
    ann: &'a mut Pane,
    bob: &'a mut Pane,
}

impl Talk<'_> {
    fn ann_says(&mut self, line: &str, shown: &str) {
        self.ann.enter(line);
        self.show(shown);
    }

    fn bob_says(&mut self, line: &str, shown: &str) {
        self.bob.enter(line);
        self.show(shown);
    }

    fn show(&self, text: &str) {
        self.ann.shows(text, ANN);
        self.bob.shows(text, BOB);
    }
}
