//! On what, and when, something was measured.

use std::fs;

use jiff::Timestamp;

/// The moment, to the second.
pub(crate) fn now() -> String {
    let now = Timestamp::now();
    format!("{now:.0}")
}

/// The machine, its load and the moment, in one line.
pub(crate) fn describe() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let processors = read("/proc/cpuinfo");
    let cores = processors
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .unwrap_or("an unknown processor")
        .trim_start_matches([' ', '\t', ':']);
    let release = read("/proc/sys/kernel/osrelease");
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or_default();
    let (release, moment) = (release.trim(), now());
    format!("{cores} cores of {model}, Linux {release}, load {load}, {moment}")
}
