//! Nudges: waking a job because something was committed for it to do.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::Notify;

/// The bells of one service's jobs, by name. A nudge before the job listens is not lost: it runs once more.
#[derive(Clone, Debug, Default)]
pub struct Nudges(Arc<Mutex<HashMap<&'static str, Arc<Notify>>>>);

impl Nudges {
    /// The bell of this job.
    pub fn of(&self, job: &'static str) -> Arc<Notify> {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(bells.entry(job).or_default())
    }
    /// Wakes this job.
    pub fn nudge(&self, job: &'static str) {
        self.of(job).notify_one();
    }
}
