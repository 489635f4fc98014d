//! The toy family: plain text, amounts in a body of their own, and an event of one line.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Extension, Router};
use bytes::Bytes;
use hedge_api::Answer;
use hedge_domain::delivery::Contract;
use hedge_domain::event::{Event, EventKind, Subject};
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::CreatePayment;
use hedge_domain::{Currency, Duration, Money, Refusal};
use hedge_server::family::{Family, Signed, Surroundings, Unsigned, Webhooks, Wire};
use hedge_server::gateway::{Credential, Refused};
use hedge_server::limiter::Limit;
use hedge_server::listen::Unserved;
use hedge_server::platform::Platform;
use hedge_store::StoreError;
use http::{HeaderMap, HeaderValue, StatusCode};

pub const TOY: Family = Family {
    name: "toy",
    listen: |_config| Some(SocketAddr::from(([127, 0, 0, 1], 0))),
    owns: |path| path.starts_with("/toy/"),
    operations: &[],
    browser_schemes: &[],
    routes,
    wire: Wire {
        credential: |headers| headers.get("x-toy-key")?.to_str().ok(),
        envelope: |refused| Fault::from(refused).into(),
        headers: |headers, _request_id, rate_limit| {
            headers.insert("toy-left", HeaderValue::from(rate_limit.remaining));
        },
        limit: Limit { requests: 3, window: Duration::from_secs(60) },
    },
    webhooks: Webhooks {
        announces: |kind| kind == EventKind::PaymentCreated,
        render,
        sign: |_signers, Unsigned { payload: body, .. }| {
            let mut headers = HeaderMap::new();
            headers.insert("toy-signature", HeaderValue::try_from(format!("toy {}", body.len()))?);
            Ok(Signed { headers, body })
        },
        contract: Contract::SideBet,
    },
};

struct Fault(StatusCode, String);

fn routes(platform: &Arc<Platform>) -> Router {
    let nothing = async || Answer::from(Fault(StatusCode::NOT_FOUND, "there is nothing here".to_owned()));
    Router::new().route("/toy/payments", post(create)).fallback(nothing).with_state(Arc::clone(platform))
}

async fn create(
    State(platform): State<Arc<Platform>>,
    credential: Option<Extension<Credential>>,
    amount: String,
) -> Answer {
    let Some(Extension(Credential::Key(entry))) = credential else {
        return Fault(StatusCode::UNAUTHORIZED, "who are you?".to_owned()).into();
    };
    let Ok(amount) = amount.parse() else {
        return Fault(StatusCode::BAD_REQUEST, "that is no amount".to_owned()).into();
    };
    let key = entry.snapshot();
    let command = CreatePayment {
        actor: key.key.actor(),
        merchant: key.default_merchant,
        amount: Money::new(amount, Currency::Usd),
        customer: None,
        customer_email: "toy@example.com".to_owned(),
        description: None,
        statement_descriptor: None,
        method: None,
        token: None,
        metadata: Metadata::default(),
    };
    match platform.run_once::<_, Fault>(command).await {
        Ok(payment) => text(StatusCode::CREATED, payment.id.to_string()),
        Err(fault) => fault.into(),
    }
}

fn render(event: &Event, _surroundings: &Surroundings) -> Vec<u8> {
    match &event.subject {
        Subject::Payment(payment) => {
            format!("{} {} {}", event.kind.code(), payment.id, payment.amount.minor()).into_bytes()
        }
        Subject::CheckoutSession(_) | Subject::Payout(_) | Subject::WebhookEndpoint(_) | Subject::Test { .. } => {
            event.kind.code().as_bytes().to_vec()
        }
    }
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::RateLimited { .. } | Refused::Unread => {
                Self(StatusCode::TOO_MANY_REQUESTS, "slow down".to_owned())
            }
            Refused::Unserved(Unserved::NotHttp) => Self(StatusCode::BAD_REQUEST, "what is that?".to_owned()),
            Refused::Unavailable | Refused::TimedOut | Refused::Unserved(_) => {
                Self(StatusCode::SERVICE_UNAVAILABLE, "not now".to_owned())
            }
        }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self(StatusCode::CONFLICT, refusal.to_string())
    }
}

impl From<StoreError> for Fault {
    fn from(_error: StoreError) -> Self {
        Self(StatusCode::SERVICE_UNAVAILABLE, "not now".to_owned())
    }
}

impl From<Fault> for Answer {
    fn from(Fault(status, what): Fault) -> Self {
        text(status, format!("fault: {what}"))
    }
}

fn text(status: StatusCode, body: String) -> Answer {
    Answer { status, headers: Vec::new(), body: Bytes::from(body) }.with_header("content-type", "text/plain")
}
