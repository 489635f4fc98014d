//! What an ordeal came to, in numbers.
//!
//! They are printed even when all is well: a run with few acknowledgements or no replays has proved little.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug, Default)]
pub struct Figures {
    /// Servers killed while they served.
    pub kills: Count,
    /// Servers killed before they listened.
    pub early_kills: Count,
    /// Requests that reached a connection.
    pub requests: Count,
    /// Changes answered with 2xx.
    pub acknowledged: Count,
    /// Changes refused by a rule.
    pub refused: Count,
    /// Requests that a killed server left without an answer.
    pub broken: Count,
    /// Changes sent again after that: the first attempt had taken effect.
    pub were_done: Count,
    /// The same: it had not.
    pub were_not_done: Count,
    /// Creations given up without an answer.
    pub abandoned: Count,
    /// Answers that said "come again".
    pub put_off: Count,
    /// Acknowledged changes sent again to compare the answers.
    pub compared: Count,
    /// Payments looked at after a restart.
    pub rechecked: Count,
}

#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    pub fn up(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers = [
            (&self.kills, "kills"),
            (&self.early_kills, "kills while starting"),
            (&self.requests, "requests"),
            (&self.acknowledged, "changes acknowledged"),
            (&self.refused, "refused"),
            (&self.broken, "requests broken off"),
            (&self.were_done, "done when sent again"),
            (&self.were_not_done, "not yet done when sent again"),
            (&self.abandoned, "given up"),
            (&self.put_off, "put off"),
            (&self.compared, "answers compared with their replay"),
            (&self.rechecked, "payments looked at after a restart"),
        ];
        let texts: Vec<_> = numbers.iter().map(|(count, name)| format!("{} {name}", count.get())).collect();
        f.write_str(&texts.join(", "))
    }
}
