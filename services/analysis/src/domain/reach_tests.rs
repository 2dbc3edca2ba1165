use super::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}
fn country(code: &str) -> Country {
    code.parse().unwrap()
}

const TEN: [&str; 10] = ["SYR", "UKR", "SDN", "ETH", "MMR", "YEM", "MLI", "NGA", "COL", "AFG"];

/// A source with rows of armed conflict in every month of these countries.
fn listed(countries: &[&str], first: &str, last: &str) -> Listed {
    let mut all = Listed::default();
    add(&mut all, countries, (first, last));
    all
}

fn add(all: &mut Listed, countries: &[&str], (first, last): (&str, &str)) {
    let countries: BTreeSet<Country> = countries.iter().map(|code| country(code)).collect();
    all.last.extend(countries.iter().map(|country| ((*country, Threat::ArmedConflict), day(last))));
    for month in Month::of(day(first)).to(Month::of(day(last))) {
        all.months.entry(month).or_default().extend(&countries);
    }
}

fn told(sources: &[Listed], code: &str) -> Option<String> {
    let all = covered(sources, Threat::ArmedConflict);
    all.get(&country(code)).map(|(first, last)| format!("{first}..{last}"))
}

#[test]
fn a_list_of_the_world_speaks_of_a_country_it_has_nothing_of() {
    let world = listed(&TEN, "1989-01-03", "2024-12-30");
    assert_eq!(told(std::slice::from_ref(&world), "KGZ").unwrap(), "1989-01..2024-12");
    assert_eq!(told(&[world], "AFG").unwrap(), "1989-01..2024-12");
    assert_eq!(told(&[listed(&TEN[1..], "1989-01-03", "2024-12-30")], "KGZ"), None, "nine are not the world");
}

#[test]
fn one_country_that_reaches_further_does_not_speak_for_the_others() {
    let mut all = listed(&TEN, "1989-01-03", "2022-12-31");
    add(&mut all, &["AFG"], ("2023-01-01", "2024-12-31"));
    assert_eq!(told(std::slice::from_ref(&all), "AFG").unwrap(), "1989-01..2024-12");
    assert_eq!(told(&[all], "TJK").unwrap(), "1989-01..2022-12");
}

#[test]
fn a_month_counts_when_it_is_whole() {
    let to = |last: &str| told(&[listed(&["AFG"], "2020-03-14", last)], "AFG");
    assert_eq!(to("2026-10-28").unwrap(), "2020-03..2026-09");
    assert_eq!(to("2026-10-29").unwrap(), "2020-03..2026-10");
    assert_eq!(to("2020-03-20"), None);
}

#[test]
fn a_year_that_nobody_brought_breaks_the_run() {
    let mut all = listed(&TEN, "1989-01-01", "2024-12-31");
    add(&mut all, &TEN, ("2025-01-01", "2026-10-31"));
    assert_eq!(told(&[all], "UZB").unwrap(), "1989-01..2026-10");
    let mut all = listed(&TEN, "1989-01-01", "2024-12-31");
    add(&mut all, &TEN, ("2026-01-01", "2026-10-31"));
    assert_eq!(told(std::slice::from_ref(&all), "UZB").unwrap(), "2026-01..2026-10");
    let between = listed(&TEN, "2025-01-01", "2025-12-31");
    assert_eq!(told(&[all, between], "UZB").unwrap(), "1989-01..2026-10", "another source fills it");
}

#[test]
fn a_month_without_any_row_between_others_is_a_calm_one_and_those_behind_the_last_are_unknown() {
    for countries in [&["AFG", "KGZ"][..], &TEN] {
        let mut all = listed(countries, "1989-01-01", "2006-11-30");
        add(&mut all, countries, ("2007-01-01", "2024-12-31"));
        assert_eq!(told(std::slice::from_ref(&all), "AFG").unwrap(), "1989-01..2024-12", "December 2006");
        // the others went on, and this one had rows before and after
        add(&mut all, &["AFG"], ("2025-01-01", "2026-06-30"));
        assert_eq!(told(&[all], countries[1]).unwrap(), "1989-01..2024-12", "{}", countries[1]);
    }
    let mut one = listed(&["AFG", "KGZ"], "2000-01-01", "2000-06-30");
    add(&mut one, &["AFG"], ("2000-07-01", "2010-06-30"));
    add(&mut one, &["KGZ"], ("2010-01-01", "2010-06-30"));
    assert_eq!(told(&[one], "KGZ").unwrap(), "2000-01..2010-06", "a calm country of a list is calm");
}

#[test]
fn a_list_of_the_world_lists_as_much_for_all_its_threats_and_nothing_of_others() {
    let mut all = listed(&TEN, "1989-01-01", "2024-12-31");
    all.last.insert((country("SYR"), Threat::TerrorismExtremism), day("2024-12-30"));
    let terrorism = covered([&all], Threat::TerrorismExtremism);
    assert_eq!(terrorism[&country("UZB")].1.to_string(), "2024-12");
    assert!(covered([&all], Threat::DrugTrafficking).is_empty());
}

#[test]
fn a_list_of_one_country_reaches_for_each_threat_to_its_own_last_row() {
    let mut all = listed(&["AFG"], "1989-01-03", "2026-11-26");
    add_month_of(&mut all, Threat::TerrorismExtremism, "2026-12-02");
    assert_eq!(
        told(std::slice::from_ref(&all), "AFG").unwrap(),
        "1989-01..2026-10",
        "what came of terrorism"
    );
    let terrorism = covered([&all], Threat::TerrorismExtremism);
    assert_eq!(terrorism[&country("AFG")].1.to_string(), "2026-11");
}

/// A row of another threat in Afghanistan.
fn add_month_of(all: &mut Listed, threat: Threat, last: &str) {
    all.last.insert((country("AFG"), threat), day(last));
    all.months.entry(Month::of(day(last))).or_default().insert(country("AFG"));
}
