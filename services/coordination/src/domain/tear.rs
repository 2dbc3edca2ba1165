//! Tear-lines: what leaves of a product, rebuilt statement by statement from what the release rule allows, so that a field
//! nobody thought of stays in. What is left is numbered anew: no gap tells that something is missing.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    analysis::products::{Basis, Part, Product, ProductForm, Section, Source, SourceKind, Statement},
    coordination::{Goes, Torn, TornLine},
};
use domain::{
    Country, Day, Handling, Partner, Precision, Threat,
    release::{self, Decision, Item, Outcome, Rule, Transform},
};

/// The word by which agreements cover products.
pub const KIND: &str = "product";

/// For whom, on which day, for what.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    /// Key and name of the organisation.
    pub named: (&'a str, &'a str),
    /// What is known of it.
    pub partner: &'a Partner,
    /// The day it is decided on.
    pub today: Day,
    /// What it would be released for.
    pub purpose: &'a str,
    /// The keys of sources that were taken back since the product took them in.
    pub gone: &'a BTreeSet<String>,
}

/// A product as one organisation may have it, with the decision on every statement.
pub fn tear(whole: &Product, to: Recipient<'_>) -> Torn {
    let decide = |statement: &Statement| {
        let decision = release::decide(&item(whole, statement, to.purpose), to.partner, to.today);
        let stays = gone(whole, statement, to.gone).or_else(|| liaison(whole, statement, to.partner));
        let (goes, reason) =
            stays.map_or_else(|| what_goes(whole, statement, &decision), |reason| (Goes::Nothing, reason));
        TornLine { statement: statement.number, decision, goes, reason }
    };
    let lines: Vec<TornLine> = whole.statements().map(decide).collect();
    let product = left(whole, &lines, titled(whole, &lines, to));
    Torn { partner: to.named.0.to_owned(), name: to.named.1.to_owned(), product, lines }
}

/// The sources of a statement.
fn sources<'p>(whole: &'p Product, statement: &'p Statement) -> impl Iterator<Item = &'p Source> {
    statement.sources.iter().filter_map(|key| whole.source(key))
}

/// A statement as the release rule sees it. What a person wrote may name any place, and bears on everything that the product
/// covers; so does what names no source.
fn item(whole: &Product, statement: &Statement, purpose: &str) -> Item {
    let written = statement.edited.is_some() || statement.sources.is_empty();
    let mut threats: BTreeSet<Threat> =
        sources(whole, statement).flat_map(|one| one.threats.clone()).collect();
    let mut countries: BTreeSet<Country> =
        sources(whole, statement).flat_map(|one| one.countries.clone()).collect();
    if written || threats.is_empty() {
        threats.extend(covered_threats(&whole.form));
    }
    if written || countries.is_empty() {
        countries.extend(covered_countries(&whole.form));
    }
    let finest = sources(whole, statement).map(|one| one.precision).min().unwrap_or(Precision::Province);
    Item {
        kind: KIND.to_owned(),
        derived: true,
        handling: statement.handling.clone(),
        threats,
        countries,
        precision: if written { finest.min(Precision::Near) } else { finest },
        purpose: purpose.to_owned(),
    }
}

fn covered_threats(form: &ProductForm) -> BTreeSet<Threat> {
    if form.threats.is_empty() { Threat::ALL.iter().copied().collect() } else { form.threats.clone() }
}

fn covered_countries(form: &ProductForm) -> BTreeSet<Country> {
    if form.countries.is_empty() { Country::REGION.into_iter().collect() } else { form.countries.clone() }
}

/// Whether it says more than what was reported: what the centre makes of it.
fn is_assessment(whole: &Product, statement: &Statement) -> bool {
    statement.basis == Basis::Judgement || sources(whole, statement).any(Source::is_assessed)
}

