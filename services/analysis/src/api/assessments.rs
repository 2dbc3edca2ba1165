//! Assessments: written, reviewed, published, resolved; and how good their judgements were.

use std::collections::BTreeMap;

use contracts::{
    Failure, Page, Principal, Role,
    analysis::assessments::{
        Assessment, AssessmentAction, AssessmentForm, AssessmentState, Calibration, DraftAssessment,
        GetAssessment, GetCalibration, ListAssessments, MoveAssessment, ResolveJudgement, ReviseAssessment,
        TellSources,
    },
    analysis::products::{ProductLanguage, Source},
};
use domain::{AssessmentId, Handling, Timestamp};
use kit::{Asked, Filling, Tx};

use super::{
    STAFF, cursor, fresh, known,
    sources::{For, binding, look_up},
};
use crate::{
    Analysis, Error,
    domain::{
        assessment::{self as rules, Actor},
        calibration,
        product::{edit::Found, sources},
    },
    store::{self, Reader, assessment, question, written_past},
};

/// Those who write and resolve.
pub(super) const WRITERS: &[Role] = &[Role::Analyst, Role::SeniorAnalyst, Role::DutyOfficer, Role::Head];
/// Those who publish and withdraw.
const PUBLISHERS: &[Role] = &[Role::SeniorAnalyst, Role::DutyOfficer, Role::Head];

/// Begins an assessment. Asked again under the same key, it is answered with the one that was begun.
///
/// # Errors
/// When the asker may not, or with everything that is wrong with the form.
pub async fn draft_assessment(
    service: &Analysis,
    asked: &Asked<DraftAssessment>,
) -> Result<Assessment, Error> {
    asked.allow(WRITERS)?;
    let (form, cited) = cited(service, &asked.query.form).await?;
    let mut tx = store::turn(&service.db).await?;
    let id = match &asked.key {
        Some(key) => AssessmentId::derived(&[&asked.principal.subject, key]),
        None => AssessmentId::generate(tx.now()),
    };
    if let Some(begun) = assessment::get(&mut Reader::Tx(&mut tx), &id).await? {
        return Ok(begun);
    }
    let evidence = evidence_of(&mut tx, &form, &cited).await?;
    let actor = Actor { principal: &asked.principal, at: tx.now() };
    let begun = rules::draft(id, form, &evidence, &actor)?;
    keep(tx, &begun).await?;
    Ok(begun)
}

/// Writes a draft anew.
///
/// # Errors
/// When the asker may not, there is none, it was changed meanwhile, it is no draft, or the form is wrong.
pub async fn revise_assessment(
    service: &Analysis,
    asked: &Asked<ReviseAssessment>,
) -> Result<Assessment, Error> {
    asked.allow(WRITERS)?;
    let ReviseAssessment { id, form, version } = &asked.query;
    let (form, cited) = cited(service, form).await?;
    let mut tx = store::turn(&service.db).await?;
    let before = found(&mut tx, id).await?;
    let (seen, evidence) = (before.version, evidence_of(&mut tx, &form, &cited).await?);
    let actor = Actor { principal: &asked.principal, at: tx.now() };
    let now = rules::revise(before, form, &evidence, &actor)?;
    if now.version != seen {
        fresh(seen, *version)?;
        keep(tx, &now).await?;
    }
    Ok(now)
}

/// Moves an assessment on.
///
/// # Errors
/// When the asker may not, there is none, it was changed meanwhile, or with everything that the move lacks.
pub async fn move_assessment(service: &Analysis, asked: &Asked<MoveAssessment>) -> Result<Assessment, Error> {
    let MoveAssessment { id, action, note, version } = &asked.query;
    let publishing = matches!(action, AssessmentAction::Publish | AssessmentAction::Withdraw);
    asked.allow(if publishing { PUBLISHERS } else { WRITERS })?;
    let read = read(service, id).await?;
    let cited = cited_in(service, &read.form, ProductLanguage::En).await?;
    let mut tx = store::turn(&service.db).await?;
    let before = found(&mut tx, id).await?;
    let seen = before.version;
    fresh(seen, Some(read.version))?;
    let actor = Actor { principal: &asked.principal, at: tx.now() };
    let now = rules::act(before, *action, note, &actor)?;
    if now.version == seen {
        return Ok(now);
    }
    fresh(seen, *version)?;
    if matches!(action, AssessmentAction::Submit | AssessmentAction::Approve | AssessmentAction::Publish) {
        still_stands(&mut tx, &now, &cited).await?;
    }
    if now.state == AssessmentState::Published
        && let Some(older) = &now.form.supersedes
    {
        let older = found(&mut tx, older).await?;
        if older.state == AssessmentState::Published {
            let older = rules::supersede(older, id, &actor);
            assessment::put(&mut tx, &older).await?;
            question::follow(&mut tx, &older, &actor).await?;
        }
    }
    question::follow(&mut tx, &now, &actor).await?;
    keep(tx, &now).await?;
    Ok(now)
}

