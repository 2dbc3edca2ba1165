//! Serving until told to stop.

use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;

use crate::lifecycle::Group;

/// Serves these routes until the group stops; answers already begun are finished. Returns the address once it listens.
///
/// # Errors
/// When the address is taken or is none.
pub async fn serve(listen: &str, routes: Router, group: &Group) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| anyhow::anyhow!("cannot listen on {listen}: {error}"))?;
    let address = listener.local_addr()?;
    let stop = group.clone();
    group.spawn(async move {
        let service = routes.into_make_service_with_connect_info::<SocketAddr>();
        let served =
            axum::serve(listener, service).with_graceful_shutdown(async move { stop.stopping().await }).await;
        if let Err(error) = served {
            tracing::error!(%error, "HTTP stopped");
        }
    });
    Ok(address)
}
