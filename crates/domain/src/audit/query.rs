//! What a list of audit entries can be narrowed to. The store answers it; nothing here reads.

use super::AuditAction;
use crate::ids::{ApiKeyId, AuditId};
use crate::{AccountId, Timestamp};

#[derive(Clone, Debug)]
pub struct AuditQuery {
    pub account: AccountId,
    pub action: Option<AuditAction>,
    /// Exactly this object, by its id as it is shown.
    pub object: Option<String>,
    /// Only what was done with this key.
    pub key: Option<ApiKeyId>,
    /// Inclusive.
    pub created_from: Option<Timestamp>,
    /// Exclusive.
    pub created_until: Option<Timestamp>,
    /// The last entry of the page before; newest first, so the next page is older.
    pub after: Option<AuditId>,
    pub limit: u32,
}
