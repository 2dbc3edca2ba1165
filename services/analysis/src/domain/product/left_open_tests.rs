//! What is not known of a level is told with it, and no part of a country stands for the whole of it.

use std::collections::BTreeSet;

use contracts::analysis::{
    LevelChange, Situation,
    levels::{Completeness, LevelRange},
    products::{Part, ProductForm, ProductKind, ProductLanguage as Language},
};
use domain::{Day, Level, Threat, Tlp};

use super::{
    compose::compose,
    given,
    material::{Gap, Listed, Material},
    sentences::{Provinces, change, change_in_short, country, gap, gaps, levels, standing},
};

/// Nothing is known since 10 January 2021, so that the level may be as high as this.
fn silent(lowest: Level, highest: Level) -> LevelRange {
    LevelRange { lowest, highest, unknown_since: Day::of(2021, 1, 10), reported: None }
}

fn changed(was: Level, now: Level, range: LevelRange) -> LevelChange {
    let mut change = given::change(was, now);
    change.leaves_open(Some(range));
    change
}

fn situation(level: Level, range: LevelRange) -> Situation {
    Situation { range: Some(range), ..given::situation(level) }
}

fn texts(form: &ProductForm, of: &Material) -> Vec<String> {
    let parts = compose(form, of);
    parts.into_iter().flat_map(|(_, said)| said).map(|said| said.sentence.0).collect()
}

#[test]
fn a_level_that_fell_by_its_age_alone_is_told_as_counted_down() {
    let fell = changed(Level::Low, Level::Calm, silent(Level::Calm, Level::Elevated));
    let expected = "Batken, Kyrgyzstan, border tension: counted down from low to calm on 20 November 2026 as its incidents age; nothing is known since 10 January 2021, it may be as high as elevated.";
    assert_eq!(change(Language::En, &fell, None).0, expected);
    assert_eq!(change_in_short(Language::En, &fell).0, expected);
    assert_eq!(
        change(Language::Ru, &fell, None).0,
        "Баткенская область, Кыргызстан, напряжённость на границе: расчётный уровень понизился с низкого до спокойного (20 ноября 2026 г.) лишь по давности инцидентов; с 10 января 2021 г. сведений нет, уровень может доходить до повышенного."
            .replace("Баткенская область", &crate::domain::product::words::province(Language::Ru, &fell.province))
    );
    let rose = changed(Level::Low, Level::Critical, silent(Level::Low, Level::Critical));
    assert!(
        change(Language::En, &rose, None).0.ends_with(
            "up from low to critical on 20 November 2026. Nothing is known since 10 January 2021."
        )
    );
    let known = LevelRange { unknown_since: None, ..silent(Level::Low, Level::Critical) };
    let told = change(Language::En, &changed(Level::Low, Level::High, known), None).0;
    assert!(told.ends_with("on 20 November 2026. The evidence leaves it open between low and critical."));
    let sure = LevelRange { lowest: Level::High, highest: Level::High, ..known };
    let told = change(Language::En, &changed(Level::Low, Level::High, sure), None).0;
    assert!(told.ends_with("up from low to high on 20 November 2026."), "{told}");
}

#[test]
fn what_was_counted_down_is_no_fall_in_the_figures_of_a_paper() {
    let form = given::form(ProductKind::SituationReport, Language::En);
    let mut known = given::material();
    known.changes = vec![changed(Level::Low, Level::Calm, silent(Level::Calm, Level::Elevated))];
    known.situations = vec![situation(Level::Calm, silent(Level::Calm, Level::Elevated))];
    let told = texts(&form, &known);
    assert!(
        told[0].contains("0 levels rose, 0 fell. Not counted, computed where nothing is reported: 1 change"),
        "{told:?}"
    );
    assert!(!told.iter().any(|text| text.contains("down from low to calm on 20 November 2026.")), "{told:?}");
}

