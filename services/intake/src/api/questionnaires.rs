//! Questionnaires: written, put in force, retired; answers checked before they are sent.

use std::cmp::Reverse;

use contracts::{
    Failure, FailureKind, Page,
    intake::questionnaires::{
        AnswerProblem, CheckAnswers, DraftQuestionnaire, GetQuestionnaire, ListQuestionnaires,
        MoveQuestionnaire, Questionnaire, QuestionnaireAction, QuestionnaireForm, QuestionnaireState,
        ReviseQuestionnaire,
    },
};
use domain::{ProvinceCode, QuestionnaireId};
use kit::{Asked, Tx};
use sqlx::types::Json;

use super::{OFFICERS, STAFF};
use crate::{
    Intake,
    domain::{
        codes,
        questionnaire::{check_answers, check_form, closeness, moved},
        report,
    },
    error::Error,
    store::{
        past::{self, Kind},
        questionnaires::{self, QuestionnaireRow},
    },
};

/// Questionnaires: by key, the newest version first; for a province the closest in force first.
pub async fn list_questionnaires(
    service: &Intake,
    asked: &Asked<ListQuestionnaires>,
) -> Result<Page<Questionnaire>, Error> {
    asked.allow(STAFF)?;
    let ListQuestionnaires { state, province, known_on } = &asked.query;
    // a questionnaire for everywhere would be found for what is nowhere
    if let Some(failure) = codes::objection((&asked.query).into(), &codes::Stored::default()) {
        return Err(failure.into());
    }
    let state = if province.is_some() { Some(QuestionnaireState::InForce) } else { *state };
    let mut items = if let Some(at) = known_on {
        questionnaires::known(&service.db, *at).await?
    } else {
        let rows = questionnaires::list(&service.db, state).await?;
        rows.iter().map(QuestionnaireRow::questionnaire).collect()
    };
    items.retain(|one| state.is_none_or(|state| one.state == state));
    if let Some(province) = province {
        items.retain(|one| closeness(&one.form, province).is_some());
        items.sort_by_key(|one| (Reverse(closeness(&one.form, province)), Reverse(one.in_force_at)));
    }
    Ok(Page { items, next: None })
}

/// One version.
pub async fn get_questionnaire(
    service: &Intake,
    asked: &Asked<GetQuestionnaire>,
) -> Result<Questionnaire, Error> {
    asked.allow(STAFF)?;
    let GetQuestionnaire { id, known_on } = &asked.query;
    let found = match known_on {
        Some(at) => past::one(&service.db, (Kind::Questionnaire, id.as_str()), *at).await?,
        None => questionnaires::get(&service.db, id).await?.map(|row| row.questionnaire()),
    };
    found.ok_or_else(|| Error::NoQuestionnaire(id.clone()))
}

/// Checks a situation report as it would be sent.
pub async fn check(service: &Intake, asked: &Asked<CheckAnswers>) -> Result<Vec<AnswerProblem>, Error> {
    asked.allow(STAFF)?;
    let form = &asked.query.form;
    let Some(situation) = &form.situation else {
        return Err(Failure::invalid("the report answers no questionnaire").into());
    };
    let now = service.db.clock().now();
    let found = report::receive(form, now);
    let province: Option<ProvinceCode> = found.place.province;
    let Some(province) = province else {
        return Err(found
            .problems
            .iter()
            .fold(Failure::invalid("the situation report cannot be taken as it is"), |failure, problem| {
                failure.at("/province", problem)
            })
            .into());
    };
    let row = questionnaires::get(&service.db, &situation.questionnaire).await?;
    let asked_of = row.map(|row| row.questionnaire());
    Ok(check_answers(situation, (asked_of.as_ref(), &province), now.day()))
}