/// Why it stays here, where a source of it was taken back since: what no longer holds is given to nobody.
fn gone(whole: &Product, statement: &Statement, gone: &BTreeSet<String>) -> Option<String> {
    let lost = sources(whole, statement).find(|source| gone.contains(&source.key))?;
    let number = whole.sources.iter().position(|source| source.key == lost.key)? + 1;
    let became = match lost.kind {
        SourceKind::Observation => "was retracted",
        _ => "was taken back or is no longer held",
    };
    Some(format!("Withdrawn since: source [{number}] {became}"))
}

/// Whether it stands in the part on what the centre agreed with governments, whom it met and what was promised.
fn is_on_liaison(whole: &Product, statement: &Statement) -> bool {
    let holds = |section: &Section| section.statements.iter().any(|one| one.number == statement.number);
    whole
        .sections
        .iter()
        .any(|section| matches!(section.part, Part::Liaison | Part::Positions) && holds(section))
}

/// Why it stays here, where it rests on what a government agreed to: that is told to the organisation alone that the
/// government agreed to inform, and to that one only in the words of the ledger, for what a person wrote may name others.
fn liaison(whole: &Product, statement: &Statement, partner: &Partner) -> Option<String> {
    if statement.is_written() && is_on_liaison(whole, statement) {
        return Some(
            "Mandate: a person wrote it on the centre's liaison, and it may tell of a consent, a meeting or a promise \
             without naming it; no partner is told of these through a product"
                .to_owned(),
        );
    }
    let own = |source: &Source| partner.consents.iter().any(|consent| consent.id.as_str() == source.id);
    let mut consents =
        sources(whole, statement).filter(|source| source.kind == SourceKind::Consent).peekable();
    consents.peek()?;
    let told = !statement.is_written() && consents.all(own);
    (!told).then(|| {
        "Mandate: what governments agreed to is the centre's own; no partner is told of it through a product, \
         except of a consent to informing itself, in the words of the ledger"
            .to_owned()
    })
}

/// What goes of a statement, and why, in words of who gives it out. They are for the centre alone: no recipient is told.
fn what_goes(whole: &Product, statement: &Statement, decision: &Decision) -> (Goes, String) {
    let nothing = |why: &str| (Goes::Nothing, why.to_owned());
    if let Some(ceiling) = whole.form.ceiling.filter(|ceiling| !ceiling.covers(&statement.handling)) {
        let (is, line) = (statement.handling.tlp(), ceiling.tlp);
        return (
            Goes::Nothing,
            format!("Handling: it is TLP:{is}, above the tear-line at TLP:{line} that its authors set"),
        );
    }
    if !decision.releases() {
        return (Goes::Nothing, withheld(whole, statement, decision));
    }
    if decision.outcome == Outcome::Release {
        return unnamed(statement, decision);
    }
    let asks = |transform: Transform| decision.transforms.contains(&transform);
    if asks(Transform::DropAssessment) && is_assessment(whole, statement) {
        return nothing("Mandate: it takes facts only, and this is what the centre makes of them");
    }
    if decision.transforms.iter().all(|one| *one == Transform::DropAssessment) {
        return unnamed(statement, decision);
    }
    if asks(Transform::Generalise) && decision.precision_floor > Precision::Province {
        return nothing("Precision: it names a province, and places only of whole countries may go there");
    }
    match statement.bare {
        Some(_) => (
            Goes::Bare,
            format!("{}; it goes without words of its sources and without fine places", redacted(decision)),
        ),
        None => (
            Goes::Nothing,
            format!("{}, and it cannot be said without them: {}", redacted(decision), unknown(statement)),
        ),
    }
}

/// The whole of what may go whole; without the names of people of the centre and their reasons, which go to no partner.
fn unnamed(statement: &Statement, decision: &Decision) -> (Goes, String) {
    let without = "it names people of the centre and gives their reasons, which go to no partner";
    match statement.bare {
        _ if !statement.internal => (Goes::Whole, decision.reason().to_owned()),
        Some(_) => (Goes::Bare, format!("{}; {without}: it goes without them", decision.reason())),
        None => (Goes::Nothing, format!("Handling: {without}, and it cannot be said without them")),
    }
}

