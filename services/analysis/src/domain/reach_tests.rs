use super::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}
fn span(source: &str, country: &str, threat: Threat, first: &str, last: &str) -> Span {
    Span {
        source: source.into(),
        country: country.parse().unwrap(),
        threat,
        first: day(first),
        last: day(last),
    }
}
fn months(spans: &[Span], country: &str) -> Option<String> {
    let all = covered(spans, Threat::ArmedConflict);
    all.get(&country.parse().unwrap()).map(|(first, last)| format!("{first}..{last}"))
}

const TEN: [&str; 10] = ["SYR", "UKR", "SDN", "ETH", "MMR", "YEM", "MLI", "NGA", "COL", "AFG"];

fn world(source: &str, first: &str, last: &str) -> Vec<Span> {
    TEN.iter().map(|country| span(source, country, Threat::ArmedConflict, first, last)).collect()
}

#[test]
fn a_list_of_the_world_speaks_of_a_country_it_has_nothing_of() {
    let spans = world("ged", "1989-01-03", "2024-12-30");
    assert_eq!(months(&spans, "KGZ").unwrap(), "1989-01..2024-12");
    assert_eq!(months(&spans, "AFG").unwrap(), "1989-01..2024-12");
    assert_eq!(months(&spans[1..], "KGZ"), None, "nine are not the world");
}

#[test]
fn one_country_that_reaches_further_does_not_speak_for_the_others() {
    let mut spans = world("ged", "1989-01-03", "2022-12-31");
    spans[9].last = day("2024-12-31");
    assert_eq!(months(&spans, "AFG").unwrap(), "1989-01..2024-12");
    assert_eq!(months(&spans, "TJK").unwrap(), "1989-01..2022-12");
}

#[test]
fn a_month_counts_when_it_is_whole() {
    let to = |last: &str| months(&[span("hdx", "AFG", Threat::ArmedConflict, "2020-03-14", last)], "AFG");
    assert_eq!(to("2026-10-28").unwrap(), "2020-03..2026-09");
    assert_eq!(to("2026-10-29").unwrap(), "2020-03..2026-10");
    assert_eq!(to("2020-03-20"), None);
}

#[test]
fn pieces_join_where_no_month_is_between_them() {
    let mut spans = world("ged", "1989-01-01", "2024-12-31");
    spans.extend(world("candidate", "2025-01-02", "2026-10-31"));
    assert_eq!(months(&spans, "UZB").unwrap(), "1989-01..2026-10");
    let mut spans = world("ged", "1989-01-01", "2024-12-31");
    spans.extend(world("candidate", "2026-01-01", "2026-10-31"));
    assert_eq!(months(&spans, "UZB").unwrap(), "2026-01..2026-10", "2025 is missing");
}

#[test]
fn a_source_reaches_as_far_for_all_its_threats() {
    let mut spans = world("ged", "1989-01-01", "2024-12-31");
    spans.push(span("ged", "UZB", Threat::TerrorismExtremism, "1999-02-16", "2004-07-30"));
    let all = covered(&spans, Threat::TerrorismExtremism);
    let told = all.get(&"UZB".parse().unwrap()).map(|(first, last)| format!("{first}..{last}"));
    assert_eq!(told.unwrap(), "1989-01..2024-12");
    assert!(covered(&spans, Threat::DrugTrafficking).is_empty());
}
