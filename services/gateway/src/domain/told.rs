//! What the event stream tells: that something changed and which thing, never its contents. Who may read the thing, asks.

use contracts::{
    Principal, Role,
    alerts::{Warning, alarms::Alarm},
    analysis::{
        SituationChanged, anomalies::Anomaly, assessments::Assessment, drafting::ProductLine,
        forecasts::ForecastsIssued, overrides::OverrideMoved, questions::Question,
    },
    coordination::{AcknowledgementRecorded, DeliveryMoved, ReleaseDecided},
    intake::{
        ImportProgressed, Report, clusters::Cluster, leads::Lead, sources::Source, weekly::ReportMissing,
    },
    principal::is_restricted,
};
use domain::{Handling, words};
use serde_json::{Value, json};

use super::policy;

words! {
    /// What an event of the stream is about.
    "kind of event" Kind {
        /// A level changed.
        Situation = "situation.changed",
        /// A level was set beside the computed one, or is over.
        Override = "override.moved",
        /// An alarm was raised, renewed or cleared.
        Alarm = "alarm.moved",
        /// An anomaly was opened, revised, judged or withdrawn.
        Anomaly = "anomaly.moved",
        /// An assessment was written, moved on, or one of its judgements was resolved.
        Assessment = "assessment.moved",
        /// A question was asked, answered, closed or opened again.
        Question = "question.moved",
        /// A product was drafted, changed or moved on.
        Product = "product.moved",
        /// Forecasts were issued.
        Forecasts = "forecasts.issued",
        /// A warning was drafted, submitted, returned, expired.
        WarningMoved = "warning.moved",
        /// A warning was issued, updated or cancelled.
        WarningIssued = "warning.issued",
        /// An import run moved on.
        Import = "import.progressed",
        /// A field report moved on.
        Report = "report.moved",
        /// A cluster was proposed, joined, revised, confirmed, split or dissolved.
        Cluster = "cluster.moved",
        /// A lead came in, was said anew, confirmed or dismissed.
        Lead = "lead.moved",
        /// A source was set up, changed, switched, brought something, failed or fell silent.
        Source = "source.moved",
        /// A weekly report did not come by its day.
        ReportMissing = "report.missing",
        /// A delivery moved on.
        Delivery = "delivery.moved",
        /// It was decided what a partner gets.
        Release = "release.decided",
        /// A partner's acknowledgement was recorded.
        Acknowledgement = "acknowledgement.recorded",
    }
}

impl Kind {
    /// Those of the centre who may read the thing itself.
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Report | Self::ReportMissing => policy::REPORT_READERS,
            _ => policy::READERS,
        }
    }
}

/// One event for the stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// What it is about.
    pub kind: Kind,
    /// What staff is told.
    pub staff: Value,
    /// The organisation that is told too, and what.
    pub partner: Option<(String, Value)>,
    /// Whether only those of the staff are told whose work needs what is restricted.
    pub restricted: bool,
}

