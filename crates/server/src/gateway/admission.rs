//! Admission: by whom a request counts, and whether it is let through.
//!
//! A caller has a window of its own, and all of one kind of an account share a wider one: keys cost nothing, so a limit of
//! keys alone would be none. What a newcomer gets wrong: a publishable key stands in a page that anybody can read, so its
//! callers are told apart by address, and have no part in the window of the account's secret keys.

use std::net::IpAddr;
use std::time::Duration;

use hedge_domain::api_key::{ApiKeyId, KeyKind};
use hedge_domain::customer::CustomerId;
use hedge_domain::{AccountId, Timestamp};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::Credential;
use crate::client_token::ClientToken;
use crate::family::FamilyIndex;
use crate::keyring::Entry;
use crate::limiter::{AnonymousCallers, Limit, RateLimit, Windows};
use crate::listen::shared_by;

/// How many times the limit of one caller all those of an account together have, and whoever asks for what is public.
pub const ACCOUNT_FACTOR: usize = 10;

/// How long an unknown credential waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

pub struct Admission {
    limit: Limit,
    index: FamilyIndex,
    /// Whether there are limits at all.
    on: bool,
    anonymous: AnonymousCallers,
    /// For what anybody may ask for: whoever has used up what strangers have must not shut others out of it.
    public: AnonymousCallers,
    /// Those whose credential was not recognised.
    strangers: AnonymousCallers,
    one_at_a_time: Semaphore,
    customers: Windows<(AccountId, CustomerId)>,
    shoppers: Windows<(ApiKeyId, IpAddr)>,
    accounts: Windows<(AccountId, Callers)>,
}

/// Kinds of callers of an account, each with a window of all of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Callers {
    Servers,
    Shoppers,
    Customers,
}

/// Who asks, as far as it was found out.
pub enum Asking<'a> {
    As(&'a Credential),
    /// With a credential that is none of ours.
    Stranger,
    /// Without any credential.
    Nobody {
        /// Whether the operation takes none.
        public: bool,
    },
}

impl Admission {
    pub fn new(index: FamilyIndex, limit: Limit, on: bool) -> Self {
        Self {
            limit,
            index,
            on,
            anonymous: Windows::default(),
            public: Windows::default(),
            strangers: Windows::default(),
            one_at_a_time: Semaphore::new(1),
            customers: Windows::default(),
            shoppers: Windows::default(),
            accounts: Windows::default(),
        }
    }

    pub fn admit(&self, asking: &Asking<'_>, peer: IpAddr, now: Timestamp) -> RateLimit {
        let (limit, peer) = (self.limit, shared_by(peer));
        if !self.on {
            return RateLimit::unlimited(limit, now);
        }
        match asking {
            Asking::As(Credential::Key(entry)) => self.admit_key(entry, peer, now),
            Asking::As(Credential::Token(token)) => {
                let ClientToken { account, customer, .. } = **token;
                self.admit_both((account, Callers::Customers), now, |now| {
                    self.customers.admit((account, customer), limit, now)
                })
            }
            Asking::As(Credential::Expired) | Asking::Stranger => self.strangers.admit(peer, limit, now),
            Asking::Nobody { public: true } => self.public.admit(peer, limit.times(ACCOUNT_FACTOR), now),
            Asking::Nobody { public: false } => self.anonymous.admit(peer, limit, now),
        }
    }

    /// A turn to have a credential looked up that is not known yet, which costs a read. Where strangers have used up what
    /// they have, theirs come one at a time; but they come, for somebody with a key may share their address.
    pub async fn turn(&self, peer: IpAddr, now: Timestamp) -> Result<Option<SemaphorePermit<'_>>, RateLimit> {
        let peer = shared_by(peer);
        if !self.on || self.strangers.has_room(&peer, self.limit, now) {
            return Ok(None);
        }
        match tokio::time::timeout(PATIENCE, self.one_at_a_time.acquire()).await {
            Ok(Ok(turn)) => Ok(Some(turn)),
            Ok(Err(_)) | Err(_) => Err(self.strangers.admit(peer, self.limit, now)),
        }
    }

    pub const fn unlimited(&self, now: Timestamp) -> RateLimit {
        RateLimit::unlimited(self.limit, now)
    }

    fn admit_key(&self, entry: &Entry, peer: IpAddr, now: Timestamp) -> RateLimit {
        let snapshot = entry.snapshot();
        let key = &snapshot.key;
        match key.kind {
            KeyKind::Secret => self.admit_both((key.account, Callers::Servers), now, |now| {
                entry.window(self.index).admit(self.limit, now)
            }),
            KeyKind::Publishable => self.admit_both((key.account, Callers::Shoppers), now, |now| {
                self.shoppers.admit((key.id, peer), self.limit, now)
            }),
        }
    }

    /// Lets through what both the account and the caller have room for. What one of them refuses counts for neither.
    fn admit_both(
        &self,
        account: (AccountId, Callers),
        now: Timestamp,
        own: impl FnOnce(Timestamp) -> RateLimit,
    ) -> RateLimit {
        let wide = self.accounts.admit(account, self.limit.times(ACCOUNT_FACTOR), now);
        if !wide.admitted {
            return wide;
        }
        let own = own(now);
        if !own.admitted {
            self.accounts.give_back(&account, now);
            return own;
        }
        own.tighter(wide)
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;
    use crate::family::Families;
    use crate::hedge::{FAMILY, PER_KEY};

    #[tokio::test]
    async fn who_guesses_at_keys_has_them_looked_up_one_at_a_time() {
        let families = Families::new(FAMILY, &[]);
        let (index, _) = families.iter().next().expect("there is one");
        let admission = Admission::new(index, PER_KEY, true);
        let (now, peer) = (Timestamp::from_millis(0), IpAddr::from([192, 0, 2, 1]));
        for _ in 0..PER_KEY.requests {
            assert!(admission.turn(peer, now).await.is_ok_and(|turn| turn.is_none()));
            admission.admit(&Asking::Stranger, peer, now);
        }
        let turn = admission.turn(peer, now).await.expect("its turn");
        assert!(turn.is_some());
        assert!(admission.turn(peer, now).now_or_never().is_none(), "two at a time");
        assert!(admission.turn(IpAddr::from([192, 0, 2, 2]), now).await.is_ok_and(|turn| turn.is_none()));
        drop(turn);
        assert!(admission.turn(peer, now).now_or_never().is_some());
    }
}
