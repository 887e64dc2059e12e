//! Limits of resources, on every system that has them.

use std::io;

use rustix::process::{Resource, Rlimit, nice, setrlimit};

use super::policy::Policy;

/// How much memory of its own a plug-in may have.
const DATA_BYTES_MAX: u64 = 1 << 30;
/// How large a file it may write.
const FILE_BYTES_MAX: u64 = 64 << 20;
/// How many files it may have open.
const FILES_MAX: u64 = 256;
/// How much it stands back behind what a person is typing into. More would make its deadlines a matter of what else runs:
/// the host puts those last that turn out to keep a processor busy.
const NICE: i32 = 2;

/// Applies the limits to this process and all that it will start.
pub(super) fn apply(policy: &Policy) -> io::Result<()> {
    let cpu = policy.cpu_seconds.map(|seconds| (Resource::Cpu, seconds));
    let limits = [
        (Resource::Core, 0),
        (Resource::Data, DATA_BYTES_MAX),
        (Resource::Fsize, FILE_BYTES_MAX),
        (Resource::Nofile, FILES_MAX),
    ];
    for (resource, most) in limits.into_iter().chain(cpu) {
        let most = Some(most);
        setrlimit(
            resource,
            Rlimit {
                current: most,
                maximum: most,
            },
        )?;
    }
    limit_processes()?;
    // Standing back is a courtesy: one that can't is run all the same.
    let _ = nice(NICE);
    end_with_parent()
}

/// Bounds how many processes it may start. The system counts all of the user's together, so what is there is left room for.
#[cfg(target_os = "linux")]
fn limit_processes() -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;

    /// How many more than there are.
    const MORE_MAX: u64 = 64;

    let own = rustix::process::getuid().as_raw();
    let processes = std::fs::read_dir("/proc")?.flatten().filter(|entry| {
        let is_process = entry
            .file_name()
            .to_string_lossy()
            .bytes()
            .all(|byte| byte.is_ascii_digit());
        is_process && entry.metadata().is_ok_and(|about| about.uid() == own)
    });
    let threads = |entry: std::fs::DirEntry| {
        let threads = std::fs::read_dir(entry.path().join("task"));
        threads.map_or(1, |threads| threads.count() as u64)
    };
    let most = Some(processes.map(threads).sum::<u64>() + MORE_MAX);
    let limit = Rlimit {
        current: most,
        maximum: most,
    };
    Ok(setrlimit(Resource::Nproc, limit)?)
}

#[cfg(not(target_os = "linux"))]
fn limit_processes() -> io::Result<()> {
    Ok(())
}

/// The process does not outlive the client, however that ends.
#[cfg(target_os = "linux")]
fn end_with_parent() -> io::Result<()> {
    use rustix::process::{Signal, set_parent_process_death_signal};

    Ok(set_parent_process_death_signal(Some(Signal::KILL))?)
}

#[cfg(not(target_os = "linux"))]
fn end_with_parent() -> io::Result<()> {
    Ok(())
}
