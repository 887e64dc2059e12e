//! `salon send`: says something in a room or to somebody, and knows that it arrived.

use std::io::{self, Cursor, Read};
use std::process::ExitCode;

use super::arguments::SendOptions;
use crate::script::{self, Format, Shows, Streams};
use crate::settings::Settings;
use crate::{exit, fail};

/// Says it.
pub(crate) fn run(send: &SendOptions, settings: Settings) -> ExitCode {
    let text = send.text.join(" ");
    if !send.text.is_empty() && text.trim().is_empty() {
        let text = "the text is empty; expected something to say, or lines on standard input";
        return fail(exit::USAGE, text);
    }
    let input: Box<dyn Read + Send> = if send.text.is_empty() {
        Box::new(io::stdin())
    } else {
        Box::new(Cursor::new(text.into_bytes()))
    };
    let Settings {
        mut plan,
        palette,
        json,
        ..
    } = settings;
    super::prepare(&mut plan, &send.target, false);
    plan.addressee = Some(send.target.clone());
    let (format, shows) = if json {
        (Format::Json, Shows::Own)
    } else {
        (Format::Text(palette), Shows::Nothing)
    };
    let manner = script::Manner {
        format,
        shows,
        expect: send.expect.expect.clone(),
    };
    let streams = Streams {
        input,
        output: io::stdout(),
        errors: io::stderr(),
    };
    crate::run_script(plan, manner, streams)
}
