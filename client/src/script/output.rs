//! Standard output for a script: a thread of its own writes, so that a reader who pauses does not
//! keep us from the hub until the queue is full. The only place that writes to it.

use std::io::{self, Write};
use std::thread::{self, JoinHandle};

use tokio::sync::mpsc;

/// How many chunks may wait for the reader of our output.
const CHUNKS_WAITING_MAX: usize = 4;
/// How much text makes a chunk even when more is to come.
pub(crate) const CHUNK_BYTES: usize = 32 * 1024;

/// The output, and the thread that writes it.
#[derive(Debug)]
pub(crate) struct Output {
    chunks: mpsc::Sender<String>,
    writer: JoinHandle<io::Result<()>>,
}

impl Output {
    /// Starts writing to `out`.
    pub(crate) fn spawn(out: impl Write + Send + 'static) -> io::Result<Self> {
        let (chunks, receiver) = mpsc::channel(CHUNKS_WAITING_MAX);
        let writer = thread::Builder::new()
            .name("stdout".to_owned())
            .spawn(move || write_all(out, receiver))?;
        Ok(Self { chunks, writer })
    }

    /// Hands text over, waiting while the reader is behind. Lost if the output has ended; see
    /// [`Output::ended`].
    pub(crate) async fn write(&self, text: String) {
        // What nobody reads is no loss.
        let _ = self.chunks.send(text).await;
    }

    /// Waits until nothing can be written any more. The output needn't be at hand meanwhile; while this
    /// waits, [`Output::finish`] does not return.
    pub(crate) fn ended(&self) -> impl Future<Output = ()> + use<> {
        let chunks = self.chunks.clone();
        async move { chunks.closed().await }
    }

    /// Waits until everything is written. A reader who left is no error.
    pub(crate) fn finish(self) -> io::Result<()> {
        drop(self.chunks);
        let result = self
            .writer
            .join()
            .expect("the writing thread does not panic");
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }
}

fn write_all(mut out: impl Write, mut chunks: mpsc::Receiver<String>) -> io::Result<()> {
    while let Some(chunk) = chunks.blocking_recv() {
        out.write_all(chunk.as_bytes())?;
        out.flush()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc as std_mpsc;

    use super::*;

    struct Chunks(std_mpsc::Sender<Vec<u8>>);

    impl Write for Chunks {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match self.0.send(bytes.to_vec()) {
                Ok(()) => Ok(bytes.len()),
                Err(_) => Err(io::ErrorKind::BrokenPipe.into()),
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn everything_is_written_in_order_before_finish_returns() {
        let (sender, written) = std_mpsc::channel();
        let output = Output::spawn(Chunks(sender)).unwrap();
        for number in 0..10 {
            output.write(format!("{number}")).await;
        }
        output.finish().unwrap();
        let written: Vec<u8> = written.try_iter().flatten().collect();
        assert_eq!(written, b"0123456789");
    }

    #[tokio::test]
    async fn a_reader_who_leaves_ends_it_without_an_error() {
        let (sender, written) = std_mpsc::channel();
        let output = Output::spawn(Chunks(sender)).unwrap();
        drop(written);
        output.write("text".to_owned()).await;
        output.ended().await;
        output.finish().unwrap();
    }
}