#[test]
fn a_place_that_is_calm_by_silence_counts_as_unknown_where_a_paper_lists_what_is_calm() {
    let calm = situation(Level::Calm, silent(Level::Calm, Level::Elevated));
    assert!(calm.is_spoken_of() && !calm.is_known());
    let form = given::form(ProductKind::SituationReport, Language::En);
    let of = |one: Situation| Material { situations: vec![one], ..given::material() };
    let countries = |of: &Material| {
        compose(&form, of).into_iter().find(|(part, _)| *part == Part::Regional).unwrap().1.len()
    };
    assert_eq!(countries(&of(calm.clone())), 0);
    let range = LevelRange { unknown_since: None, ..silent(Level::Calm, Level::Low) };
    assert_eq!(countries(&of(situation(Level::Calm, range))), 1);
}

#[test]
fn a_place_that_is_calm_by_a_list_which_ended_is_calm_to_that_day_and_no_place_that_nothing_is_known_of() {
    let mut known = given::material();
    let mut one = situation(Level::Calm, silent(Level::Calm, Level::Low));
    // what happened there long ago has faded, and was reported before the list ends
    (one.coverage.reports, one.coverage.newest) = (0, Day::of(2020, 8, 22));
    one.coverage.complete =
        Some(Completeness { sources: vec!["ucdp".into()], until: Day::of(2021, 1, 9).unwrap(), told: 0 });
    known.gaps =
        vec![Gap { provinces: vec![one.province.clone()], of: 1, ..Gap::none("KGZ".parse().unwrap()) }];
    known.situations = vec![one];
    known.incidents.clear();
    let told = |l| texts(&given::form(ProductKind::SituationReport, l), &known).join("\n");
    let english = told(Language::En);
    let calm = "Kyrgyzstan, border tension: calm by the list of UCDP to 9 January 2021 (Batken); nothing is known since, it may be as high as low.";
    assert!(english.contains(calm) && !english.contains("nothing reported from"), "{english}");
    let russian = told(Language::Ru);
    let calm = "напряжённость на границе: по перечню UCDP – спокойно, по 9 января 2021 г. включительно";
    assert!(russian.contains(calm), "{russian}");
    assert!(russian.contains("с тех пор сведений нет, уровень может доходить до низкого."), "{russian}");
    known.situations[0].coverage.newest = Day::of(2021, 1, 12);
    let behind = texts(&given::form(ProductKind::SituationReport, Language::En), &known).join("\n");
    assert!(!behind.contains("calm by the list"), "somebody reported behind the list: {behind}");
}