impl Told {
    fn staff(kind: Kind, staff: Value) -> Self {
        Self { kind, staff, partner: None, restricted: false }
    }
    /// The same for those alone whose work needs it, where this is how it is handled.
    fn handled(self, handling: Option<&Handling>) -> Self {
        Self { restricted: handling.is_some_and(is_restricted), ..self }
    }
    /// Of a change of level.
    pub fn situation(e: &SituationChanged) -> Self {
        let s = &e.situation;
        // where too little is known no level is told: it is never calm
        let level = s.is_spoken_of().then_some(s.level);
        let told = json!({ "province": s.province, "country": s.country, "threat": s.threat, "was": e.was, "level": level,
            "computed": s.level, "exercise": e.exercise, "at": e.at });
        Self::staff(Kind::Situation, told).handled(Some(&s.handling))
    }
    /// Of an override; it is told as the level beside which it was set.
    pub fn level_set(e: &OverrideMoved) -> Self {
        let o = &e.set;
        let told = json!({ "id": o.id, "province": o.province, "threat": o.threat, "level": o.level, "state": o.state,
            "exercise": o.exercise, "version": o.version });
        Self::staff(Kind::Override, told).handled(Some(&e.situation.handling))
    }
    /// Of an alarm.
    pub fn alarm(a: &Alarm) -> Self {
        let told = json!({ "id": a.id, "province": a.province, "country": a.country, "threat": a.threat, "cause": a.cause,
            "state": a.state, "exercise": a.exercise, "version": a.version });
        // what raised an alarm of before its handling was kept, nobody knows
        let restricted = a.handling.as_ref().is_none_or(is_restricted);
        Self { restricted, ..Self::staff(Kind::Alarm, told) }
    }
    /// Of an anomaly.
    pub fn anomaly(a: &Anomaly) -> Self {
        let told = json!({ "id": a.id, "province": a.province, "country": a.country, "threat": a.threat, "month": a.month,
            "trend": a.trend, "state": a.state, "exercise": a.exercise, "version": a.version });
        Self::staff(Kind::Anomaly, told).handled(a.handling.as_ref())
    }
    /// Of an assessment.
    pub fn assessment(a: &Assessment) -> Self {
        let told = json!({ "id": a.id, "state": a.state, "threat": a.form.threat, "provinces": a.form.provinces,
            "exercise": a.form.exercise, "version": a.version });
        Self::staff(Kind::Assessment, told)
    }
    /// Of a question.
    pub fn question(q: &Question) -> Self {
        let told = json!({ "id": q.id, "state": q.state, "threat": q.form.threat, "provinces": q.form.provinces,
            "exercise": q.form.exercise, "version": q.version });
        Self::staff(Kind::Question, told)
    }
    /// Of a product.
    pub fn product(p: &ProductLine) -> Self {
        let told = json!({ "id": p.id, "kind": p.kind, "state": p.state, "from": p.from, "to": p.to,
            "exercise": p.exercise, "version": p.version });
        Self::staff(Kind::Product, told).handled(Some(&p.handling))
    }
    /// Of forecasts.
    pub fn forecasts(e: &ForecastsIssued) -> Self {
        let told = json!({ "threat": e.threat, "scope": e.scope, "origin": e.origin, "months": e.months,
            "forecasts": e.forecasts.len() });
        Self::staff(Kind::Forecasts, told)
    }
    /// Of a warning.
    pub fn warning(kind: Kind, w: &Warning) -> Self {
        let told = json!({ "id": w.id, "version": w.version, "revision": w.revision, "state": w.state, "status": w.status,
            "threat": w.threat, "level": w.level });
        Self::staff(kind, told).handled(Some(&w.handling))
    }
    /// Of an import run.
    pub fn import(e: &ImportProgressed) -> Self {
        let run = &e.run;
        let told = json!({ "id": run.id, "state": run.state, "read": run.read, "accepted": run.accepted,
            "updated": run.updated, "unchanged": run.unchanged, "quarantined": run.quarantined,
            "bytes": run.bytes, "bytes_read": run.bytes_read, "rate": run.rate, "remaining_s": run.remaining_s });
        Self { restricted: e.restricted, ..Self::staff(Kind::Import, told) }
    }
    /// Of a field report.
    pub fn report(report: &Report) -> Self {
        Self::staff(
            Kind::Report,
            json!({ "id": report.id, "state": report.state, "version": report.version }),
        )
    }
    /// Of a cluster.
    pub fn cluster(c: &Cluster) -> Self {
        let told = json!({ "id": c.id, "state": c.state, "country": c.place.country, "province": c.place.province,
            "threats": c.threats, "members": c.members.len(), "exercise": c.exercise, "version": c.version });
        Self::staff(Kind::Cluster, told).handled(Some(&c.handling))
    }
    /// Of a lead.
    pub fn lead(l: &Lead) -> Self {
        let told = json!({ "id": l.id, "state": l.state, "source": l.source, "observation": l.observation,
            "exercise": l.exercise, "version": l.version });
        Self::staff(Kind::Lead, told).handled(Some(&l.handling))
    }
    /// Of a source.
    pub fn source(s: &Source) -> Self {
        let told = json!({ "key": s.key, "state": s.health.state, "enabled": s.enabled, "last_good": s.health.last_good,
            "failures": s.health.failures, "error": s.health.error, "next_at": s.health.next_at,
            "silent_since": s.health.silent_since, "brought": s.brought, "version": s.version });
        Self::staff(Kind::Source, told).handled(s.form.handling.as_ref())
    }
    /// Of a weekly report that did not come.
    pub fn report_missing(e: &ReportMissing) -> Self {
        let due = &e.due;
        let told = json!({ "assignment": due.assignment, "province": due.province, "country": due.country, "week": due.week,
            "due_on": due.due_on, "at": e.at });
        Self::staff(Kind::ReportMissing, told)
    }
    /// Of a delivery: its partner is told.
    pub fn delivery(e: &DeliveryMoved) -> Self {
        let told = json!({ "delivery": e.delivery, "warning": e.warning, "version": e.version, "partner": e.partner,
            "state": e.state, "at": e.at });
        Self {
            kind: Kind::Delivery,
            staff: told.clone(),
            partner: Some((e.partner.clone(), told)),
            restricted: false,
        }
    }
    /// Of a decision: its partner is told that there is something to read, and of nothing that was withheld.
    pub fn release(e: &ReleaseDecided) -> Self {
        let staff = json!({ "decision": e.id, "warning": e.warning, "version": e.version, "partner": e.partner,
            "outcome": e.decision.outcome, "at": e.at });
        let partner = e.decision.releases().then(|| {
            let told = json!({ "warning": e.warning, "version": e.version, "at": e.at });
            (e.partner.clone(), told)
        });
        Self { kind: Kind::Release, staff, partner, restricted: false }
    }
    /// Of an acknowledgement: its partner is told.
    pub fn acknowledgement(e: &AcknowledgementRecorded) -> Self {
        let said = &e.acknowledgement;
        let told = json!({ "warning": e.warning, "partner": e.partner, "acknowledgement": said.id, "kind": said.kind,
            "at": said.at });
        Self {
            kind: Kind::Acknowledgement,
            staff: told.clone(),
            partner: Some((e.partner.clone(), told)),
            restricted: false,
        }
    }
}

