//! The ledger of consents: requested → granted | conditional | declined; conditional → granted; granted ↔ suspended; granted,
//! conditional, suspended → withdrawn. That a consent is over is read from its dates and is no state.

use contracts::liaison::{ConsentAction, ConsentRecord, ConsentStep, MoveConsent, RequestConsent};
use domain::{Consent, ConsentId, Day, Timestamp, mandate::ConsentState};

use super::refusal::{Reasons, Refusal};

/// The longest text of a part, in characters.
const TEXT: usize = 4000;

/// Where a consent stands after this happened; `None` when it cannot happen there.
pub const fn next(state: ConsentState, action: ConsentAction) -> Option<ConsentState> {
    use ConsentAction as A;
    use ConsentState as S;
    match (state, action) {
        (S::Requested | S::Conditional, A::Grant) | (S::Suspended, A::Resume) => Some(S::Granted),
        (S::Requested, A::GrantConditionally) => Some(S::Conditional),
        (S::Requested, A::Decline) => Some(S::Declined),
        (S::Granted, A::Suspend) => Some(S::Suspended),
        (S::Granted | S::Conditional | S::Suspended, A::Withdraw) => Some(S::Withdrawn),
        _ => None,
    }
}

/// Records that a consent is requested.
///
/// # Errors
/// With everything that is wrong with the request.
pub fn request(
    id: ConsentId,
    asked: RequestConsent,
    by: &str,
    now: Timestamp,
) -> Result<ConsentRecord, Refusal> {
    let mut reasons = Reasons::default();
    reasons.when(
        !asked.grantor.in_region(),
        "/grantor",
        format!("{} is not a government of the region: AFG, KAZ, KGZ, TJK, TKM or UZB", asked.grantor),
    );
    reasons.when(
        !is_key(&asked.beneficiary),
        "/beneficiary",
        format!(
            "{:?} is no key of an organisation: lower-case letters, digits and hyphens, as osce",
            asked.beneficiary
        ),
    );
    reasons.when(asked.purpose.trim().is_empty(), "/purpose", "the purpose is empty: say what for");
    reasons.when(
        asked.issues.is_empty(),
        "/issues",
        "there is no issue: a consent without one covers nothing",
    );
    dates(&mut reasons, asked.valid_from, asked.valid_until);
    for (pointer, text) in
        [("/purpose", &asked.purpose), ("/instrument", &asked.instrument), ("/official", &asked.official)]
    {
        length(&mut reasons, pointer, text);
    }
    reasons.settle("the request cannot be recorded")?;
    let state = ConsentState::Requested;
    let consent = Consent {
        id,
        grantor: asked.grantor,
        beneficiary: asked.beneficiary,
        purpose: asked.purpose.trim().to_owned(),
        issues: asked.issues,
        instrument: asked.instrument.trim().to_owned(),
        state,
        valid_from: asked.valid_from,
        valid_until: asked.valid_until,
        exercise: asked.exercise,
    };
    let step = ConsentStep { state, by: by.to_owned(), at: now, note: String::new() };
    let official = asked.official.trim().to_owned();
    Ok(ConsentRecord { consent, official, conditions: String::new(), history: vec![step], version: 1 })
}

/// What happened to a consent, recorded.
///
/// # Errors
/// When the decision was made on another version, when it cannot happen to a consent that stands there, or with every item
/// that is missing.
pub fn advance(
    mut record: ConsentRecord,
    asked: &MoveConsent,
    by: &str,
    now: Timestamp,
) -> Result<ConsentRecord, Refusal> {
    if let Some(given) = asked.version.filter(|given| *given != record.version) {
        return Err(Refusal::Stale { now: record.version, given });
    }
    let (state, action) = (record.consent.state, asked.action);
    let Some(to) = next(state, action) else {
        let may =
            ConsentAction::ALL.iter().copied().filter(|action| next(state, *action).is_some()).collect();
        return Err(Refusal::State { state, action, may });
    };
    let note = asked.note.trim();
    let said = |text: &Option<String>| text.as_deref().map(str::trim).map(str::to_owned);
    if let Some(instrument) = said(&asked.instrument) {
        record.consent.instrument = instrument;
    }
    if let Some(official) = said(&asked.official) {
        record.official = official;
    }
    guard(&record, asked, now.day())?;
    match action {
        ConsentAction::GrantConditionally => note.clone_into(&mut record.conditions),
        ConsentAction::Grant => record.conditions.clear(),
        _ => {}
    }
    record.consent.state = to;
    record.version += 1;
    record.history.push(ConsentStep { state: to, by: by.to_owned(), at: now, note: note.to_owned() });
    Ok(record)
}

/// Every item that an action needs and that is not there.
fn guard(record: &ConsentRecord, asked: &MoveConsent, today: Day) -> Result<(), Refusal> {
    use ConsentAction as A;
    let (consent, mut reasons) = (&record.consent, Reasons::default());
    let giving = matches!(asked.action, A::Grant | A::GrantConditionally);
    if giving {
        reasons.when(
            consent.instrument.is_empty(),
            "/instrument",
            "the instrument is missing: cite the paper that gives it",
        );
        reasons.when(
            record.official.is_empty(),
            "/official",
            "the official is missing: name the post that gives it",
        );
        reasons.when(consent.purpose.is_empty(), "/purpose", "the purpose is missing");
        reasons.when(consent.issues.is_empty(), "/issues", "the issues are missing");
        reasons.when(
            !consent.grantor.in_region(),
            "/grantor",
            "the grantor is not a government of the region",
        );
        dates(&mut reasons, consent.valid_from, consent.valid_until);
    }
    if giving || asked.action == A::Resume {
        let over = consent.valid_until.filter(|last| *last < today);
        let last = over.map_or_else(String::new, |last| last.to_string());
        reasons.when(
            over.is_some(),
            "/valid_until",
            format!("its validity ended on {last}: request another"),
        );
    }
    note_of(&mut reasons, consent.state, asked);
    let note = asked.note.trim();
    for (pointer, text) in
        [("/note", note), ("/instrument", &consent.instrument), ("/official", &record.official)]
    {
        length(&mut reasons, pointer, text);
    }
    reasons.settle("this cannot be recorded")
}

/// The note that an action needs and that is not there.
fn note_of(reasons: &mut Reasons, state: ConsentState, asked: &MoveConsent) {
    use ConsentAction as A;
    let note = asked.note.trim();
    match asked.action {
        A::GrantConditionally => {
            reasons.when(note.is_empty(), "/note", "the conditions are missing: write them as the note");
        }
        A::Grant if state == ConsentState::Conditional => {
            reasons.when(note.is_empty(), "/note", "the note is missing: say how the conditions were met");
        }
        A::Grant => {}
        A::Decline | A::Suspend | A::Resume | A::Withdraw => {
            reasons.when(
                note.is_empty(),
                "/note",
                "the note is missing: say why, in the government's words where there are any",
            );
        }
    }
}

fn dates(reasons: &mut Reasons, from: Day, until: Option<Day>) {
    let backwards = until.filter(|last| *last < from);
    let last = backwards.map_or_else(String::new, |last| last.to_string());
    reasons.when(
        backwards.is_some(),
        "/valid_until",
        format!("the last day, {last}, is before the first, {from}"),
    );
}

fn length(reasons: &mut Reasons, pointer: &str, text: &str) {
    reasons.when(text.chars().count() > TEXT, pointer, format!("the text is longer than {TEXT} characters"));
}

/// Lower-case letters, digits and hyphens within.
fn is_key(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=64).contains(&text.len())
        && text.bytes().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests;
