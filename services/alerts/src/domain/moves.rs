//! How a warning moves: submit, approve, return, cancel, rewrite, and what time does to it.
//!
//! draft → pending → issued → cancelled | expired; pending → draft. A new version of an issued warning goes the same way while
//! the message before it stays in force.

use contracts::alerts::{Warning, WarningForm};
use domain::{
    Timestamp, WarningId,
    handling::Audience,
    warning::{CapSeverity, MessageType, State},
};

use super::{
    form, gravity,
    message::{self, Message},
    record::{Approval, Hands, InForce, Record, Who},
    refusal::{Reasons, Refusal},
    wording,
};

/// What an approval did.
#[derive(Clone, Debug, PartialEq)]
pub enum Approved {
    /// It counts; the gravest warnings wait for a second one.
    First(Box<Record>),
    /// The warning is issued.
    Issued(Box<Record>, Box<Message>),
}

/// A warning drafted by a person.
///
/// # Errors
/// With everything that is wrong with the form.
pub fn draft(id: WarningId, form: WarningForm, who: &Who, now: Timestamp) -> Result<Record, Refusal> {
    let form = marked(form);
    form::check(&form, None, now)?;
    let warning = Warning {
        id,
        version: 1,
        state: State::Draft,
        status: form.status,
        message_type: MessageType::Alert,
        threat: form.threat,
        level: form.level,
        urgency: form.urgency,
        severity: gravity::severity(form.level),
        certainty: form.certainty,
        places: form.places,
        infos: form.infos,
        evidence: Vec::new(),
        handling: form.handling,
        sent: None,
        expires: form.expires,
        references: Vec::new(),
        drafted_by: who.name.clone(),
        submitted_by: None,
        approved_by: None,
        drafted_at: now,
        note: wording::noted(form.status, ""),
        revision: 1,
    };
    let hands = Hands { authors: [who.subject.clone()].into(), ..Hands::default() };
    let (traceparent, last_key) = (None, None);
    Ok(Record {
        warning,
        hands,
        evidence_handling: None,
        in_force: None,
        created_at: now,
        traceparent,
        last_key,
    })
}

/// Writes a draft anew, or begins the next version of an issued warning.
///
/// # Errors
/// In any other state, or with everything that is wrong with the form.
pub fn rewrite(mut record: Record, form: WarningForm, who: &Who, now: Timestamp) -> Result<Record, Refusal> {
    match record.warning.state {
        State::Draft => {}
        State::Issued => record.begin_next(&who.name, now),
        State::Pending => return Err(cannot(&record, "rewritten", "return it to draft first")),
        State::Cancelled | State::Expired => return Err(cannot(&record, "rewritten", "draft another")),
    }
    let form = marked(form);
    form::check(&form, record.evidence_handling.as_ref(), now)?;
    same_kind(&record.warning, &form)?;
    record.hands.authors.insert(who.subject.clone());
    let warning = &mut record.warning;
    warning.level = form.level;
    warning.severity = gravity::severity(form.level);
    (warning.urgency, warning.certainty) = (form.urgency, form.certainty);
    (warning.places, warning.infos) = (form.places, form.infos);
    (warning.handling, warning.expires) = (form.handling, form.expires);
    warning.note = wording::noted(warning.status, &format!("rewritten by {}", who.name));
    Ok(record.changed())
}

/// The form with the words of an exercise, where it is one.
fn marked(mut form: WarningForm) -> WarningForm {
    for info in &mut form.infos {
        wording::mark(form.status, info);
    }
    form
}

/// What a warning is of cannot be changed: recipients know it by that.
fn same_kind(warning: &Warning, form: &WarningForm) -> Result<(), Refusal> {
    let mut reasons = Reasons::default();
    if warning.status != form.status {
        let (is, given) = (warning.status, form.status);
        reasons.add(
            "/status",
            format!("the status is {is} and stays so; draft another warning that is {given}"),
        );
    }
    if warning.threat != form.threat {
        let (is, given) = (warning.threat, form.threat);
        reasons.add("/threat", format!("the threat is {is} and stays so; draft another warning of {given}"));
    }
    reasons.settle("the warning would become another one")
}

