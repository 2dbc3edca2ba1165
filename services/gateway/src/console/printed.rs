//! An assessment as a paper: its judgements with their likelihood and, in a sentence of its own, their confidence; what each
//! rests on, graded; what may be done with each part and with the whole.

use std::collections::BTreeMap;

use contracts::analysis::{
    assessments::{Assessment, AssessmentState, JudgementForm},
    drafting::SourceRef,
    products::{Source as Rests, SourceKind},
};
use domain::{Handling, Observation, ObservationId, Redistribution, UnClass};
use paper::{Paper, Section, Source, Statement};

use super::{
    assessment::{corrected, likelihood, paragraphs},
    shell, source_link,
    words::Lang,
};

/// What is known of what an assessment rests on; of what is not in it an observation is named by its id, and anything else not at all.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// The newest revision of each observation.
    pub seen: BTreeMap<ObservationId, Observation>,
    /// Everything else, as it is now.
    pub rests: Vec<Rests>,
}

impl Known {
    fn rest(&self, named: &SourceRef) -> Option<&Rests> {
        self.rests.iter().find(|source| source.kind == named.kind && source.id == named.id)
    }
}

/// A paper in which nothing that people wrote turns the words beside it round.
pub(super) fn straight(paper: Paper) -> Paper {
    paper.each_text(|text| domain::text::straight(text).into_owned())
}

/// The paper of an assessment.
pub(crate) fn paper(t: Lang, one: &Assessment, known: &Known) -> Paper {
    let (evidence, further) = (distinct(one), further(one));
    let observations = evidence.iter().map(|id| source(t, id, known.seen.get(id)));
    let others = further.iter().map(|named| other(t, one, known.rest(named)));
    let mut sections = Vec::new();
    if !one.form.summary.trim().is_empty() {
        // it speaks of everything below it
        let mark = marking(t, &one.handling);
        let said =
            |text: &str| Statement { mark: mark.clone(), text: text.to_owned(), ..Statement::default() };
        sections.push(Section {
            heading: t.say("print.summary").to_owned(),
            statements: paragraphs(&one.form.summary).map(said).collect(),
        });
    }
    sections.extend((0..).zip(&one.form.judgements).map(|(at, judgement)| Section {
        heading: format!("{}. {}", at + 1, judgement.statement),
        statements: judged(t, one, (at, judgement), (&evidence, &further, known)),
    }));
    straight(Paper {
        language: t.tag().to_owned(),
        title: one.form.title.clone(),
        marking: whole(t, one.form.exercise, &one.handling),
        facts: facts(t, one),
        sections,
        sources_heading: t.say("print.sources").to_owned(),
        sources: observations.chain(others).collect(),
        notes: notes(t, one),
    })
}

