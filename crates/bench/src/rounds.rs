//! The rounds: every cell once per round, the subjects of a cell one directly after the other.
//!
//! So what a busy machine does to one subject it does to its neighbours too. Every other round goes the other way
//! about, lest one subject always follow the same one.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;

use crate::arena::{Arena, Ground, describe};
use crate::cluster::Cluster;
use crate::figures::Figures;
use crate::plan::{self, Delay, NO_DELAY, Subject, Timing};
use crate::shim::Shim;

pub struct Rounds {
    pub folder: PathBuf,
    pub hedge: PathBuf,
    pub subjects: Vec<Subject>,
    pub connections: Vec<u16>,
    pub delays: Vec<Delay>,
    pub number: usize,
    pub timing: Timing,
}

impl Rounds {
    pub fn run(&self, figures: &mut Figures) -> Result<()> {
        let shim = Shim::build(&self.folder);
        if let Err(error) = &shim {
            figures.gap(format!("no delayed fsync: {error:#}"));
        }
        for &delay in &self.delays {
            let environment = match &shim {
                Ok(shim) => shim.environment(delay),
                Err(_) if delay == NO_DELAY => Vec::new(),
                Err(_) => continue,
            };
            self.at(delay, environment, figures)?;
        }
        Ok(())
    }

    fn at(&self, delay: Delay, environment: Vec<(String, String)>, figures: &mut Figures) -> Result<()> {
        let folder = self.folder.join(format!("f{}", delay.micros));
        std::fs::create_dir(&folder)?;
        let wanted = self.subjects.iter().any(|subject| subject.needs_postgres());
        let cluster = if wanted { self.cluster(delay, &environment, figures) } else { None };
        let has_postgres = cluster.is_some();
        let ground = Ground { folder, hedge: self.hedge.clone(), delay, environment, cluster };

        let goes = plan::goes(&self.connections);
        let takes_part = |subject| goes.iter().any(|&go| plan::takes_part(subject, go, delay));
        let mut subjects = self.subjects.clone();
        subjects.retain(|&subject| takes_part(subject) && (has_postgres || !subject.needs_postgres()));
        for round in 1..=self.number {
            eprintln!("fsync + {} µs, round {round} of {}", delay.micros, self.number);
            figures.add_fdatasync(delay, ground.fdatasync()?);
            let mut arena = Arena::open(&ground, &subjects)?;
            for &go in &goes {
                eprint!("  {}\r", format_args!("{:<60}", describe(go)));
                for &subject in subjects.iter().filter(|&&subject| plan::takes_part(subject, go, delay)) {
                    arena.measure(subject, go, self.timing.of(go), figures);
                }
            }
            arena.note_memory(figures)?;
            subjects.reverse();
        }
        Ok(())
    }

    /// Missing Postgres is a gap, not a failure.
    fn cluster(&self, delay: Delay, environment: &[(String, String)], figures: &mut Figures) -> Option<Arc<Cluster>> {
        let folder = self.folder.join(format!("postgres{}", delay.micros));
        match Cluster::start(&folder, environment) {
            Ok(cluster) => Some(Arc::new(cluster)),
            Err(error) => {
                figures.gap(format!("no Postgres: {error:#}"));
                None
            }
        }
    }
}
