//! A README taken apart: code blocks, tables, headings, links, words set as code.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One of the two pages.
pub(crate) struct Page {
    text: String,
}

/// What stands between two fences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CodeBlock {
    pub(crate) language: String,
    pub(crate) text: String,
}

/// The folder that the READMEs stand in.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package stands in the workspace")
        .to_owned()
}

impl Page {
    pub(crate) fn english() -> Self {
        Self::read("README.md")
    }

    pub(crate) fn french() -> Self {
        Self::read("README.fr.md")
    }

    pub(crate) fn scripting() -> Self {
        Self::read("docs/scripting.md")
    }

    fn read(name: &str) -> Self {
        let text = std::fs::read_to_string(root().join(name)).expect("the README is there");
        Self { text }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The code blocks, in order.
    pub(crate) fn code_blocks(&self) -> Vec<CodeBlock> {
        // Prose and code take turns between the fences.
        let parts = self.text.split("```").skip(1).step_by(2);
        parts
            .map(|part| {
                let (language, text) = part.split_once('\n').expect("a fence ends its line");
                CodeBlock {
                    language: language.to_owned(),
                    text: text.to_owned(),
                }
            })
            .collect()
    }

    /// The recipes: code blocks that belong into files, by the names of these.
    pub(crate) fn recipes(&self) -> BTreeMap<String, CodeBlock> {
        let blocks = self.code_blocks().into_iter();
        blocks
            .filter_map(|block| Some((block.script_name()?.to_owned(), block)))
            .collect()
    }

    /// The text without its code blocks.
    pub(crate) fn prose(&self) -> String {
        self.text.split("```").step_by(2).collect()
    }

    /// The marks of the headings, in order: `#`, `##`.
    pub(crate) fn heading_marks(&self) -> Vec<String> {
        let prose = self.prose();
        let headings = prose.lines().filter(|line| line.starts_with('#'));
        headings
            .map(|line| line.chars().take_while(|&mark| mark == '#').collect())
            .collect()
    }

    /// The cells of every line of every table, headers and rules too.
    pub(crate) fn table_lines(&self) -> Vec<Vec<String>> {
        let prose = self.prose();
        let lines = prose.lines().filter(|line| line.starts_with('|'));
        lines.map(cells).collect()
    }

    /// What the links and pictures point at.
    pub(crate) fn links(&self) -> Vec<String> {
        let prose = self.prose();
        let parts = prose.split("](").skip(1);
        parts
            .map(|part| {
                part.split(')')
                    .next()
                    .expect("a split has a part")
                    .to_owned()
            })
            .collect()
    }

    /// The words of the prose that are set as code, in order.
    pub(crate) fn inline_code(&self) -> Vec<String> {
        let prose = self.prose();
        let parts = prose.split('`').skip(1).step_by(2);
        parts.map(|part| part.replace("\\|", "|")).collect()
    }
}

fn cells(line: &str) -> Vec<String> {
    let inner = line.replace("\\|", "\u{1}");
    let inner = inner.trim_matches('|');
    let cells = inner.split('|');
    cells
        .map(|cell| cell.trim().replace('\u{1}', "|"))
        .collect()
}

impl CodeBlock {
    /// Whether it is for a shell.
    pub(crate) fn is_shell(&self) -> bool {
        matches!(self.language.as_str(), "sh" | "bash")
    }

    /// The command that a plug-in brings: its head is the comment under `#!`.
    pub(crate) fn plugin_command(&self) -> Option<&str> {
        let head = self.text.lines().nth(1)?.strip_prefix("# salon: ")?;
        head.split(' ')
            .find_map(|word| word.strip_prefix("command="))
    }

    /// The file that a recipe belongs into: the first word of the comment under `#!`.
    pub(crate) fn script_name(&self) -> Option<&str> {
        if self.plugin_command().is_some() {
            return None;
        }
        let mut lines = self.text.lines();
        lines.next().filter(|line| line.starts_with("#!"))?;
        let comment = lines.next().expect("a recipe says what it is");
        let (name, _) = comment.trim_start_matches("# ").split_once(':')?;
        Some(name)
    }
}
