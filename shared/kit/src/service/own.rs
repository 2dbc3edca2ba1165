//! What every service does of itself: sends what it said, replays dead letters, answers about itself.

use std::{marker::PhantomData, sync::Arc, time::Duration};

use contracts::{
    Failure, Role, Service as Name,
    operations::{self, DeadLetter, DeadLetters, Vitals},
};

use super::{Context, Service};
use crate::{
    bus::{
        self, Asked, Consumer, Endpoint,
        handler::{AnswerAny, Failed},
    },
    db::{RELAY, inbox, outbox},
    lifecycle::Group,
    telemetry,
};

/// The bell that wakes the replay of dead letters.
const REPLAY: &str = "dead-letters";

/// Sends what was said: when nudged, and every second in case the bus was away; checks the stream every minute.
pub(super) fn keep_sending(context: &Context, name: Name, group: &Group) {
    let (context, tasks) = (context.clone(), group.clone());
    group.spawn(async move {
        let bell = context.db.nudges().of(RELAY);
        let mut next_check = context.clock.now();
        let mut taken_up = false;
        loop {
            if !taken_up {
                taken_up = take_up(&context).await;
            }
            if context.clock.now() >= next_check && context.bus.is_connected() {
                match bus::check_stream(&context.bus, &context.db, name).await {
                    Ok(()) => next_check = context.clock.now().plus(chrono::Duration::seconds(60)),
                    Err(error) => tracing::warn!(service = %name, %error, "the stream cannot be checked just now"),
                }
            }
            if let Err(error) = bus::send_unsent(&context.bus, &context.db).await {
                tracing::warn!(service = %name, error = telemetry::chain(&error), "cannot send just now; it is kept");
            } else if tasks.is_stopping() {
                return;
            }
            tokio::select! {
                () = tasks.stopping() => {
                    drop(bus::send_unsent(&context.bus, &context.db).await);
                    return;
                }
                () = bell.notified() => {}
                () = context.clock.sleep(Duration::from_secs(1)) => {}
            }
        }
    });
}

/// Takes up what a program of before said into the store; `false` when the store does not answer just now.
async fn take_up(context: &Context) -> bool {
    let taken = async {
        let mut tx = context.db.begin().await?;
        outbox::take_up(&mut tx).await?;
        tx.commit().await
    };
    let taken: Result<(), sqlx::Error> = taken.await;
    if let Err(error) = &taken {
        tracing::warn!(%error, "what an earlier program said cannot be taken up just now");
    }
    taken.is_ok()
}

/// Handles dead letters again when someone asks.
pub(super) fn keep_replaying<S: Service>(
    context: &Context,
    service: Arc<S>,
    consumers: Vec<Consumer<S>>,
    group: &Group,
) {
    let (context, tasks) = (context.clone(), group.clone());
    group.spawn(async move {
        let bell = context.db.nudges().of(REPLAY);
        loop {
            if let Err(error) =
                bus::replay_dead_letters(&context.bus, &context.db, &*service, &consumers).await
            {
                tracing::warn!(service = %S::NAME, %error, "dead letters cannot be replayed just now");
            }
            tokio::select! {
                () = tasks.stopping() => return,
                () = bell.notified() => {}
                () = context.clock.sleep(Duration::from_secs(30)) => {}
            }
        }
    });
}

/// Measures the backlog and keeps the histograms small.
pub(super) fn keep_tidy(context: &Context, name: Name, group: &Group) {
    let (context, tasks) = (context.clone(), group.clone());
    group.spawn(async move {
        loop {
            if let Ok(vitals) = vitals(&context, name).await {
                metrics::gauge!("outbox_unsent", "service" => name.as_str()).set(vitals.unsent as f64);
                metrics::gauge!("dead_letters", "service" => name.as_str()).set(vitals.dead_letters as f64);
            }
            telemetry::metrics_upkeep();
            tokio::select! {
                () = tasks.stopping() => return,
                () = context.clock.sleep(Duration::from_secs(15)) => {}
            }
        }
    });
}