/// Its evidence, each observation once, in the order it is first named.
pub(crate) fn distinct(one: &Assessment) -> Vec<ObservationId> {
    let mut ids: Vec<ObservationId> = Vec::new();
    for id in one.form.judgements.iter().flat_map(|judgement| &judgement.evidence) {
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    ids
}

/// What else it rests on, each thing once, in the order it is first named.
fn further(one: &Assessment) -> Vec<SourceRef> {
    let mut all: Vec<SourceRef> = Vec::new();
    for named in one.form.judgements.iter().flat_map(|judgement| &judgement.sources) {
        if !all.contains(named) {
            all.push(named.clone());
        }
    }
    all
}

/// What stands above and below every page: of an exercise, that it is one.
pub(super) fn whole(t: Lang, exercise: bool, handling: &Handling) -> String {
    let label = format!("TLP:{}", marking(t, handling));
    if exercise { format!("{} · {label}", t.say("exercise.name")) } else { label }
}

/// `AMBER · Confidential`; the label is never translated.
pub(super) fn marking(t: Lang, handling: &Handling) -> String {
    let class = handling.un_class();
    match class {
        UnClass::Unclassified => handling.tlp().to_string(),
        _ => format!("{} · {}", handling.tlp(), t.word("class", class.as_str())),
    }
}

fn facts(t: Lang, one: &Assessment) -> Vec<(String, String)> {
    let mut facts: Vec<(&str, String)> = vec![
        (t.say("print.question"), one.form.question.clone()),
        (t.say("print.state"), t.word("assessment-state", one.state.as_str())),
    ];
    let authors: Vec<&str> = one.authors.iter().map(|author| author.name.as_str()).collect();
    facts.push((t.say("print.authors"), authors.join(", ")));
    if let Some(reviewer) = &one.reviewer {
        facts.push((t.say("print.reviewer"), reviewer.name.clone()));
    }
    if let Some(at) = one.published_at {
        facts.push((t.say("print.published"), t.moment(at)));
    }
    let threat = one.form.threat.map(|threat| t.word("threat", threat.as_str()));
    let places = one.form.provinces.iter().map(|code| t.province(code.as_str()));
    let about: Vec<String> = threat.into_iter().chain(places).collect();
    if !about.is_empty() {
        facts.push((t.say("print.about"), about.join(", ")));
    }
    facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What may be done with a judgement: its author's wish joined with its evidence. What cannot be looked up may be of any
/// handling: then that of the whole.
fn portion(one: &Assessment, judgement: &JudgementForm, known: &Known) -> Handling {
    let observations = judgement.evidence.iter().map(|id| Some(&known.seen.get(id)?.handling));
    let others = judgement.sources.iter().map(|named| Some(&known.rest(named)?.handling));
    observations
        .chain(others)
        .try_fold(one.form.handling.clone(), |sum, handling| Some(sum.join(handling?)))
        .unwrap_or_else(|| one.handling.clone())
}

fn judged(
    t: Lang,
    one: &Assessment,
    (at, judgement): (usize, &JudgementForm),
    (evidence, further, known): (&[ObservationId], &[SourceRef], &Known),
) -> Vec<Statement> {
    let mark = marking(t, &portion(one, judgement, known));
    let said = |name: &str, value: String| Statement {
        mark: mark.clone(),
        text: format!("{name}: {value}"),
        ..Statement::default()
    };
    let numbers = judgement.evidence.iter().filter_map(|id| evidence.iter().position(|known| known == id));
    let behind = judgement.sources.iter().filter_map(|named| further.iter().position(|known| known == named));
    let numbers = numbers.chain(behind.map(|at| evidence.len() + at));
    let mut statements = vec![said(t.say("print.likelihood"), likelihood(t, &judgement.likelihood))];
    let mut confidence = t.word("confidence", judgement.confidence.as_str());
    if !judgement.basis.is_empty() {
        confidence = format!("{confidence}: {}", judgement.basis);
    }
    statements.push(Statement {
        sources: numbers.map(|at| at + 1).collect(),
        ..said(t.say("judgement.confidence"), confidence)
    });
    if !judgement.alternatives.is_empty() {
        statements.push(said(t.say("judgement.alternatives"), judgement.alternatives.join("; ")));
    }
    if !judgement.would_change.is_empty() {
        statements.push(said(t.say("judgement.would-change"), judgement.would_change.join("; ")));
    }
    statements.push(said(t.say("judgement.due"), t.day(judgement.due)));
    if let Some(outcome) = one.outcomes.get(at).and_then(Option::as_ref) {
        let became = t.word("resolution", outcome.resolution.as_str());
        let stands = format!("{became}. {}", outcome.note);
        let told = outcome.corrected.iter().fold(stands, |told, was| format!("{told} {}", corrected(t, was)));
        statements.push(said(t.say("judgement.outcome"), told));
    }
    statements
}

/// An observation as a source; of one whose licence keeps its words in, nothing of them.
fn source(t: Lang, id: &ObservationId, seen: Option<&Observation>) -> Source {
    let Some(seen) = seen else {
        return Source { text: t.fill("print.unseen", &[("id", id.as_str())]), ..Source::default() };
    };
    let mut parts = vec![seen.source.clone(), t.day(seen.occurred_to)];
    if seen.handling.licence.redistribution == Redistribution::Raw {
        parts.insert(0, t.title(&seen.title));
    }
    if seen.retracted.is_some() {
        parts.push(t.say("print.retracted").to_owned());
    }
    Source {
        text: parts.join(", "),
        grade: seen.grade.code(),
        id: id.to_string(),
        link: format!("/observations/{id}"),
    }
}

/// Anything else as a source: what it is called, its grade, and where it can be looked up. Of one that is not told, only that there
/// is one.
fn other(t: Lang, one: &Assessment, told: Option<&Rests>) -> Source {
    let Some(told) = told else {
        return Source { text: t.say("print.unseen-other").to_owned(), ..Source::default() };
    };
    Source {
        text: told.label.clone(),
        grade: told.grade.clone(),
        // a level and a document have no id of their own: their words say what they are
        id: match told.kind {
            SourceKind::Situation | SourceKind::Document => String::new(),
            _ => told.id.clone(),
        },
        link: source_link::link(one, told).unwrap_or_default(),
    }
}

fn notes(t: Lang, one: &Assessment) -> Vec<String> {
    let pending = match one.state {
        AssessmentState::Published => None,
        AssessmentState::Superseded | AssessmentState::Withdrawn => Some(t.say("print.over").to_owned()),
        _ => Some(t.say("print.pending").to_owned()),
    };
    let attribution = one.handling.licence.attribution.iter().cloned();
    pending.into_iter().chain(shell::limits(t, &one.handling)).chain(attribution).collect()
}

#[cfg(test)]
mod tests {
    use domain::{Licence, Tlp};

    use super::*;
    use crate::console::sample_assessments::an_assessment;

    const OBSERVATIONS: &str =
        include_str!("../../../../shared/contracts/golden/mirab.ask.intake.observation.get.v1.reply.json");

    fn seen(one: &Assessment) -> Known {
        let mut observation = serde_json::from_str::<Vec<Observation>>(OBSERVATIONS).unwrap().remove(0);
        observation.handling = Handling::new(Tlp::Green, UnClass::Unclassified);
        observation.id = distinct(one)[0].clone();
        Known { seen: BTreeMap::from([(observation.id.clone(), observation)]), rests: Vec::new() }
    }

    #[test]
    fn a_paper_names_each_source_once_with_its_grade_and_keeps_confidence_apart() {
        let one = an_assessment(AssessmentState::Published);
        let seen = seen(&one);
        let paper = paper(Lang::En, &one, &seen);
        assert_eq!((paper.sources.len(), paper.sections.len(), paper.marking.as_str()), (2, 3, "TLP:AMBER"));
        assert_eq!(paper.sources[0].grade, seen.seen.values().next().unwrap().grade.code());
        assert!(paper.sources[1].text.contains(distinct(&one)[1].as_str()), "{:?}", paper.sources[1]);
        let said: Vec<&str> = paper.sections[1].statements.iter().map(|one| one.text.as_str()).collect();
        assert!(said[0].contains("55–80%") && !said[0].contains("moderate"), "{said:?}");
        assert_eq!(paper.sections[1].statements[1].sources, [1, 2]);
        assert!(paper.notes.is_empty(), "{:?}", paper.notes);
        let russian = super::paper(Lang::Ru, &one, &seen);
        let pdf = russian.pdf().unwrap();
        assert!(pdf.pages <= 2 && russian.language == "ru");
        if let Some(folder) = option_env!("MIRAB_PAGES") {
            std::fs::write(format!("{folder}/assessment.pdf"), &pdf.bytes).unwrap();
        }
    }

    #[test]
    fn a_document_that_is_not_told_is_a_source_without_its_citation() {
        let mut one = an_assessment(AssessmentState::Published);
        let document =
            SourceRef { kind: SourceKind::Document, id: "Interview with the elder of Vorukh".into() };
        one.form.judgements[0].sources = vec![document];
        let paper = paper(Lang::En, &one, &seen(&one));
        let told = paper.sources.last().map(|source| source.text.as_str());
        assert_eq!(told, Some("a source that was taken back or cannot be told here"));
        assert!(!format!("{paper:?}").contains("Vorukh"), "{paper:?}");
    }

    #[test]
    fn words_that_a_licence_keeps_in_are_not_printed_and_a_portion_is_no_looser_than_its_evidence() {
        let mut one = an_assessment(AssessmentState::Draft);
        one.handling = Handling::new(Tlp::Red, UnClass::Unclassified);
        one.form.judgements[0].evidence.truncate(1);
        one.form.judgements[1].evidence.clear();
        let mut seen = seen(&one);
        let observation = seen.seen.values_mut().next().unwrap();
        observation.handling = Handling::new(Tlp::Red, UnClass::Unclassified);
        observation.handling.licence = Licence::named("ACLED", Redistribution::Derived, "ACLED");
        let title = observation.title.clone();
        let paper = paper(Lang::En, &one, &seen);
        assert!(!format!("{paper:?}").contains(&title));
        let marks: Vec<&str> = paper.sections.iter().map(|one| one.statements[0].mark.as_str()).collect();
        assert_eq!(
            marks,
            ["RED", "RED", "AMBER"],
            "the summary is marked as the whole, a judgement by its evidence"
        );
        assert_eq!(paper.notes.len(), 1, "a draft says that it is none to pass on");
        one.handling.orcon = true;
        one.handling.chatham_house = true;
        let notes = super::paper(Lang::En, &one, &seen).notes;
        assert!(notes.contains(&"Chatham House rule".to_owned()) && notes.len() == 3, "{notes:?}");
    }
}
