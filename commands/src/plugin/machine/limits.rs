//! How long a plug-in may take, and how much of everything it may do.

use std::time::Duration;

use super::budget::Budget;

/// How long a plug-in may take for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadlines {
    /// For its answer to `initialize`, from its start.
    pub handshake: Duration,
    /// For `command/complete`.
    pub completion: Duration,
    /// For `hook/message.in` and `hook/message.out`.
    pub hook: Duration,
    /// For `command/run`, unless the command declares another.
    pub command: Duration,
    /// The longest that a command may declare.
    pub command_max: Duration,
    /// To end after `shutdown`.
    pub shutdown: Duration,
    /// After how long it is started again when it crashed: the first time, the second, and so on. Then no more.
    pub restarts: Vec<Duration>,
    /// After how long without a crash the earlier ones are forgotten.
    pub crashes_forgotten: Duration,
    /// How many misses suspend it.
    pub misses_max: u32,
    /// After how many timely answers in a row its misses are forgotten.
    pub misses_forgotten: u32,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(2),
            completion: Duration::from_millis(100),
            hook: Duration::from_millis(50),
            command: Duration::from_secs(10),
            command_max: Duration::from_mins(10),
            shutdown: Duration::from_millis(250),
            restarts: [1, 2, 4].map(Duration::from_secs).to_vec(),
            crashes_forgotten: Duration::from_mins(10),
            misses_max: 3,
            misses_forgotten: 20,
        }
    }
}

/// How much of everything a plug-in may do.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Messages that it says in the user's name.
    pub sends: Budget,
    /// Lines that it shows to the user.
    pub shows: Budget,
    /// Lines of its output that answer nothing it was asked.
    pub lines: Budget,
    /// Lines that tell the user what it tried and may not.
    pub complaints: Budget,
    /// How many lines of its output may be none of the protocol.
    pub faults_max: u32,
    /// How many requests may be open at once.
    pub open_max: usize,
    /// How many timers it may have.
    pub timers_max: usize,
    /// How large its store may be, as JSON.
    pub state_bytes_max: usize,
    /// How long the text of one `show` may be.
    pub show_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sends: Budget::new(10, 1.0),
            shows: Budget::new(100, 20.0),
            lines: Budget::new(500, 100.0),
            complaints: Budget::new(5, 0.1),
            faults_max: 10,
            open_max: 1024,
            timers_max: 64,
            state_bytes_max: 48 * 1024,
            show_bytes_max: 8 * 1024,
        }
    }
}
