//! The program as those who run it see it: its data folder, its service manager, its metrics, its log.

#[path = "../transport/lines.rs"]
mod lines;
mod process;
mod upkeep;
