//! `salon host`.
use crate::cli::HostOptions;
use crate::settings::{Input, Settings};
use std::process::ExitCode;
pub(crate) fn run(_host: &HostOptions, settings: Settings, input: Input) -> ExitCode {
    crate::talk(settings, input)
}
