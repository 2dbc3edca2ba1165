use super::*;

const PRODUCT: &str =
    include_str!("../../../../shared/contracts/golden/mirab.ask.analysis.product.get.v1.reply.json");
const TORN: &str =
    include_str!("../../../../shared/contracts/golden/mirab.ask.coordination.product.tear.v1.reply.json");

const WRITTEN: &str =
    include_str!("../../../../shared/contracts/golden/mirab.ask.analysis.product.get.v1.reply.written.json");

fn product() -> Product {
    serde_json::from_str(PRODUCT).unwrap()
}

fn keep(name: &str, paper: &Paper) {
    if let Some(folder) = option_env!("MIRAB_PAGES") {
        std::fs::write(format!("{folder}/{name}.pdf"), paper.pdf().unwrap().bytes).unwrap();
    }
}

#[test]
fn every_statement_is_marked_and_names_its_sources_by_number_with_their_grades() {
    let paper = paper(&product(), &BTreeSet::new());
    let marks: Vec<&str> = paper.sections.iter().map(|one| one.statements[0].mark.as_str()).collect();
    assert_eq!(marks, ["AMBER", "CLEAR", "AMBER", "GREEN"]);
    assert_eq!(
        (paper.sections[0].statements[0].sources[0], paper.sections[1].statements[0].sources[0]),
        (2, 1)
    );
    assert_eq!((paper.sources[0].grade.as_str(), paper.sources[1].link.as_str()), ("B2", "/provinces/KG-B"));
    assert_eq!(paper.marking, "TLP:AMBER");
    let judged = &paper.sections[2].statements[0].text;
    assert!(
        judged.contains("judgement: likely (55–80%).") && judged.contains("Confidence: moderate."),
        "{judged}"
    );
    assert!(paper.sections[3].statements[0].text.contains("nothing is planned"));
    assert!(paper.facts.iter().any(|(_, value)| value.starts_with("SHA-256 9f86d0")), "{:?}", paper.facts);
    keep("product", &paper);
}

#[test]
fn a_statement_of_which_a_source_was_taken_back_since_says_so_in_the_language_of_the_paper() {
    let mut one = product();
    let gone = BTreeSet::from(["observation:ob_01JDBVKC00XV8F4J7N0Q2R5T6W".to_owned()]);
    let paper_of = |one: &Product| paper(one, &gone);
    let english = paper_of(&one);
    assert!(
        english.sections[1].statements[0].text.ends_with(" [withdrawn since]"),
        "{:?}",
        english.sections[1]
    );
    assert!(!english.sections[0].statements[0].text.contains("withdrawn"), "its source stands");
    one.form.language = ProductLanguage::Ru;
    assert!(paper_of(&one).sections[1].statements[0].text.ends_with(" [отозвано позднее]"));
}

#[test]
fn a_draft_says_that_it_is_none_to_pass_on_and_what_belongs_in_an_empty_part() {
    let mut one = product();
    one.state = ProductState::Draft;
    one.sections[3].struck = None;
    let paper = paper(&one, &BTreeSet::new());
    assert!(paper.notes.iter().any(|note| note.contains("not to be passed on")), "{:?}", paper.notes);
    assert!(paper.sections[3].statements[0].text.starts_with('['), "{:?}", paper.sections[3]);
}

#[test]
fn a_sentence_that_a_person_rewrote_says_so_and_its_sources_are_the_editors_until_it_is_published_with_the_draft_beside()
 {
    let mut one: Product = serde_json::from_str(WRITTEN).unwrap();
    one.published_at = None;
    one.state = ProductState::Review;
    let (drafted, said) = (one.sections[1].statements[0].clone(), one.sections[0].statements[0].clone());
    let review = paper(&one, &BTreeSet::new());
    let written = &review.sections[0].statements[0];
    assert_eq!(written.cited, "cited by the editor");
    assert_eq!(
        written.beside,
        [
            "rewritten by A. Analyst, 24 Nov 2026, 09:00 UTC".to_owned(),
            format!("As drafted: “{}”", said.was.unwrap())
        ]
    );
    let untouched = &review.sections[1].statements[0];
    assert!(drafted.drafted && untouched.cited.is_empty() && untouched.beside.is_empty());
    for text in [review.markdown(), review.html()] {
        assert!(
            text.contains("cited by the editor")
                && text.contains("As drafted: “Batken, Kyrgyzstan: the level")
        );
    }
    assert!(review.pdf().is_ok());
    let published = as_published(&one);
    let beside = &published.sections[0].statements[0].beside;
    assert_eq!(beside, &["rewritten by A. Analyst, 24 Nov 2026, 09:00 UTC"]);
    one.sections[0].statements[0].edited = None;
    let given = torn(&one);
    let of = &given.sections[0].statements[0];
    assert_eq!(
        (of.cited.as_str(), of.beside.len()),
        ("cited by the editor", 1),
        "the name of an author stays in"
    );
}

#[test]
fn what_is_given_out_tells_of_nothing_that_was_left_out() {
    let given: contracts::coordination::Torn = serde_json::from_str(TORN).unwrap();
    let paper = torn(&given.product);
    let (whole, text) = (product(), format!("{}{}", paper.markdown(), paper.html()));
    for said in whole.statements().filter(|said| said.number != 2) {
        assert!(!text.contains(&said.text), "{}", said.text);
    }
    for hidden in [
        "Level of analysis",
        "Ak-Sai",
        "A. Analyst",
        "S. Senior",
        "SHA-256",
        "/v1/observations",
        "nothing is planned",
        "above",
    ] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
    assert_eq!((paper.marking.as_str(), paper.sections.len()), ("TLP:CLEAR", 1));
    assert!(paper.sections[0].heading.starts_with("1. "), "no gap in the numbers tells");
    assert!(text.contains("desk, 20 November 2026") && text.contains("B2"));
}

#[test]
fn a_paper_is_framed_in_the_language_it_is_written_in() {
    let mut one = product();
    one.form.language = ProductLanguage::Ru;
    let paper = paper(&one, &BTreeSet::new());
    assert_eq!((paper.language.as_str(), paper.sections[1].heading.as_str()), ("ru", "2. Безопасность"));
    assert!(paper.sections[2].statements[0].text.contains("вероятно (55–80"));
    keep("product-ru", &paper);
}

#[test]
fn a_title_that_turns_its_direction_turns_no_word_of_the_paper() {
    // the title of a field report from outside: what followed it on the page was read backwards
    let mut one = product();
    one.sources[0].label = "Clash at post \u{202e}egnihton dna ehcac A1".to_owned();
    one.form.title = "Batken \u{2067}today".to_owned();
    for paper in [paper(&one, &BTreeSet::new()), torn(&one)] {
        for told in [paper.markdown(), paper.html()] {
            assert!(!told.contains(['\u{202e}', '\u{2067}']) && told.contains("Batken today"), "{told}");
            assert!(told.contains("Clash at post egnihton dna ehcac A1"), "{told}");
        }
    }
}