/// Says what became of a judgement.
///
/// # Errors
/// When the asker may not, there is none, or it cannot be resolved so.
pub async fn resolve_judgement(
    service: &Analysis,
    asked: &Asked<ResolveJudgement>,
) -> Result<Assessment, Error> {
    asked.allow(WRITERS)?;
    let ResolveJudgement { id, number, resolution, note } = &asked.query;
    let mut tx = store::turn(&service.db).await?;
    let before = found(&mut tx, id).await?;
    let seen = before.version;
    let actor = Actor { principal: &asked.principal, at: tx.now() };
    let now = rules::resolve(before, *number, (*resolution, note), &actor)?;
    if now.version != seen {
        keep(tx, &now).await?;
    }
    Ok(now)
}

/// One assessment, as it stood at a moment where one is given; without the sources that the asker has no need to know. Of one that is
/// restricted, by itself or by what it rests on as that is marked now, whoever has no need to know it is told as of none.
///
/// # Errors
/// When the asker is no staff, there is none, or was none then, or the store does not answer.
pub async fn get_assessment(service: &Analysis, asked: &Asked<GetAssessment>) -> Result<Assessment, Error> {
    asked.allow(STAFF)?;
    let GetAssessment { id, known_on } = &asked.query;
    let now = read(service, id).await?;
    let stood = written_past::get(&mut Reader::Db(&service.db), now, *known_on).await?;
    let one = stood.ok_or_else(|| absent(id))?;
    within(service, one, &asked.principal).await?.ok_or_else(|| absent(id))
}

/// The same as far as this principal may know what it rests on besides observations, as that is marked now; `None` where it may not
/// know it at all. Of what was taken back no marking is known: it is for those alone whose work needs what is restricted.
async fn within(
    service: &Analysis,
    one: Assessment,
    principal: &Principal,
) -> Result<Option<Assessment>, Error> {
    if principal.knows_restricted() {
        return Ok(Some(one));
    }
    if !principal.may_know(Some(&binding(service, &one).await?)) {
        return Ok(None);
    }
    if rules::sources(&one.form).is_empty() {
        return Ok(Some(one));
    }
    let found = cited_in(service, &one.form, ProductLanguage::En).await?;
    Ok(Some(rules::resting_on(one, |named| {
        let told = found.get(&sources::key(named.kind, &named.id)).and_then(Option::as_ref);
        principal.may_know(told.map(|source| &source.handling))
    })))
}

/// What its judgements rest on besides observations, as it is now; what the asker has no need to know is left out.
///
/// # Errors
/// When the asker is no staff, there is none that it may know, or the store does not answer.
pub async fn tell_sources(service: &Analysis, asked: &Asked<TellSources>) -> Result<Vec<Source>, Error> {
    asked.allow(STAFF)?;
    let TellSources { id, language } = &asked.query;
    let one = within(service, read(service, id).await?, &asked.principal).await?;
    let form = one.ok_or_else(|| absent(id))?.form;
    let mut found = cited_in(service, &form, *language).await?;
    let told =
        rules::sources(&form).into_iter().filter_map(|one| found.remove(&sources::key(one.kind, &one.id))?);
    Ok(told.filter(|source| asked.principal.may_know(Some(&source.handling))).collect())
}

/// Assessments that the asker may know, newest first, as they stood at a moment where one is given; each without the sources that the
/// asker has no need to know.
///
/// # Errors
/// When the asker is no staff, the cursor does not exist, or the store does not answer.
pub async fn list_assessments(
    service: &Analysis,
    asked: &Asked<ListAssessments>,
) -> Result<Page<Assessment>, Error> {
    asked.allow(STAFF)?;
    let cursor_of = |last: &Assessment| format!("{}|{}", last.created_at, last.id);
    let mut filling = Filling::new(&asked.query.page);
    while let Some(page) = filling.to_read() {
        let query = ListAssessments { page, ..asked.query.clone() };
        let after = query.page.cursor.as_deref().map(cursor::read).transpose()?;
        let found = assessment::list(&service.db, &query, after).await?;
        let mut told = BTreeMap::new();
        for one in found.iter().filter(|one| query.due.is_none_or(|day| rules::is_due(one, day))) {
            let known = within(service, one.clone(), &asked.principal).await?;
            told.extend(known.map(|known| (known.id.clone(), known)));
        }
        filling.take(found, (|one| told.remove(&one.id), cursor_of));
    }
    Ok(filling.page(|found, size| Page::cut(found, size, cursor_of)))
}

