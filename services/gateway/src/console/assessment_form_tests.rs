use domain::likelihood::{Likelihood, Probability};

use super::*;
use crate::console::assessment_fields::likelihood;

fn sent() -> Fields {
    [
        ("title", "T"),
        ("question", "Q?"),
        ("tlp", "AMBER"),
        ("province-KG-B", "on"),
        ("province-TJ-SU", "on"),
        ("threat", ""),
        ("statement-1", "It comes"),
        ("likelihood-1", "likely"),
        ("confidence-1", "low"),
        ("due-1", "2027-01-31"),
        ("evidence-1.1", "ob_01JDBVKC00XV8F4J7N0Q2R5T6W"),
        ("evidence-1.2", " "),
        ("alternatives-1", "one\r\ntwo"),
        ("statement-2", " "),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

#[test]
fn what_is_written_is_read_and_what_is_blank_is_left_out() {
    let form = read(&sent()).unwrap();
    assert_eq!((form.provinces.len(), form.threat, form.judgements.len()), (2, None, 1));
    let one = &form.judgements[0];
    assert_eq!((one.likelihood.word(), one.evidence.len(), one.alternatives.len()), (Word::Likely, 1, 2));
}

#[test]
fn what_the_form_has_no_field_for_stays_and_there_is_room_for_one_more() {
    let mut before = read(&sent()).unwrap();
    before.exercise = true;
    before.handling.orcon = true;
    let mut form = read(&sent()).unwrap();
    keep(&mut form, before.clone());
    assert_eq!(form, before);
    let mut other = sent();
    other.insert("statement-5".to_owned(), "a fifth".to_owned());
    assert_eq!((rooms(&sent()), rooms(&other)), (3, 6));
}

#[test]
fn what_cannot_be_read_is_named_by_its_field() {
    for (name, value) in
        [("tlp", "MAUVE"), ("due-1", "soon"), ("evidence-1.2", "ob_1"), ("province-Batken", "on")]
    {
        let mut fields = sent();
        fields.insert(name.to_owned(), value.to_owned());
        let field = if name.starts_with("province-") { "provinces" } else { name.trim_end_matches(".2") };
        assert_eq!(read(&fields).unwrap_err().errors[0].pointer, field, "{value}");
    }
}

#[test]
fn evidence_is_chosen_by_name_and_stays_in_its_order_with_room_for_more() {
    let of = |number: &str| format!("ob_01JDBVKC00XV8F4J7N0Q2R5T{number}");
    let mut fields = sent();
    for (at, number) in [("10", "0X"), ("2", "0W")] {
        fields.insert(format!("evidence-1.{at}"), of(number));
    }
    let named = |fields: &Fields| read(fields).unwrap().judgements[0].evidence.clone();
    let ids: Vec<String> = named(&fields).iter().map(ToString::to_string).collect();
    assert_eq!(ids, [of("6W"), of("0W"), of("0X")]);
    let found =
        include_str!("../../../../shared/contracts/golden/mirab.ask.intake.observation.get.v1.reply.json");
    let mut known: Vec<Observation> = serde_json::from_str(found).unwrap();
    known[0].id = of("6W").parse().unwrap();
    let shown = evidence(Lang::En, &fields, (1, &known)).into_string();
    assert_eq!(shown.matches("list=\"incidents\"").count(), 4, "one field to name more in");
    fields.insert(
        "evidence-1.4".to_owned(),
        format!("{}, https://x.example/observations/{}", of("0Y"), of("0Z")),
    );
    assert_eq!(named(&fields).len(), 5, "several in one field, and by their addresses");
    assert!(shown.contains(&known[0].title), "{shown}");
}

#[test]
fn how_likely_is_told_by_a_word_or_by_a_range_and_both_fit() {
    let of = |word: &str, low: &str, high: &str| {
        let mut fields = sent();
        for (name, value) in [("likelihood-1", word), ("low-1", low), ("high-1", high)] {
            fields.insert(name.to_owned(), value.to_owned());
        }
        likelihood(&fields, 1).map_err(|failure| failure.errors[0].pointer.clone())
    };
    let between = |low: f64, high: f64| {
        Likelihood::between(Probability::try_from(low).unwrap(), Probability::try_from(high).unwrap())
            .unwrap()
    };
    assert_eq!(of("likely", "", ""), Ok(Word::Likely.range()));
    assert_eq!(of("", "60", "70 %"), Ok(between(0.6, 0.7)));
    assert_eq!(of("likely", "60", "70,5"), Ok(between(0.6, 0.705)));
    for (word, low, high, at) in [
        ("", "", "", "likelihood-1"),
        ("unlikely", "60", "70", "likelihood-1"),
        ("likely", "60", "", "high-1"),
        ("", "", "70", "low-1"),
        ("", "80", "70", "low-1"),
        ("", "x", "70", "low-1"),
        ("", "60", "170", "high-1"),
    ] {
        assert_eq!(of(word, low, high), Err(at.to_owned()), "{word} {low} {high}");
    }
    // what was read back is what was written
    let mut assessment = crate::console::sample_assessments::an_assessment(AssessmentState::Draft);
    assessment.form.judgements[0].likelihood = between(0.6, 0.7);
    let fields = super::fields(&assessment);
    assert_eq!((fields["low-1"].as_str(), fields["high-1"].as_str()), ("60", "70"));
    assert_eq!(likelihood(&fields, 1).unwrap(), between(0.6, 0.7));
    assert!(!fields.contains_key("low-2"), "a word says its own range");
}

#[test]
fn what_it_replaces_is_chosen_among_the_writers_own_by_title() {
    let earlier = vec![crate::console::sample_assessments::an_assessment(AssessmentState::Published)];
    let shown = |fields: &Fields, all: &[Assessment]| supersedes(Lang::En, fields, all).into_string();
    let offered = shown(&sent(), &earlier);
    assert!(offered.contains("<select") && offered.contains(&earlier[0].form.title), "{offered}");
    assert!(shown(&sent(), &[]).is_empty(), "nothing to choose from, nothing to fill in");
    let mut chosen = sent();
    chosen.insert("supersedes".to_owned(), "as_01JDBVKC00XV8F4J7N0Q2R5T6W".to_owned());
    assert!(shown(&chosen, &earlier).contains("value=\"as_01JDBVKC00XV8F4J7N0Q2R5T6W\" selected"));
}
