//! Logs and metrics, and where traces are hooked in. Logs are written by a thread of their own, so that a slow disk does not slow a request.

use std::io::IsTerminal;
use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::{Level, Metadata};
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::filter::{FilterExt, filter_fn};
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

/// What libraries say below `info` includes what they were given: a driver its parameters, a server its heads and bodies.
/// Those are people's names, addresses and tokens, so no setting shows them; only our own lines go further down.
fn is_discreet(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    // The bridge from `log` asks by the record's own target first, and then under this one.
    *metadata.level() <= Level::INFO || target.starts_with("hedge") || target == "log"
}

/// Logs go to standard error, so that what a command prints stays clean. `RUST_LOG` narrows or widens them, as far
/// as is discreet.
#[must_use]
pub fn logs(format: Option<LogFormat>, traces: Option<Traces>) -> Logs {
    let (writer, guard) = tracing_appender::non_blocking(std::io::stderr());
    let default = if std::io::stderr().is_terminal() { LogFormat::Text } else { LogFormat::Json };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,refinery_core=warn"));
    let format = format.unwrap_or(default);
    // A second call (in tests) keeps the first subscriber.
    let _already_set = match &traces {
        None => {
            let (builder, discreet) =
                (tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer), filter_fn(is_discreet));
            match format {
                LogFormat::Text => builder.with_target(false).finish().with(discreet).try_init().is_ok(),
                LogFormat::Json => {
                    let json = builder.json().flatten_event(true).with_current_span(false);
                    json.finish().with(discreet).try_init().is_ok()
                }
            }
        }
        // Filters of their own for either: costs a little more for every line.
        Some(traces) => {
            let (registry, layer) =
                (tracing_subscriber::registry().with(traces.layer()), fmt::layer().with_writer(writer));
            let filter = filter.and(filter_fn(is_discreet));
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

#[cfg(test)]
mod tests {
    use tracing::callsite::Identifier;
    use tracing::field::FieldSet;
    use tracing::metadata::Kind;
    use tracing::{Callsite, Metadata, subscriber::Interest};

    use super::*;

    struct Site;
    static SITE: Site = Site;
    impl Callsite for Site {
        fn set_interest(&self, _interest: Interest) {}
        fn metadata(&self) -> &Metadata<'_> {
            static METADATA: Metadata<'static> = metadata("hedge", Level::TRACE);
            &METADATA
        }
    }

    const fn metadata(target: &'static str, level: Level) -> Metadata<'static> {
        let fields = FieldSet::new(&[], Identifier(&SITE));
        Metadata::new("line", target, level, None, None, None, fields, Kind::EVENT)
    }

    #[test]
    fn no_setting_shows_what_a_library_was_given() {
        for target in ["tokio_postgres::query", "tokio_postgres::prepare", "hyper::proto", "h2", "rustls", "rusqlite"] {
            assert!(!is_discreet(&metadata(target, Level::DEBUG)), "{target}");
            assert!(!is_discreet(&metadata(target, Level::TRACE)), "{target}");
            assert!(is_discreet(&metadata(target, Level::WARN)), "{target}");
        }
        assert!(is_discreet(&metadata("hedge_server::worker", Level::TRACE)));
    }
}
