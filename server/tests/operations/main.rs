//! The program as those who run it see it: its data folder, its service manager, its metrics, its log.

#[path = "../transport/lines.rs"]
mod lines;
mod log;
mod metrics;
mod process;
mod service;
mod upkeep;
