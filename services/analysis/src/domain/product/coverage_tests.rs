//! By what a period is covered in each country, as the summary and the annex tell it.

use contracts::analysis::products::{Part, ProductForm, ProductKind, ProductLanguage};
use domain::{Country, Day, Threat, Tlp};

use super::{
    compose::compose,
    given,
    material::{Listed, Material, OfThreat, Undated},
};

/// What a paper on armed conflict in Afghanistan and Tajikistan says in this part.
fn texts(known: &Material, l: ProductLanguage, wanted: Part) -> Vec<String> {
    let form = ProductForm {
        countries: [country("AFG"), country("TJK")].into(),
        provinces: [].into(),
        threats: [Threat::ArmedConflict].into(),
        ..given::form(ProductKind::SituationReport, l)
    };
    let parts = compose(&form, known);
    let said = parts.into_iter().find(|(part, _)| *part == wanted).unwrap().1;
    said.into_iter().map(|one| one.sentence.0).collect()
}

fn country(code: &str) -> Country {
    code.parse().unwrap()
}

/// UCDP with these newest rows.
fn reaching(newest: &[(&str, Day)]) -> Material {
    let newest = newest.iter().map(|(code, day)| ((country(code), Threat::ArmedConflict), *day));
    let ucdp =
        Listed { source: "ucdp".into(), newest: newest.collect(), handling: given::marked(Tlp::Clear) };
    let mut known = given::material();
    known.covered.listed = vec![ucdp];
    known
}

#[test]
fn a_list_that_reaches_into_a_period_in_one_country_of_two_is_told_so_in_summary_and_annex() {
    let known = reaching(&[("AFG", given::day(22)), ("TJK", Day::of(2016, 9, 3).unwrap())]);
    let figures = |l| texts(&known, l, Part::Summary).remove(0);
    let english = figures(ProductLanguage::En);
    let covers = "Sources that list every event cover these days in some countries only: Afghanistan (to 22 November 2026). Of the rest this is what was reported, and silence is no calm.";
    assert!(english.contains(covers), "{english}");
    let russian = figures(ProductLanguage::Ru);
    let covers = "охватывают эти дни лишь по отдельным странам: Афганистан (по 22 ноября 2026 г. включительно). Об остальном учтено лишь то";
    assert!(russian.contains(covers), "{russian}");
    let annex = |l| texts(&known, l, Part::Annex).join("\n");
    let english = annex(ProductLanguage::En);
    let covers = "Of 17–23 November 2026 it covers: Afghanistan (to 22 November 2026); it covers none of it in: Tajikistan. Of what it does not cover it says nothing.";
    assert!(english.contains(covers), "{english}");
    let russian = annex(ProductLanguage::Ru);
    let covers = "охвачены: Афганистан (по 22 ноября 2026 г. включительно); не охвачены: Таджикистан. О неохваченном сведений нет.";
    assert!(russian.contains(covers), "{russian}");
}

#[test]
fn a_list_of_which_a_country_has_no_row_covers_it_no_more_than_one_whose_rows_are_old() {
    let known = reaching(&[("AFG", given::day(23))]);
    let annex = texts(&known, ProductLanguage::En, Part::Annex).join("\n");
    assert!(annex.contains("it covers: Afghanistan; it covers none of it in: Tajikistan."), "{annex}");
    let figures = texts(&known, ProductLanguage::En, Part::Summary).remove(0);
    assert!(figures.contains("in some countries only: Afghanistan. Of the rest"), "{figures}");
}

#[test]
fn countries_that_are_covered_to_different_days_are_each_told_with_their_own() {
    let known = reaching(&[("AFG", given::day(22)), ("TJK", given::day(23))]);
    let annex = texts(&known, ProductLanguage::En, Part::Annex).join("\n");
    assert!(annex.contains("it covers: Afghanistan (to 22 November 2026), Tajikistan. Of what"), "{annex}");
    let figures = texts(&known, ProductLanguage::En, Part::Summary).remove(0);
    assert!(figures.contains("reach to 22 November 2026: of the days after"), "{figures}");
}

#[test]
fn where_every_country_is_covered_for_threats_of_its_own_it_is_not_said_that_some_are_alone() {
    let mut known = reaching(&[("AFG", given::day(23)), ("TJK", given::day(22))]);
    known.covered.listed[0].newest.insert((country("AFG"), Threat::TerrorismExtremism), given::day(23));
    let form = |l| ProductForm {
        countries: [country("AFG"), country("TJK")].into(),
        provinces: [].into(),
        threats: [Threat::ArmedConflict, Threat::TerrorismExtremism].into(),
        ..given::form(ProductKind::SituationReport, l)
    };
    let told = |l| {
        let said = compose(&form(l), &known).into_iter().flat_map(|(_, said)| said);
        said.map(|one| one.sentence.0).collect::<Vec<_>>().join("\n")
    };
    let english = told(ProductLanguage::En);
    let covers = "cover these days as follows: Afghanistan, Tajikistan (armed conflict; to 22 November 2026). Of the rest";
    assert!(english.contains(covers), "{english}");
    let russian = told(ProductLanguage::Ru);
    assert!(russian.contains("охватывают эти дни следующим образом: Афганистан, Таджикистан ("), "{russian}");
}

#[test]
fn where_reports_may_be_of_the_period_it_is_not_said_that_nothing_was_reported() {
    let mut known = given::material();
    known.incidents.clear();
    known.covered.undated = Some(Undated {
        reports: 2,
        from: given::day(1),
        to: given::day(30),
        countries: [country("TJK")].into(),
        provinces: ["TJ-SU".parse().unwrap()].into(),
        threats: [(Threat::ArmedConflict, OfThreat { from: given::day(1), to: given::day(30), alone: true })]
            .into(),
        handling: given::marked(Tlp::Amber),
    });
    let security = texts(&known, ProductLanguage::En, Part::Security);
    assert_eq!(
        security,
        [
            "On armed conflict there are only reports dated no nearer than within 1–30 November 2026: whether any of it happened in these days is not known."
        ]
    );
    let mut both = known.clone();
    let undated = both.covered.undated.as_mut().unwrap();
    undated.threats.get_mut(&Threat::ArmedConflict).unwrap().alone = false;
    let year = |month, day| Day::of(2026, month, day).unwrap();
    undated
        .threats
        .insert(Threat::DrugTrafficking, OfThreat { from: year(1, 1), to: year(12, 31), alone: true });
    assert_eq!(
        texts(&both, ProductLanguage::En, Part::Security),
        [
            "No incident was reported on armed conflict; that is no sign of calm.",
            "On armed conflict there are reports dated no nearer than within 1–30 November 2026: whether any of it happened in these days is not known."
        ],
        "each by its own days, and others are told of beside them"
    );
    let russian = texts(&known, ProductLanguage::Ru, Part::Security).remove(0);
    let told = "Имеются лишь сообщения без точной даты (в пределах 1–30 ноября 2026 г.): вооружённый конфликт; относятся ли они к отчётному периоду, неизвестно.";
    assert_eq!(russian, told);
    let annex = texts(&known, ProductLanguage::En, Part::Annex).join("\n");
    assert!(!annex.contains("nothing reported from") && annex.contains("too little"), "{annex}");
}
