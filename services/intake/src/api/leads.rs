//! Leads: what their words propose, and what people make of them.

use contracts::{
    Failure, FailureKind,
    intake::{
        coding::{CodeText, Coding},
        leads::{ConfirmLead, CreateLead, DismissLead, GetLead, Lead, LeadForm, LeadState, ListLeads},
        search::Listed,
    },
};
use domain::{Credibility, Day, LeadId, Licence, Redistribution, Reliability};
use kit::{Asked, Filling, Tx};
use sha2::{Digest, Sha256};

use super::{
    NOTE_CHARS, OFFICERS, STAFF,
    reach::{filled, hidden, named, reaching, removed},
};
use crate::{
    Intake,
    domain::{
        coding,
        draft::Arrival,
        lead::{self, Item, TEXT_CHARS, TITLE_CHARS},
        retention::ListOf,
    },
    error::Error,
    sources::feed,
    store::{
        leads,
        now::Of,
        recording::{self, Bringer},
    },
};

/// What the words of a text propose; nothing is kept.
pub async fn code_text(_: &Intake, asked: &Asked<CodeText>) -> Result<Coding, Error> {
    asked.allow(STAFF)?;
    let text = asked.query.text.clone();
    if text.chars().count() > TEXT_CHARS {
        return Err(Failure::invalid("the text cannot be coded")
            .at("/text", format!("must have at most {TEXT_CHARS} characters"))
            .into());
    }
    Ok(tokio::task::spawn_blocking(move || coding::code(&text)).await?)
}

/// Leads, newest first.
pub async fn list_leads(service: &Intake, asked: &Asked<ListLeads>) -> Result<Listed<Lead>, Error> {
    asked.allow(STAFF)?;
    let keep = reaching(&asked.principal, |lead: &Lead| &lead.handling);
    let mut filling = Filling::new(&asked.query.page);
    while let Some(page) = filling.to_read() {
        let rows = leads::list(&service.db, &ListLeads { page, ..asked.query.clone() }).await?;
        let ids = rows.iter().map(|lead| lead.id.to_string()).collect();
        let past = (Of::Lead, asked.query.known_on.is_some(), ids);
        let hidden = hidden(service, &asked.principal, past).await?;
        let told = |lead| keep(lead).filter(|lead| !hidden.contains(lead.id.as_str()));
        filling.take(rows, (told, leads::cursor_of));
    }
    let page = filled(filling, leads::cursor_of);
    let page = named(service, (&asked.principal, &asked.query.page), ((&asked.query).into(), page)).await?;
    let removed =
        removed(service, (ListOf::Leads(asked.query.source.as_deref()), asked.query.known_on)).await?;
    Ok(Listed { page, removed })
}

/// One lead, as it stands or stood in a version or at a moment.
pub async fn get_lead(service: &Intake, asked: &Asked<GetLead>) -> Result<Lead, Error> {
    asked.allow(STAFF)?;
    let GetLead { id, version, known_on } = &asked.query;
    let found = leads::get(&service.db, &asked.query).await?;
    let past = (Of::Lead, version.is_some() || known_on.is_some(), vec![id.to_string()]);
    let hidden = hidden(service, &asked.principal, past).await?;
    let keep = reaching(&asked.principal, |lead: &Lead| &lead.handling);
    found.and_then(keep).filter(|_| hidden.is_empty()).ok_or_else(|| Error::NoLead(id.clone()))
}

/// Takes a text in as a lead; the same text or address of the same source is the same lead.
pub async fn create_lead(service: &Intake, asked: &Asked<CreateLead>) -> Result<Lead, Error> {
    asked.allow(OFFICERS)?;
    let mut tx = service.db.begin().await?;
    let item = item(&asked.query.form, tx.now().day())?;
    let (lead, _) = leads::take_one(&mut tx, item, (&asked.principal.name, None)).await?;
    tx.commit().await?;
    Ok(lead)
}

