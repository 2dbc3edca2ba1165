//! What the rule writes: a new warning, a draft brought up to date, a new version of a warning in force.

use contracts::{
    alerts::{Evidence, Warning},
    analysis::{Incident, SituationChanged},
};
use domain::{
    EventId, Place, Precision, Timestamp, WarningId,
    warning::{MessageType, State},
};

use super::{
    gravity,
    record::{Hands, Record},
    rule::{self, DRAFTER, Rule},
    wording,
};

/// The id of the warning that this change gives rise to: the same change always gives the same.
pub fn id_of(change: &SituationChanged, event: &EventId) -> WarningId {
    let situation = &change.situation;
    WarningId::derived(&[situation.province.as_str(), situation.threat.as_str(), event.as_str()])
}

/// A new warning.
pub fn new(id: WarningId, change: &SituationChanged, rule: &Rule, now: Timestamp) -> Record {
    let situation = &change.situation;
    let (urgency, certainty) = (gravity::urgency(situation.level).0, gravity::certainty().0);
    let warning = Warning {
        id,
        version: 1,
        state: State::Draft,
        status: rule::status(change),
        message_type: MessageType::Alert,
        threat: situation.threat,
        level: situation.level,
        urgency,
        severity: gravity::severity(situation.level),
        certainty,
        places: vec![place(change)],
        infos: wording::infos(change),
        evidence: evidence(change),
        handling: situation.handling.clone(),
        sent: None,
        expires: now.plus(rule.validity),
        references: Vec::new(),
        drafted_by: DRAFTER.to_owned(),
        submitted_by: None,
        approved_by: None,
        drafted_at: now,
        note: note(change),
        revision: 1,
    };
    Record {
        evidence_handling: Some(warning.handling.clone()),
        warning,
        hands: Hands::default(),
        in_force: None,
        created_at: now,
        traceparent: None,
        last_key: None,
    }
}

/// Where it is: the province, by its name where that was told.
fn place(change: &SituationChanged) -> Place {
    let situation = &change.situation;
    let name = change.names.as_ref().map(|names| names.en.clone());
    Place { name, ..Place::province(situation.country, situation.province.clone()) }
}

/// An open draft brought up to date; it must be submitted (again). What a person wrote is never overwritten: then only the
/// facts beside the text change, and the note says so.
pub fn refresh(mut record: Record, change: &SituationChanged, rule: &Rule, now: Timestamp) -> Record {
    let by_hand = !record.hands.authors.is_empty();
    record.back_to_draft();
    let warning = &mut record.warning;
    let fresh = new(warning.id.clone(), change, rule, now).warning;
    let evidence_handling = match &record.evidence_handling {
        Some(before) if by_hand => before.join(&change.situation.handling),
        _ => change.situation.handling.clone(),
    };
    warning.handling = warning.handling.join(&change.situation.handling);
    record.evidence_handling = Some(evidence_handling);
    (warning.level, warning.severity) = (fresh.level, fresh.severity);
    (warning.urgency, warning.certainty) = (fresh.urgency, fresh.certainty);
    (warning.evidence, warning.note) = (fresh.evidence, fresh.note);
    warning.expires = warning.expires.max(fresh.expires);
    if by_hand {
        let level = warning.level;
        let more = format!(
            "; the level is {level} since this text was written by hand: check the text, then submit it"
        );
        warning.note.push_str(&more);
    } else {
        warning.infos = fresh.infos;
        warning.drafted_at = now;
    }
    record.changed()
}

/// The next version of a warning in force, which stays in force until this one is approved.
pub fn update(mut record: Record, change: &SituationChanged, rule: &Rule, now: Timestamp) -> Record {
    record.begin_next(DRAFTER, now);
    refresh(record, change, rule, now)
}

/// What the warning rests on, in the order in which its text counts it.
fn evidence(change: &SituationChanged) -> Vec<Evidence> {
    let evidence = |incident: &Incident| Evidence {
        observations: incident.observations.clone(),
        title: title(change, incident).to_owned(),
        on: incident.on,
        grade: incident.grade.clone(),
        share: incident.share,
    };
    change.situation.incidents.iter().map(evidence).collect()
}

/// How an incident is called: by its kind alone where its place may not be shown exactly, for titles name places.
pub fn title<'a>(change: &SituationChanged, incident: &'a Incident) -> &'a str {
    if shows_places(change) { &incident.title } else { &incident.kind }
}

/// Whether the handling lets the words of a place be shown, however fine they are.
pub fn shows_places(change: &SituationChanged) -> bool {
    change.situation.handling.precision_floor == Precision::Exact
}

