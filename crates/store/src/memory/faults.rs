//! Faults on demand: what can happen to a batch between deciding and acknowledging it.

use crate::error::EngineError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The engine fails before the commit: nothing is applied, and that is known.
    BeforeCommit,
    /// The commit takes effect but its answer is lost.
    CommitUnknownApplied,
    /// The commit does not take effect and its answer is lost.
    CommitUnknownLost,
    /// Another writer was first; the batch runs again.
    Conflict,
}

impl Fault {
    /// What the writer says of it.
    pub(super) fn error(self) -> EngineError {
        match self {
            Self::BeforeCommit => EngineError::Failed("injected fault".to_owned()),
            Self::CommitUnknownApplied | Self::CommitUnknownLost => {
                EngineError::CommitUnknown("injected fault".to_owned())
            }
            Self::Conflict => EngineError::Conflict,
        }
    }

    pub(super) const fn applies(self) -> bool {
        match self {
            Self::CommitUnknownApplied => true,
            Self::BeforeCommit | Self::CommitUnknownLost | Self::Conflict => false,
        }
    }
}
