//! The reader for a terminal that is not edited on: stdout is a pipe or a file, or the terminal can
//! do nothing. Lines come as the terminal collects them, and output goes out as it comes. No prompt:
//! stdout carries the conversation.

use std::io::BufRead as _;

use super::submit::Submitter;

/// Hands over each line until there are no more.
pub(super) fn read(submitter: &mut Submitter) {
    let mut stdin = std::io::stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        match stdin.read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) if submitter.is_over() => return,
            Ok(_) => submitter.submit(&String::from_utf8_lossy(&line)),
        }
    }
}
