//! Assessments: how good judgements were, then all of them; one with its judgements, and what can be done with it.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use contracts::{
    Failure, Page as ListPage, PageRequest,
    analysis::assessments::{
        Assessment, AssessmentState, Calibration, GetAssessment, GetCalibration, ListAssessments,
        MoveAssessment, ResolveJudgement, TellSources,
    },
    analysis::products::Source,
};
use domain::AssessmentId;
use kit::http::status_of;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    assessment, desk,
    fields::{addressed, form_key},
    in_query, or_refused, reader,
    shell::{self, Page, Reader},
    situation::nothing,
    usable,
    words::Lang,
};
use crate::{
    Error, Gateway,
    domain::policy::{READERS, WARNING_WRITERS},
};

/// All that the list shows.
#[derive(Debug)]
pub(super) struct Seen {
    /// The assessments.
    pub list: Result<ListPage<Assessment>, Failure>,
    /// How good judgements were.
    pub record: Result<Vec<Calibration>, Failure>,
    /// Those with a judgement that waits to be scored.
    pub due: Result<ListPage<Assessment>, Failure>,
}

/// Answers the list.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let wish = ListAssessments {
        state: in_query(&uri, "state").and_then(|word| word.parse().ok()),
        exercise: in_query(&uri, "exercise").is_some_and(|flag| flag == "true"),
        page: PageRequest { cursor: in_query(&uri, "cursor"), limit: Some(50) },
        ..ListAssessments::default()
    };
    let whole = PageRequest { cursor: None, limit: Some(1000) };
    let today = Some(reader.now.day());
    let waiting =
        ListAssessments { due: today, page: whole, exercise: wish.exercise, ..ListAssessments::default() };
    let of_all = GetCalibration::default();
    let (list, record, due) = futures::join!(
        gateway.ask_as(&reader.principal, None, &wish),
        gateway.ask_as(&reader.principal, None, &of_all),
        gateway.ask_as(&reader.principal, None, &waiting),
    );
    reader.good(&page_of(&reader, &wish, &Seen { list, record, due }))
}

/// The address of a list, with where to go on.
fn href(state: Option<AssessmentState>, exercise: bool, cursor: Option<&str>) -> String {
    let pairs = [
        state.map(|state| ("state", state.to_string())),
        exercise.then(|| ("exercise", "true".to_owned())),
        cursor.map(|cursor| ("cursor", cursor.to_owned())),
    ];
    addressed("/assessments", pairs)
}

/// The list.
pub(super) fn page_of<'a>(
    reader: &Reader,
    ListAssessments { state, exercise, .. }: &ListAssessments,
    Seen { list, record, due }: &Seen,
) -> Page<'a> {
    let (t, state, exercise) = (reader.lang, *state, *exercise);
    let with = |state: Option<AssessmentState>| href(state, exercise, None);
    let body = html! {
        div.sheet {
            h1 { (t.say("assessment.title")) }
            @if reader.principal.has_any(WARNING_WRITERS) { p { a.button href=(addressed("/assessments/new", [exercise.then(|| ("exercise", "true".to_owned()))])) { (t.say("assessment.new")) } } }
            section #due data-live="assessment.moved" { (or_refused(t, due, |due| waiting(reader, &due.items))) }
            section #record data-live="assessment.moved" {
                h2 { (t.say("calibration.title")) }
                (or_refused(t, record, |all| calibrations(t, all)))
            }
            nav.chips aria-label=(t.say("assessment.states")) {
                a href=(with(None)) aria-current=[state.is_none().then_some("true")] { (t.say("warnings.every")) }
                @for one in AssessmentState::ALL.iter().copied() {
                    a href=(with(Some(one))) aria-current=[(state == Some(one)).then_some("true")] { (t.word("assessment-state", one.as_str())) }
                }
                a href=(href(state, !exercise, None)) aria-current=[exercise.then_some("true")] { (t.say("exercise.name")) }
            }
            div #list.entries data-live="assessment.moved" {
                (or_refused(t, list, |list| html! {
                    @if list.items.is_empty() { (nothing(t.say("assessment.none"))) }
                    @for one in &list.items { (entry(t, one)) }
                    @if let Some(cursor) = &list.next { p { a href=(href(state, exercise, Some(cursor))) { (t.say("list.older")) } } }
                }))
            }
        }
    };
    Page { title: t.say("assessment.title"), part: "/assessments", exercise, body }
}

