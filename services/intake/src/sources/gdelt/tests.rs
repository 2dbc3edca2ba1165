use proptest::prelude::*;

use super::*;
use crate::{
    domain::cameo::Plover,
    sources::{Layout, records::Record},
};
use contracts::gateway::Format;

/// One row as the feed writes it, 61 columns of it, made up: shots in the city of Osh between armed men and the police.
const ROW: [(usize, &str); 27] = [
    (1, "1100000001"),
    (2, "20261120"),
    (3, "202611"),
    (4, "2026"),
    (5, "2026.8849"),
    (6, "KGZCOP"),
    (7, "POLICE"),
    (8, "KGZ"),
    (13, "COP"),
    (16, "REB"),
    (23, "REB"),
    (26, "1"),
    (27, "193"),
    (28, "193"),
    (29, "19"),
    (30, "4"),
    (34, "6"),
    (35, "-7.25"),
    (52, "4"),
    (53, "Osh, Osh, Kyrgyzstan"),
    (54, "KG"),
    (55, "KG08"),
    (57, "40.5283"),
    (58, "72.7985"),
    (59, "-2329389"),
    (60, "20261120121500"),
    (61, "https://news.example.co.uk/kg/1?a=\"b"),
];

/// The row with these columns, counted from 1, written otherwise.
fn row(changes: &[(usize, &str)]) -> String {
    let mut fields = vec![""; 61];
    for (column, text) in ROW.iter().chain(changes) {
        fields[column - 1] = text;
    }
    fields.join("\t")
}

/// The same as GDELT 1.0 writes it: no units of the second level, a day without a time.
fn old(changes: &[(usize, &str)], columns: usize) -> String {
    let row = row(&[&[(60, "20261120")], changes].concat());
    let fields: Vec<&str> = row.split('\t').collect();
    let kept = fields.iter().enumerate().filter(|(at, _)| ![39, 47, 55].contains(at));
    kept.map(|(_, field)| *field).take(columns).collect::<Vec<_>>().join("\t")
}

fn layout(first: &str) -> Result<Layout, String> {
    let terms = Terms { received_on: "2026-11-23".parse().unwrap(), exercise: false };
    Layout::of(Format::Gdelt, first.as_bytes(), terms)
}

fn read_line(layout: &Layout, line: &str) -> Result<Said, String> {
    let bytes = line.as_bytes().to_vec();
    layout.read(&Record { line: 1, beside: 0, offset: 0, next_offset: 0, next_line: 2, bytes, fault: None })
}

fn read(changes: &[(usize, &str)]) -> Result<Said, String> {
    read_line(&layout(&row(&[])).unwrap(), &row(changes))
}