/// What it may hold that may not go there.
fn redacted(decision: &Decision) -> String {
    let asks = |transform: Transform| decision.transforms.contains(&transform);
    let held = [
        (
            Transform::Generalise,
            format!("Precision: places go there no finer than {}", decision.precision_floor),
        ),
        (Transform::RemovePersonalData, "Handling: personal data does not go there".to_owned()),
        (
            Transform::RemoveSpeakers,
            "Handling: speakers under the Chatham House rule are not named".to_owned(),
        ),
    ];
    let held: Vec<String> =
        held.into_iter().filter(|(asked, _)| asks(*asked)).map(|(_, told)| told).collect();
    held.join("; ")
}

/// Why nobody can say it without what may not go.
fn unknown(statement: &Statement) -> &'static str {
    if statement.is_written() {
        "a person wrote it, and may have named anything"
    } else {
        "it is a judgement in its authors' words"
    }
}

/// Every rule that stands in the way, each under what it is of: mandate, handling, or the rule of a third party.
fn withheld(whole: &Product, statement: &Statement, decision: &Decision) -> String {
    let stands = decision.steps.iter().filter(|step| step.outcome == decision.outcome);
    let told: Vec<String> = stands.map(|step| format!("{}: {}", of_what(step.rule), step.fact)).collect();
    let written = statement.is_written() || statement.sources.is_empty();
    let mandate =
        decision.steps.iter().any(|step| step.rule == Rule::Mandate && step.outcome == decision.outcome);
    let told = told.join("; ");
    if written && mandate {
        let covers = if whole.form.threats.len() == 1 { "" } else { " and every threat" };
        return format!(
            "{told}. A person wrote it, so that it is taken to bear on every country{covers} of the product"
        );
    }
    told
}

/// What kind of rule it is, as the releasing officer calls it.
const fn of_what(rule: Rule) -> &'static str {
    match rule {
        Rule::Mandate => "Mandate",
        Rule::Agreement | Rule::Purpose => "Agreement",
        Rule::Licence => "Third-party licence",
        Rule::OriginatorControl => "Originator's control",
        Rule::Consent => "Consent of a government",
        Rule::UnClass | Rule::Tlp | Rule::PersonalData => "Handling",
        Rule::Precision => "Precision",
    }
}

/// Whether it keeps the title a person gave it: that is the centre's own word, and may tell of anything the product says.
fn titled(whole: &Product, lines: &[TornLine], to: Recipient<'_>) -> bool {
    let full = !lines.is_empty() && lines.iter().all(|line| line.goes == Goes::Whole);
    let own = Item {
        kind: KIND.to_owned(),
        derived: true,
        handling: whole.form.handling.clone(),
        threats: covered_threats(&whole.form),
        countries: covered_countries(&whole.form),
        precision: Precision::Near,
        purpose: to.purpose.to_owned(),
    };
    // above the line the whole of the product stands by its own handling, and its title with it
    let below = whole.form.ceiling.is_none_or(|line| line.covers(&whole.form.handling));
    full && below && release::decide(&own, to.partner, to.today).outcome == Outcome::Release
}