/// Puts a draft before a second person.
///
/// # Errors
/// When it is not a draft.
pub fn submit(mut record: Record, who: &Who, note: &str) -> Result<Record, Refusal> {
    if record.warning.state != State::Draft {
        return Err(cannot(&record, "submitted", "only a draft can"));
    }
    record.warning.state = State::Pending;
    record.warning.submitted_by = Some(who.name.clone());
    record.hands.submitter = Some(who.subject.clone());
    if !note.trim().is_empty() {
        record.warning.note = wording::noted(record.warning.status, note);
    }
    Ok(record.changed())
}

/// Sends what waits for approval back to its drafter.
///
/// # Errors
/// When it does not wait for approval, or no note says why.
pub fn send_back(mut record: Record, note: &str) -> Result<Record, Refusal> {
    if record.warning.state != State::Pending {
        return Err(cannot(&record, "returned", "only what waits for approval can"));
    }
    needs_note(note, "the warning cannot be returned")?;
    record.back_to_draft();
    record.warning.note = wording::noted(record.warning.status, note);
    Ok(record.changed())
}

/// Approves: issues it, or for the gravest records the first of two approvals.
///
/// # Errors
/// When it does not wait for approval, or with every reason that keeps it from being issued.
pub fn approve(
    record: Record,
    who: &Who,
    note: &str,
    (now, sender): (Timestamp, &str),
) -> Result<Approved, Refusal> {
    if record.warning.state != State::Pending {
        return Err(cannot(&record, "approved", "only what waits for approval can"));
    }
    let mut record = record.changed();
    let mut reasons = Reasons::default();
    two_persons(&mut reasons, &record, who);
    fit_to_leave(&mut reasons, &record, now);
    let approval = Approval {
        subject: who.subject.clone(),
        name: who.name.clone(),
        head: who.head,
        at: now,
        note: note.to_owned(),
    };
    record.hands.approvals.push(approval);
    let first = is_gravest(&record.warning) && record.hands.approvals.len() < 2;
    let written = message::write(as_issued(&record, now), sender);
    for error in written.as_ref().err().into_iter().flatten() {
        reasons.add("/cap", error.clone());
    }
    reasons.settle("the warning cannot be issued")?;
    if first {
        let note = format!("approved by {}; the gravest warnings need a second approval", who.name);
        record.warning.note = wording::noted(record.warning.status, &note);
        return Ok(Approved::First(Box::new(record)));
    }
    match written {
        Ok(message) => Ok(Approved::Issued(Box::new(in_force(record, &message)), Box::new(message))),
        Err(_) => Err(cannot(&record, "approved", "its CAP document is not valid")),
    }
}

/// Takes back the message in force; `issued` is that message.
///
/// # Errors
/// When none is in force, or no note says why.
pub fn cancel(
    mut record: Record,
    issued: Warning,
    (who, note): (&Who, &str),
    (now, sender): (Timestamp, &str),
) -> Result<(Record, Message), Refusal> {
    let Some(in_force) = record.in_force.take() else {
        return Err(cannot(&record, "cancelled", "only one that is in force can"));
    };
    needs_note(note, "the warning cannot be cancelled")?;
    let mut warning = Warning {
        version: in_force.version + 1,
        state: State::Cancelled,
        message_type: MessageType::Cancel,
        references: in_force.chain,
        sent: Some(now),
        drafted_at: now,
        drafted_by: who.name.clone(),
        submitted_by: None,
        approved_by: Some(who.name.clone()),
        note: wording::noted(issued.status, note),
        revision: record.warning.revision + 1,
        ..issued
    };
    for info in &mut warning.infos {
        wording::cancel(info, note);
    }
    record.hands = Hands { authors: [who.subject.clone()].into(), ..Hands::default() };
    record.warning = warning.clone();
    let message = message::write(warning, sender).map_err(|errors| {
        let mut reasons = Reasons::default();
        for error in errors {
            reasons.add("/cap", error);
        }
        match reasons.settle("the warning cannot be cancelled") {
            Err(refusal) => refusal,
            Ok(()) => cannot(&record, "cancelled", "its CAP document is not valid"),
        }
    })?;
    Ok((record, message))
}