/// The judgements that were due and that nobody has scored, the longest due first; nothing where none waits.
fn waiting(reader: &Reader, all: &[Assessment]) -> Markup {
    let (t, today) = (reader.lang, reader.now.day());
    let of = all.iter().flat_map(|one| {
        let numbered = (1_usize..).zip(&one.form.judgements);
        let open = numbered.filter(move |(number, judgement)| {
            judgement.due <= today && one.outcomes.get(number - 1).is_none_or(Option::is_none)
        });
        open.map(move |(number, judgement)| (judgement.due, number, one, judgement))
    });
    let mut open: Vec<_> = of.collect();
    open.sort_by_key(|(due, number, one, _)| (*due, one.created_at, *number));
    html! {
        @if !open.is_empty() {
            h2 { (t.fill("assessment.due", &[("n", &t.count(open.len() as u64))])) }
            ul.facts { @for (due, _, one, judgement) in open { li {
                a href={ "/assessments/" (one.id) } { (judgement.statement) }
                " " span.meta {
                    (t.fill("assessment.due-since", &[("day", &t.day(due))])) " · " (one.form.title)
                    @for author in one.authors.iter().take(1) { " · " (author.name) }
                }
            } } }
        }
    }
}

fn entry(t: Lang, one: &Assessment) -> Markup {
    html! {
        article.entry {
            p.entry-top {
                span class={ "state state-" (one.state) } { (t.word("assessment-state", one.state.as_str())) }
                @if one.form.exercise { (shell::exercise_badge(t)) }
                span.meta.end { (t.moment(one.published_at.unwrap_or(one.created_at))) }
            }
            a.entry-title href={ "/assessments/" (one.id) } { (one.form.title) }
            p.meta {
                @for author in one.authors.iter().take(1) { (author.name) " · " }
                @if let Some(threat) = one.form.threat { (t.word("threat", threat.as_str())) " · " }
                @for code in one.form.provinces.iter().take(4) { (t.province(code.as_str())) " · " }
                (t.fill("assessment.judgements-n", &[("n", &one.form.judgements.len().to_string())]))
            }
        }
    }
}

/// How many judgements are in no score because they cannot be told, and of how many the outcome was corrected.
fn apart(t: Lang, one: &Calibration) -> String {
    let (undecidable, corrected) = (t.count(one.undecidable), t.count(one.corrected));
    t.fill("calibration.apart", &[("undecidable", &undecidable), ("corrected", &corrected)])
}

/// How good judgements were: by person, and by word.
fn calibrations(t: Lang, all: &[Calibration]) -> Markup {
    let Some(everybody) = all.first() else { return nothing(t.say("calibration.none")) };
    html! {
        div.scroll tabindex="0" role="region" aria-label=(t.say("calibration.title")) {
            table.narrow {
                thead { tr {
                    th scope="col" { (t.say("calibration.author")) } th.n scope="col" { (t.say("calibration.judgements")) }
                    th.n scope="col" { (t.say("calibration.brier")) } th.n scope="col" { (t.say("calibration.naive")) }
                    th scope="col" { (t.say("calibration.verdict")) }
                } }
                tbody { @for one in all {
                    tr {
                        th scope="row" {
                            @match &one.author { Some(author) => (author.name), None => (t.say("calibration.all")) }
                            @if one.undecidable + one.corrected > 0 { span.meta { " " (apart(t, one)) } }
                        }
                        td.n { (t.count(one.judgements)) }
                        td.n.bad[one.brier > one.naive && !one.too_few] { b { (t.number(one.brier, 3)) } }
                        td.n { (t.number(one.naive, 3)) }
                        td { @if one.too_few { (t.say("calibration.too-few")) }
                            @else if one.brier < one.naive { (t.say("calibration.better")) } @else { (t.say("calibration.no-better")) } }
                    }
                } }
            }
        }
        p.meta { (t.say("calibration.how-to-read")) }
        p.meta {
            (t.say("calibration.words")) " "
            @for (number, word) in everybody.words.iter().enumerate() {
                @if number > 0 { "; " }
                (t.fill("calibration.word", &[("word", &t.word("likelihood", word.word.as_str())), ("came", &t.percent(word.came)), ("n", &t.count(word.judgements))]))
            }
        }
    }
}

/// What a button sends.
#[derive(Deserialize)]
pub(super) struct Press {
    token: String,
    #[serde(default)]
    key: String,
    #[serde(default)]
    version: Option<u32>,
    #[serde(default)]
    note: String,
}

/// Answers one assessment.
pub(super) async fn show_one(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => answer(&gateway, &reader, &id, None).await,
        Err(answer) => answer,
    }
}

