//! What a list of merchants is asked with. The store answers it; nothing here reads.

use crate::actor::Actor;
use crate::ids::MerchantId;

#[derive(Clone, Debug)]
pub struct MerchantQuery {
    pub actor: Actor,
    /// The last merchant of the page before; newest first, so the next page is older.
    pub after: Option<MerchantId>,
    pub limit: u32,
}