/// What time has done to a warning; `None` when nothing.
///
/// An issued warning past its end has expired, and so has a draft that nobody issued before its end. A draft of a new version
/// whose predecessor ends begins a chain of its own: there is nothing left for it to update.
pub fn at_time(mut record: Record, now: Timestamp) -> Option<Record> {
    let over = record.warning.expires <= now;
    let predecessor_over = record.in_force.as_ref().map(|message| message.expires <= now);
    match record.warning.state {
        State::Issued if over => {}
        State::Draft | State::Pending if over && predecessor_over != Some(false) => {
            let note = "its time was over before it was issued";
            record.warning.note = wording::noted(record.warning.status, note);
        }
        State::Draft | State::Pending if predecessor_over == Some(true) => {
            record.in_force = None;
            record.warning.message_type = MessageType::Alert;
            record.warning.references.clear();
            record.hands.approvals.clear();
            let note = "the message it would have updated has expired: it begins a chain of its own";
            record.warning.note = wording::noted(record.warning.status, note);
            return Some(record.changed());
        }
        _ => return None,
    }
    record.in_force = None;
    record.warning.state = State::Expired;
    Some(record.changed())
}

fn two_persons(reasons: &mut Reasons, record: &Record, who: &Who) {
    let hands = &record.hands;
    if hands.authors.contains(&who.subject) {
        reasons.two_person(format!("{} wrote this version: another person must approve it", who.name));
    }
    if hands.submitter.as_ref() == Some(&who.subject) {
        reasons.two_person(format!("{} submitted it: another person must approve it", who.name));
    }
    if hands.approvals.iter().any(|approval| approval.subject == who.subject) {
        reasons.two_person(format!("{} has approved it already: a second person must", who.name));
    }
    let head = who.head || hands.approvals.iter().any(|approval| approval.head);
    if is_gravest(&record.warning) && !hands.approvals.is_empty() && !head {
        reasons.two_person("severity Extreme takes the head among its two approvers");
    }
}

fn fit_to_leave(reasons: &mut Reasons, record: &Record, now: Timestamp) {
    let warning = &record.warning;
    if warning.expires <= now {
        reasons.add(
            "/expires",
            format!("its end, {}, is not ahead of now, {now}: rewrite it with a later end", warning.expires),
        );
    }
    let handling = &warning.handling;
    if matches!(&handling.audience, Audience::Only(keys) if keys.is_subset(&handling.exclude)) {
        let detail = "its handling is for nobody: nobody would receive it; name recipients first";
        reasons.add("/handling/audience", detail);
    }
    form::widening(reasons, &warning.handling, record.evidence_handling.as_ref());
    form::infos(reasons, &warning.infos);
}

fn is_gravest(warning: &Warning) -> bool {
    warning.severity == CapSeverity::Extreme
}

/// The message as it goes out. What was noted within the house stays there.
fn as_issued(record: &Record, now: Timestamp) -> Warning {
    let approvers: Vec<&str> = record.hands.approvals.iter().map(|approval| approval.name.as_str()).collect();
    let note = wording::noted(record.warning.status, "");
    let approved_by = Some(approvers.join(", "));
    Warning { state: State::Issued, sent: Some(now), approved_by, note, ..record.warning.clone() }
}

fn in_force(mut record: Record, message: &Message) -> Record {
    record.warning = message.warning.clone();
    let mut chain = record.warning.references.clone();
    chain.push(message.reference.clone());
    let (version, level, expires) = (record.warning.version, record.warning.level, record.warning.expires);
    record.in_force = Some(InForce { version, level, expires, chain });
    record
}

fn needs_note(note: &str, summary: &'static str) -> Result<(), Refusal> {
    let mut reasons = Reasons::default();
    if note.trim().is_empty() {
        reasons.add("/note", "there is no note: say why");
    }
    reasons.settle(summary)
}

fn cannot(record: &Record, done: &'static str, instead: &'static str) -> Refusal {
    Refusal::State { state: record.warning.state, done, instead }
}

#[cfg(test)]
mod tests;
