//! The fields of an assessment: what was written as the API takes it, and a draft as it is written.

use contracts::{
    Failure,
    analysis::assessments::{Assessment, AssessmentForm, JudgementForm},
};
use domain::{
    Handling, UnClass,
    likelihood::{Likelihood, Probability, Word},
};

use super::{
    evidence_choices,
    fields::{Fields, each, field, lines, maybe, text, ticks, wrong},
    product_choices,
};

/// How many judgements one assessment holds.
pub(super) const MOST_JUDGEMENTS: u32 = 20;

/// What was written, as the API takes it.
pub(super) fn read(sent: &Fields) -> Result<AssessmentForm, Failure> {
    let is_written = |number: &u32| !text(sent, &format!("statement-{number}")).is_empty();
    let judgements = (1..=MOST_JUDGEMENTS).filter(is_written).map(|number| judgement(sent, number));
    Ok(AssessmentForm {
        title: text(sent, "title").to_owned(),
        question: text(sent, "question").to_owned(),
        summary: text(sent, "summary").to_owned(),
        provinces: each("provinces", ticks(sent, "province-"))?,
        threat: maybe(sent, "threat")?,
        judgements: judgements.collect::<Result<_, _>>()?,
        handling: Handling::new(field(sent, "tlp")?, UnClass::Unclassified),
        supersedes: maybe(sent, "supersedes")?,
        answers: maybe(sent, "answers")?,
        exercise: sent.contains_key("exercise"),
    })
}

fn judgement(sent: &Fields, number: u32) -> Result<JudgementForm, Failure> {
    let named = |part: &str| format!("{part}-{number}");
    let several = |part: &str| lines(sent, &named(part)).map(str::to_owned).collect();
    let evidence = named("evidence");
    Ok(JudgementForm {
        statement: text(sent, &named("statement")).to_owned(),
        likelihood: likelihood(sent, number)?,
        confidence: field(sent, &named("confidence"))?,
        basis: text(sent, &named("basis")).to_owned(),
        evidence: each(&evidence, named_evidence(sent, number).into_iter())?,
        sources: evidence_choices::read(sent, number)?,
        alternatives: several("alternatives"),
        would_change: several("would_change"),
        due: field(sent, &named("due"))?,
    })
}

/// How likely, by a word, by a range in per cent, or by both where the range is one of the word.
pub(super) fn likelihood(sent: &Fields, number: u32) -> Result<Likelihood, Failure> {
    let named = |part: &str| format!("{part}-{number}");
    let (word, low, high) = (named("likelihood"), named("low"), named("high"));
    let told: Option<Word> = maybe(sent, &word)?;
    let range = match (percent(sent, &low)?, percent(sent, &high)?) {
        (None, None) => {
            let range = told.map(Word::range);
            return range.ok_or_else(|| wrong(&word, &"is missing: choose a word, or give a range"));
        }
        (Some(low_end), Some(high_end)) => Likelihood::between(low_end, high_end)
            .map_err(|_| wrong(&low, &"lies above the other end of the range"))?,
        (None, _) => return Err(wrong(&low, &"is missing: a range has two ends")),
        (_, None) => return Err(wrong(&high, &"is missing: a range has two ends")),
    };
    match told.filter(|word| *word != range.word()) {
        None => Ok(range),
        Some(other) => {
            let why = format!(
                "the range is that of “{}” and not of “{other}”: change one, or leave one out",
                range.word()
            );
            Err(wrong(&word, &why))
        }
    }
}

/// A chance in whole or broken per cent; `None` where nothing is written.
fn percent(sent: &Fields, name: &str) -> Result<Option<Probability>, Failure> {
    let text = text(sent, name).trim_end_matches('%').trim().replace(',', ".");
    if text.is_empty() {
        return Ok(None);
    }
    let read = text.parse::<f64>().ok().and_then(|percent| Probability::try_from(percent / 100.0).ok());
    read.map(Some).ok_or_else(|| wrong(name, &"is no number from 0 to 100"))
}

/// What is written in the fields of a family, `evidence-1.` with a number behind it, in the order of the numbers; without those left
/// blank.
pub(super) fn numbered<'a>(sent: &'a Fields, family: &str) -> Vec<&'a str> {
    let mut named: Vec<(u32, &str)> = sent
        .iter()
        .filter_map(|(name, written)| Some((name.strip_prefix(family)?.parse().ok()?, written.trim())))
        .filter(|(_, written)| !written.is_empty())
        .collect();
    named.sort_unstable();
    named.into_iter().map(|(_, written)| written).collect()
}

/// The observations that a judgement names, in their order; what is left blank is left out, and a field may name several.
pub(super) fn named_evidence(sent: &Fields, number: u32) -> Vec<&str> {
    let named = numbered(sent, &format!("evidence-{number}."));
    let apart = named.into_iter().flat_map(|text| text.split([' ', ',', ';']));
    apart.filter(|id| !id.is_empty()).map(last_of).collect()
}

/// The id at the end of an address, or as it stands.
fn last_of(text: &str) -> &str {
    text.rsplit('/').next().unwrap_or(text)
}

/// A draft as the fields of its form.
pub(super) fn fields(one: &Assessment) -> Fields {
    let form = &one.form;
    let mut fields = Fields::from([
        ("title".to_owned(), form.title.clone()),
        ("question".to_owned(), form.question.clone()),
        ("summary".to_owned(), form.summary.clone()),
        ("threat".to_owned(), form.threat.map(|threat| threat.to_string()).unwrap_or_default()),
        ("tlp".to_owned(), form.handling.tlp().to_string()),
        ("supersedes".to_owned(), form.supersedes.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("answers".to_owned(), form.answers.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("version".to_owned(), one.version.to_string()),
    ]);
    fields.extend(product_choices::ticked(&form.provinces));
    for (number, judgement) in (1_u32..).zip(&form.judgements) {
        let parts = [
            ("statement", judgement.statement.clone()),
            ("likelihood", judgement.likelihood.word().to_string()),
            ("confidence", judgement.confidence.to_string()),
            ("basis", judgement.basis.clone()),
            ("alternatives", judgement.alternatives.join("\n")),
            ("would_change", judgement.would_change.join("\n")),
            ("due", judgement.due.to_string()),
        ];
        fields.extend(parts.map(|(part, value)| (format!("{part}-{number}"), value)));
        if judgement.likelihood != judgement.likelihood.word().range() {
            let ends = [("low", judgement.likelihood.low()), ("high", judgement.likelihood.high())];
            fields.extend(ends.map(|(part, end)| (format!("{part}-{number}"), in_percent(end))));
        }
        let named = (1..).zip(&judgement.evidence);
        fields.extend(named.map(|(at, id): (u32, _)| (format!("evidence-{number}.{at}"), id.to_string())));
        fields.extend(evidence_choices::fields(number, &judgement.sources));
    }
    fields
}

/// A chance in per cent, without more digits than it has.
fn in_percent(chance: Probability) -> String {
    format!("{}", (chance.value() * 10_000.0).round() / 100.0)
}
