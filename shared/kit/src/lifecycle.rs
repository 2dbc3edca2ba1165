//! Stopping in order: first nothing new is taken, then what runs is finished, then what was said is sent, then all is closed.

use std::{future::Future, time::Duration};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// One group of tasks that stops together.
#[derive(Clone, Debug, Default)]
pub struct Group {
    token: CancellationToken,
    tracker: TaskTracker,
}

impl Group {
    /// Runs a task that ends by itself soon after [`Group::stopping`] resolves.
    #[expect(clippy::disallowed_methods, reason = "the one place that spawns, and tracks what it spawned")]
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let tracked = self.tracker.track_future(task);
        drop(tokio::spawn(tracked));
    }
    /// Resolves when the group is told to stop.
    pub async fn stopping(&self) {
        self.token.cancelled().await;
    }
    /// Whether the group was told to stop.
    pub fn is_stopping(&self) -> bool {
        self.token.is_cancelled()
    }
    /// Tells the group to stop and waits for its tasks, at most this long; `false` when some were still running.
    pub async fn stop(&self, patience: Duration) -> bool {
        self.token.cancel();
        self.tracker.close();
        tokio::time::timeout(patience, self.tracker.wait()).await.is_ok()
    }
}

/// Resolves at the first SIGTERM or SIGINT.
pub async fn asked_to_stop() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                tracing::error!(%error, "cannot listen for SIGTERM");
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        () = terminate => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
