//! Tab.

use crate::Stage;

#[test]
fn tab_completes_what_there_is_no_choice_in() {
    let mut stage = Stage::set();
    stage.terminal.press("bo\t");
    stage.terminal.wait_for_prompt("#lobby alice> ", "bob: ");
    stage.terminal.press("and CAR\t");
    stage
        .terminal
        .wait_for_prompt("#lobby alice> ", "bob: and carol ");
    stage.terminal.press("\x03:swi\t");
    // Behind the cursor stands what may follow.
    stage.terminal.wait("the hint", |screen| {
        crate::terminal::cursor_row(screen) == "#lobby alice> :switch ROOM|NICK"
    });
    stage.terminal.press("#lo\t");
    stage.terminal.wait("the room", |screen| {
        crate::terminal::cursor_row(screen) == "#lobby alice> :switch #lobby"
    });
}

#[test]
fn tab_lists_the_choices_and_nothing_waits() {
    let mut stage = Stage::set();
    stage.terminal.press(":n\t");
    stage.terminal.wait("both commands", |screen| {
        let text = screen.contents();
        text.contains("\n:names ") && text.contains("\n:nick ")
    });
    stage.hub.say("not held back.");
    stage.terminal.wait_for("<bob> not held back.");
    stage.terminal.wait_for_prompt("#lobby alice> ", ":n");
}
