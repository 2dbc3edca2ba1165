//! What stands beside a sentence is not said in it once more, and of what too little is known nothing is said.

use contracts::analysis::{Situation, levels::Completeness, products::ProductLanguage as Language};
use domain::{Level, Precision, Threat};

use super::{
    flash, given,
    sentences::{Provinces, country, incident, incident_in_short},
    sources,
};

#[test]
fn a_title_composed_of_kind_place_and_deaths_is_not_quoted_beside_them() {
    let (mut of, mut seen) = (given::happened("a"), given::seen("a"));
    (of.province, of.deaths) = ("AF-BDS".parse().unwrap(), Some(15));
    seen.title = "State-based violence, Badakhshan, Afghanistan: 15 deaths".into();
    (seen.kind, seen.place) = ("state_based_violence".into(), "Badakhshan".into());
    seen.precision = Precision::Province;
    assert_eq!(
        incident(Language::En, &of, &seen).0,
        "20 November 2026, Badakhshan, Afghanistan: state-based violence. 15 deaths; 1 report, 1 independent source, best grade B2."
    );
    assert_eq!(
        incident_in_short(Language::En, &of, &seen).0,
        "20 November 2026, Badakhshan, Afghanistan: state-based violence; 15 deaths (B2)."
    );
    assert_eq!(flash::flash(Language::En, &of, &seen)[0].0, "State-based violence.");
    seen.province = Some(of.province.clone());
    let label = |l| super::sources::observation(l, &seen, given::now()).label;
    assert!(label(Language::En).starts_with("State-based violence, Badakhshan, Afghanistan: 15 deaths, "));
    assert!(
        label(Language::Ru)
            .starts_with("Насилие с участием государства, Бадахшан, Афганистан: 15 погибших, "),
        "{}",
        label(Language::Ru)
    );
}

#[test]
fn a_country_from_which_too_little_is_known_is_never_called_calm() {
    let sughd = Situation {
        province: "TJ-SU".parse().unwrap(),
        country: "TJK".parse().unwrap(),
        ..given::situation(Level::Calm)
    };
    let one_of_five = Provinces { raised: 0, known: 1, of: 5 };
    assert_eq!(
        country(Language::En, (&sughd, &[]), one_of_five).0,
        "Tajikistan: too little is known to say how it stands; a level is known in 1 of 5 provinces alone, elevated or above in none of these."
    );
    assert_eq!(
        country(Language::Ru, (&sughd, &[]), one_of_five).0,
        "Таджикистан: сведений слишком мало, чтобы судить о положении в стране; уровень известен лишь в 1 из 5 провинций, повышенного и выше среди них нет."
    );
    let high = Situation { level: Level::High, ..sughd };
    let raised = Provinces { raised: 1, ..one_of_five };
    assert_eq!(
        country(Language::En, (&high, &[]), raised).0,
        "Tajikistan: at most high where it is known (Sughd, border tension); elevated or above in 1 of 5 provinces; unknown in 4 of 5 provinces."
    );
    assert!(country(Language::Ru, (&high, &[]), raised).0.ends_with("неизвестен — в 4 из 5 провинций."));
    let (khatlon, conflict) = (
        Situation { province: "TJ-KT".parse().unwrap(), ..high.clone() },
        Situation { threat: Threat::ArmedConflict, ..high.clone() },
    );
    let all = country(Language::En, (&high, &[&khatlon, &conflict]), Provinces { raised: 2, ..raised }).0;
    assert!(
        all.contains("(border tension: Sughd, Khatlon; armed conflict: Sughd)"),
        "each province at the highest level is named: {all}"
    );
}

#[test]
fn a_country_that_is_calm_everywhere_is_called_so_without_a_list_of_its_provinces() {
    let of = |code: &str| Situation {
        province: code.parse().unwrap(),
        country: "TJK".parse().unwrap(),
        ..given::situation(Level::Calm)
    };
    let all = ["TJ-SU", "TJ-KT", "TJ-GB", "TJ-RA", "TJ-DU"].map(of);
    let others: Vec<&Situation> = all[1..].iter().collect();
    let everywhere = Provinces { raised: 0, known: 5, of: 5 };
    assert_eq!(
        country(Language::En, (&all[0], &others), everywhere).0,
        "Tajikistan: at most calm; elevated or above in none of 5 provinces."
    );
    assert_eq!(
        country(Language::Ru, (&all[0], &others), everywhere).0,
        "Таджикистан: наивысший уровень — спокойный; повышенный и выше — ни в одной из 5 провинций."
    );
}

#[test]
fn a_level_that_rests_on_a_complete_list_alone_says_which_and_to_which_day() {
    let mut silent = given::situation(Level::Calm);
    silent.incidents.clear();
    (silent.index, silent.coverage.reports) = (0.0, 0);
    silent.coverage.complete =
        Some(Completeness { sources: vec!["ucdp".into()], until: given::day(19), told: 0 });
    let grade = |l| sources::situation(l, &silent, given::now()).grade;
    assert_eq!(grade(Language::En), "no event listed by UCDP, complete to 19 November 2026");
    assert_eq!(grade(Language::Ru), "UCDP: событий не указано, перечень полон по 19 ноября 2026 г.");
    let mut reported = silent.clone();
    reported.coverage.reports = 1;
    let levels = |all: &[&Situation]| {
        sources::levels(Language::En, ("KGZ", "Kyrgyzstan"), all, given::now()).unwrap().grade
    };
    assert_eq!(levels(&[&silent, &silent]), grade(Language::En));
    assert_eq!(levels(&[&silent, &reported]), "0% of their indexes graded B2 or better");
}