async fn vitals(context: &Context, name: Name) -> Result<Vitals, sqlx::Error> {
    let (unsent, oldest_unsent) = outbox::backlog(&context.db).await?;
    let dead = inbox::count_dead(&context.db).await?;
    Ok(Vitals {
        service: name.to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        unsent: unsent.unsigned_abs(),
        oldest_unsent,
        dead_letters: dead.unsigned_abs(),
    })
}

/// The questions every service answers: how it does, and about its dead letters.
pub(super) async fn answer_about_itself<S: Service>(
    context: &Context,
    service: &Arc<S>,
    group: &Group,
) -> anyhow::Result<()> {
    let endpoints = [
        Endpoint { subject: operations::vitals_subject(S::NAME), answer: own::<S>(context, About::Vitals) },
        Endpoint {
            subject: operations::dead_letters_subject(S::NAME),
            answer: own::<S>(context, About::DeadLetters),
        },
    ];
    bus::answer(&context.bus, S::NAME, service, &endpoints, (group, 4))
        .await
        .map_err(|error| anyhow::anyhow!(error))
}

#[derive(Clone, Copy)]
enum About {
    Vitals,
    DeadLetters,
}

struct Own<S> {
    context: Context,
    about: About,
    of: PhantomData<fn() -> S>,
}

fn own<S: Service>(context: &Context, about: About) -> Arc<dyn AnswerAny<S>> {
    Arc::new(Own { context: context.clone(), about, of: PhantomData })
}

impl<S: Service> AnswerAny<S> for Own<S> {
    fn answer<'a>(
        &'a self,
        _service: &'a S,
        asked: Asked<()>,
        body: &'a [u8],
    ) -> futures::future::BoxFuture<'a, Result<Vec<u8>, Failed>> {
        Box::pin(async move {
            asked.allow(&[Role::Operator, Role::Auditor, Role::Head]).map_err(refused)?;
            let answer = match self.about {
                About::Vitals => serde_json::to_vec(&bus::Reply::Good(
                    vitals(&self.context, S::NAME).await.map_err(store)?,
                )),
                About::DeadLetters => {
                    let wish: DeadLetters =
                        serde_json::from_slice(body).map_err(|e| refused(Failure::invalid(e)))?;
                    serde_json::to_vec(&bus::Reply::Good(dead_letters(&self.context, &asked, wish).await?))
                }
            };
            answer.map_err(|error| Failed { failure: Failure::internal(), log: error.to_string() })
        })
    }
}

async fn dead_letters(
    context: &Context,
    asked: &Asked<()>,
    wish: DeadLetters,
) -> Result<Vec<DeadLetter>, Failed> {
    let mut tx = context.db.begin().await.map_err(store)?;
    let known = match &wish {
        DeadLetters::List => true,
        DeadLetters::Replay { event } => {
            asked.allow(&[Role::Operator]).map_err(refused)?;
            inbox::ask_replay(&mut tx, event).await.map_err(store)?
        }
        DeadLetters::Discard { event, reason } => {
            asked.allow(&[Role::Operator]).map_err(refused)?;
            let resolution = format!("discarded by {}: {reason}", asked.principal.name);
            inbox::discard(&mut tx, event, &resolution).await.map_err(store)?
        }
    };
    if !known {
        return Err(refused(Failure::not_found("no dead letter waits under this id")));
    }
    tx.nudge(REPLAY);
    tx.commit().await.map_err(store)?;
    inbox::dead_letters(&context.db).await.map_err(store)
}

fn refused(failure: Failure) -> Failed {
    Failed { log: failure.detail.clone(), failure }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn store(error: sqlx::Error) -> Failed {
    Failed { failure: Failure::unavailable("the store does not answer"), log: telemetry::chain(&error) }
}
