//! What lies between the hub's tasks and the writer's thread: what comes together is handed over together, either way.
//!
//! To wake a thread is a system call and a switch, and so is each task that a thread from outside wakes; a task wakes
//! others for nothing. So where several wait, one task gathers what they want to be written, and one tells them what came
//! of it. One who waits alone goes straight: every message of a hub with a single busy room would pay for the detour.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{mpsc, oneshot};

use super::writer::Task;
use crate::event::StreamId;
use crate::log::LogError;

/// How many tasks wait to be gathered before those who have more wait themselves.
const TASKS_MAX: usize = 1_024;

/// How many bunches are on the way in each direction.
const BUNCHES_MAX: usize = 4;

/// Who waits for something to be stored.
pub(super) type Done = oneshot::Sender<Result<(), LogError>>;

/// Who waits, and what came of it.
pub(super) type Answer = (Done, Result<(), LogError>);

/// The hub's side.
#[derive(Debug)]
pub(super) struct Inlet {
    /// How many wait for an answer.
    waiting: AtomicUsize,
    gathered: mpsc::Sender<Task>,
    straight: mpsc::Sender<Vec<Task>>,
}

/// The writer's side.
#[derive(Debug)]
pub(super) struct Outlet {
    /// Closed when nobody can ask for anything any more.
    pub(super) bunches: mpsc::Receiver<Vec<Task>>,
    answers: mpsc::Sender<Vec<Answer>>,
}

/// Opens the way to a writer. Starts tasks, so it wants a runtime.
pub(super) fn open() -> (Inlet, Outlet) {
    let (straight, bunches) = mpsc::channel(BUNCHES_MAX);
    let (gathered, mut tasks) = mpsc::channel(TASKS_MAX);
    let onwards = straight.clone();
    tokio::spawn(async move {
        let mut bunch = Vec::new();
        while tasks.recv_many(&mut bunch, TASKS_MAX).await > 0 {
            if onwards.send(std::mem::take(&mut bunch)).await.is_err() {
                return;
            }
        }
    });
    let (answers, mut told) = mpsc::channel(BUNCHES_MAX);
    tokio::spawn(async move {
        while let Some(answers) = told.recv().await {
            tell(answers);
        }
    });
    let inlet = Inlet {
        waiting: AtomicUsize::new(0),
        gathered,
        straight,
    };
    (inlet, Outlet { bunches, answers })
}

/// Counts somebody who waits, for as long as that is so.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Inlet {
    /// Gives the writer a task, and waits until it is done.
    pub(super) async fn commit(&self, task: impl FnOnce(Done) -> Task) -> Result<(), LogError> {
        let ended = || LogError::Refused {
            reason: "its thread has ended".to_owned(),
        };
        let (done, stored) = oneshot::channel();
        let is_alone = self.waiting.fetch_add(1, Ordering::Relaxed) == 0;
        let _waiting = Waiting(&self.waiting);
        let is_sent = if is_alone {
            self.straight.send(vec![task(done)]).await.is_ok()
        } else {
            self.gathered.send(task(done)).await.is_ok()
        };
        if !is_sent {
            return Err(ended());
        }
        stored.await.map_err(|_| ended())?
    }

    /// Has the writer delete a stream when there is time.
    pub(super) async fn forget(&self, stream: StreamId) {
        // A writer that has ended has nothing to clear away any more.
        let _ = self.gathered.send(Task::Forget(stream)).await;
    }
}

impl Outlet {
    /// Tells those who wait. For a thread that may wait itself.
    pub(super) fn answer(&self, answers: Vec<Answer>) {
        if answers.len() < 2 {
            return tell(answers);
        }
        // A runtime that has ended took those along who waited.
        let _ = self.answers.blocking_send(answers);
    }
}

fn tell(answers: Vec<Answer>) {
    for (done, result) in answers {
        // Whoever waited may be gone; what is stored is stored.
        let _ = done.send(result);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes a bunch, and gives those who wait for it.
    fn take(outlet: &mut Outlet) -> Vec<Answer> {
        let bunch = outlet.bunches.blocking_recv().expect("there is more");
        let waiting = bunch.into_iter().filter_map(|task| match task {
            Task::Append(_, done) | Task::Write(_, done) => Some((done, Ok(()))),
            Task::Forget(_) => None,
        });
        waiting.collect()
    }

    #[tokio::test]
    async fn one_who_is_alone_goes_straight_and_those_who_come_meanwhile_together() {
        let (inlet, mut outlet) = open();
        let writer = tokio::task::spawn_blocking(move || {
            let alone = take(&mut outlet);
            let together = take(&mut outlet);
            let sizes = (alone.len(), together.len());
            outlet.answer(alone.into_iter().chain(together).collect());
            sizes
        });
        let commit = || inlet.commit(|done| Task::Write(Box::new(|_| Ok(())), done));
        let answers = tokio::join!(commit(), commit(), commit());
        assert!(answers.0.is_ok() && answers.1.is_ok() && answers.2.is_ok());
        assert_eq!(writer.await.expect("it ends"), (1, 2));
        // Its end was gone with it.
        assert!(commit().await.is_err());
        assert!(tokio::join!(commit(), commit()).1.is_err());
    }
}
