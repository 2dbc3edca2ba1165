use contracts::gateway::Format;
use proptest::prelude::*;

use super::*;
use crate::domain::harvest::Said;
use crate::sources::{
    Layout,
    records::{Record, Splitter},
};

const HEADER: &str = "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,number_of_sources,source_article,source_office,source_date,source_headline,source_original,where_prec,where_coordinates,where_description,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low,gwnoa,gwnob";
const PAKTIKA: &str = "492699,AFG-2023-3-951-96,2023,true,Clear,3,130,484,Government of Afghanistan - Civilians,130,951,Government of Afghanistan - Civilians,130,130,Government of Afghanistan,9999,1,Civilians,1,\"\"\"Hasht e Subh Daily,2023-10-03,Brutal attack\"\"\",Hasht e Subh Daily,2023-10-03,Brutal attack,Local sources,1,Jalalzai village,\"village of Jalal-Zai, Jani Khel district, Paktika\",Paktika province,Jani Khel district (Paktika),32.748040,68.398770,POINT (68.39877 32.74804),176897,Afghanistan,700,Asia,1,1,2023-10-02 00:00:00.000,2023-10-02 00:00:00.000,0,0,1,0,1,1,1,700,";

fn layout(format: Format) -> Layout {
    let terms = Terms { received_on: "2026-11-23".parse().unwrap(), exercise: false };
    Layout::of(format, HEADER.as_bytes(), terms).unwrap()
}

fn record(line: &str) -> Record {
    let mut splitter = Splitter::default();
    splitter.push(line.as_bytes());
    splitter.end();
    splitter.next_record().unwrap()
}

