//! An API family as the platform sees it: everything that one hands in, and which of several is meant.
//!
//! The platform (the gateway, the keys, the deliveries, the store behind them) goes by what stands here and names no
//! family; `serve.rs` lists those there are. A newcomer's usual mistake is to ask in the platform which family it is: what
//! differs between two of them is a field here.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use bytes::Bytes;
use hedge_api::{Answer, Operation};
use hedge_domain::Timestamp;
use hedge_domain::delivery::Contract;
use hedge_domain::event::{Event, EventKind};
use hedge_domain::installation::Environment;
use hedge_webhooks::Signers;
use http::{HeaderMap, HeaderValue};

use crate::config::Config;
use crate::gateway::Refused;
use crate::limiter::{Limit, RateLimit};
use crate::platform::Platform;
use crate::public_url::PublicUrl;

#[derive(Clone, Copy)]
pub struct Family {
    pub name: &'static str,
    /// Where it listens if not with the others.
    pub listen: fn(&Config) -> Option<SocketAddr>,
    /// Which paths are its own where several listen together; the first family of a process has the rest.
    pub owns: fn(path: &str) -> bool,
    /// Its operations, as they are described.
    pub operations: &'static [&'static Operation],
    /// The credentials that a browser may hold, by the names of their schemes.
    pub browser_schemes: &'static [&'static str],
    /// Its operations, as they stand behind the gateway.
    pub routes: fn(&Arc<Platform>) -> Router,
    pub wire: Wire,
    pub webhooks: Webhooks,
}

/// How requests and answers read that its operations never see.
#[derive(Clone, Copy)]
pub struct Wire {
    /// Where a request has its key or client token.
    pub credential: fn(&HeaderMap) -> Option<&str>,
    /// The envelope of what the gateway refuses.
    pub envelope: fn(Refused) -> Answer,
    /// Puts on every answer what every answer carries: the request's id and the rate limit.
    pub headers: fn(&mut HeaderMap, &HeaderValue, RateLimit),
    /// How many requests of one caller are let through.
    pub limit: Limit,
}

/// What its receivers are promised.
#[derive(Clone, Copy)]
pub struct Webhooks {
    /// The kinds of events that are its own; the first family of a process announces the rest.
    pub announces: fn(EventKind) -> bool,
    pub render: fn(&Event, &Surroundings) -> Vec<u8>,
    pub sign: fn(&Signers<'_>, Unsigned<'_>) -> Result<Signed, http::Error>,
    pub contract: Contract,
}

/// What an event may say of the server that it happened on.
pub struct Surroundings {
    pub environment: Environment,
    pub public_url: PublicUrl,
}

/// An event that is about to be sent.
pub struct Unsigned<'a> {
    pub id: &'a str,
    /// When this attempt is made.
    pub at: Timestamp,
    /// As it was rendered when it happened.
    pub payload: Bytes,
}

/// The same as it is sent.
pub struct Signed {
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// The families of a process. There is at least one.
#[derive(Clone)]
pub struct Families(Arc<[Family]>);

/// One of them, to keep something by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FamilyIndex(usize);

impl Families {
    #[must_use]
    pub fn new(first: Family, others: &[Family]) -> Self {
        Self([&[first], others].concat().into())
    }

    pub fn iter(&self) -> impl Iterator<Item = (FamilyIndex, Family)> {
        self.0.iter().enumerate().map(|(index, family)| (FamilyIndex(index), *family))
    }

    /// The one that has what is nobody's.
    #[must_use]
    pub fn first(&self) -> Family {
        self.0[0]
    }

    /// The one of this index, which must be of these families.
    #[must_use]
    pub fn of(&self, index: FamilyIndex) -> Family {
        self.0[index.0]
    }

    /// The family whose receivers are told of events of this kind.
    #[must_use]
    pub fn announcing(&self, kind: EventKind) -> Webhooks {
        let webhooks = |family: &Family| family.webhooks;
        let own = self.0[1..].iter().map(webhooks).find(|webhooks| (webhooks.announces)(kind));
        own.unwrap_or(webhooks(&self.0[0]))
    }

    /// One of something for each family.
    pub fn each<T: Default>(&self) -> EachFamily<T> {
        EachFamily(self.0.iter().map(|_family| T::default()).collect())
    }
}

/// What is kept for each family apart.
pub struct EachFamily<T>(Box<[T]>);

impl<T> EachFamily<T> {
    /// The one of this family, which must be of the same [`Families`].
    #[must_use]
    pub fn of(&self, family: FamilyIndex) -> &T {
        &self.0[family.0]
    }
}