/// How good judgements were.
///
/// # Errors
/// When the asker is no staff or the store does not answer.
pub async fn get_calibration(
    service: &Analysis,
    asked: &Asked<GetCalibration>,
) -> Result<Vec<Calibration>, Error> {
    asked.allow(STAFF)?;
    let told = match asked.query.known_on {
        None => assessment::told(&service.db).await?,
        Some(at) => assessment::told_on(&service.db, at).await?,
    };
    Ok(calibration::calibrations(&told))
}

fn absent(id: &AssessmentId) -> Error {
    Failure::not_found(format!("there is no assessment {id}")).into()
}

async fn read(service: &Analysis, id: &AssessmentId) -> Result<Assessment, Error> {
    assessment::get(&mut Reader::Db(&service.db), id).await?.ok_or_else(|| absent(id))
}

async fn found(tx: &mut Tx, id: &AssessmentId) -> Result<Assessment, Error> {
    assessment::get(&mut Reader::Tx(tx), id).await?.ok_or_else(|| absent(id))
}

async fn keep(mut tx: Tx, assessment: &Assessment) -> Result<(), Error> {
    assessment::put(&mut tx, assessment).await?;
    Ok(tx.commit().await?)
}

/// The form as it is kept, and what its judgements rest on besides observations; refuses a form that cannot be kept.
async fn cited(service: &Analysis, form: &AssessmentForm) -> Result<(AssessmentForm, Found), Error> {
    rules::check(form)?;
    let form = rules::pinned(form.clone(), service.db.clock().now().day());
    let found = cited_in(service, &form, ProductLanguage::En).await?;
    Ok((form, found))
}

async fn cited_in(
    service: &Analysis,
    form: &AssessmentForm,
    language: ProductLanguage,
) -> Result<Found, Error> {
    let at: Timestamp = service.db.clock().now();
    let documents = Some(&form.handling);
    look_up(
        service,
        For { language, exercise: form.exercise, documents, counts: None, at },
        &rules::sources(form),
    )
    .await
}

/// Refuses to move an assessment on whose evidence was taken back since it was written, or may now be passed on to fewer than
/// the assessment says.
async fn still_stands(tx: &mut Tx, one: &Assessment, cited: &Found) -> Result<(), Error> {
    let joined = evidence_of(tx, &one.form, cited).await?;
    if one.handling.clone().join(&joined) == one.handling {
        return Ok(());
    }
    let why = format!("by its evidence it is {} now; revise it, and it is marked anew", joined.tlp());
    Err(Failure::conflict("its evidence was marked more strictly since it was written")
        .at("/handling", why)
        .into())
}

/// The author's wish joined with the handling of all evidence; refuses what does not stand or is of the other side of the exercise.
async fn evidence_of(tx: &mut Tx, form: &AssessmentForm, cited: &Found) -> Result<Handling, Error> {
    for province in &form.provinces {
        known(Some(province))?;
    }
    if let Some(id) = &form.answers {
        let wrong = |why: &str| Failure::invalid("it cannot answer that question").at("/answers", why);
        match question::get(&mut Reader::Tx(tx), id).await? {
            None => return Err(wrong("is no question; list them at /v1/questions").into()),
            Some(asked) if asked.form.exercise != form.exercise => {
                return Err(wrong("lies on the other side of the exercise").into());
            }
            Some(_) => {}
        }
    }
    let mut handling = form.handling.clone();
    for (number, judgement) in form.judgements.iter().enumerate() {
        for (at, observation) in judgement.evidence.iter().enumerate() {
            let wrong = |why: &str| no_evidence((number, "evidence", at), observation.as_str(), why);
            match assessment::evidence(tx, observation).await? {
                None => return Err(wrong("is not known to analysis or was taken back")),
                Some((_, exercise)) if exercise != form.exercise => {
                    return Err(wrong("lies on the other side of the exercise"));
                }
                Some((of, _)) => handling = handling.join(&of),
            }
        }
        for (at, one) in judgement.sources.iter().enumerate() {
            let found = cited.get(&sources::key(one.kind, &one.id)).and_then(Option::as_ref);
            let why = "is not known to analysis, was taken back, or lies on the other side of the exercise";
            let of = found.ok_or_else(|| {
                no_evidence((number, "sources", at), &format!("{} {}", one.kind, one.id), why)
            })?;
            handling = handling.join(&of.handling);
        }
    }
    Ok(handling)
}

fn no_evidence((judgement, list, at): (usize, &str, usize), what: &str, why: &str) -> Error {
    let pointer = format!("/judgements/{judgement}/{list}/{at}");
    Failure::invalid("the evidence cannot be taken").at(pointer, format!("{what} {why}")).into()
}
