use contracts::gateway::Format;
use proptest::prelude::*;

use super::*;
use crate::sources::{
    Layout,
    records::{Record, Splitter},
};

const USGS: &str =
    "time,latitude,longitude,depth,mag,magType,nst,gap,dmin,rms,net,id,updated,place,type,status";
const NCEI: &str =
    "I_D,YEAR,MONTH,DAY,EQ_PRIMARY,COUNTRY,LOCATION_NAME,LATITUDE,LONGITUDE,DEATHS,TOTAL_DEATHS";
/// Made up in the form of the feed.
const OSH: &str = "2026-11-20T04:11:09.120Z,40.3,73.1,10,6.1,mww,90,41,1.2,0.8,us,us7000abcd,2026-11-20T05:00:00.000Z,\"12 km S of Osh, Kyrgyzstan\",earthquake,reviewed";

fn read(format: Format, header: &str, line: &str) -> Result<Draft, String> {
    said(format, header, line).map(|said| said.fact().unwrap())
}
fn said(format: Format, header: &str, line: &str) -> Result<Said, String> {
    let terms = Terms { received_on: "2026-11-23".parse().unwrap(), exercise: false };
    let mut splitter = Splitter::default();
    splitter.push(line.as_bytes());
    splitter.end();
    let record: Record = splitter.next_record().unwrap();
    Layout::of(format, header.as_bytes(), terms).unwrap().read(&record)
}
fn usgs(line: &str) -> Result<Draft, String> {
    read(Format::UsgsEarthquakes, USGS, line)
}
fn ncei(line: &str) -> Result<Draft, String> {
    read(Format::NceiEarthquakes, NCEI, line)
}

#[test]
fn a_quake_of_the_feed_is_placed_by_its_epicentre() {
    let draft = usgs(OSH).unwrap();
    assert_eq!(
        (draft.external_id.as_str(), draft.occurred_from.to_string()),
        ("us7000abcd", "2026-11-20".into())
    );
    assert_eq!(draft.place.country.unwrap().as_str(), "KGZ");
    assert!(draft.place.province.is_some() && draft.place.precision == Precision::Near);
    assert_eq!((draft.severity, draft.deaths), (Severity::Serious, None));
    assert_eq!(draft.title, "Earthquake, M 6.1, 12 km S of Osh, Kyrgyzstan");
    assert_eq!((draft.reliability, draft.credibility.digit()), (Reliability::A, 1));
    assert_eq!(usgs(&OSH.replace("reviewed", "automatic")).unwrap().credibility.digit(), 2);
}

#[test]
fn a_quake_before_dawn_is_of_the_day_that_dawns_at_its_epicentre() {
    let day =
        |time: &str| usgs(&OSH.replace("2026-11-20T04:11:09.120Z", time)).unwrap().occurred_from.to_string();
    assert_eq!(day("2026-11-20T17:59:59.900Z"), "2026-11-20");
    assert_eq!(day("2026-11-20T18:00:00.000Z"), "2026-11-21");
    assert_eq!(day("2026-11-20"), "2026-11-20", "a day alone stays as it is");
}

#[test]
fn what_people_blew_up_is_no_earthquake_and_takes_back_one_that_it_was_taken_for() {
    for kind in ["quarry blast", "quarry_blast", "Explosion", "mining explosion", "sonicboom", "not existing"]
    {
        let line = OSH.replace("earthquake", kind);
        let Ok(Said::Gone(gone)) = said(Format::UsgsEarthquakes, USGS, &line) else { panic!("{kind}") };
        assert_eq!(gone.fact, usgs(OSH).unwrap().id());
        let told = kind.to_lowercase().replace('_', " ");
        assert!(gone.told && gone.why.contains(&told) && gone.edited_at.is_some());
    }
    for (kind, credibility) in [("induced or triggered event", 1), ("not reported", 3)] {
        let draft = usgs(&OSH.replace("earthquake", kind)).unwrap();
        assert_eq!(draft.credibility.digit(), credibility, "{kind}: nobody says that it was none");
    }
    let terms = Terms { received_on: "2026-11-23".parse().unwrap(), exercise: true };
    let layout = Layout::of(Format::UsgsEarthquakes, USGS.as_bytes(), terms).unwrap();
    let fields = OSH.replace("earthquake", "quarry blast");
    let record = Record {
        beside: 0,
        line: 1,
        offset: 0,
        next_offset: 0,
        next_line: 2,
        bytes: fields.into_bytes(),
        fault: None,
    };
    assert!(
        matches!(layout.read(&record), Ok(Said::Passed(_))),
        "an exercise takes back nothing of the world"
    );
}

#[test]
fn a_quake_of_the_database_is_known_no_finer_than_its_date() {
    let draft = ncei("1,1946,11.0,2.0,7.6,KYRGYZSTAN,\"KYRGYZSTAN:  CHATKAL\",41.8,72.0,12.0,").unwrap();
    assert_eq!((draft.occurred_from, draft.deaths.unwrap().best), (draft.occurred_to, 12));
    assert_eq!(
        (draft.severity, draft.title.as_str()),
        (Severity::Grave, "Earthquake, M 7.6, KYRGYZSTAN: CHATKAL: 12 deaths")
    );
    let days = |month: &str, day: &str| {
        let draft = ncei(&format!("1,1946,{month},{day},,KYRGYZSTAN,,,,,")).unwrap();
        assert_eq!(draft.place.precision, Precision::Country);
        format!("{} {}", draft.occurred_from, draft.occurred_to)
    };
    assert_eq!(days("2.0", ""), "1946-02-01 1946-02-28");
    assert_eq!(days("12", ""), "1946-12-01 1946-12-31");
    assert_eq!(days("", ""), "1946-01-01 1946-12-31");
}

#[test]
fn what_is_wrong_is_named_with_its_column() {
    for (line, part) in [
        (OSH.replace("us7000abcd", ""), "column id"),
        (OSH.replace(",6.1,", ",12.5,"), "magnitude"),
        (OSH.replace("40.3,73.1", ",73.1"), "latitude"),
        (OSH.replace("earthquake", "moonquake"), "type: \"moonquake\" is none; expected earthquake"),
        (OSH.replace("earthquake", "earthquakes"), "is earthquake meant?"),
        (OSH.replace("2026-11-20T04", "2027-11-20T04"), "check the year"),
    ] {
        let why = usgs(&line).unwrap_err();
        assert!(why.contains(part), "{part}: {why}");
    }
    assert!(ncei("1,1946,2,30,,IRAN,,,,,").unwrap_err().contains("no day of the calendar"));
    assert!(ncei("1,,2,3,,IRAN,,,,,").unwrap_err().contains("year"));
}

proptest! {
    #[test]
    fn any_text_in_any_column_is_read_or_refused_with_a_reason(at in 0_usize..11, text in "[^\",\r\n\0]{0,20}") {
        let mut fields = vec!["1", "1946", "11", "2", "7.6", "IRAN", "X", "41.8", "72.0", "12", ""];
        fields[at] = &text;
        match ncei(&fields.join(",")) {
            Ok(draft) => prop_assert!(draft.occurred_from <= draft.occurred_to),
            Err(why) => prop_assert!(!why.is_empty()),
        }
    }
}
