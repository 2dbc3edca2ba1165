//! What services beside analysis hold of the period and scope of a product.

use contracts::{
    Failure, FailureKind, PageRequest, Principal,
    alerts::{ListWarnings, Warning},
    analysis::{
        drafting::{ConsentTold, Elsewhere, FindSubject, WarningTold},
        products::{ProductForm, ProductKind},
    },
    intake::GetObservation,
    liaison::{ConsentRecord, ListConsents},
};
use domain::{ObservationId, warning::Status};

use crate::Gateway;

/// What another service told; nothing where it does not answer or may not tell this person: the part stays empty then, and
/// keeps the draft from being submitted until a person fills it.
fn told<T: Default>(answer: Result<T, Failure>) -> Result<T, Failure> {
    match answer {
        Err(failure) if failure.is_transient() || failure.kind == FailureKind::Forbidden => Ok(T::default()),
        Err(failure) if failure.kind == FailureKind::NotFound => Ok(T::default()),
        other => other,
    }
}

/// What other services hold of the period and scope of a product, asked on behalf of who wants it drafted.
pub(crate) async fn elsewhere(
    gateway: &Gateway,
    principal: &Principal,
    form: &ProductForm,
) -> Result<Elsewhere, Failure> {
    let whole = || PageRequest { cursor: None, limit: Some(1000) };
    let warnings = ListWarnings { page: whole(), ..ListWarnings::default() };
    let consents = ListConsents { exercise: form.exercise, page: whole(), ..ListConsents::default() };
    let (warnings, consents) = futures::join!(
        gateway.ask_as(principal, None, &warnings),
        gateway.ask_as(principal, None, &consents),
    );
    let warnings = told(warnings.map(|page| page.items))?;
    let consents = told(consents.map(|page| page.items))?;
    let (about, actors) = actors(gateway, principal, form).await?;
    Ok(Elsewhere {
        warnings: warnings.iter().filter_map(|one| warned(form, one)).collect(),
        consents: consents.iter().filter_map(|one| consented(form, one)).collect(),
        actors,
        about,
    })
}

/// Who took part in the incident of a flash report, and the report it is told from: analysis may choose another by then.
async fn actors(
    gateway: &Gateway,
    principal: &Principal,
    form: &ProductForm,
) -> Result<(Option<ObservationId>, Vec<String>), Failure> {
    if form.kind != ProductKind::FlashReport {
        return Ok((None, Vec::new()));
    }
    let found = gateway.ask_as(principal, None, &FindSubject { form: form.clone() }).await?;
    let Some(id) = found else { return Ok((None, Vec::new())) };
    let wish = GetObservation { id: id.clone(), known_on: None };
    let revisions = told(gateway.ask_as(principal, None, &wish).await)?;
    let actors = revisions.into_iter().next_back().map(|newest| newest.actors).unwrap_or_default();
    Ok((Some(id), actors))
}

fn warned(form: &ProductForm, one: &Warning) -> Option<WarningTold> {
    let sent = one.sent.filter(|sent| (form.from..=form.to).contains(&sent.day()))?;
    let status = if form.exercise { Status::Exercise } else { Status::Actual };
    let provinces = one.places.iter().filter_map(|place| place.province.clone());
    let told = WarningTold {
        id: one.id.clone(),
        version: one.version,
        threat: one.threat,
        level: one.level,
        provinces: provinces.collect(),
        sent,
        expires: one.expires,
        handling: one.handling.clone(),
    };
    let countries = one.countries();
    let within =
        form.countries.is_empty() || countries.iter().any(|country| form.countries.contains(country));
    let there = form.provinces.is_empty() || told.provinces.iter().any(|code| form.provinces.contains(code));
    let of = form.threats.is_empty() || form.threats.contains(&one.threat);
    (one.status == status && within && there && of).then_some(told)
}

fn consented(form: &ProductForm, one: &ConsentRecord) -> Option<ConsentTold> {
    let at = one.history.last()?.at;
    let within = form.countries.is_empty() || form.countries.contains(&one.consent.grantor);
    let of = form.threats.is_empty() || one.consent.issues.iter().any(|issue| form.threats.contains(issue));
    let told = || ConsentTold {
        id: one.consent.id.clone(),
        version: one.version,
        grantor: one.consent.grantor,
        beneficiary: one.consent.beneficiary.clone(),
        issues: one.consent.issues.clone(),
        state: one.consent.state,
        at,
    };
    let fits = one.consent.exercise == form.exercise && within && of;
    (fits && (form.from..=form.to).contains(&at.day())).then(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(exercise: bool) -> ProductForm {
        let form = serde_json::json!({
            "kind": "situation_report", "title": "Week", "from": "2026-11-01", "to": "2026-11-30", "countries": [],
            "threats": [], "language": "en", "handling": { "tlp": "AMBER" }, "exercise": exercise,
        });
        serde_json::from_value(form).unwrap()
    }

    fn consent(exercise: bool) -> ConsentRecord {
        let record = serde_json::json!({
            "id": "co_01KAQ0VZW0042PGY5RT6VFWV24", "grantor": "KGZ", "beneficiary": "osce", "purpose": "early_warning",
            "issues": ["border_tension"], "instrument": "Note verbale 118/26", "state": "granted",
            "valid_from": "2026-01-01", "exercise": exercise, "version": 2,
            "history": [{ "state": "granted", "by": "officer", "at": "2026-11-02T08:00:00Z" }],
        });
        serde_json::from_value(record).unwrap()
    }

    #[test]
    fn a_paper_tells_the_consents_of_its_own_side_of_the_exercise_alone() {
        for (paper, held, told) in
            [(false, false, true), (false, true, false), (true, true, true), (true, false, false)]
        {
            assert_eq!(
                consented(&form(paper), &consent(held)).is_some(),
                told,
                "paper {paper}, consent {held}"
            );
        }
    }
}