/// The product with what goes and nothing else.
fn left(whole: &Product, lines: &[TornLine], titled: bool) -> Product {
    let goes: BTreeMap<u32, &TornLine> = lines.iter().map(|line| (line.statement, line)).collect();
    let mut taken = Taken::default();
    let mut sections = Vec::new();
    for section in &whole.sections {
        let statements: Vec<Statement> = section
            .statements
            .iter()
            .filter_map(|one| Some((one, *goes.get(&one.number)?)))
            .filter_map(|(one, line)| taken.statement(whole, one, line))
            .collect();
        if !statements.is_empty() {
            sections.push(Section { part: section.part, statements, struck: None });
        }
    }
    let handling = taken.handling.clone().unwrap_or_else(|| whole.handling.clone());
    let named = titled && whole.form.title != whole.plain_title;
    let handling = if named { handling.join(&whole.form.handling) } else { handling };
    let title = if named { &whole.form.title } else { &whole.plain_title };
    Product {
        id: whole.id.clone(),
        form: ProductForm {
            kind: whole.form.kind,
            language: whole.form.language,
            title: title.clone(),
            from: whole.form.from,
            to: whole.form.to,
            countries: if sections.is_empty() { BTreeSet::new() } else { taken.countries.clone() },
            provinces: BTreeSet::new(),
            threats: if sections.is_empty() { BTreeSet::new() } else { taken.threats.clone() },
            about: None,
            handling: shown(&handling),
            ceiling: None,
            tear_line: false,
            supersedes: None,
            exercise: whole.form.exercise,
        },
        plain_title: whole.plain_title.clone(),
        sections,
        sources: taken.sources,
        handling: shown(&handling),
        state: whole.state,
        authors: Vec::new(),
        reviewer: None,
        history: Vec::new(),
        created_at: whole.published_at.unwrap_or(whole.created_at),
        published_at: whole.published_at,
        digest: None,
        pages: None,
        superseded_by: None,
        next: taken.number + 1,
        version: 1,
    }
}

/// Its labels, its licences with what they ask to be said, and what limits its use; not who else may have it.
fn shown(handling: &Handling) -> Handling {
    let mut shown = Handling::new(handling.tlp(), handling.un_class());
    shown.chatham_house = handling.chatham_house;
    shown.orcon = handling.orcon;
    shown.licence = handling.licence.clone();
    shown.precision_floor = handling.precision_floor;
    shown
}

/// What has been taken over so far.
#[derive(Default)]
struct Taken {
    number: u32,
    handling: Option<Handling>,
    threats: BTreeSet<Threat>,
    countries: BTreeSet<Country>,
    /// The new key of each source, by its old one.
    keys: BTreeMap<String, String>,
    sources: Vec<Source>,
}

impl Taken {
    fn statement(&mut self, whole: &Product, of: &Statement, line: &TornLine) -> Option<Statement> {
        let text = match line.goes {
            Goes::Whole => of.text.clone(),
            Goes::Bare => of.bare.clone()?,
            Goes::Nothing => return None,
        };
        self.number += 1;
        let sources = sources(whole, of).map(|source| self.source(source, line.goes)).collect();
        let joined = self.handling.as_ref().map_or_else(|| of.handling.clone(), |sum| sum.join(&of.handling));
        self.handling = Some(joined);
        Some(Statement {
            number: self.number,
            text,
            bare: None,
            basis: of.basis,
            likelihood: of.likelihood,
            confidence: of.confidence,
            sources,
            wish: None,
            handling: shown(&of.handling),
            drafted: !of.is_written(),
            edited: None,
            was: None,
            internal: false,
        })
    }

    /// The new key of a source. One that a bare statement names is named barely, unless a whole one names it too.
    fn source(&mut self, of: &Source, goes: Goes) -> String {
        self.threats.extend(of.threats.iter().copied());
        self.countries.extend(of.countries.iter().copied());
        let whole = goes == Goes::Whole;
        if let Some(key) = self.keys.get(&of.key) {
            if let Some(known) = self.sources.iter_mut().find(|one| one.key == *key && whole) {
                known.label.clone_from(&of.label);
            }
            return key.clone();
        }
        let key = (self.sources.len() + 1).to_string();
        self.keys.insert(of.key.clone(), key.clone());
        self.sources.push(Source {
            key: key.clone(),
            kind: of.kind,
            id: String::new(),
            label: if whole { of.label.clone() } else { of.bare.clone() },
            bare: String::new(),
            grade: of.grade.clone(),
            on: of.on,
            handling: shown(&of.handling),
            stamp: String::new(),
            threats: BTreeSet::new(),
            countries: BTreeSet::new(),
            precision: Precision::Province,
            taken_at: of.on.start(),
        });
        key
    }
}

#[cfg(test)]
mod tests;
