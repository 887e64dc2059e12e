//! The limit of the machine: a thread that does nothing but write the same bytes to the same sockets.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use socket2::Socket;

use crate::cores::Cores;
use crate::crowd::Crowd;
use crate::failure::Failure;
use crate::figures::Figures;
use crate::ledger::Ledger;
use crate::process;
use crate::text::Text;
use crate::wire::Protocol;

/// What is written to whom.
#[derive(Args, Clone, Debug)]
pub(crate) struct Limit {
    /// To how many sockets
    #[arg(long, default_value_t = 1000)]
    pub(crate) members: usize,
    /// How many speakers the bytes seem to come from
    #[arg(long, default_value_t = 4)]
    pub(crate) senders: u32,
    /// How long a text is
    #[arg(long, default_value_t = 64)]
    pub(crate) bytes: usize,
    /// How many messages are written at once
    #[arg(long, default_value_t = 64)]
    pub(crate) batch: u32,
    /// For how long is written
    #[arg(long, default_value_t = 2.0)]
    pub(crate) seconds: f64,
}

/// What the writing thread did.
#[derive(Debug)]
struct Written {
    messages: u64,
    cpu_us: f64,
}

/// Measures what writing costs the thread that writes, and what the generator can read.
pub(crate) fn run(cores: Cores, options: &Limit) -> Result<Figures, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(Failure::io("listen"))?;
    let address = listener.local_addr().map_err(Failure::io("listen"))?;
    let (go, started) = mpsc::sync_channel(1);
    let (done, written) = mpsc::sync_channel(1);
    let writing = options.clone();
    let writer = thread::spawn(move || -> Result<(), Failure> {
        process::pin(cores.server)?;
        let sockets = accept(&listener, writing.members)?;
        // An error means that nobody wants to know any more.
        let Ok(began) = started.recv() else {
            return Ok(());
        };
        let result = write(&sockets, &writing, began)?;
        let _ = done.send(result);
        // The sockets stay open until the reader has everything.
        let _ = started.recv();
        Ok(())
    });
    let mut crowd = Crowd::new(Protocol::Irc, address, 0)?;
    for _ in 0..options.members {
        crowd.open("", None)?;
    }
    let mut ledger = Ledger::new(options.members, options.senders as usize)?;
    let began_us = crowd.now_us();
    let _ = go.send(Instant::now());
    let mut last_us = began_us;
    let mut result: Option<Written> = None;
    loop {
        crowd.poll(Duration::from_millis(10), &mut |index, line, now_us| {
            let text = line.len().checked_sub(options.bytes);
            let text = text.and_then(|head| line.get(head..)).and_then(Text::parse);
            match text {
                Some(text) if ledger.note(index, text, now_us - began_us, true) => last_us = now_us,
                Some(_) => {}
                None => ledger.counts.corrupt += 1,
            }
            true
        })?;
        result = result.or_else(|| written.try_recv().ok());
        let expected = result
            .as_ref()
            .map(|written| written.messages * options.members as u64);
        let all = expected.is_some_and(|expected| ledger.counts.delivered >= expected);
        if all || writer.is_finished() || crowd.now_us() - last_us > 5_000_000 {
            break;
        }
    }
    drop(go);
    let joined = writer
        .join()
        .map_err(|_| Failure::server("limit", "the writer panicked"))?;
    joined?;
    ledger.verify()?;
    let result = result.ok_or_else(|| Failure::server("limit", "nothing was written"))?;
    let delivered = ledger.counts.delivered;
    let wall_us = (last_us - began_us) as f64;
    let mut figures = Figures::default();
    figures.set("members", options.members as f64);
    figures.set("batch", f64::from(options.batch));
    figures.set("delivered_per_s", delivered as f64 * 1e6 / wall_us);
    figures.set("us_per_delivery", result.cpu_us / delivered.max(1) as f64);
    let expected = result.messages * options.members as u64;
    figures.set("lost", expected.saturating_sub(delivered) as f64);
    Ok(figures)
}

fn accept(listener: &TcpListener, members: usize) -> Result<Vec<TcpStream>, Failure> {
    let accepted = (0..members).map(|_| {
        let (stream, _) = listener.accept()?;
        stream.set_nodelay(true)?;
        // As large as a server's, whose readers are not always there at once.
        let socket = Socket::from(stream);
        socket.set_send_buffer_size(64 * 1024)?;
        Ok(socket.into())
    });
    accepted
        .collect::<Result<_, _>>()
        .map_err(Failure::io("accept"))
}

fn write(sockets: &[TcpStream], options: &Limit, began: Instant) -> Result<Written, Failure> {
    let cpu_us = process::thread_cpu_us();
    let end = Instant::now() + Duration::from_secs_f64(options.seconds);
    let mut lines = Vec::new();
    let mut messages = 0_u32;
    while Instant::now() < end {
        lines.clear();
        for _ in 0..options.batch {
            let stream = messages % options.senders;
            let head = format!(":m{stream}!~m{stream}@127.0.0.1 PRIVMSG #bench0 :");
            lines.extend(head.into_bytes());
            let text = Text {
                stream,
                number: messages / options.senders,
                due_us: u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX),
            };
            text.write_to(&mut lines, options.bytes);
            lines.extend(b"\r\n");
            messages += 1;
        }
        for mut socket in sockets {
            socket
                .write_all(&lines)
                .map_err(Failure::io("write to a reader"))?;
        }
    }
    Ok(Written {
        messages: u64::from(messages),
        cpu_us: process::thread_cpu_us() - cpu_us,
    })
}
