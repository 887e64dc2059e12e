//! What comes with the program when it is packaged: completions for shells, and manual pages. Both are
//! read from the definition of the command line, so that they can't tell of anything else.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::Shell;
use salon_config::whole_file;

use crate::cli::Cli;
use crate::conversation::cause;
use crate::{exit, fail, print};

/// `salon completions`
#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsOptions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// `salon man`
#[derive(Debug, clap::Args)]
pub(crate) struct ManOptions {
    /// Write a page for the program and one for each subcommand into this folder [default: all on standard output]
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// Prints what a shell needs to complete command lines.
pub(crate) fn completions(options: &CompletionsOptions) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "salon", &mut script);
    print(&script)
}

/// Writes or prints the manual pages.
pub(crate) fn man(options: &ManOptions) -> ExitCode {
    let pages = match pages() {
        Ok(pages) => pages,
        Err(error) => return fail(exit::REFUSED, &cause(&error)),
    };
    let Some(folder) = &options.output else {
        let pages: Vec<Vec<u8>> = pages.into_iter().map(|(_, page)| page).collect();
        return print(&pages.concat());
    };
    match write(folder, &pages) {
        Ok(()) => ExitCode::from(exit::OK),
        Err(error) => {
            let text = format!(
                "could not write into '{}': {}",
                folder.display(),
                cause(&error)
            );
            fail(exit::REFUSED, &text)
        }
    }
}

/// Each page with the name of its file.
fn pages() -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut program = Cli::command();
    // This gives the subcommands their full names and the options that all take.
    program.build();
    let mut waiting = vec![program];
    let mut pages = Vec::new();
    while let Some(command) = waiting.pop() {
        let children = command.get_subcommands();
        let children = children.filter(|child| !child.is_hide_set() && child.get_name() != "help");
        let mut children: Vec<_> = children.cloned().collect();
        children.reverse();
        waiting.append(&mut children);
        let name = command
            .get_display_name()
            .unwrap_or_else(|| command.get_name());
        let name = name.to_owned();
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        pages.push((format!("{name}.1"), page));
    }
    Ok(pages)
}

fn write(folder: &Path, pages: &[(String, Vec<u8>)]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (name, page) in pages {
        whole_file::write(&folder.join(name), page, 0o644)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_every_flag_of_its_command() {
        let pages = pages().unwrap();
        let mut program = Cli::command();
        program.build();
        let mut waiting = vec![program];
        let mut checked = 0;
        while let Some(command) = waiting.pop() {
            let name = command.get_display_name().unwrap_or("salon").to_owned();
            if command.get_name() == "help" {
                continue;
            }
            let file = format!("{name}.1");
            let page = pages.iter().find(|(page, _)| *page == file);
            let (_, page) = page.unwrap_or_else(|| panic!("no page {file}"));
            // roff writes a hyphen as `\-`.
            let text = String::from_utf8(page.clone()).unwrap().replace("\\-", "-");
            for argument in command.get_arguments() {
                if let Some(long) = argument.get_long() {
                    assert!(
                        text.contains(&format!("--{long}")),
                        "--{long} is not in {file}"
                    );
                    checked += 1;
                }
            }
            waiting.extend(command.get_subcommands().cloned());
        }
        assert!(checked > 100, "{checked}");
    }

    #[test]
    fn every_subcommand_has_a_page() {
        let names: Vec<String> = pages().unwrap().into_iter().map(|(name, _)| name).collect();
        for name in [
            "salon.1",
            "salon-tail.1",
            "salon-config-show.1",
            "salon-man.1",
        ] {
            assert!(
                names.iter().any(|known| known == name),
                "{name} in {names:?}"
            );
        }
    }
}
