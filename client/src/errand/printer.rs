//! Writes events to where the output goes, in the form that was asked for.

use std::io::{self, Write};

use crate::event::Event;
use crate::json;
use crate::render::Renderer;
use crate::script::{CHUNK_BYTES, Format, Output};

/// The output of a subcommand.
pub(super) struct Printer {
    renderer: Option<Renderer>,
    /// The room or nick that needs no naming.
    front: Option<String>,
    text: String,
    output: Output,
    has_printed: bool,
}

impl Printer {
    /// Starts writing to `out`.
    pub(super) fn spawn(format: Format, out: impl Write + Send + 'static) -> io::Result<Self> {
        Ok(Self {
            renderer: match format {
                Format::Text(palette) => Some(Renderer::dated(palette)),
                Format::Json => None,
            },
            front: None,
            text: String::new(),
            output: Output::spawn(out)?,
            has_printed: false,
        })
    }

    /// Leaves out the name of the one room or conversation that is shown.
    pub(super) fn put_in_front(&mut self, target: &str) {
        self.front = Some(target.to_owned());
    }

    /// Prints an event; it is written by the next [`Printer::flush`] or when much has gathered.
    pub(super) async fn print(&mut self, event: &Event) {
        self.has_printed = true;
        match &self.renderer {
            Some(renderer) => renderer.render(event, self.front.as_deref(), &mut self.text),
            None => json::append(event, &mut self.text),
        }
        if self.text.len() > CHUNK_BYTES {
            self.flush().await;
        }
    }

    /// Whether anything was printed.
    pub(super) fn has_printed(&self) -> bool {
        self.has_printed
    }

    /// Hands over what was printed.
    pub(super) async fn flush(&mut self) {
        if !self.text.is_empty() {
            self.output.write(std::mem::take(&mut self.text)).await;
        }
    }

    /// Waits until nothing can be written any more.
    pub(super) fn ended(&self) -> impl Future<Output = ()> + use<> {
        self.output.ended()
    }

    /// Waits until all is written. A reader who left is no error.
    pub(super) fn finish(self) -> io::Result<()> {
        self.output.finish()
    }
}
