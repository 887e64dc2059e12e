//! Draws terminals as SVG, cell by cell, so that any font keeps the columns. The times of the lines
//! are all set to the same one: the drawing depends on nothing but what was said.

use std::fmt::Write as _;

use vt100::{Cell, Color, Screen};

use crate::pane::{COLUMNS, ROWS};

const CELL_WIDTH: f32 = 8.0;
const CELL_HEIGHT: f32 = 19.0;
const PADDING: f32 = 14.0;
const BAR: f32 = 30.0;
const GAP: f32 = 16.0;
const TIME: &str = "18:00";

const BACKGROUND: &str = "#1d2129";
const FOREGROUND: &str = "#d7dce5";
const FAINT: &str = "#8a93a3";
const SIXTEEN: [&str; 16] = [
    "#3b4252", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d7dce5",
    "#697386", "#ff7b86", "#b5e08f", "#ffd68a", "#82c4ff", "#dd9bf0", "#7ad5df", "#ffffff",
];

/// Terminals side by side, each under its title.
pub(crate) fn draw(terminals: &[(&str, &Screen)]) -> String {
    let window_width = f32::from(COLUMNS) * CELL_WIDTH + 2.0 * PADDING;
    let height = BAR + f32::from(ROWS) * CELL_HEIGHT + 2.0 * PADDING;
    let mut left = 0.0;
    let mut windows = String::new();
    for (title, screen) in terminals {
        let _ = writeln!(windows, "<g transform=\"translate({left} 0)\">");
        window(&mut windows, title, window_width, height);
        rows(&mut windows, screen);
        windows.push_str("</g>\n");
        left += window_width + GAP;
    }
    let width = left - GAP;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"13\" \
         fill=\"{FOREGROUND}\" xml:space=\"preserve\">\n\
         <title>salon in two terminals</title>\n{windows}</svg>\n"
    )
}

fn window(out: &mut String, title: &str, width: f32, height: f32) {
    let _ = writeln!(
        out,
        "<rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{BACKGROUND}\"/>"
    );
    for (place, fill) in [(18, SIXTEEN[1]), (36, SIXTEEN[3]), (54, SIXTEEN[2])] {
        let _ = writeln!(
            out,
            "<circle cx=\"{place}\" cy=\"16\" r=\"5\" fill=\"{fill}\"/>"
        );
    }
    let middle = width / 2.0;
    let _ = writeln!(
        out,
        "<text x=\"{middle}\" y=\"20\" text-anchor=\"middle\" fill=\"{FAINT}\">{}</text>",
        escaped(title)
    );
}

fn rows(out: &mut String, screen: &Screen) {
    let cursor = screen.cursor_position();
    for row in 0..ROWS {
        let top = BAR + PADDING + f32::from(row) * CELL_HEIGHT;
        if cursor.0 == row {
            let left = PADDING + f32::from(cursor.1) * CELL_WIDTH;
            let _ = writeln!(
                out,
                "<rect x=\"{left}\" y=\"{top}\" width=\"{CELL_WIDTH}\" height=\"{CELL_HEIGHT}\" fill=\"{FAINT}\"/>"
            );
        }
        for run in runs(screen, row) {
            run.draw(out, top + 14.0);
        }
    }
}

/// Neighbours that look the same. A wide character stands alone: no font agrees on its width.
struct Run {
    column: u16,
    width: u16,
    text: String,
    style: String,
}

impl Run {
    fn draw(&self, out: &mut String, baseline: f32) {
        let text = self.text.trim_end();
        if text.is_empty() {
            return;
        }
        let left = PADDING + f32::from(self.column) * CELL_WIDTH;
        let trimmed = u16::try_from(self.text.len() - text.len()).unwrap_or_default();
        let width = f32::from(self.width - trimmed) * CELL_WIDTH;
        let _ = writeln!(
            out,
            "<text x=\"{left}\" y=\"{baseline}\" textLength=\"{width}\" lengthAdjust=\"spacingAndGlyphs\"{}>{}</text>",
            self.style,
            escaped(text)
        );
    }
}

fn runs(screen: &Screen, row: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut joins = false;
    for column in 0..COLUMNS {
        let cell = screen.cell(row, column).expect("the cell is on the screen");
        if cell.is_wide_continuation() {
            continue;
        }
        let text = match cell.contents() {
            "" => " ",
            text => text,
        };
        let style = style(cell);
        let width = if cell.is_wide() { 2 } else { 1 };
        match runs.last_mut() {
            Some(run) if joins && width == 1 && run.style == style => {
                run.text.push_str(text);
                run.width += 1;
            }
            _ => runs.push(Run {
                column,
                width,
                text: text.to_owned(),
                style,
            }),
        }
        joins = width == 1;
    }
    if let Some(first) = runs.first_mut() {
        set_time(&mut first.text);
    }
    runs
}

/// Puts the same time over the one that a line begins with.
fn set_time(text: &mut String) {
    let is_time = text.len() >= TIME.len()
        && text.bytes().zip(TIME.bytes()).all(|(found, digit)| {
            found == digit || found.is_ascii_digit() && digit.is_ascii_digit()
        });
    if is_time {
        text.replace_range(..TIME.len(), TIME);
    }
}

fn style(cell: &Cell) -> String {
    let colour = match cell.fgcolor() {
        Color::Default if cell.dim() => FAINT.to_owned(),
        Color::Default => String::new(),
        Color::Idx(index) => match SIXTEEN.get(usize::from(index)) {
            Some(colour) => (*colour).to_owned(),
            None => mixed(index),
        },
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
    };
    let mut style = String::new();
    if !colour.is_empty() {
        let _ = write!(style, " fill=\"{colour}\"");
    }
    if cell.bold() {
        style.push_str(" font-weight=\"bold\"");
    }
    if cell.underline() {
        style.push_str(" text-decoration=\"underline\"");
    }
    style
}

/// A colour of the 256 beyond the sixteen: the cube of 216, then the greys.
fn mixed(index: u8) -> String {
    let step = |place: u8| match place % 6 {
        0 => 0,
        place => 55 + 40 * place,
    };
    let [red, green, blue] = match index.checked_sub(232) {
        Some(grey) => [8 + 10 * grey; 3],
        None => [(index - 16) / 36, (index - 16) / 6, index - 16].map(step),
    };
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