fn note(change: &SituationChanged) -> String {
    let level = change.situation.level;
    let (urgency, why_urgent) = gravity::urgency(level);
    let (certainty, why_certain) = gravity::certainty();
    let severity = gravity::severity(level);
    let by_hand = rule::by_hand(change);
    let moved = wording::moved(change);
    let note = format!(
        "drafted because the level {moved}{by_hand}; severity {severity} is that of {level}; \
         urgency {urgency}: {why_urgent}; certainty {certainty}: {why_certain}"
    );
    wording::noted(rule::status(change), &note)
}

#[cfg(test)]
mod tests {
    use domain::{Level, Tlp, UnClass, warning::Status};

    use super::*;
    use crate::domain::examples::{approve, change, issued, now, rule, submitted, warning_draft, who};

    #[test]
    fn the_same_change_always_gives_the_same_warning() {
        let (event, other) = (EventId::derived(&["1"]), EventId::derived(&["2"]));
        let change = change(Level::Elevated, Level::High);
        assert_eq!(id_of(&change, &event), id_of(&change, &event));
        assert_ne!(id_of(&change, &event), id_of(&change, &other));
    }

    #[test]
    fn every_incident_is_evidence_and_the_handling_is_the_situations() {
        let change = change(Level::Elevated, Level::High);
        let warning = warning_draft(Level::High).warning;
        assert_eq!(warning.evidence.len(), change.situation.incidents.len());
        assert_eq!(warning.evidence[0].observations, change.situation.incidents[0].observations);
        assert_eq!(warning.handling, change.situation.handling);
        assert_eq!(warning.drafted_by, "rule:level-rise");
        assert_eq!(warning.places[0].name.as_deref(), Some("Batken"));
        assert!(warning.note.contains("severity Severe"), "{}", warning.note);
    }

    #[test]
    fn a_place_that_may_not_be_shown_exactly_is_not_named() {
        let mut change = change(Level::Elevated, Level::High);
        change.situation.handling.precision_floor = Precision::Province;
        let warning = new(WarningId::derived(&["x"]), &change, &rule(), now()).warning;
        assert_eq!(warning.evidence[0].title, "exchange_of_fire");
        let said = format!("{:?}", warning.infos);
        assert!(!said.contains("Kök-Tash"), "{said}");
    }

    #[test]
    fn a_refreshed_draft_must_be_submitted_again() {
        let record = refresh(submitted(Level::High), &change(Level::High, Level::Critical), &rule(), now());
        assert_eq!(record.warning.state, State::Draft);
        assert_eq!(record.warning.level, Level::Critical);
        assert_eq!(record.hands.submitter, None);
        assert_eq!(record.warning.revision, 3);
        assert!(record.warning.infos[0].headline.contains("to critical"));
    }

    #[test]
    fn what_a_person_wrote_is_not_overwritten_and_the_note_says_so() {
        let mut record = warning_draft(Level::High);
        record.hands.authors.insert("u1".into());
        record.warning.infos[0].headline = "By hand".into();
        let record = refresh(record, &change(Level::High, Level::Critical), &rule(), now());
        assert_eq!(record.warning.infos[0].headline, "By hand");
        assert!(record.warning.note.contains("check the text"));
    }

    #[test]
    fn a_refresh_never_widens_the_handling() {
        let mut record = warning_draft(Level::High);
        record.warning.handling = domain::Handling::new(Tlp::Red, UnClass::Confidential);
        let record = refresh(record, &change(Level::High, Level::Critical), &rule(), now());
        assert_eq!(record.warning.handling.tlp(), Tlp::Red);
    }

    #[test]
    fn an_update_refers_to_the_message_in_force_and_leaves_it_there() {
        let before = issued(Level::High);
        let in_force = before.in_force.clone().unwrap();
        let record = update(before, &change(Level::High, Level::Critical), &rule(), now());
        assert_eq!(record.warning.version, 2);
        assert_eq!(record.warning.message_type, MessageType::Update);
        assert_eq!(record.warning.references, in_force.chain);
        assert_eq!(record.in_force, Some(in_force));
        let sent = submitted_again(record);
        assert_eq!(sent.in_force.unwrap().version, 2);
    }

    fn submitted_again(record: Record) -> Record {
        let record = super::super::moves::submit(record, &who("u1"), "").unwrap();
        let record = approve(record, &who("u2")).unwrap();
        approve(record, &crate::domain::examples::head("u3")).unwrap()
    }

    #[test]
    fn exercise_material_makes_an_exercise_warning() {
        let mut change = change(Level::Elevated, Level::High);
        change.exercise = true;
        let warning = new(WarningId::derived(&["x"]), &change, &rule(), now()).warning;
        assert_eq!(warning.status, Status::Exercise);
        assert!(warning.note.starts_with("EXERCISE EXERCISE EXERCISE"));
    }
}
