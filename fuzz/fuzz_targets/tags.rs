#![no_main]

#[path = "../checks/tags.rs"]
mod tags;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tags::check(bytes));
