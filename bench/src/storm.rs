//! A storm: clients that connect, register, enter a room and quit, one after the other, many at once.

use std::time::Duration;

use clap::Args;

use crate::crowd::{Crowd, News};
use crate::failure::Failure;
use crate::figures::Figures;
use crate::load::{micros, nick};
use crate::server::Server;

/// How many come and go.
#[derive(Args, Clone, Debug)]
pub(crate) struct Storm {
    /// How many come and go in all
    #[arg(long, default_value_t = 5000)]
    pub(crate) clients: usize,
    /// How many are there at once
    #[arg(long, default_value_t = 64)]
    pub(crate) at_once: usize,
    /// When it is over in any case, in seconds
    #[arg(long, default_value_t = 20.0)]
    pub(crate) timeout: f64,
}

/// Measures visits a second and what one costs. A visit is over when the server has closed the connection.
pub(crate) fn run(server: &Server, options: &Storm) -> Result<Figures, Failure> {
    let mut crowd = Crowd::new(server.protocol, server.address, server.sources)?;
    let at_once = options.at_once.clamp(1, options.clients);
    let cpu_us = server.process.cpu_us();
    for index in 0..at_once {
        crowd.open(&nick('v', index), None)?;
    }
    let mut joined = vec![false; at_once];
    let (mut started, mut done, mut failed) = (at_once, 0_usize, 0_usize);
    while done + failed < options.clients && crowd.now_us() < micros(options.timeout) {
        crowd.poll(Duration::from_millis(50), &mut |_, _, _| false)?;
        for (index, news) in std::mem::take(&mut crowd.news) {
            match news {
                News::Registered => {
                    let line = crowd.protocol.join(&crowd.protocol.room_name(index));
                    crowd.put(index, |out| out.extend(line.into_bytes()));
                    crowd.flush(index);
                }
                News::Joined => {
                    joined[index] = true;
                    crowd.put(index, |out| out.extend(b"QUIT :done\r\n"));
                    crowd.flush(index);
                }
                News::Closed => {
                    if std::mem::take(&mut joined[index]) {
                        done += 1;
                    } else {
                        failed += 1;
                    }
                    if started < options.clients {
                        crowd.reopen(index, &nick('v', started), None)?;
                        started += 1;
                    }
                }
            }
        }
    }
    let wall_us = crowd.now_us() as f64;
    let cpu_us = server.process.cpu_us() - cpu_us;
    let mut figures = Figures::default();
    figures.set("visits", done as f64);
    figures.set("visits_per_s", done as f64 * 1e6 / wall_us);
    figures.set("us_per_visit", cpu_us / done.max(1) as f64);
    figures.set("server_cores", cpu_us / wall_us);
    figures.set("failed", failed as f64);
    Ok(figures)
}