/// The row with other values in some columns.
fn row(changes: &[(&str, &str)]) -> String {
    let names: Vec<&str> = HEADER.split(',').collect();
    let mut fields = crate::sources::records::lines::fields(PAKTIKA.as_bytes()).unwrap();
    for (column, value) in changes {
        fields[names.iter().position(|name| name == column).unwrap()] = (*value).to_owned();
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&fields).unwrap();
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn read(changes: &[(&str, &str)]) -> Result<Draft, String> {
    said(changes).map(|said| said.fact().unwrap())
}

fn said(changes: &[(&str, &str)]) -> Result<Said, String> {
    layout(Format::UcdpGed).read(&record(&row(changes)))
}

#[test]
fn a_row_of_the_real_format_becomes_a_draft() {
    let draft = layout(Format::UcdpGed).read(&record(PAKTIKA)).unwrap().fact().unwrap();
    assert_eq!(
        (draft.source.as_str(), draft.owner.as_str(), draft.external_id.as_str()),
        ("ucdp", "UCDP", "492699")
    );
    assert_eq!(draft.occurred_from.to_string(), "2023-10-02");
    assert_eq!(draft.place.province.as_ref().unwrap().as_str(), "AF-PKA");
    assert_eq!((draft.place.precision, draft.place.radius_km), (Precision::Exact, Some(2.0)));
    assert_eq!(draft.threats, [Threat::ArmedConflict]);
    assert_eq!(draft.kind, "one_sided_violence");
    assert_eq!(draft.actors, ["Government of Afghanistan", "Civilians"]);
    assert_eq!(draft.title, "One-sided violence, Jalalzai village, Paktika: 1 death");
    assert_eq!((draft.reliability, draft.credibility.digit()), (Reliability::B, 2));
    assert!(draft.handling.licence.ids.contains("CC-BY-4.0") && draft.settled);
}

#[test]
fn the_precision_says_how_finely_the_place_is_known() {
    for (where_prec, precision, radius, province, point) in [
        ("1", Precision::Exact, Some(2.0), true, true),
        ("2", Precision::Near, Some(25.0), true, true),
        ("3", Precision::District, None, true, true),
        ("4", Precision::Province, None, true, true),
        ("5", Precision::Province, Some(50.0), true, true),
        ("6", Precision::Country, None, false, true),
        ("7", Precision::None, None, false, false),
    ] {
        let place = read(&[("where_prec", where_prec)]).unwrap().place;
        assert_eq!((place.precision, place.radius_km), (precision, radius), "{where_prec}");
        assert_eq!((place.province.is_some(), place.point.is_some()), (province, point), "{where_prec}");
        assert_eq!(place.name.is_some(), where_prec <= "2", "{where_prec}");
        assert_eq!(place.district.is_some(), where_prec <= "3", "{where_prec}");
        let shown = place.generalised(Precision::Exact);
        assert_eq!(
            shown.point.is_some(),
            where_prec <= "2",
            "{where_prec}: a centroid is kept and not shown"
        );
    }
}

#[test]
fn where_name_and_point_disagree_at_a_border_the_finer_one_decides_and_far_from_it_none_does() {
    let read = |where_prec, name| read(&[("where_prec", where_prec), ("adm_1", name)]);
    let province = |where_prec| read(where_prec, "Ghazni province").unwrap().place.province;
    assert_eq!(province("1").unwrap().as_str(), "AF-PKA");
    assert_eq!(province("4").unwrap().as_str(), "AF-GHA");
    for where_prec in ["1", "4"] {
        let why = read(where_prec, "Herat province").unwrap_err();
        assert!(
            why.contains("lies in AF-PKA (Paktika)") && why.contains("away from AF-HER (Herat)"),
            "{why}"
        );
    }
}

#[test]
fn a_row_without_a_point_that_writes_zeros_is_told() {
    for where_prec in ["1", "4", "6"] {
        let why = read(&[("where_prec", where_prec), ("latitude", "0"), ("longitude", "0.0")]).unwrap_err();
        assert!(why.contains("0, 0"), "{why}");
    }
}

#[test]
fn a_linear_feature_in_no_known_province_is_known_by_its_country() {
    let changes = [("where_prec", "5"), ("adm_1", ""), ("country", "Myanmar (Burma)"), ("country_id", "775")];
    let place = read(&changes).unwrap().place;
    assert_eq!((place.precision, place.country.unwrap().as_str()), (Precision::Country, "MMR"));
}

#[test]
fn one_sided_violence_is_terrorism_unless_a_government_does_it() {
    let threat = |kind, side| read(&[("type_of_violence", kind), ("side_a", side)]).unwrap().threats[0];
    assert_eq!(threat("3", "IS"), Threat::TerrorismExtremism);
    assert_eq!(threat("3", "Government of Afghanistan"), Threat::ArmedConflict);
    assert_eq!(threat("1", "IS"), Threat::ArmedConflict);
}

#[test]
fn what_ucdp_still_checks_is_only_possibly_true() {
    assert_eq!(read(&[("code_status", "clear")]).unwrap().credibility.digit(), 2);
    assert_eq!(read(&[("code_status", "Check deaths")]).unwrap().credibility.digit(), 3);
}

#[test]
fn every_wrong_thing_is_named_with_its_column() {
    let all =
        read(&[("type_of_violence", "9"), ("latitude", "91"), ("date_start", "2023-02-30"), ("best", "x")])
            .unwrap_err();
    for part in ["type_of_violence", "latitude", "date_start", "best"] {
        assert!(all.contains(part), "{part}: {all}");
    }
    for (changes, part) in [
        ([("low", "5"), ("high", "0")].as_slice(), "do not rise"),
        (&[("id", " ")], "column id"),
        (&[("date_end", "2023-10-01")], "before date_start"),
        (&[("date_start", "2123-10-02"), ("date_end", "2123-10-02")], "check the year"),
        (&[("where_prec", "8")], "where_prec"),
        (&[("type_of_violence", "4")], "type_of_violence: \"4\" is none; expected 1 (state-based)"),
        (&[("date_prec", "9")], "date_prec: \"9\" is none; expected 1 (the day), 2 (2 to 6 days)"),
        (
            &[("event_clarity", "high")],
            "event_clarity: \"high\" is none; expected 1 (reported by itself) or 2",
        ),
        (&[("longitude", "")], "longitude"),
        (&[("country_id", "AFG")], "country_id"),
        (&[("best", "-1")], "best"),
        (&[("latitude", "NaN")], "latitude"),
    ] {
        let why = read(changes).unwrap_err();
        assert!(why.contains(part), "{part}: {why}");
    }
}

#[test]
fn a_best_outside_its_own_bounds_is_taken_as_published_and_the_bounds_hold_it() {
    for ((low, best, high), taken) in [
        (("4", "2", "6"), (2, 2, 6)),
        (("0", "22", "21"), (0, 22, 22)),
        (("2", "2", "1"), (2, 2, 2)),
        (("8", "7", "7"), (7, 7, 7)),
    ] {
        let said = said(&[("low", low), ("best", best), ("high", high)]).unwrap();
        let Said::Remarked(draft, remark) = said else { panic!("{said:?}") };
        let deaths = draft.deaths.unwrap();
        assert_eq!((deaths.low, deaths.best, deaths.high), taken);
        assert!(contracts::reason::is_told(remark), "{remark}");
    }
    assert!(matches!(said(&[("low", "1"), ("best", "2"), ("high", "2")]).unwrap(), Said::Fact(_)));
    assert!(read(&[("low", "6"), ("best", "5"), ("high", "4")]).unwrap_err().contains("do not rise"));
}

#[test]
fn a_number_of_no_country_is_told_by_the_point_with_a_remark_where_it_lies_in_a_province() {
    for (where_prec, province) in [("1", true), ("4", true), ("6", false)] {
        let said = said(&[("country_id", "999"), ("where_prec", where_prec)]).unwrap();
        let Said::Remarked(draft, remark) = said else { panic!("{said:?}") };
        assert_eq!(draft.place.country.unwrap().as_str(), "AFG");
        assert_eq!(draft.place.province.map(|code| code.to_string()), province.then(|| "AF-PKA".into()));
        assert!(remark.contains("country_id") && contracts::reason::is_told(remark), "{remark}");
    }
    let both = said(&[("country_id", "999"), ("low", "2"), ("best", "2"), ("high", "1")]).unwrap();
    let Said::Remarked(_, remark) = both else { panic!("{both:?}") };
    assert!(remark.contains("country_id") && remark.contains("best lies outside"), "{remark}");
    assert!(contracts::reason::is_told(remark), "{remark}");
    // Kosovo has no code of a country, and lies elsewhere
    let kosovo = [("country_id", "347"), ("latitude", "42.6"), ("longitude", "21.1"), ("adm_1", "")];
    let Said::Remarked(draft, remark) = said(&kosovo).unwrap() else {
        panic!("stands in no country without a word")
    };
    assert!(draft.place.country.is_none() && remark.contains("in none of the six"), "{remark}");
    assert!(contracts::reason::is_told(remark), "{remark}");
    let both = [&kosovo[..], &[("low", "2"), ("best", "2"), ("high", "1")]].concat();
    let Said::Remarked(_, remark) = said(&both).unwrap() else { panic!() };
    assert!(remark.contains("none of the six") && contracts::reason::is_told(remark), "{remark}");
    assert!(matches!(said(&[("country_id", "999"), ("where_prec", "7")]).unwrap(), Said::Fact(_)));
}

#[test]
fn a_code_may_be_left_out_where_older_releases_do_or_be_written_as_a_number() {
    for changes in [
        &[("date_prec", ""), ("event_clarity", "")][..],
        &[("type_of_violence", "3.0"), ("where_prec", "1.0"), ("date_prec", "1.0"), ("event_clarity", "2.0")],
        &[("code_status", "Check vague or biased source")],
    ] {
        assert_eq!(read(changes).unwrap().place.precision, Precision::Exact, "{changes:?}");
    }
    let dropped = ["event_clarity", "date_prec"];
    let names: Vec<&str> = HEADER.split(',').collect();
    let fields = crate::sources::records::lines::fields(PAKTIKA.as_bytes()).unwrap();
    let kept = || (0..names.len()).filter(|at| !dropped.contains(&names[*at]));
    let line = |of: &mut dyn Iterator<Item = String>| {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(of).unwrap();
        String::from_utf8(writer.into_inner().unwrap()).unwrap()
    };
    let terms = Terms { received_on: "2026-11-23".parse().unwrap(), exercise: false };
    let header = line(&mut kept().map(|at| names[at].to_owned()));
    let old = Layout::of(Format::UcdpGed, header.trim().as_bytes(), terms).unwrap();
    assert!(old.read(&record(&line(&mut kept().map(|at| fields[at].clone())))).is_ok());
}

#[test]
fn a_header_that_lacks_columns_says_which() {
    let terms = Terms { received_on: "2026-11-23".parse().unwrap(), exercise: false };
    let why = Layout::of(Format::UcdpGed, b"id,year,best_est", terms).unwrap_err();
    assert!(why.contains("where_prec") && why.contains("found was: id, year, best_est"), "{why}");
    let twice = Layout::of(Format::UcdpGed, b"id,id", terms).unwrap_err();
    assert!(twice.contains("twice"), "{twice}");
}

#[test]
fn a_second_header_line_is_known_by_its_hashtags() {
    assert!(crate::sources::is_hashtags(&record("#event+id,,#date")));
    assert!(!crate::sources::is_hashtags(&record("#1,x")));
}

proptest! {
    #[test]
    fn any_text_in_any_column_is_read_or_refused_with_a_reason(at in 0_usize..49, text in ".{0,40}") {
        let names: Vec<&str> = HEADER.split(',').collect();
        match read(&[(names[at], &text)]) {
            Ok(draft) => prop_assert!(!draft.external_id.is_empty() && !draft.threats.is_empty()),
            Err(why) => prop_assert!(!why.is_empty()),
        }
    }
}

#[test]
fn the_number_of_an_event_is_one_however_a_table_writes_it() {
    let id = read(&[]).unwrap().external_id;
    for written in [format!("{id}.0"), format!("0{id}"), format!(" {id}.000 "), format!("{id}.")] {
        assert_eq!(read(&[("id", &written)]).unwrap().external_id, id, "{written}");
    }
    for written in [format!("{id}.5"), "4.9E+05".to_owned(), "x".to_owned(), "-1".to_owned()] {
        let why = read(&[("id", &written)]).unwrap_err();
        assert!(why.contains("column id: ") && why.contains("is no number of an event"), "{why}");
        assert!(contracts::reason::is_told(&why), "{why}");
    }
}

#[test]
fn a_row_under_a_floor_names_no_village_in_its_title_or_in_its_text_and_is_not_found_by_it() {
    use domain::{Precision, handling::Audience};
    let mut besides = Handling::new(domain::Tlp::Amber, domain::UnClass::Unclassified);
    (besides.audience, besides.precision_floor) = (Audience::Everyone, Precision::Province);
    let row = record(&row(&[("source_headline", "Brutal attack at Jalalzai, Jani Khel")]));
    let said = layout(Format::UcdpCandidate).under(Some(besides)).read(&row).unwrap();
    let draft = said.fact().unwrap();
    assert_eq!(draft.title, "One-sided violence, Paktika, Afghanistan: 1 death");
    assert_eq!(draft.text, "… – Brutal attack at …, …");
    let held = crate::domain::marks::of(&draft.observation(1, &crate::domain::merge::tests::arrival()));
    for hidden in ["jalalzai", "jani", "khel", "jalal", "zai"] {
        assert!(!held.iter().any(|word| word.contains(hidden)), "{hidden}: {held:?}");
    }
    let draft = read(&[]).unwrap();
    assert!(draft.title.contains("Jalalzai village") && draft.text.contains("Jalal-Zai"), "{draft:?}");
}

#[test]
fn which_release_a_file_is_of_is_told_by_its_name() {
    let day = |name: &str| edition(name).map(|day| day.to_string());
    assert_eq!(day("GEDEvent_v24_1.csv").as_deref(), Some("2024-06-01"));
    assert_eq!(day("gedevent_v23_0_11.csv.gz").as_deref(), Some("2023-12-20"));
    assert_eq!(day("GEDEvent_v25_0_12.csv").as_deref(), Some("2026-01-20"));
    assert_eq!(day("GEDEvent_v25_01_25_12.csv").as_deref(), Some("2026-01-20"));
    assert_eq!(day("GEDEvent_v25_01_25_06.csv").as_deref(), Some("2025-07-20"));
    for name in ["ged251-csv.zip", "ged251-csv.csv", "ged251.csv.gz", "GED251-CSV (1).zip", "ged251"] {
        assert_eq!(day(name).as_deref(), Some("2025-06-01"), "{name}");
    }
    for name in ["GEDEvent_v24_1 (1).csv", "GEDEvent_v24_1(2).csv", "GEDEvent_v24_1 - Copy.csv"] {
        assert_eq!(day(name).as_deref(), Some("2024-06-01"), "{name}");
    }
    assert_eq!(day("GEDEvent_v23_0_11 (3).csv").as_deref(), Some("2023-12-20"));
    for name in [
        "ged.csv",
        "my_view.csv",
        "conflict_data_afg.csv",
        "GEDEvent_v23_0.csv",
        "GEDEvent_v23_0_13.csv",
        "ged2510.csv",
        "ged25.csv",
        "ged251b.csv",
        "geda.csv",
        "_v",
        "",
    ] {
        assert_eq!(day(name), None, "{name}");
    }
    let read = |name: &str| {
        let read = layout(Format::UcdpCandidate).named(name).read(&record(PAKTIKA)).unwrap();
        read.fact().unwrap().edited_at
    };
    assert!(read("GEDEvent_v23_0_9.csv") < read("GEDEvent_v23_0_11.csv") && read("x.csv").is_none());
}

/// adm_1 "Khatlon" in country 700 was taken for Paktika, where the point lies, without a word.
#[test]
fn a_province_of_another_country_than_the_row_is_of_is_told_and_moves_nothing() {
    for where_prec in ["1", "4"] {
        let why = read(&[("adm_1", "Khatlon"), ("where_prec", where_prec)]).unwrap_err();
        let said = "column adm_1: \"Khatlon\" is TJ-KT (Khatlon), and the row is of AFG; correct the place or the country";
        assert_eq!(why, said);
        assert!(contracts::reason::is_told(&why), "{why}");
    }
    let unknown = read(&[("adm_1", "North Waziristan")]).unwrap();
    assert_eq!(unknown.place.province.unwrap().as_str(), "AF-PKA", "a name that nobody knows says nothing");
}
