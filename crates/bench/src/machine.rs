//! What else the machine was doing: figures from a busy one are worth less, and should say so.

use std::fmt;
use std::fs;

use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Machine {
    processors: usize,
    /// Processes that wanted to run in the last minute, before the first measurement.
    load_before: f64,
}

impl Machine {
    /// To be asked before anything is built or measured.
    pub fn now() -> Self {
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load_before = load.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or_default();
        Self { processors: std::thread::available_parallelism().map_or(1, usize::from), load_before }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} processors, load {} before the start", self.processors, self.load_before)
    }
}
