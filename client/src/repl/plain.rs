//! The reader for a terminal that is not edited on: stdout is a pipe or a file, which carries the
//! conversation and no prompt, or the terminal can do nothing, and gets a prompt and whole lines.
//! Lines come as the terminal collects them, and output goes out as it comes.

use std::io::BufRead as _;

use super::screen::Screen;
use super::submit::Submitter;

/// Who sees the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    /// The person who types.
    Terminal,
    /// A program, or nobody.
    Elsewhere,
}

/// Hands over each line until there are no more.
pub(super) fn read(submitter: &mut Submitter, screen: &Screen, output: Output) {
    let mut stdin = std::io::stdin().lock();
    let mut line = Vec::new();
    while !submitter.is_over() {
        if output == Output::Terminal && !screen.begin_prompting() {
            return;
        }
        line.clear();
        let read = stdin.read_until(b'\n', &mut line);
        if output == Output::Terminal {
            screen.end_reading("");
        }
        match read {
            Ok(0) | Err(_) => return,
            Ok(_) => submitter.submit(&String::from_utf8_lossy(&line)),
        }
    }
}
