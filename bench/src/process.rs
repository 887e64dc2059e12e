//! What the system says of a process, and which core it runs on.

use std::fs;

use rustix::process::Pid;
use rustix::thread::{CpuSet, sched_setaffinity};

use crate::failure::Failure;

/// Pins the calling thread to a core. What it starts afterwards, threads and processes, begins there too.
pub(crate) fn pin(core: usize) -> Result<(), Failure> {
    let mut cores = CpuSet::new();
    cores.set(core);
    sched_setaffinity(None, &cores)
        .map_err(|error| Failure::io(format!("run on core {core}"))(error.into()))
}

/// A process that is looked at through `/proc`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Process(Pid);

impl Process {
    pub(crate) fn new(id: u32) -> Option<Self> {
        Pid::from_raw(i32::try_from(id).ok()?).map(Self)
    }

    /// The processor time that all of its threads have used, in microseconds; steps of 10 ms on most systems.
    pub(crate) fn cpu_us(self) -> f64 {
        let text = self.read("stat");
        let ticks = cpu_ticks(&text).unwrap_or(0);
        let ticks_per_second = rustix::param::clock_ticks_per_second().max(1);
        ticks as f64 * 1e6 / ticks_per_second as f64
    }

    /// What it holds in memory, in bytes.
    pub(crate) fn resident_bytes(self) -> f64 {
        resident_kib(&self.read("status")).unwrap_or(0) as f64 * 1024.0
    }

    fn read(self, name: &str) -> String {
        let path = format!("/proc/{}/{name}", self.0.as_raw_nonzero());
        // Of a process that has ended there is nothing to read, and its figures are 0.
        fs::read_to_string(path).unwrap_or_default()
    }
}

/// `utime` and `stime`, the 14th and 15th fields. The name of the program before them may have blanks in it.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

fn resident_kib(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

/// The processor time of the calling thread, in microseconds.
pub(crate) fn thread_cpu_us() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}

/// Lets this process and those that it starts open as many files as they may.
pub(crate) fn raise_open_files() -> Result<u64, Failure> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, raised)
        .map_err(|error| Failure::io("open more files")(error.into()))?;
    Ok(limit.maximum.unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_found_behind_any_name() {
        let stat = "7 (a ) b) S 1 2 3 4 5 6 7 8 9 10 30 12 13 14";
        assert_eq!(cpu_ticks(stat), Some(42));
        assert_eq!(cpu_ticks(""), None);
    }

    #[test]
    fn memory_is_read_in_kib() {
        let status = "VmHWM:\t  900 kB\nVmRSS:\t  812 kB\nThreads:\t1\n";
        assert_eq!(resident_kib(status), Some(812));
    }

    #[test]
    fn this_process_uses_memory() {
        let process = Process::new(std::process::id()).expect("an id");
        assert!(process.resident_bytes() > 100_000.0);
    }
}