fn mention(changes: &[(usize, &str)]) -> Mention {
    match read(changes).unwrap() {
        Said::Media(mention) => *mention,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_row_is_read_with_its_leading_zeros_and_its_own_quad_class() {
    let seen = mention(&[]);
    assert_eq!((seen.event_id.as_str(), seen.key.code.as_str(), seen.quad), ("1100000001", "193", 4));
    assert_eq!((seen.articles, seen.tone, seen.domain.as_str()), (6, -7.25, "example.co.uk"));
    assert_eq!(seen.province.unwrap().as_str(), "KG-GO", "by its point, not by KG08");
    assert_eq!((seen.added_at.to_string().as_str(), seen.day_only), ("2026-11-20T12:15:00Z", false));
    assert!(!mention(&[(60, "20261120000000")]).day_only, "midnight is a moment where it is written as one");
    assert_eq!((seen.key.actor1.as_str(), seen.key.adm1.as_str()), ("KGZCOP", "KG08"));
    let retreat = mention(&[(27, "0874"), (28, "087"), (29, "08"), (30, "3")]);
    assert_eq!((retreat.key.code.as_str(), retreat.quad), ("0874", 3), "as the feed says, whatever its code");
    let protest = mention(&[(27, "141"), (30, "3")]);
    assert_eq!(
        (protest.plover, protest.threat.unwrap().as_str()),
        (Some(Plover::Protest), "political_unrest")
    );
}

#[test]
fn old_rows_with_and_without_an_address_are_read_as_the_new_ones() {
    for columns in [57, 58] {
        let line = old(&[], columns);
        let Said::Media(seen) = read_line(&layout(&line).unwrap(), &line).unwrap() else { panic!() };
        assert_eq!((seen.added_at.to_string().as_str(), seen.day_only), ("2026-11-20T00:00:00Z", true));
        assert_eq!(seen.province.unwrap().as_str(), "KG-GO");
        assert_eq!(seen.domain.is_empty(), columns == 57);
    }
    let mixed = layout(&old(&[], 57)).unwrap();
    assert!(read_line(&mixed, &old(&[], 58)).is_ok());
    let wrong = read_line(&mixed, &row(&[])).unwrap_err();
    assert!(wrong.contains("61 columns") && wrong.contains("57 or 58"), "{wrong}");
    let wrong = read_line(&layout(&row(&[])).unwrap(), &old(&[], 58)).unwrap_err();
    assert!(wrong.contains("58 columns") && wrong.contains("61"), "{wrong}");
}

#[test]
fn a_file_of_something_else_is_told_for_what_it_is() {
    for (first, part) in [
        ("\t".repeat(15), "mentions"),
        ("\t".repeat(26), "knowledge graph"),
        ("\t".repeat(39), "40 columns"),
        ("id,date,country".to_owned(), "1 columns between tabs"),
    ] {
        let why = layout(&first).unwrap_err();
        assert!(why.contains("no gdelt file") && why.contains(part), "{why}");
    }
}

#[test]
fn the_place_is_where_the_action_was_and_as_fine_as_is_known() {
    let province = |changes: &[(usize, &str)]| mention(changes).province.map(|code| code.to_string());
    let unit = |country, code| [(52, "5"), (54, country), (55, code), (57, "10.0"), (58, "10.0")];
    // a city whose point lies in no unit of its country counts for the country alone
    assert_eq!(province(&[(57, "51.5"), (58, "0.1")]), None);
    assert_eq!(province(&[(52, "1"), (55, "KG")]), None);
    for (country, code, expected) in [
        ("KG", "KG09", Some("KG-B")),
        ("TI", "TI03", Some("TJ-SU")),
        ("TX", "TX05", Some("TM-M")),
        ("AF", "AF01", Some("AF-BDS")),
        ("KZ", "KZ15", None),
        ("KG", "AF01", None),
        ("UZ", "UZ00", None),
    ] {
        assert_eq!(province(&unit(country, code)).as_deref(), expected, "{country} {code}");
    }
    let elsewhere = mention(&[(36, "4"), (38, "RS"), (44, "4"), (46, "US")]);
    assert_eq!(elsewhere.country.as_str(), "KGZ", "where its actors live does not matter");
}

#[test]
fn what_a_guard_passes_over_says_why_whatever_else_is_wrong_with_it() {
    let untyped = [(13, ""), (23, "")];
    for (changes, why) in [
        (&[(54, "RS")][..], ELSEWHERE),
        (&[(52, "3"), (54, "US"), (2, "x")], ELSEWHERE),
        (&[(52, "0"), (54, "")], UNPLACED),
        (&[(52, ""), (54, "")], UNPLACED),
        (&[(54, "")], UNPLACED),
        (&untyped, UNTYPED),
    ] {
        assert_eq!(read(changes).unwrap(), Said::Passed(why.to_owned()), "{changes:?}");
    }
    for column in [13, 14, 15, 23, 24, 25] {
        let typed = [&untyped[..], &[(column, "GOV")]].concat();
        assert!(matches!(read(&typed).unwrap(), Said::Media(_)), "{column}");
    }
}

#[test]
fn what_is_wrong_with_a_row_is_told_by_its_column() {
    for (changes, part) in [
        (&[(1, "")][..], "globaleventid: is empty"),
        (&[(1, "11x")], "globaleventid"),
        (&[(2, "20260230")], "no day of the calendar"),
        (&[(2, "2026-11-20")], "sqldate"),
        (&[(2, "20271120")], "lies outside"),
        (&[(60, "20261120256161")], "no moment"),
        (&[(27, "---")], "eventcode"),
        (&[(30, "5")], "quadclass: \"5\" is none; expected 1 (verbal cooperation), 2 "),
        (&[(27, "0193")], "eventcode: \"0193\" is none of CAMEO's: under 019"),
        (&[(27, "42")], "is 042 meant?"),
        (&[(27, "1999")], "under 19 it has 190"),
        (&[(29, "21")], "eventrootcode: \"21\" is none of CAMEO's roots, 01 to 20"),
        (&[(29, "193")], "roots"),
        (&[(28, "209")], "eventbasecode: \"209\" is none of CAMEO's: under 20"),
        (&[(36, "6")], "actor1geo_type: \"6\" is none; expected 0 (none), 1 (country)"),
        (&[(44, "x")], "actor2geo_type"),
        (&[(34, "many")], "numarticles"),
        (&[(35, "NaN")], "avgtone"),
        (&[(35, "-120")], "avgtone"),
        (&[(52, "7")], "actiongeo_type: \"7\" is none; expected 0 (none)"),
        (&[(52, "2")], "United States"),
        (&[(57, ""), (58, "")], "point is needed"),
        (&[(57, "91")], "point"),
        (&[(30, "5"), (35, "x")], "quadclass"),
    ] {
        let why = read(changes).unwrap_err();
        assert!(why.contains(part), "{changes:?}: {why}");
    }
    assert!(read(&[(30, "5"), (35, "x")]).unwrap_err().contains("avgtone"), "all of it, not the first alone");
}

#[test]
fn sources_are_told_apart_by_their_registered_domain() {
    for (source, domain) in [
        ("http://www.example.com/a", "example.com"),
        ("https://Edition.Example.com:8443/a?b#c", "example.com"),
        ("https://news.example.co.uk/", "example.co.uk"),
        ("http://192.0.2.7/x", "192.0.2.7"),
        ("BBC Monitoring", "bbc monitoring"),
        ("", ""),
    ] {
        assert_eq!(domain_of(source), domain, "{source}");
    }
}

proptest! {
    #[test]
    fn no_row_makes_the_reader_panic_and_nothing_is_read_from_another_country(
        changes in proptest::collection::vec((1_usize..62, "[0-9A-Z.\\-\" ,é]{0,12}"), 0..12),
    ) {
        let changes: Vec<(usize, &str)> = changes.iter().map(|(at, text)| (*at, text.as_str())).collect();
        if let Ok(Said::Media(seen)) = read(&changes) {
            prop_assert!(seen.country.in_region());
            prop_assert!((1..=4).contains(&seen.quad) && seen.tone.abs() <= 100.0);
            if let Some(province) = seen.province {
                prop_assert_eq!(geography::province(province.as_str()).unwrap().country, seen.country.as_str());
            }
        }
    }

    #[test]
    fn lines_of_any_width_are_read_or_refused(line in "[a-z0-9\t\"]{0,200}") {
        if let Ok(layout) = layout(&line) {
            let _ = read_line(&layout, &line);
        }
        let _ = read_line(&layout(&row(&[])).unwrap(), &line);
    }
}

#[test]
fn codes_that_old_files_leave_out_or_write_as_numbers_are_taken() {
    for changes in [
        &[(28, ""), (29, "")][..],
        &[(36, ""), (44, "0")],
        &[(30, "4.0"), (52, "4.0")],
        &[(27, "14"), (28, "14"), (29, "14")],
    ] {
        assert!(matches!(read(changes), Ok(Said::Media(_))), "{changes:?}");
    }
}

#[test]
fn no_row_of_real_files_is_refused_for_its_codes_even_where_its_place_is_made_one_of_the_region() {
    let Some(folder) = testkit::real_data() else {
        println!("skipped: there is no ../shared/data beside the project");
        return;
    };
    for name in ["sparkgdelt_events1.csv", "sparkgdelt_eventsT.csv"] {
        let text = std::fs::read_to_string(folder.join("gdelt").join(name)).unwrap();
        let layout = layout(text.lines().next().unwrap()).unwrap();
        let version = Version::of(text.lines().next().unwrap().as_bytes()).unwrap();
        let place = version.columns().position("actiongeo_type").unwrap();
        for line in text.lines() {
            let mut fields: Vec<&str> = line.split('\t').collect();
            (fields[place], fields[place + 2]) = ("1", "KG");
            fields[12] = "COP";
            read_line(&layout, &fields.join("\t")).unwrap();
        }
    }
}
