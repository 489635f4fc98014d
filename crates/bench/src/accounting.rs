//! What processes have used, as Linux tells it in `/proc`.
//!
//! A newcomer's usual mistake is to look at the threads: the numbers of a process hold those of threads that ended.

use std::fs;

use anyhow::{Context, Result};

/// Linux counts processor time in hundredths of a second for everybody outside the kernel, whatever its own clock does.
const MICROS_PER_TICK: u64 = 10_000;

/// Whose processor time a request costs.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    /// Counted alone.
    pub process: u32,
    /// Counted with its children, also those that ended: a database server with a process per connection.
    pub family: Option<u32>,
}

/// Processor time so far, in microseconds.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    pub subject: u64,
    /// The subject's and this program's.
    ours: u64,
    /// Everybody's.
    all: u64,
}

impl Meter {
    pub fn read(&self) -> Result<Reading> {
        let mut ticks = Stat::of(self.process)?.own;
        if let Some(root) = self.family {
            ticks += family_ticks(root)?;
        }
        let own = Stat::of(std::process::id())?.own;
        let [subject, ours, all] = [ticks, ticks + own, all_ticks()?].map(|ticks| ticks * MICROS_PER_TICK);
        Ok(Reading { subject, ours, all })
    }
}

impl Reading {
    /// What others have used since an earlier reading.
    pub const fn foreign_since(&self, earlier: &Self) -> u64 {
        self.all.saturating_sub(earlier.all).saturating_sub(self.ours.saturating_sub(earlier.ours))
    }
}

/// User, nice, system, interrupts and what a hypervisor took; not idle and not waiting for disks.
fn all_ticks() -> Result<u64> {
    let text = fs::read_to_string("/proc/stat")?;
    let line = text.lines().next().and_then(|line| line.strip_prefix("cpu ")).context("/proc/stat is strange")?;
    let fields: Vec<u64> = line.split_whitespace().map_while(|field| field.parse().ok()).collect();
    Ok([0, 1, 2, 5, 6, 7].into_iter().filter_map(|index| fields.get(index)).sum())
}

struct Stat {
    parent: u32,
    /// Ticks in user and kernel mode.
    own: u64,
    /// The same of children that ended and were waited for.
    ended_children: u64,
}

impl Stat {
    fn of(process: u32) -> Result<Self> {
        let path = format!("/proc/{process}/stat");
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {path}: the process ended"))?;
        Self::parse(&text).with_context(|| format!("{path} does not look as expected"))
    }

    /// The second field, the command's name, may hold blanks and brackets: what is after its last bracket counts.
    fn parse(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
        Some(Self {
            parent: fields.get(1)?.parse().ok()?,
            own: number(11)? + number(12)?,
            ended_children: number(13)? + number(14)?,
        })
    }
}

fn family_ticks(root: u32) -> Result<u64> {
    let stat = Stat::of(root)?;
    let mut ticks = stat.own + stat.ended_children;
    for entry in fs::read_dir("/proc")? {
        let Some(process) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // Whoever ends while we look is counted by its parent the next time.
        if let Ok(child) = Stat::of(process)
            && child.parent == root
        {
            ticks += child.own + child.ended_children;
        }
    }
    Ok(ticks)
}

/// Memory in kilobytes: now, and the most it ever was.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    pub resident: u64,
    pub peak: u64,
}

impl Memory {
    pub fn of(process: u32) -> Result<Self> {
        let path = format!("/proc/{process}/status");
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim().trim_end_matches(" kB").parse().ok()
        };
        let found = field("VmRSS:").zip(field("VmHWM:"));
        found.map(|(resident, peak)| Self { resident, peak }).with_context(|| format!("{path} tells no memory"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_does_not_shift_the_fields() {
        let stat = Stat::parse("7 (a) b (c)) S 3 7 7 0 -1 4194560 1 0 0 0 50 25 4 2 20 0 1 0 99").unwrap();
        assert_eq!((stat.parent, stat.own, stat.ended_children), (3, 75, 6));
    }

    #[test]
    fn what_others_use_is_the_rest() {
        let before = Reading { subject: 5, ours: 10, all: 100 };
        let after = Reading { subject: 25, ours: 40, all: 180 };
        assert_eq!(after.foreign_since(&before), 50);
        // Counters are not read at the same instant.
        assert_eq!(Reading { all: 120, ..after }.foreign_since(&before), 0);
    }

    #[test]
    fn this_process_has_memory_and_time() {
        let process = std::process::id();
        let memory = Memory::of(process).unwrap();
        assert!(memory.resident > 0 && memory.peak >= memory.resident);
        assert!(Meter { process, family: None }.read().is_ok());
        assert!(Meter { process: u32::MAX, family: None }.read().is_err());
    }
}
