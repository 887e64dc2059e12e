//! A plug-in that keeps a processor busy is put behind everything else that runs, as far behind as the system knows.
//!
//! Putting all of them there from the start would cost the honest ones their deadlines: on a busy machine, with `nice` 10
//! instead of 2, a filter that answers at once missed most of its 50 ms. One that computes for longer than that misses them anyway.

use std::time::Duration;

use rustix::process::{Pid, setpriority_pgrp};
use salon_commands::plugin::Life;
use tokio::time::Instant;

use super::Host;

/// How long it is from one look to the next.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Of the time between two looks: the part for which it ran or waited to run that is too much, a number of hundredths.
const WANTED_PERCENT: u128 = 80;
/// And how much of that it ran, so that one that only waits behind others is no hog.
const RAN_PERCENT: u128 = 8;
/// The last place in the order of those who want the processor.
const LAST: i32 = 19;

/// How many processes of one plug-in are looked at.
const PROCESSES_MAX: usize = 64;

/// What is known of a process's use of the processor.
#[derive(Debug, Default)]
pub(super) struct Use {
    seen: Option<(Instant, Times)>,
    is_last: bool,
}

/// How long a process has run on a processor, and how long it has waited for one although it could have run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Times {
    ran: Duration,
    waited: Duration,
}

impl Use {
    /// Takes note of how much it has used. Says whether that is too much and was not yet.
    fn is_too_much(&mut self, now: Instant, times: Times) -> bool {
        let before = self.seen.replace((now, times));
        let Some((then, before)) = before.filter(|_| !self.is_last) else {
            return false;
        };
        let passed = now.duration_since(then).as_micros();
        let ran = times.ran.saturating_sub(before.ran);
        let wanted = ran + times.waited.saturating_sub(before.waited);
        self.is_last = ran.as_micros() * 100 >= passed * RAN_PERCENT
            && wanted.as_micros() * 100 >= passed * WANTED_PERCENT;
        self.is_last
    }
}

impl Host {
    /// When the next look is, if there is anything to look at.
    pub(super) fn next_look_at_hogs(&self) -> Option<Instant> {
        (!self.is_over()).then_some(self.hogs_at)
    }

    /// Looks who keeps a processor busy.
    pub(super) fn look_at_hogs(&mut self) {
        let now = Instant::now();
        self.hogs_at = now + LOOK_EVERY;
        for resident in self.residents.values_mut() {
            // A start takes what it takes, and has a deadline of its own.
            if resident.machine.life() != Life::Running {
                continue;
            }
            let Some(process) = &resident.process else {
                continue;
            };
            let group = process.group();
            let times = times(group);
            if times.is_some_and(|times| resident.usage.is_too_much(now, times)) {
                // It is a courtesy to the others: where it fails, all goes on as before.
                let _ = setpriority_pgrp(Some(group), LAST);
                resident.log.note(
                    "salon: it keeps a processor busy, and is run when nothing else wants it",
                );
            }
        }
    }
}

/// What a process, all its threads and those that it started have used together, where the system tells it. Those that have
/// ended are no longer among them.
fn times(of: Pid) -> Option<Times> {
    let mut sum = None;
    let mut waiting = vec![of.as_raw_nonzero().to_string()];
    let mut looked_at = 0;
    while let Some(process) = waiting.pop()
        && looked_at < PROCESSES_MAX
    {
        looked_at += 1;
        // One that ends meanwhile has no threads.
        let threads = std::fs::read_dir(format!("/proc/{process}/task"));
        for thread in threads.into_iter().flatten().flatten() {
            let read = |name| std::fs::read_to_string(thread.path().join(name)).ok();
            let Some(times) = read("schedstat").as_deref().and_then(Times::read) else {
                continue;
            };
            sum = Some(sum.map_or(times, |sum: Times| sum.and(times)));
            let children = read("children").unwrap_or_default();
            waiting.extend(children.split_whitespace().map(str::to_owned));
        }
    }
    sum
}

impl Times {
    /// Reads `/proc/*/schedstat`, two numbers of nanoseconds and what is of no interest here.
    fn read(about: &str) -> Option<Self> {
        let mut nanoseconds = about.split_whitespace().map(str::parse::<u64>);
        let mut next = || Some(Duration::from_nanos(nanoseconds.next()?.ok()?));
        Some(Self {
            ran: next()?,
            waited: next()?,
        })
    }

    fn and(self, other: Self) -> Self {
        Self {
            ran: self.ran + other.ran,
            waited: self.waited + other.waited,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks at 0, 250, 500 ms, ...: which of them find too much.
    #[track_caller]
    fn check(looks: &[(u64, u64)], expected: &[bool]) {
        let begin = Instant::now();
        let mut usage = Use::default();
        let found: Vec<bool> = (0..)
            .zip(looks)
            .map(|(number, (ran, waited))| {
                let times = Times {
                    ran: Duration::from_millis(*ran),
                    waited: Duration::from_millis(*waited),
                };
                usage.is_too_much(begin + LOOK_EVERY * number, times)
            })
            .collect();
        assert_eq!(found, expected, "{looks:?}");
    }

    #[test]
    fn busy_is_told_once() {
        check(
            &[(500, 0), (690, 0), (890, 0), (1140, 0)],
            &[false, false, true, false],
        );
    }

    #[test]
    fn one_that_is_kept_waiting_by_others_is_as_busy() {
        check(&[(0, 0), (30, 220)], &[false, true]);
        check(&[(0, 0), (10, 240)], &[false, false]);
        check(&[(0, 0), (30, 100)], &[false, false]);
    }

    /// Looks until so much more was used.
    #[cfg(target_os = "linux")]
    #[track_caller]
    fn wait_for_use_of(process: Pid) {
        let used = || times(process).map_or(Duration::ZERO, |times| times.ran);
        let enough = used() + Duration::from_millis(50);
        let deadline = Instant::now() + Duration::from_secs(20);
        while used() < enough {
            assert!(Instant::now() < deadline, "it was not counted");
            std::thread::yield_now();
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_process_has_started_counts() {
        use std::os::unix::process::CommandExt as _;

        // The shell itself waits; what it waits for ends by itself too.
        let script = "(i=0; while [ $i -lt 3000000 ]; do i=$((i+1)); done); :";
        let mut shell = std::process::Command::new("sh");
        let mut shell = shell.args(["-c", script]).process_group(0).spawn().unwrap();
        let group = Pid::from_child(&shell);
        wait_for_use_of(group);
        rustix::process::kill_process_group(group, rustix::process::Signal::KILL).unwrap();
        shell.wait().unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn threads_beside_the_first_count() {
        // The runner of tests waits on the first one for this one, which is busy with looking.
        wait_for_use_of(rustix::process::getpid());
    }
}