#[test]
fn what_is_calm_by_a_list_in_several_provinces_is_bound_by_and_followed_in_each_of_them() {
    let calm = |province: &str| {
        let mut one = situation(Level::Calm, silent(Level::Calm, Level::Low));
        (one.province, one.country) = (province.parse().unwrap(), "AFG".parse().unwrap());
        (one.coverage.reports, one.coverage.newest) = (0, None);
        one.incidents.clear();
        let sources = vec!["acled".into(), "ucdp".into()];
        one.coverage.complete = Some(Completeness { sources, until: given::day(10), told: 0 });
        one
    };
    let mut all: Vec<Situation> = ["AF-BDG", "AF-BDS", "AF-HER"].map(calm).into();
    all[1].handling = given::marked(Tlp::Red);
    let listed = |source: &str, day| Listed {
        source: source.into(),
        newest: [(("AFG".parse().unwrap(), Threat::BorderTension), day)].into(),
        handling: given::marked(Tlp::Clear),
    };
    let mut known = given::material();
    known.gaps = vec![Gap {
        provinces: all.iter().map(|one| one.province.clone()).collect(),
        of: 34,
        ..Gap::none("AFG".parse().unwrap())
    }];
    known.covered.listed = vec![listed("acled", given::day(1)), listed("ucdp", given::day(10))];
    known.situations = all;
    let said = |kind| {
        let form = ProductForm { provinces: BTreeSet::new(), ..given::form(kind, Language::En) };
        let all = compose(&form, &known).into_iter().flat_map(|(_, said)| said);
        let mut calm = all.filter(|said| said.sentence.0.contains("calm by the list"));
        calm.next().unwrap()
    };
    let report = said(ProductKind::SituationReport);
    let keys: Vec<&str> = report.sources.iter().map(|source| source.key.as_str()).collect();
    for province in ["AF-BDG", "AF-BDS", "AF-HER"] {
        assert!(keys.contains(&format!("situation:{province}/border_tension").as_str()), "{keys:?}");
    }
    assert!(report.sources.iter().any(|source| source.handling.tlp() == Tlp::Red), "{keys:?}");
    let day = "calm by the list of UCDP to 10 November 2026";
    assert!(report.sentence.0.contains(day), "the list that reaches there: {}", report.sentence.0);
    let names = known.situations.clone();
    for number in 0..5 {
        let another = Situation { province: format!("AF-K0{number}").parse().unwrap(), ..names[0].clone() };
        known.gaps[0].provinces.insert(0, another.province.clone());
        known.situations.insert(0, another);
    }
    let form =
        ProductForm { provinces: BTreeSet::new(), ..given::form(ProductKind::WarningNote, Language::En) };
    let all = compose(&form, &known).into_iter().flat_map(|(_, said)| said);
    let note = all.into_iter().find(|said| said.sentence.0.contains("calm by the list")).unwrap();
    let together = note.sources.iter().find(|source| source.id == "levels/AFG/border_tension").unwrap();
    assert_eq!(together.handling.tlp(), Tlp::Red, "where not each is named, all of them together");
}

#[test]
fn what_is_left_open_stands_with_every_level_that_is_told() {
    let high = situation(Level::High, silent(Level::High, Level::Critical));
    let open = "nothing is known since 10 January 2021, it may be as high as critical";
    let all = levels(Language::En, Threat::BorderTension, &[(Level::High, vec![&high])]).0;
    assert_eq!(all, format!("Border tension – high: Batken ({open})."));
    let one = country(Language::En, (&high, &[]), Provinces { raised: 1, known: 9, of: 9 }).0;
    assert!(one.contains(&format!("at most high (Batken, border tension; {open});")), "{one}");
    let osh = Situation { province: "KG-O".parse().unwrap(), ..given::situation(Level::High) };
    let both = country(Language::En, (&high, &[&osh]), Provinces { raised: 2, known: 9, of: 9 }).0;
    assert!(both.contains(&format!("Batken, Osh Region; Batken: {open});")), "{both}");
    assert!(standing(Language::En, &high).0.0.ends_with(&format!("; {open}.")), "{high:?}");
    let russian = standing(Language::Ru, &high).0.0;
    assert!(russian.ends_with("; с 10 января 2021 г. сведений нет, уровень может доходить до критического."));
    let known = LevelRange { unknown_since: None, ..silent(Level::Elevated, Level::Critical) };
    let high = situation(Level::High, known);
    let all = levels(Language::Ru, Threat::BorderTension, &[(Level::High, vec![&high])]).0;
    assert!(all.ends_with("(от повышенного до критического)."), "{all}");
}