/// The item that a form states.
fn item(form: &LeadForm, today: Day) -> Result<Item, Failure> {
    let (title, text, source) = (form.title.trim(), form.text.trim(), form.source.trim());
    let mut wrong: Vec<(&str, String)> = Vec::new();
    let count = |text: &str| text.chars().count();
    if text.is_empty() || count(text) > TEXT_CHARS || text.contains('\0') {
        wrong.push(("/text", format!("must have 1 to {TEXT_CHARS} characters")));
    }
    if count(title) > TITLE_CHARS || title.chars().any(char::is_control) {
        wrong.push(("/title", format!("must have at most {TITLE_CHARS} characters, none of them a control")));
    }
    if !(1..=100).contains(&count(source)) || source.chars().any(char::is_control) {
        wrong.push(("/source", "must have 1 to 100 characters, none of them a control".to_owned()));
    }
    let link = feed::address(&form.link);
    if link.is_none() && !form.link.trim().is_empty() {
        wrong.push(("/link", "is no address of the web; leave it out, or write it with https://".to_owned()));
    }
    if form.published_on.is_some_and(|day| day > today.plus(1)) {
        wrong.push(("/published_on", "lies ahead".to_owned()));
    }
    if form.language.as_ref().is_some_and(|tag| !(2..=35).contains(&tag.len()) || !tag.is_ascii()) {
        wrong.push(("/language", "must be a tag as en, ru or uz-Cyrl".to_owned()));
    }
    if !wrong.is_empty() {
        let refused = Failure::invalid("the text cannot be taken as a lead");
        return Err(wrong.into_iter().fold(refused, |failure, (at, why)| failure.at(at, why)));
    }
    let first_line = || text.lines().next().unwrap_or_default().chars().take(120).collect();
    let digest = || hex::encode(Sha256::digest(format!("{title}\n{text}")));
    let grade = form.grade.map_or((Reliability::F, Credibility::UNKNOWN), |g| (g.reliability, g.credibility));
    Ok(Item {
        source: source.to_owned(),
        owner: link.as_ref().and_then(feed::owner).unwrap_or_else(|| source.to_owned()),
        external_id: link.as_ref().map_or_else(digest, ToString::to_string),
        title: if title.is_empty() { first_line() } else { title.to_owned() },
        text: text.to_owned(),
        link: link.map_or_else(String::new, |link| link.to_string()),
        language: form.language.clone(),
        countries: Vec::new(),
        published_on: form.published_on.unwrap_or(today),
        reliability: grade.0,
        credibility: grade.1,
        handling: form.handling.join(&domain::Handling::open(Licence::named(
            "publisher",
            Redistribution::Derived,
            source,
        ))),
        exercise: form.exercise,
    })
}

/// Takes a lead for an observation.
pub async fn confirm_lead(service: &Intake, asked: &Asked<ConfirmLead>) -> Result<Lead, Error> {
    asked.allow(OFFICERS)?;
    let ConfirmLead { id, coding, version } = &asked.query;
    let by = asked.principal.name.as_str();
    let mut tx = service.db.begin().await?;
    let before = current(&mut tx, id, *version).await?;
    let wrong = lead::objections(&before, coding, tx.now());
    let unplaced = "is not known";
    let draft = lead::draft(&before, coding, by);
    let (Some(draft), true) = (draft, wrong.is_empty()) else {
        let refused = Failure::invalid("the lead cannot be confirmed like this");
        let wrong = if wrong.is_empty() { vec![("/coding/province", unplaced.to_owned())] } else { wrong };
        return Err(wrong.into_iter().fold(refused, |failure, (at, why)| failure.at(at, why)).into());
    };
    if let Some(why) = draft.objection() {
        return Err(Failure::invalid("the lead cannot become an observation").at("/coding", why).into());
    }
    let (observation, at) = (draft.id(), tx.now());
    let part = format!("lead {}", before.version);
    let arrival = Arrival { import: before.import.clone(), ..Arrival::at(at) };
    let bringer = Bringer { origin: before.id.as_str(), part: &part, arrival };
    recording::record(&mut tx, vec![draft], &bringer).await?;
    let now = lead::confirmed(before.clone(), observation, (by, at, coding.note.trim()));
    decided(tx, (&before, now)).await
}

/// Takes a lead for nothing that counts.
pub async fn dismiss_lead(service: &Intake, asked: &Asked<DismissLead>) -> Result<Lead, Error> {
    asked.allow(OFFICERS)?;
    let DismissLead { id, note, version } = &asked.query;
    let (by, why) = (asked.principal.name.as_str(), note.trim());
    if why.is_empty() || why.chars().count() > NOTE_CHARS {
        let detail = format!("say in 1 to {NOTE_CHARS} characters why");
        return Err(Failure::invalid("nothing is dismissed without a reason").at("/note", detail).into());
    }
    let mut tx = service.db.begin().await?;
    let before = current(&mut tx, id, *version).await?;
    if before.state == LeadState::Dismissed {
        let why = "the lead is dismissed already; confirm it if it counts after all";
        return Err(Failure::conflict(why).into());
    }
    if let Some(observation) = &before.observation {
        recording::retract_standing(&mut tx, std::slice::from_ref(observation), (by, why)).await?;
    }
    let at = tx.now();
    let now = lead::dismissed(before.clone(), (by, at, why));
    decided(tx, (&before, now)).await
}

async fn current(tx: &mut Tx, id: &LeadId, version: Option<u32>) -> Result<Lead, Error> {
    let lead = leads::get_in(tx, id).await?.ok_or_else(|| Error::NoLead(id.clone()))?;
    match version {
        Some(seen) if seen != lead.version => Err(stale(&lead).into()),
        _ => Ok(lead),
    }
}

async fn decided(mut tx: Tx, (before, now): (&Lead, Lead)) -> Result<Lead, Error> {
    if !leads::decide(&mut tx, before, &now).await? {
        return Err(stale(before).into());
    }
    tx.nudge(recording::TEXT_INDEX);
    tx.commit().await?;
    metrics::counter!("intake_leads_decided_total", "to" => now.state.as_str()).increment(1);
    Ok(now)
}

fn stale(now: &Lead) -> Failure {
    let detail = format!(
        "the lead was changed since you read it; it is now {} in version {}: read it again",
        now.state, now.version
    );
    Failure::new(FailureKind::Stale, detail)
}
