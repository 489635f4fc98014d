//! Traces: a span for each request, batch, rail call and attempt at a webhook, sent by OTLP to a collector if there is one.
//!
//! Spans are made with `tracing`, under one target and below every level that is logged: where nobody collects them, none
//! is made. What a newcomer gets wrong: what stands in a span leaves the house. It names an operation, a status and ids
//! of ours; never a path or a query as it came (the id of a session opens its page), a body, an email or a credential.

use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use futures::future::BoxFuture;
use hedge_api::Operation;
use hedge_domain::AccountId;
use hedge_domain::audit::RequestId;
use hedge_domain::delivery::Report;
use hedge_store::{DueDelivery, SPANS};
use opentelemetry::KeyValue;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{TraceContextExt, TracerProvider};
use opentelemetry_http::hyper::HyperClient;
use opentelemetry_http::{HeaderExtractor, HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tracing::field::{Empty, display};
use tracing::{Level, Span, Subscriber, trace_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::registry::LookupSpan;
use url::Url;

use crate::access::Answering;

/// How long the collector may take for what it is sent, and for the last of it when the server stops.
const PATIENCE: Duration = Duration::from_secs(5);

/// Collects spans and sends them in the background, a bounded number of them: what does not fit is dropped and told in
/// the log. Dropping it sends what is left.
pub struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    /// The runtime is the one that requests to the collector are made on; the spans are kept by a thread of their own.
    pub fn start(endpoint: &Url, runtime: &Handle) -> Result<Self> {
        let client =
            OnRuntime { client: HyperClient::with_default_connector(PATIENCE, None), runtime: runtime.clone() };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(endpoint.as_str())
            .with_timeout(PATIENCE)
            .build()
            .context("traces cannot be sent")?;
        let mut resource =
            Resource::builder().with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
        if std::env::var_os("OTEL_SERVICE_NAME").is_none() {
            resource = resource.with_service_name("hedge");
        }
        let provider =
            SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build()).build();
        Ok(Self { provider })
    }

    /// What takes the spans of this process, and nothing else of what it says.
    pub fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> + use<S> {
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer("hedge"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_level(false)
            .with_tracked_inactivity(false)
            .with_filter(Targets::new().with_target(SPANS, Level::TRACE))
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.provider.shutdown_with_timeout(PATIENCE) {
            tracing::warn!(%error, "the last traces are not sent");
        }
    }
}

/// A client that needs a runtime, for a thread that has none.
#[derive(Debug)]
struct OnRuntime {
    client: HyperClient,
    runtime: Handle,
}

impl HttpClient for OnRuntime {
    // The trait is written with a macro; this is what its one async function comes to.
    fn send_bytes<'a, 'answer>(
        &'a self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'answer, Result<http::Response<Bytes>, HttpError>>
    where
        'a: 'answer,
        Self: 'answer,
    {
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move { client.send_bytes(request).await });
        Box::pin(async { sent.await? })
    }
}

/// The span of a request, in the trace of its caller if that told of one.
pub fn of_request(request: &Request, id: RequestId) -> Span {
    let span = trace_span!(
        target: SPANS,
        "request",
        otel.kind = "server",
        http.request.method = request.method().as_str(),
        request_id = %id,
        account = Empty,
        operation = Empty,
        http.route = Empty,
        http.response.status_code = Empty,
        otel.status_code = Empty,
    );
    if !span.is_disabled() {
        let caller = TraceContextPropagator::new().extract(&HeaderExtractor(request.headers()));
        if let Err(error) = span.set_parent(caller) {
            tracing::debug!(?error, "a request is not in its caller's trace");
        }
    }
    span
}

/// Whose request the current one is.
pub fn tell_account(account: impl FnOnce() -> Option<AccountId>) {
    let span = Span::current();
    if !span.is_disabled()
        && let Some(account) = account()
    {
        span.record("account", display(account));
    }
}

/// What the request turned out to be, and what came of it.
pub fn answered(span: &Span, response: &Response) {
    if span.is_disabled() {
        return;
    }
    let status = response.status();
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    let extensions = response.extensions();
    let name = if let Some(operation) = extensions.get::<&'static Operation>() {
        span.record("operation", operation.id);
        span.record("http.route", operation.path);
        format!("{} {}", operation.method, operation.path)
    } else if let Some(Answering(name)) = extensions.get() {
        span.record("operation", *name);
        (*name).to_owned()
    } else {
        return;
    };
    // The layer takes a name only before the span has begun.
    span.context().span().update_name(name);
}

/// The span of an attempt at a delivery.
pub fn of_attempt(due: &DueDelivery) -> Span {
    let delivery = &due.delivery;
    trace_span!(
        target: SPANS,
        "webhook attempt",
        otel.kind = "client",
        account = %delivery.account,
        endpoint = %delivery.endpoint,
        delivery = %delivery.id,
        event = %delivery.event,
        number = delivery.attempts + 1,
        outcome = Empty,
        http.response.status_code = Empty,
        otel.status_code = Empty,
    )
}

/// What came of it.
pub fn attempted(span: &Span, report: &Report) {
    if let Some(status) = report.status {
        span.record("http.response.status_code", status);
    }
    match &report.error {
        None => span.record("outcome", "delivered"),
        Some(error) => span.record("outcome", error.code.code()).record("otel.status_code", "ERROR"),
    };
}