/// Begins a version.
pub async fn draft_questionnaire(
    service: &Intake,
    asked: &Asked<DraftQuestionnaire>,
) -> Result<Questionnaire, Error> {
    asked.allow(OFFICERS)?;
    let form = &asked.query.form;
    check_form(form)?;
    let mut tx = service.db.begin().await?;
    let id = match asked.seed() {
        Some(seed) => QuestionnaireId::derived(&seed),
        None => QuestionnaireId::generate(tx.now()),
    };
    if let Some(row) = questionnaires::get_in(&mut tx, &id).await? {
        return Ok(row.questionnaire());
    }
    let row = new(&mut tx, id, (form.clone(), &asked.principal.name)).await?;
    questionnaires::add(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(row.questionnaire())
}

/// A draft that would be the next version of its key.
async fn new(
    tx: &mut Tx,
    id: QuestionnaireId,
    (form, by): (QuestionnaireForm, &str),
) -> Result<QuestionnaireRow, Error> {
    let number = questionnaires::newest_number(tx, &form.key).await? + 1;
    Ok(QuestionnaireRow {
        questionnaire_id: id,
        number,
        state: QuestionnaireState::Draft,
        form: Json(form),
        made_by: by.to_owned(),
        made_at: tx.now(),
        in_force_at: None,
        retired_at: None,
        version: 1,
        moved_by: None,
    })
}

/// Writes a draft anew; what is or was in force is never changed.
pub async fn revise_questionnaire(
    service: &Intake,
    asked: &Asked<ReviseQuestionnaire>,
) -> Result<Questionnaire, Error> {
    asked.allow(OFFICERS)?;
    let ReviseQuestionnaire { id, form, version } = &asked.query;
    check_form(form)?;
    change(service, (id, *version), asked.seed(), async |_, row| {
        if row.state != QuestionnaireState::Draft {
            let why = format!("it is {}: reports answer it as it is; begin a new version", row.state);
            return Err(Failure::conflict(why).into());
        }
        if row.form.key != form.key {
            let why =
                format!("it is a version of {}; begin another questionnaire for another key", row.form.key);
            return Err(Failure::invalid("the questionnaire cannot be written so")
                .at("/form/key", why)
                .into());
        }
        row.form = Json(form.clone());
        Ok(())
    })
    .await
}

/// Puts a version in force, or retires it.
pub async fn move_questionnaire(
    service: &Intake,
    asked: &Asked<MoveQuestionnaire>,
) -> Result<Questionnaire, Error> {
    asked.allow(OFFICERS)?;
    let MoveQuestionnaire { id, action, version } = &asked.query;
    change(service, (id, *version), asked.seed(), async |tx, row| {
        row.state = moved(row.state, *action).map_err(Failure::conflict)?;
        match action {
            QuestionnaireAction::Enact => {
                questionnaires::retire_in_force(tx, &row.form.key).await?;
                row.in_force_at = Some(tx.now());
            }
            QuestionnaireAction::Retire => row.retired_at = Some(tx.now()),
        }
        Ok(())
    })
    .await
}

async fn change(
    service: &Intake,
    (id, version): (&QuestionnaireId, Option<u32>),
    seed: Option<[&str; 2]>,
    work: impl AsyncFnOnce(&mut Tx, &mut QuestionnaireRow) -> Result<(), Error>,
) -> Result<Questionnaire, Error> {
    let mut tx = service.db.begin().await?;
    let mut row =
        questionnaires::get_in(&mut tx, id).await?.ok_or_else(|| Error::NoQuestionnaire(id.clone()))?;
    let key = seed.map(|[subject, key]| format!("{subject} {key}"));
    if key.is_some() && row.moved_by == key {
        return Ok(row.questionnaire());
    }
    let from = row.version;
    let stale = || {
        Failure::new(
            FailureKind::Stale,
            format!(
                "the questionnaire was changed since you read it; it is now version {from}: read it again"
            ),
        )
    };
    if version.is_some_and(|version| i64::from(version) != from) {
        return Err(stale().into());
    }
    work(&mut tx, &mut row).await?;
    (row.version, row.moved_by) = (from + 1, key);
    if !questionnaires::store(&mut tx, &row, from).await? {
        return Err(stale().into());
    }
    tx.commit().await?;
    Ok(row.questionnaire())
}

/// The questionnaire that comes with the program.
const STARTER: &str = include_str!("../../assets/starter-questionnaire.json");

/// Puts the questionnaire that comes with the program in force where there is none at all; those there are, are kept as they stand.
pub(crate) async fn ensure_starter(db: &kit::Db) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    if !questionnaires::is_empty(&mut tx).await? {
        questionnaires::take_up(&mut tx).await?;
        return Ok(tx.commit().await?);
    }
    let form: QuestionnaireForm = serde_json::from_str(STARTER)?;
    let id = QuestionnaireId::derived(&["starter", &form.key]);
    let mut row = new(&mut tx, id, (form, "intake")).await?;
    (row.state, row.in_force_at) = (QuestionnaireState::InForce, Some(tx.now()));
    questionnaires::add(&mut tx, &row).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::Indicator;

    use super::*;

    #[test]
    fn the_questionnaire_that_comes_with_the_program_asks_about_every_indicator_in_both_languages() {
        let form: QuestionnaireForm = serde_json::from_str(STARTER).unwrap();
        check_form(&form).unwrap();
        let keys: BTreeSet<&str> = form.questions.iter().map(|question| question.key.as_str()).collect();
        assert!(Indicator::ALL.iter().all(|indicator| keys.contains(indicator.as_str())));
        for question in &form.questions {
            for language in ["en", "ru"] {
                assert!(question.text.contains_key(language), "{} {language}", question.key);
            }
        }
    }
}
