//! For the operator's machines: health and measures.

use std::sync::OnceLock;
use std::time::Duration;

use axum::response::IntoResponse as _;
use http::{StatusCode, header};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use web::{Answer, Desk};

const SUMMED_UP_EVERY: Duration = Duration::from_secs(5);

static METRICS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Begins to count; once per process.
pub fn start_metrics() {
    METRICS.get_or_init(|| PrometheusBuilder::new().install_recorder().ok());
}

/// Each request leaves a sample until it is summed up: without this, a server whose measures nobody reads would grow with
/// every request.
pub async fn sum_up_metrics() {
    loop {
        tokio::time::sleep(SUMMED_UP_EVERY).await;
        if let Some(handle) = METRICS.get().and_then(Option::as_ref) {
            handle.run_upkeep();
        }
    }
}

/// 200 when the database answers, 503 otherwise; never cached.
pub async fn health(desk: Desk) -> Answer {
    let outcome = desk.read(store::register::head).await;
    let (status, text) = match outcome {
        Ok((seq, _)) => (StatusCode::OK, format!("ok {seq}\n")),
        Err(error) => {
            tracing::error!(%error, "health: the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "database unavailable\n".to_owned())
        }
    };
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((status, headers, text).into_response())
}

/// Prometheus text format.
pub async fn metrics() -> Answer {
    let text = METRICS.get().and_then(Option::as_ref).map(|handle| {
        handle.run_upkeep();
        handle.render()
    });
    let headers =
        [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((headers, text.unwrap_or_default()).into_response())
}
