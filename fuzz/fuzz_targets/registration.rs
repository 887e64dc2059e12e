#![no_main]

#[path = "../checks/registration.rs"]
mod registration;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| registration::check(bytes));
