//! What the gateway hears: everything that the event stream tells.

use contracts::{
    alerts::{WarningIssued, WarningMoved, alarms::AlarmMoved},
    analysis::{
        SituationChanged, anomalies::AnomalyMoved, assessments::AssessmentMoved, drafting::ProductMoved,
        forecasts::ForecastsIssued, overrides::OverrideMoved, questions::QuestionMoved,
    },
    coordination::{AcknowledgementRecorded, DeliveryMoved, ReleaseDecided},
    intake::{
        ImportProgressed, ReportMoved, clusters::ClusterMoved, leads::LeadMoved, sources::SourceMoved,
        weekly::ReportMissing,
    },
};
use kit::{Heard, Tx};

use crate::{
    Error, Gateway,
    domain::told::{Kind, Told},
    jobs::TELL,
    store::{hooks, stream},
};

async fn tell(tx: &mut Tx, told: Told) -> Result<(), Error> {
    stream::append(tx, &told).await?;
    tx.nudge(TELL);
    Ok(())
}

/// A level changed.
pub(crate) async fn situation_changed(
    _: &Gateway,
    tx: &mut Tx,
    heard: &Heard<SituationChanged>,
) -> Result<(), Error> {
    tell(tx, Told::situation(heard)).await
}
/// An assessment was written, moved on, or one of its judgements was resolved.
pub(crate) async fn assessment_moved(
    _: &Gateway,
    tx: &mut Tx,
    heard: &Heard<AssessmentMoved>,
) -> Result<(), Error> {
    tell(tx, Told::assessment(&heard.assessment)).await
}

/// A question was asked, answered, closed or opened again.
pub(crate) async fn question_moved(
    _: &Gateway,
    tx: &mut Tx,
    heard: &Heard<QuestionMoved>,
) -> Result<(), Error> {
    tell(tx, Told::question(&heard.question)).await
}

/// A product was drafted, changed or moved on.
pub(crate) async fn product_moved(
    _: &Gateway,
    tx: &mut Tx,
    heard: &Heard<ProductMoved>,
) -> Result<(), Error> {
    tell(tx, Told::product(&heard.product)).await
}

/// Forecasts were issued.
pub(crate) async fn forecasts_issued(
    _: &Gateway,
    tx: &mut Tx,
    heard: &Heard<ForecastsIssued>,
) -> Result<(), Error> {
    tell(tx, Told::forecasts(&heard.event)).await
}

/// A level was set beside the computed one, or is over.
pub(crate) async fn override_moved(
    _: &Gateway,
    tx: &mut Tx,
    heard: &Heard<OverrideMoved>,
) -> Result<(), Error> {
    tell(tx, Told::level_set(heard)).await
}

/// An alarm was raised, renewed or cleared.
pub(crate) async fn alarm_moved(_: &Gateway, tx: &mut Tx, heard: &Heard<AlarmMoved>) -> Result<(), Error> {
    tell(tx, Told::alarm(&heard.alarm)).await
}

/// An anomaly was opened, revised, judged or withdrawn.
pub(crate) async fn anomaly_moved(
    _: &Gateway,
    tx: &mut Tx,
    heard: &Heard<AnomalyMoved>,
) -> Result<(), Error> {
    tell(tx, Told::anomaly(&heard.anomaly)).await
}
/// A warning was issued, updated or cancelled.
pub(crate) async fn warning_issued(
    _: &Gateway,
    tx: &mut Tx,
    heard: &Heard<WarningIssued>,
) -> Result<(), Error> {
    tell(tx, Told::warning(Kind::WarningIssued, &heard.warning)).await
}
/// A warning moved within the house.
pub(crate) async fn warning_moved(
    _: &Gateway,
    tx: &mut Tx,
    heard: &Heard<WarningMoved>,
) -> Result<(), Error> {
    tell(tx, Told::warning(Kind::WarningMoved, &heard.warning)).await
}
/// An import run moved on.
pub(crate) async fn import_progressed(
    _: &Gateway,
    tx: &mut Tx,
    heard: &Heard<ImportProgressed>,
) -> Result<(), Error> {
    tell(tx, Told::import(heard)).await
}
/// A field report moved on.
pub(crate) async fn report_moved(_: &Gateway, tx: &mut Tx, heard: &Heard<ReportMoved>) -> Result<(), Error> {
    tell(tx, Told::report(&heard.report)).await
}
/// A cluster moved on.
pub(crate) async fn cluster_moved(
    _: &Gateway,
    tx: &mut Tx,
    heard: &Heard<ClusterMoved>,
) -> Result<(), Error> {
    tell(tx, Told::cluster(&heard.cluster)).await
}

/// A lead came in or was decided on.
pub(crate) async fn lead_moved(_: &Gateway, tx: &mut Tx, heard: &Heard<LeadMoved>) -> Result<(), Error> {
    tell(tx, Told::lead(&heard.lead)).await
}

/// A source was set up, changed, switched, brought something, failed or fell silent. The door keeps what it must know to take
/// what a source sends by itself.
pub(crate) async fn source_moved(_: &Gateway, tx: &mut Tx, heard: &Heard<SourceMoved>) -> Result<(), Error> {
    hooks::keep(tx, &heard.source).await?;
    tell(tx, Told::source(&heard.source)).await
}

/// A weekly report did not come.
pub(crate) async fn report_missing(
    _: &Gateway,
    tx: &mut Tx,
    heard: &Heard<ReportMissing>,
) -> Result<(), Error> {
    tell(tx, Told::report_missing(heard)).await
}
/// A delivery moved on.
pub(crate) async fn delivery_moved(
    _: &Gateway,
    tx: &mut Tx,
    heard: &Heard<DeliveryMoved>,
) -> Result<(), Error> {
    tell(tx, Told::delivery(heard)).await
}
/// It was decided what a partner gets.
pub(crate) async fn release_decided(
    _: &Gateway,
    tx: &mut Tx,
    heard: &Heard<ReleaseDecided>,
) -> Result<(), Error> {
    tell(tx, Told::release(heard)).await
}
/// A partner's acknowledgement was recorded.
pub(crate) async fn acknowledgement_recorded(
    _: &Gateway,
    tx: &mut Tx,
    heard: &Heard<AcknowledgementRecorded>,
) -> Result<(), Error> {
    tell(tx, Told::acknowledgement(heard)).await
}
