//! The clock: injected, never reached for, so that tests own the time.

use std::{sync::Arc, time::Duration};

use domain::Timestamp;
use tokio::sync::watch;

/// Tells the time and waits for it.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Source>);

#[derive(Debug)]
enum Source {
    System,
    Manual(watch::Sender<Timestamp>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Arc::new(Source::System))
    }
    /// A clock that stands at `start` and moves only when told.
    pub fn manual(start: Timestamp) -> Self {
        Self(Arc::new(Source::Manual(watch::Sender::new(start))))
    }
    /// This moment.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    pub fn now(&self) -> Timestamp {
        match &*self.0 {
            Source::System => chrono::Utc::now().into(),
            Source::Manual(now) => *now.borrow(),
        }
    }
    /// Moves a manual clock on; the machine's clock moves by itself.
    pub fn advance(&self, span: Duration) {
        if let Source::Manual(now) = &*self.0 {
            let span = chrono::Duration::from_std(span).unwrap_or(chrono::Duration::MAX);
            now.send_modify(|at| *at = at.plus(span));
        }
    }
    /// Waits until that much time has passed on this clock.
    #[expect(clippy::disallowed_methods, reason = "the one place that waits on the machine's time")]
    pub async fn sleep(&self, span: Duration) {
        match &*self.0 {
            Source::System => tokio::time::sleep(span).await,
            Source::Manual(now) => {
                let mut changes = now.subscribe();
                let due = self.now().plus(chrono::Duration::from_std(span).unwrap_or(chrono::Duration::MAX));
                let _closed = changes.wait_for(|at| *at >= due).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_manual_clock_wakes_a_sleeper_only_when_moved_far_enough() {
        let clock = Clock::manual("2026-11-23T00:00:00Z".parse().unwrap());
        let mut sleeper = std::pin::pin!(clock.sleep(Duration::from_mins(1)));
        assert!(futures::poll!(&mut sleeper).is_pending());
        clock.advance(Duration::from_secs(59));
        assert!(futures::poll!(&mut sleeper).is_pending());
        clock.advance(Duration::from_secs(1));
        sleeper.await;
        assert_eq!(clock.now().to_rfc3339(), "2026-11-23T00:01:00Z");
    }
}