/// One event as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Kept {
    /// Its place in the stream.
    pub seq: i64,
    /// What it is about.
    pub kind: Kind,
    /// What staff is told.
    pub staff: String,
    /// The organisation that is told too.
    pub partner: Option<String>,
    /// What it is told.
    pub partner_told: Option<String>,
    /// Whether only those of the staff are told whose work needs what is restricted.
    pub restricted: bool,
}

impl Kept {
    /// What this principal is told of it; `None` for nothing.
    pub fn for_principal(&self, principal: &Principal) -> Option<&str> {
        if principal.roles.contains(&Role::Partner) {
            let own = self.partner.is_some() && self.partner == principal.organisation;
            return self.partner_told.as_deref().filter(|_| own);
        }
        let reaches = !self.restricted || principal.knows_restricted();
        (reaches && principal.has_any(self.kind.roles())).then_some(self.staff.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use contracts::{alerts::alarms::AlarmMoved, intake::sources::SourceMoved};
    use domain::{Tlp, UnClass};

    use super::*;

    fn principal(role: Role, organisation: Option<&str>) -> Principal {
        let organisation = organisation.map(str::to_owned);
        Principal { subject: "p".into(), name: "p".into(), roles: BTreeSet::from([role]), organisation }
    }

    #[test]
    fn alarms_levels_set_by_hand_and_sources_are_told_as_what_they_rest_on() {
        let alarm =
            include_str!("../../../../shared/contracts/golden/mirab.alerts.alarm.moved.v1.handled.json");
        let mut alarm = serde_json::from_str::<AlarmMoved>(alarm).unwrap().alarm;
        assert!(Told::alarm(&alarm).restricted);
        alarm.handling = Some(Handling::new(Tlp::Amber, UnClass::Confidential));
        assert!(!Told::alarm(&alarm).restricted);
        alarm.handling = None;
        assert!(Told::alarm(&alarm).restricted, "nobody knows what it rests on");
        let source = include_str!("../../../../shared/contracts/golden/mirab.intake.source.moved.v1.json");
        let mut source = serde_json::from_str::<SourceMoved>(source).unwrap().source;
        source.form.handling = None;
        assert!(!Told::source(&source).restricted);
        source.form.handling = Some(Handling::new(Tlp::Red, UnClass::Unclassified));
        assert!(Told::source(&source).restricted, "its key is told with it");
        let set = include_str!("../../../../shared/contracts/golden/mirab.analysis.override.moved.v1.json");
        let mut set: OverrideMoved = serde_json::from_str(set).unwrap();
        assert!(!Told::level_set(&set).restricted);
        set.situation.handling = Handling::new(Tlp::Red, UnClass::StrictlyConfidential);
        assert!(Told::level_set(&set).restricted);
    }

    #[test]
    fn a_run_of_a_restricted_source_or_mapping_is_told_to_those_whose_work_needs_it() {
        let run = include_str!("../../../../shared/contracts/golden/mirab.intake.import.progressed.v1.json");
        let run: ImportProgressed = serde_json::from_str(run).unwrap();
        assert!(!Told::import(&run).restricted);
        assert!(Told::import(&ImportProgressed { restricted: true, ..run }).restricted);
    }

    #[test]
    fn a_partner_is_told_of_its_own_only() {
        let kept = |partner: Option<&str>, told: Option<&str>| Kept {
            seq: 1,
            kind: Kind::Release,
            staff: "staff".into(),
            partner: partner.map(str::to_owned),
            partner_told: told.map(str::to_owned),
            restricted: false,
        };
        let osce = principal(Role::Partner, Some("osce"));
        assert_eq!(kept(Some("osce"), Some("own")).for_principal(&osce), Some("own"));
        assert_eq!(kept(Some("cis"), Some("own")).for_principal(&osce), None);
        assert_eq!(kept(Some("osce"), None).for_principal(&osce), None);
        assert_eq!(kept(None, None).for_principal(&osce), None);
        assert_eq!(kept(None, None).for_principal(&principal(Role::Partner, None)), None);
        assert_eq!(kept(None, None).for_principal(&principal(Role::Analyst, None)), Some("staff"));
        assert_eq!(kept(None, None).for_principal(&principal(Role::FieldMonitor, None)), None);
        let strict = Kept { restricted: true, ..kept(None, None) };
        assert_eq!(strict.for_principal(&principal(Role::Operator, None)), None);
        assert_eq!(strict.for_principal(&principal(Role::DutyOfficer, None)), Some("staff"));
    }
}
