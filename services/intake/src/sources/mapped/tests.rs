use contracts::intake::mapping::Mapping;
use domain::Precision;
use proptest::prelude::*;

use super::*;

fn terms() -> Terms {
    Terms { received_on: "2026-11-23".parse().unwrap(), exercise: false }
}

/// A mapping of a foreign table with semicolons.
pub fn mapping() -> Mapping {
    serde_json::from_value(serde_json::json!({
        "name": "border-log", "delimiter": ";", "encoding": "windows-1251",
        "dates": ["DD.MM.YYYY", "D Mon YYYY"],
        "fields": {
            "id": {"pattern": "{№}/{Дата}"}, "date": {"column": "Дата"}, "country": {"column": "Страна"},
            "province": {"column": "область"}, "precision": {"constant": "province"},
            "threat": {"column": "Вид"}, "kind": {"constant": "border_incident"}, "severity": {"column": "Тяжесть"},
            "title": {"pattern": "{Вид}: {Место}"}, "text": {"column": "Место"}, "deaths": {"column": "Погибло"},
            "source": {"constant": "border-log"}, "source_owner": {"constant": "Border Service"},
            "reliability": {"constant": "B"}, "credibility": {"constant": "2"}
        },
        "meanings": {
            "threat": {"Стычка": "border_tension"}, "severity": {"лёгкая": "minor", "ТЯЖЁЛАЯ": "grave"},
            "country": {"Киргизия": "KGZ"}
        },
        "handling": {"tlp": "AMBER"}, "licence": {"ids": ["agreement-7"], "redistribution": "none"}
    }))
    .unwrap()
}

const HEADER: &str = "№;Дата;Страна;Область;Место;Вид;Тяжесть;Погибло";

fn cyrillic(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1251.encode(text).0.into_owned()
}

fn read(line: &str) -> Result<Draft, String> {
    ready(mapping(), &cyrillic(HEADER)).unwrap().read(&cyrillic(line), terms())
}

fn ready(mapping: Mapping, first: &[u8]) -> Result<Mapped, String> {
    let first = text(&mapping, first)?;
    Mapped::of(mapping, &first)
}

#[test]
fn a_title_of_a_mappings_pattern_names_no_place_finer_than_the_mappings_floor() {
    let mut mapping = serde_json::to_value(mapping()).unwrap();
    mapping["fields"]["place"] = serde_json::json!({ "column": "Место" });
    mapping["fields"]["precision"] = serde_json::json!({ "constant": "near" });
    mapping["fields"]["lat"] = serde_json::json!({ "constant": "39.90" });
    mapping["fields"]["lon"] = serde_json::json!({ "constant": "70.52" });
    let titled = |mapping: serde_json::Value| {
        let ready = ready(serde_json::from_value(mapping).unwrap(), &cyrillic(HEADER)).unwrap();
        let row = "7;01.10.2026;Киргизия;Баткенская область;Ак-Сай;Стычка;тяжёлая;2";
        let draft = ready.read(&cyrillic(row), terms()).unwrap();
        (draft.title, draft.text)
    };
    assert_eq!(titled(mapping.clone()).0, "Стычка: Ак-Сай");
    mapping["handling"]["precision_floor"] = "province".into();
    assert_eq!(titled(mapping), ("Стычка: …".to_owned(), "…".to_owned()));
}

#[test]
fn a_foreign_row_becomes_an_observation_by_its_mapping() {
    let draft = read("7;01.10.2026;Киргизия;Баткенская область;\"Ак-Сай; мост\";Стычка;тяжёлая;2").unwrap();
    assert_eq!(
        (draft.external_id.as_str(), draft.occurred_from.to_string().as_str()),
        ("7/01.10.2026", "2026-10-01")
    );
    assert_eq!((draft.title.as_str(), draft.text.as_str()), ("Стычка: Ак-Сай; мост", "Ак-Сай; мост"));
    let place = &draft.place;
    assert_eq!((place.province.as_ref().unwrap().as_str(), place.precision), ("KG-B", Precision::Province));
    assert_eq!((draft.deaths.unwrap().best, draft.severity), (2, domain::Severity::Grave));
    assert_eq!(draft.graded_by, "mapping border-log");
    assert!(draft.handling.licence.ids.contains("agreement-7") && draft.handling.tlp() == domain::Tlp::Amber);
    assert!(read("8;3 Oct 2026;Kyrgyzstan;KG-B;x;Стычка;лёгкая;").is_ok());
}

#[test]
fn what_cannot_be_read_is_told_by_the_field() {
    for (line, part) in [
        ("7;31.09.2026;KGZ;KG-B;x;Стычка;лёгкая;", "field date"),
        ("7;2026-10-01;KGZ;KG-B;x;Стычка;лёгкая;", "DD.MM.YYYY or D Mon YYYY"),
        ("7;01.10.2026;KGZ;KG-B;x;Кража;лёгкая;", "field threat"),
        ("7;01.10.2026;KGZ;Atlantis;x;Стычка;лёгкая;", "field province"),
        ("7;01.10.2026", "2 columns and the header has 8"),
    ] {
        let why = read(line).unwrap_err();
        assert!(why.contains(part), "{line}: {why}");
    }
}