/// Moves an assessment on; a refusal is shown on its page with every reason.
pub(super) async fn act(
    State(gateway): State<Arc<Gateway>>,
    Path((id, action)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    Form(press): Form<Press>,
) -> Response {
    let here = (READERS, format!("/assessments/{id}"));
    let moved =
        async |reader: &Reader| Ok(of(&moved(&gateway, reader, &headers, (&id, &action, &press)).await?));
    let again = async |reader: &Reader, why| answer(&gateway, reader, &id, Some(why)).await;
    desk::press(&gateway, (&headers, &uri), here, moved, again).await
}

/// Says what became of a judgement.
pub(super) async fn resolve(
    State(gateway): State<Arc<Gateway>>,
    Path((id, number, resolution)): Path<(String, u32, String)>,
    headers: HeaderMap,
    uri: Uri,
    Form(press): Form<Press>,
) -> Response {
    let here = (READERS, format!("/assessments/{id}"));
    let resolved = async |reader: &Reader| {
        Ok(of(&resolved(&gateway, reader, &headers, (&id, number, &resolution, &press)).await?))
    };
    let again = async |reader: &Reader, why| answer(&gateway, reader, &id, Some(why)).await;
    desk::press(&gateway, (&headers, &uri), here, resolved, again).await
}

fn of(one: &Assessment) -> String {
    format!("/assessments/{}", one.id)
}

async fn moved(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (id, action, press): (&str, &str, &Press),
) -> Result<Assessment, Error> {
    reader.check_form(headers, &press.token)?;
    let (action, note) = (action.parse()?, press.note.trim().to_owned());
    let wish = MoveAssessment { id: id.parse()?, action, note, version: press.version };
    let now = gateway.ask_as(&reader.principal, usable(&press.key), &wish).await?;
    noted(gateway, reader, (&format!("{action}Assessment"), &now)).await?;
    Ok(now)
}

async fn resolved(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (id, number, resolution, press): (&str, u32, &str, &Press),
) -> Result<Assessment, Error> {
    reader.check_form(headers, &press.token)?;
    let (resolution, note) = (resolution.parse()?, press.note.trim().to_owned());
    let wish = ResolveJudgement { id: id.parse()?, number, resolution, note };
    let now = gateway.ask_as(&reader.principal, usable(&press.key), &wish).await?;
    noted(gateway, reader, ("resolveJudgement", &now)).await?;
    Ok(now)
}

/// Writes to the audit what was done.
pub(super) async fn noted(
    gateway: &Gateway,
    reader: &Reader,
    (action, now): (&str, &Assessment),
) -> Result<(), Error> {
    let detail = serde_json::json!({ "console": true, "version": now.version, "state": now.state });
    reader.note_act(gateway, (action, now.id.as_str(), detail)).await
}

async fn answer(gateway: &Gateway, reader: &Reader, id: &str, refusal: Option<Failure>) -> Response {
    let Ok(id) = id.parse::<AssessmentId>() else {
        return reader.failed("/assessments", &Failure::not_found(reader.lang.say("assessment.absent")));
    };
    match gateway.ask_as(&reader.principal, None, &GetAssessment { id, known_on: None }).await {
        Ok(one) => {
            let status = refusal.as_ref().map_or(StatusCode::OK, |failure| status_of(failure.kind));
            let rests = rests(gateway, reader, &one).await;
            let page = assessment::page(reader, (&one, &rests), (refusal.as_ref(), &form_key()));
            (status, reader.page(&page)).into_response()
        }
        Err(failure) => reader.failed("/assessments", refusal.as_ref().unwrap_or(&failure)),
    }
}

/// What its judgements rest on besides observations; nothing where analysis does not answer: then its name stands alone.
async fn rests(gateway: &Gateway, reader: &Reader, one: &Assessment) -> Vec<Source> {
    if one.form.judgements.iter().all(|judgement| judgement.sources.is_empty()) {
        return Vec::new();
    }
    let wish = TellSources { id: one.id.clone(), language: reader.lang.of_paper() };
    gateway.ask_as(&reader.principal, None, &wish).await.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use contracts::Role;

    use super::*;
    use crate::console::{sample::reader as somebody, sample_assessments::an_assessment};

    #[test]
    fn judgements_that_wait_to_be_scored_are_listed_with_their_day_and_none_that_is_not_due() {
        let reader = somebody(Lang::En, Role::ALL);
        let mut one = an_assessment(AssessmentState::Published);
        one.outcomes = vec![None; one.form.judgements.len()];
        one.form.judgements.truncate(1);
        one.form.judgements[0].due = reader.now.day().plus(1);
        assert_eq!(waiting(&reader, std::slice::from_ref(&one)).into_string(), "");
        one.form.judgements[0].due = reader.now.day();
        let told = waiting(&reader, std::slice::from_ref(&one)).into_string();
        assert!(told.contains("Waiting to be scored: 1"), "{told}");
        assert!(told.contains(&one.form.title) && told.contains("due "), "{told}");
    }
}
