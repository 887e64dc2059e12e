//! Idle clients: what one that does nothing takes of the server's memory and time.

use std::time::{Duration, Instant};

use clap::Args;

use crate::crowd::{Crowd, News};
use crate::failure::Failure;
use crate::figures::Figures;
use crate::load::{micros, nick};
use crate::server::Server;

/// How many do nothing.
#[derive(Args, Clone, Debug)]
pub(crate) struct Idle {
    /// How many clients register and then do nothing
    #[arg(long, default_value_t = 10_000)]
    pub(crate) clients: usize,
    /// For how many seconds the server is watched
    #[arg(long, default_value_t = 3.0)]
    pub(crate) watch: f64,
    /// When it is given up to connect them, in seconds
    #[arg(long, default_value_t = 60.0)]
    pub(crate) timeout: f64,
}

/// Measures memory over the empty server's and the processor time of doing nothing.
pub(crate) fn run(server: &Server, options: &Idle) -> Result<Figures, Failure> {
    let mut crowd = Crowd::new(server.protocol, server.address, server.sources)?;
    let empty_bytes = server.process.resident_bytes();
    let empty_cpu_us = server.process.cpu_us();
    let mut registered = 0;
    while registered < options.clients {
        while crowd.len() < options.clients.min(registered + server.opening) {
            crowd.open(&nick('i', crowd.len()), None)?;
        }
        crowd.poll(Duration::from_millis(50), &mut |_, _, _| false)?;
        for (_, news) in std::mem::take(&mut crowd.news) {
            match news {
                News::Registered => registered += 1,
                News::Joined => {}
                News::Closed => return Err(Failure::server("registration", crowd.note)),
            }
        }
        if crowd.now_us() > micros(options.timeout) {
            let reason = format!("{registered} registered in time; {}", crowd.note);
            return Err(Failure::server("registration", reason));
        }
    }
    let took_us = crowd.now_us();
    let connecting_cpu_us = server.process.cpu_us() - empty_cpu_us;
    watch(&mut crowd, 2.0)?;
    let full_bytes = server.process.resident_bytes();
    let cpu_us = server.process.cpu_us();
    watch(&mut crowd, options.watch)?;
    let idle_cpu_us = server.process.cpu_us() - cpu_us;

    let clients = options.clients as f64;
    let mut figures = Figures::default();
    figures.set("clients", clients);
    figures.set("bytes_per_client", (full_bytes - empty_bytes) / clients);
    figures.set("empty_bytes", empty_bytes);
    figures.set("idle_cores", idle_cpu_us / (options.watch * 1e6));
    figures.set("connects_per_s", clients * 1e6 / took_us as f64);
    figures.set("us_per_connect", connecting_cpu_us / clients);
    let closed = crowd.news.iter().filter(|news| news.1 == News::Closed);
    figures.set("disconnected", closed.count() as f64);
    Ok(figures)
}

fn watch(crowd: &mut Crowd, seconds: f64) -> Result<(), Failure> {
    let end = Instant::now() + Duration::from_secs_f64(seconds);
    while Instant::now() < end {
        crowd.poll(Duration::from_millis(100), &mut |_, _, _| false)?;
    }
    Ok(())
}