#[test]
fn a_table_without_a_header_is_read_by_the_numbers_of_its_columns() {
    let mut by_number = Mapping { header: false, delimiter: ',', encoding: "utf-8".into(), ..mapping() };
    by_number.fields.insert(Field::Id, Taken::Column("1".into()));
    by_number.fields.insert(Field::Date, Taken::Column("2".into()));
    by_number.fields.insert(Field::Threat, Taken::Constant("border_tension".into()));
    by_number.fields.insert(Field::Severity, Taken::Constant("minor".into()));
    for field in [Field::Title, Field::Text, Field::Country, Field::Province] {
        by_number.fields.insert(field, Taken::Column("3".into()));
    }
    by_number.fields.remove(&Field::Deaths);
    by_number.fields.insert(Field::Country, Taken::Constant("KGZ".into()));
    let ready = ready(by_number, b"1,01.10.2026,Batken").unwrap();
    assert_eq!(ready.columns().names(), ["1", "2", "3"]);
    assert_eq!(ready.read(b"1,01.10.2026,Batken", terms()).unwrap().title, "Batken");
}

#[test]
fn columns_that_a_file_lacks_are_named_with_those_it_has() {
    let why = ready(mapping(), &cyrillic("№;Дата")).unwrap_err();
    assert!(
        why.contains("lacks the columns") && why.contains("Погибло") && why.contains("it has: №, дата"),
        "{why}"
    );
}

#[test]
fn a_mapping_that_cannot_be_used_is_told_part_by_part() {
    assert_eq!(objections(&mapping()), []);
    let mut wrong = Mapping {
        name: "Border Log".into(),
        delimiter: 'ж',
        encoding: "utf-16".into(),
        dates: vec!["MM/YY".into()],
        ..mapping()
    };
    wrong.fields.remove(&Field::Date);
    wrong.fields.insert(Field::Title, Taken::Pattern("{open".into()));
    wrong.fields.insert(Field::Lat, Taken::Column("x".into()));
    wrong.licence.ids.clear();
    let places: Vec<String> = objections(&wrong).into_iter().map(|(place, _)| place).collect();
    for place in [
        "/name",
        "/delimiter",
        "/encoding",
        "/dates/0",
        "/fields/date",
        "/fields/title",
        "/fields/lat",
        "/licence/ids",
    ] {
        assert!(places.contains(&place.to_owned()), "{place}: {places:?}");
    }
}

#[test]
fn dates_are_read_as_they_are_written_down() {
    let of = |value: &str, format: &str| date(value, &[format.to_owned()]).map(|day| day.to_string());
    for (value, format) in [
        ("2026-10-01", "YYYY-MM-DD"),
        ("2026-10-01 09:30", "YYYY-MM-DD"),
        ("1.10.2026", "D.M.YYYY"),
        ("01/10/2026", "DD/MM/YYYY"),
        ("10/1/2026", "M/D/YYYY"),
        ("1 October 2026", "D Month YYYY"),
        ("01-Oct-2026", "DD-Mon-YYYY"),
        ("20261001", "YYYYMMDD"),
    ] {
        assert_eq!(of(value, format).as_deref(), Some("2026-10-01"), "{value} as {format}");
    }
    for (value, format) in [("2026-10-011", "YYYY-MM-DD"), ("30.02.2026", "DD.MM.YYYY"), ("x", "YYYY-MM-DD")]
    {
        assert_eq!(of(value, format), None, "{value}");
    }
}

proptest! {
    #[test]
    fn any_bytes_under_any_pattern_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), pattern in ".{0,30}") {
        let mut odd = mapping();
        odd.fields.insert(Field::Title, Taken::Pattern(pattern));
        let _ = objections(&odd);
        let _ = ready(odd, &bytes);
        let _ = ready(mapping(), &cyrillic(HEADER)).unwrap().read(&bytes, terms());
    }
}

#[test]
fn any_mapping_reads_a_table_or_says_what_is_wrong_with_it() {
    let seed = serde_json::to_string(&mapping()).unwrap();
    let tokens = [
        "{",
        "}",
        "{}",
        "{Дата}",
        "{{",
        "\"constant\"",
        "\"column\"",
        "\"pattern\"",
        "null",
        "\"\"",
        "YYYY",
        "%",
        "%Y",
        "utf-16le",
        "utf-8",
        "\u{0}",
        "\\u0000",
        "\"header\":false,",
        "\"lat\"",
        "none",
        ",",
        "\t",
        "id",
        "precision",
        "🦀",
        "99999999999999999999",
    ];
    let seeds = testkit::fuzz::Seeds::new(&[seed], &tokens);
    let row = cyrillic("7;01.10.2026;Киргизия;Баткенская область;\"Ак-Сай; мост\";Стычка;тяжёлая;2");
    testkit::fuzz!(|script| {
        let Ok(mapping) = serde_json::from_str::<Mapping>(&seeds.text(script)) else { return };
        let wrong = objections(&mapping);
        for (at, why) in &wrong {
            assert!(at.starts_with('/') && !why.is_empty() && why.len() < 4096, "{at}: {} bytes", why.len());
        }
        // what is objected to is refused before it meets a table; what is not must never break on one
        match ready(mapping, &cyrillic(HEADER)) {
            Ok(mapped) => {
                for line in [&row[..], b"", b";;;;;;;", b"\"", b"\xff\xfe;\0"] {
                    if let Err(why) = mapped.read(line, terms()) {
                        assert!(!why.is_empty() && why.len() < 8192, "{} bytes", why.len());
                    }
                }
            }
            Err(why) => assert!(!why.is_empty() && why.len() < 8192, "{} bytes", why.len()),
        }
    });
}