#[test]
fn a_part_of_a_country_is_never_told_as_the_whole_of_it() {
    let samangan = Situation {
        province: "AF-SAM".parse().unwrap(),
        country: "AFG".parse().unwrap(),
        threat: Threat::ArmedConflict,
        ..given::situation(Level::Low)
    };
    let one = Provinces { raised: 0, known: 1, of: 1 };
    assert_eq!(
        country(Language::En, (&samangan, &[]), one).0,
        "Afghanistan (1 of 34 provinces looked at): at most low (Samangan, armed conflict)."
    );
    assert_eq!(
        country(Language::Ru, (&samangan, &[]), one).0,
        "Афганистан (рассмотрено провинций: 1 из 34): наивысший уровень — низкий (Саманган, вооружённый конфликт)."
    );
    let two = country(Language::Ru, (&samangan, &[]), Provinces { raised: 0, known: 2, of: 2 }).0;
    assert!(two.ends_with("повышенный и выше — ни в одной из 2 провинций."), "{two}");
    let whole = country(Language::En, (&samangan, &[]), Provinces { raised: 0, known: 34, of: 34 }).0;
    assert!(whole.starts_with("Afghanistan: at most low"), "{whole}");
    let two = Gap {
        provinces: ["AF-HEL", "AF-BAM"].map(|code| code.parse().unwrap()).into(),
        of: 2,
        ..Gap::none("AFG".parse().unwrap())
    };
    assert_eq!(
        gap(Language::En, &two).0,
        "Afghanistan (2 of 34 provinces looked at): nothing reported from Helmand, Bamyan; the level there is unknown, not calm."
    );
    assert!(gap(Language::Ru, &two).0.contains("сведений не поступало (Гильменд, Бамиан); уровень там"));
    let told = gaps(Language::En, &[two]).0;
    assert!(told.ends_with("Afghanistan (2 of 34 provinces looked at): Helmand, Bamyan."), "{told}");
    let form = ProductForm {
        countries: BTreeSet::new(),
        provinces: ["KG-B".parse().unwrap()].into(),
        ..given::form(ProductKind::BriefingNote, Language::En)
    };
    let told = texts(&form, &given::material());
    assert!(
        told.iter().any(|text| text.starts_with("Kyrgyzstan (1 of 9 provinces looked at): at most high")),
        "{told:?}"
    );
}

#[test]
fn every_sentence_that_tells_levels_rests_on_a_level_and_on_no_mere_count() {
    let mut known = given::material();
    known
        .changes
        .push(LevelChange { province: "KG-O".parse().unwrap(), ..given::change(Level::Low, Level::Calm) });
    let tells = ["level", "at most", " up from ", " down from ", "computed:"];
    for kind in ProductKind::ALL.iter().copied() {
        for changes in [known.changes.clone(), Vec::new()] {
            let of = Material { changes, ..known.clone() };
            let all = compose(&given::form(kind, Language::En), &of).into_iter();
            let gaps = |text: &str| text.contains("unknown, not calm") || text.contains("count in no level");
            for said in all
                .filter(|(part, _)| *part != Part::Partners && *part != Part::Action)
                .flat_map(|(_, said)| said)
            {
                let text = &said.sentence.0;
                if tells.iter().any(|words| text.contains(words)) && !gaps(text) {
                    let assessed =
                        said.sources.iter().any(contracts::analysis::products::Source::is_assessed);
                    assert!(assessed, "{kind}: {text}");
                }
            }
        }
    }
}

#[test]
fn a_place_that_is_calm_by_a_list_binds_from_where_nothing_comes_later_as_well() {
    // Batken is calm by the list and no place that nothing is reported from; nobody looked up later how the list is marked now
    let mut known = given::material();
    let mut one = situation(Level::Calm, silent(Level::Calm, Level::Low));
    (one.coverage.reports, one.coverage.newest) = (0, None);
    one.coverage.complete =
        Some(Completeness { sources: vec!["ucdp".into()], until: given::day(10), told: 0 });
    let both = ["KG-B", "KG-O"].map(|code| code.parse().unwrap());
    known.gaps = vec![Gap { provinces: both.into(), of: 7, ..Gap::none("KGZ".parse().unwrap()) }];
    known.situations = vec![one];
    known.incidents.clear();
    let form = given::form(ProductKind::SituationReport, Language::En);
    let sources = compose(&form, &known).into_iter().flat_map(|(_, said)| said).flat_map(|said| said.sources);
    let gap = sources.into_iter().find(|source| source.key == "coverage:KGZ").unwrap();
    assert_eq!(gap.stamp, "KG-B/border_tension");
}
