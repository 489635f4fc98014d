//! Logs and metrics, and where traces are hooked in. Logs are written by a thread of their own, so that a slow disk does not slow a request.

use std::io::IsTerminal;
use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::config::LogFormat;
use crate::operator;
use crate::traces::Traces;

/// Keep it until the end of `main`: dropping it writes out what is still buffered.
pub struct Logs {
    /// Before the logs, which tell what could not be sent.
    _traces: Option<Traces>,
    _guard: WorkerGuard,
}

/// Logs go to standard error, so that what a command prints stays clean. `RUST_LOG` narrows or widens them.
#[must_use]
pub fn logs(format: Option<LogFormat>, traces: Option<Traces>) -> Logs {
    let (writer, guard) = tracing_appender::non_blocking(std::io::stderr());
    let default = if std::io::stderr().is_terminal() { LogFormat::Text } else { LogFormat::Json };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,refinery_core=warn"));
    let format = format.unwrap_or(default);
    // A second call (in tests) keeps the first subscriber.
    let _already_set = match &traces {
        None => {
            let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
            match format {
                LogFormat::Text => builder.with_target(false).try_init().is_ok(),
                LogFormat::Json => builder.json().flatten_event(true).with_current_span(false).try_init().is_ok(),
            }
        }
        // Filters of their own for either: costs a little more for every line.
        Some(traces) => {
            let (registry, layer) =
                (tracing_subscriber::registry().with(traces.layer()), fmt::layer().with_writer(writer));
            match format {
                LogFormat::Text => registry.with(layer.with_target(false).with_filter(filter)).try_init().is_ok(),
                LogFormat::Json => {
                    let layer = layer.json().flatten_event(true).with_current_span(false).with_span_list(false);
                    registry.with(layer.with_filter(filter)).try_init().is_ok()
                }
            }
        }
    };
    Logs { _traces: traces, _guard: guard }
}

/// From a tenth of a millisecond to ten seconds.
const BUCKETS: [f64; 16] =
    [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The process's one recorder of metrics. Several servers in one process (tests) share it.
pub fn metrics() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    // Made inside the lock: of two that start at once, one would keep the handle of a recorder that nobody writes to.
    let handle = HANDLE.get_or_init(|| {
        let seconds = Matcher::Suffix("_seconds".to_owned());
        // Refused only where there are no buckets.
        let builder = PrometheusBuilder::new().set_buckets_for_metric(seconds, &BUCKETS).unwrap_or_default();
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if let Err(error) = metrics::set_global_recorder(recorder) {
            tracing::warn!(%error, "metrics go to a recorder that was there before");
        }
        operator::describe();
        handle
    });
    handle.clone()
}
