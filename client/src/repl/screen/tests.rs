use super::*;

fn prompt(raw: &str) -> Prompt {
    Prompt {
        raw: raw.to_owned(),
        styled: raw.to_owned(),
        place: raw.split(' ').next().unwrap_or_default().to_owned(),
    }
}

fn reading() -> Screen {
    let screen = Screen::new(prompt("a> "));
    assert_eq!(screen.begin_reading(), Some(prompt("a> ")));
    screen
}

#[test]
fn what_waits_is_one_paint() {
    let screen = reading();
    screen.show("one\n");
    screen.show("two\n");
    assert!(screen.wait_for_nudge(Instant::now()));
    assert_eq!(screen.paint(true), Paint::Lines("one\ntwo\n".to_owned()));
    assert_eq!(screen.paint(true), Paint::Lines(String::new()));
}

#[test]
fn a_key_and_a_search_show_what_waits_too() {
    let screen = reading();
    screen.show("one\n");
    screen.typing("x", 1);
    assert_eq!(screen.paint(false), Paint::Lines("one\n".to_owned()));
}

#[test]
fn a_new_prompt_leaves_the_editor_on_a_nudge_alone() {
    let screen = reading();
    screen.typing("half typed", 4);
    screen.set_prompt(prompt("b> "), None, true);
    assert_eq!(screen.paint(true), Paint::Lines(String::new()));
    assert_eq!(screen.paint(false), Paint::Lines(String::new()));
    assert!(screen.wait_for_nudge(Instant::now()));
    assert_eq!(screen.paint(true), Paint::Leave);
    assert_eq!(screen.typed(), ("half".to_owned(), " typed".to_owned()));
    assert_eq!(screen.begin_reading(), Some(prompt("b> ")));
}

#[test]
fn the_same_prompt_again_changes_nothing() {
    let screen = reading();
    screen.set_prompt(prompt("a> "), None, true);
    assert_eq!(screen.paint(true), Paint::Lines(String::new()));
}

#[test]
fn what_comes_while_another_program_has_the_terminal_waits_and_nudges_nobody() {
    let screen = reading();
    screen.end_reading("");
    assert!(screen.lend());
    screen.show("one\n");
    screen.set_prompt(prompt("b> "), None, true);
    assert!(!screen.lock().wants_nudge());
    assert!(!screen.lock().queue.is_empty());
    screen.end_reading("");
    assert!(screen.lock().queue.is_empty());
    screen.stop();
    assert!(!screen.lend());
}

#[test]
fn stopping_leaves_and_ends() {
    let screen = reading();
    screen.stop();
    assert!(screen.wait_for_nudge(Instant::now()));
    assert_eq!(screen.paint(true), Paint::Leave);
    screen.end_reading("");
    assert_eq!(screen.begin_reading(), None);
    screen.finish();
    assert!(!screen.wait_for_nudge(Instant::now()));
}

#[test]
fn a_full_queue_holds_its_writer_until_the_editor_paints() {
    let screen = reading();
    let line = "x".repeat(4 * 1024 * 1024) + "\n";
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            screen.show(&line);
            screen.show("last\n");
        });
        // The first text fills the queue; the second comes only once the first was painted.
        assert!(screen.wait_for_nudge(Instant::now()));
        assert_eq!(screen.paint(true), Paint::Lines(line.clone()));
        writer.join().expect("the writer was woken");
    });
    assert_eq!(screen.paint(true), Paint::Lines("last\n".to_owned()));
}

#[test]
fn a_cleared_screen_is_filled_from_its_top() {
    let screen = reading();
    screen.clearing();
    assert_eq!(screen.paint(true), Paint::Lines("\x1b[A".to_owned()));
    screen.show("one\n");
    assert_eq!(screen.paint(true), Paint::Lines("\x1b[Aone\n".to_owned()));
    screen.show("two\n");
    assert_eq!(screen.paint(true), Paint::Lines("two\n".to_owned()));
}

#[test]
fn typing_between_two_interrupts_disarms() {
    let screen = reading();
    assert_eq!(screen.interrupt(), Interrupt::First);
    screen.typing("x", 1);
    screen.typing("", 0);
    assert_eq!(screen.interrupt(), Interrupt::First);
    assert_eq!(screen.interrupt(), Interrupt::Second);
}

#[test]
fn news_of_the_same_width_are_painted_in_place() {
    let screen = Screen::new(prompt("a [+1]> "));
    screen.begin_reading();
    screen.typing("half typed", 10);
    screen.set_prompt(prompt("a [+2]> "), None, true);
    assert_eq!(screen.paint(true), Paint::Lines(String::new()));
    assert_eq!(screen.current_prompt().as_deref(), Some("a [+2]> "));
}

#[test]
fn wider_news_wait_until_the_line_is_empty() {
    let screen = Screen::new(prompt("a > "));
    screen.begin_reading();
    screen.typing("half typed", 10);
    screen.set_prompt(prompt("a [+1]> "), None, true);
    assert_eq!(screen.paint(false), Paint::Lines(String::new()));
    assert_eq!(screen.paint(true), Paint::Lines(String::new()));
    assert_eq!(screen.current_prompt().as_deref(), Some("a > "));
    screen.typing("", 0);
    assert_eq!(screen.paint(true), Paint::Lines(String::new()));
    assert_eq!(screen.paint(true), Paint::Leave);
    assert_eq!(screen.begin_reading(), Some(prompt("a [+1]> ")));
}

#[test]
fn wider_news_wait_while_keys_are_commands() {
    let screen = Screen::new(prompt("a > "));
    screen.begin_reading();
    screen.commanding(true);
    screen.set_prompt(prompt("a [+1]> "), None, true);
    assert_eq!(screen.paint(true), Paint::Lines(String::new()));
    screen.commanding(false);
    assert_eq!(screen.paint(true), Paint::Leave);
}

#[test]
fn a_question_keeps_its_own_prompt() {
    let screen = Screen::new(prompt("a [+1]> "));
    screen.begin_reading();
    screen.keep_prompt(&prompt("a> "));
    screen.set_prompt(prompt("a [+2]> "), None, true);
    assert_eq!(screen.current_prompt(), None);
}
