use super::*;

fn parse(line: &str) -> Result<ReportForm, Failure> {
    super::parse(line, "2026-12-01".parse().unwrap(), crate::console::words::called)
}

#[test]
fn a_line_is_a_report() {
    let line = "MRB KG-B border_tension border_incident serious 2d 2026-11-20 shots at the canal, 3d time";
    let form = parse(line).unwrap();
    assert_eq!((form.threat, form.kind.as_str()), (Threat::BorderTension, "border_incident"));
    assert_eq!((form.severity, form.deaths, form.exercise), (Severity::Serious, Some(2), false));
    assert_eq!(form.occurred_at.unwrap().day().to_string(), "2026-11-20");
    assert_eq!(form.text, "shots at the canal, 3d time");
    assert_eq!(form.place.province.as_deref(), Some("KG-B"));
}

#[test]
fn deaths_and_day_may_be_left_out_and_case_does_not_matter() {
    let form = parse(" mrbx kg-b Border_Tension seizure MINOR Стрельба у канала\n").unwrap();
    assert_eq!((form.deaths, form.occurred_at, form.exercise), (None, None, true));
    assert_eq!(form.title, "Стрельба у канала");
}

#[test]
fn a_day_may_be_written_as_people_write_it_and_before_the_deaths_or_behind() {
    for day in ["2026-11-20", "20.11.2026", "20/11/2026", "20-11-2026", "2026.11.20", "2026/11/20"] {
        for figures in [format!("2d {day}"), format!("{day} 2D")] {
            let form = parse(&format!("MRB KG-B border_tension clash minor {figures} shots")).unwrap();
            assert_eq!(form.occurred_at.unwrap().day().to_string(), "2026-11-20", "{figures}");
            assert_eq!((form.deaths, form.text.as_str()), (Some(2), "shots"), "{figures}");
        }
    }
    let form = parse("MRB KG-B border_tension clash minor 3.4.2026 shots").unwrap();
    assert_eq!(form.occurred_at.unwrap().day().to_string(), "2026-04-03");
}

#[test]
fn what_looks_like_a_day_or_a_number_and_cannot_be_read_never_becomes_text() {
    for (word, at) in [
        ("-2d", "deaths"),
        ("2", "deaths"),
        ("2.5d", "deaths"),
        ("03/04/2026", "day"),
        ("03-04-2026", "day"),
        ("31.11.2026", "day"),
        ("20.11.26", "day"),
        ("20.11", "day"),
        ("2d,3d", "deaths"),
        ("12:30", "day"),
        ("2д", "day"),
        ("۲۰۲۶", "day"),
        ("yesterday", "day"),
        ("Вчера,", "day"),
        ("2d 3d", "deaths"),
        ("2026-11-20 2026-11-21", "day"),
    ] {
        let refused = parse(&format!("MRB KG-B border_tension clash minor {word} shots")).unwrap_err();
        assert_eq!(refused.errors.len(), 1, "{word}: {refused:?}");
        assert_eq!(refused.errors[0].pointer, at, "{word}: {refused:?}");
        assert!(refused.errors[0].detail.contains("write"), "{word}: {refused:?}");
    }
}

#[test]
fn a_province_is_known_by_its_names_and_what_may_mean_several_is_asked_back() {
    for (name, code) in [
        ("Баткен", "KG-B"),
        ("Batken", "KG-B"),
        ("Баткенская область", "KG-B"),
        ("بدخشان افغانستان", ""),
        ("کندهار", "AF-KAN"),
        ("Gorno-Badakhshan", "TJ-GB"),
        ("Osh city", "KG-GO"),
    ] {
        let read = parse(&format!("MRB {name} border_tension clash minor shots"));
        match read {
            Ok(form) => assert_eq!(form.place.province.as_deref(), Some(code), "{name}"),
            Err(refused) => assert!(code.is_empty(), "{name}: {refused:?}"),
        }
    }
    for word in ["0206-11-20", "20.11.1026"] {
        let refused = parse(&format!("MRB KG-B border_tension clash minor {word} shots")).unwrap_err();
        assert!(refused.errors[0].detail.contains("1900-01-01 to 2026-12-01; check the year"), "{refused:?}");
    }
    for word in ["2026-12-03", "01.01.2030"] {
        let refused = parse(&format!("MRB KG-B border_tension clash minor {word} shots")).unwrap_err();
        assert!(refused.errors[0].detail.contains("lies ahead"), "{refused:?}");
    }
    assert!(
        parse("MRB KG-B border_tension clash minor 2026-12-02 shots").is_ok(),
        "it is tomorrow further east"
    );
    let refused = parse("MRB Badakhshan border_tension clash minor shots").unwrap_err();
    let why = &refused.errors[0];
    assert_eq!(why.pointer, "word 2, province");
    assert!(why.detail.contains("AF-BDS") && why.detail.contains("TJ-GB"), "{why:?}");
}

#[test]
fn every_wrong_word_is_named_with_what_would_be_right() {
    let refused = parse("MRB KG-Q tension 9x bad 99999999999d 2026-13-40").unwrap_err();
    let places: Vec<&str> = refused.errors.iter().map(|e| e.pointer.as_str()).collect();
    let all =
        ["word 2, province", "word 3, threat", "word 4, kind", "word 5, severity", "deaths", "day", "text"];
    assert_eq!(places, all);
    assert!(refused.detail.contains(GRAMMAR));
    let long = "x".repeat(600);
    let refused = parse(&format!("{long} KG-B")).unwrap_err();
    assert!(refused.errors[0].detail.len() < 100, "a word is not repeated without end");
    let refused = parse(&format!("MRB {long} tension {long} bad")).unwrap_err();
    assert!(refused.errors.iter().all(|error| error.detail.len() < 400));
    for wrong in ["", "hello", "MRB", &format!("MRB {}", "x".repeat(2000))] {
        assert!(!parse(wrong).unwrap_err().errors.is_empty(), "{wrong}");
    }
}

fn read(line: &str) -> (String, Threat, String, Severity, String) {
    let form = parse(line).unwrap_or_else(|refused| panic!("{line}: {refused:?}"));
    (form.place.province.unwrap(), form.threat, form.kind, form.severity, form.text)
}

#[test]
fn a_line_is_read_as_telephones_and_people_of_the_region_write_it() {
    let expected = (
        "KG-B".to_owned(),
        Threat::BorderTension,
        "exchange_of_fire".to_owned(),
        Severity::Serious,
        "стрельба у канала, двое ранены".to_owned(),
    );
    for line in [
        "MRB KG-B border_tension exchange_of_fire serious стрельба у канала, двое ранены",
        "МРБ KG-B border_tension exchange_of_fire serious стрельба у канала, двое ранены",
        "\u{feff}MRB KG-B border_tension exchange_of_fire serious стрельба у канала, двое ранены",
        "\u{200b} \u{a0}мрб КG-В border_tension exchange_of_fire serious стрельба у канала, двое ранены",
        "МRВ кg–в border_tension exchange of fire serious стрельба у канала, двое ранены",
        "MRB, KG-B, border_tension, exchange_of_fire, serious, стрельба у канала, двое ранены",
        "MRB;KG-B;border_tension;exchange_of_fire;serious;стрельба у канала, двое ранены",
        "МРБ Баткенская область; напряженность на границе; перестрелка; серьёзная; стрельба у канала, двое ранены",
        "МРБ Баткен Напряжённость на границе перестрелка серьезная стрельба у канала, двое ранены",
    ] {
        assert_eq!(read(line), expected, "{line}");
    }
    let figures =
        parse("МРБХ, KG-B; Вода и энергия, спор о воде, малая, 2d 20.11.2026 спор у шлюза").unwrap();
    assert_eq!((figures.deaths, figures.exercise), (Some(2), true));
    assert_eq!((figures.threat, figures.kind.as_str()), (Threat::WaterEnergy, "water_dispute"));
    assert_eq!((figures.severity, figures.text.as_str()), (Severity::Minor, "спор у шлюза"));
}

/// "MRB KG-B, border_tension, border_incident, serious, 2d, 2026-11-20, shots" was refused, in the words that allow it.
#[test]
fn commas_and_semicolons_part_deaths_and_day_as_they_part_the_words_before() {
    for line in [
        "MRB KG-B, border_tension, border_incident, serious, 2d, 2026-11-20, shots, then calm",
        "MRB KG-B; border_tension; border_incident; serious; 2d; 2026-11-20; shots, then calm",
        "MRB;KG-B;border_tension;border_incident;serious;2026-11-20;2d;shots, then calm",
        "MRB KG-B border_tension border_incident serious, 20.11.2026 , 2d ; shots, then calm",
    ] {
        let form = parse(line).unwrap();
        assert_eq!((form.deaths, form.text.as_str()), (Some(2), "shots, then calm"), "{line}");
        assert_eq!(form.occurred_at.unwrap().day().to_string(), "2026-11-20", "{line}");
    }
    let form = parse("MRB KG-B; border_tension; border_incident; serious; 2d; shots").unwrap();
    assert_eq!((form.deaths, form.occurred_at, form.text.as_str()), (Some(2), None, "shots"));
    let empty = parse("MRB KG-B; border_tension; border_incident; serious; 2d;").unwrap_err();
    assert_eq!(empty.errors[0].pointer, "text");
}

#[test]
fn every_threat_and_severity_is_read_by_every_name_that_the_pages_give_it() {
    let called = crate::console::words::called;
    for threat in Threat::ALL {
        for name in called("threat", threat.as_str()) {
            assert_eq!(read(&format!("MRB KG-B {name} clash minor shots")).1, *threat, "{name}");
        }
    }
    for severity in Severity::ALL {
        for name in called("lead-severity", severity.as_str()) {
            let name = name.split(':').next().unwrap();
            assert_eq!(read(&format!("MRB KG-B border_tension clash {name} shots")).3, *severity, "{name}");
        }
    }
    for kind in domain::kind::all() {
        assert_eq!(read(&format!("MRB KG-B border_tension {kind} minor shots")).2, kind);
        let russian = domain::kind::russian(kind).unwrap();
        let meant = read(&format!("MRB KG-B border_tension {russian} minor shots")).2;
        assert_eq!(domain::kind::russian(&meant), Some(russian));
    }
}

#[test]
fn a_kind_that_nobody_knows_is_refused_with_the_nearest() {
    for (given, nearest) in [
        ("no_such_kind_at_all", ""),
        ("exchange_of_shots", "exchange_of_fire"),
        ("armd_clash", "armed_clash"),
        ("драка на рынке", ""),
        ("перестрелки", "перестрелка"),
    ] {
        let refused = parse(&format!("MRB KG-B border_tension {given} minor shots")).unwrap_err();
        assert_eq!(refused.errors.len(), 1, "{given}: {refused:?}");
        let why = &refused.errors[0];
        assert_eq!(why.pointer, "word 4, kind");
        assert!(why.detail.contains("the nearest are") && why.detail.contains(nearest), "{why:?}");
    }
}

#[test]
fn every_refusal_is_told_in_russian_and_a_line_in_cyrillic_is_known_for_one() {
    use crate::console::{said, words::Lang};
    let long = "x".repeat(2001);
    let mut told = 0;
    for line in [
        "hello",
        &long,
        "MRB",
        "MRB KG-Q tension 9x bad 99999999999d 2026-13-40",
        "MRB Badakhshan tension clash bad 2",
        "MRB Badakshan border_tension clash minor 2d 3d 2026-11-20 2026-11-21 shots",
        "MRB KG-B border_tension clash minor 03/04/2026 shots",
        "MRB KG-B border_tension clash minor 2030-01-01 shots",
        "MRB KG-B border_tension clash minor 0206-11-20 shots",
    ] {
        let refused = parse(line).unwrap_err();
        let russian = said::failure(Lang::Ru, refused.clone());
        assert_eq!(said::failure(Lang::En, refused.clone()), refused);
        assert!(russian.detail.starts_with("строку не удалось прочитать"), "{}", russian.detail);
        for (english, russian) in refused.errors.iter().zip(&russian.errors) {
            assert_eq!(english.pointer, russian.pointer);
            assert_ne!(english.detail, russian.detail);
            told += 1;
        }
    }
    assert!(told > 20, "{told}");
    assert!(
        is_cyrillic("МРБ Баткен граница стрельба") && is_cyrillic("MRB KG-B стрельба у канала, двое ранены")
    );
    assert!(!is_cyrillic("MRB KG-B border_tension clash minor Стрельба") && !is_cyrillic(""));
}

#[test]
fn how_grave_it_is_may_be_said_in_any_form_and_a_refusal_in_russian_tells_the_words() {
    let of = |severity: &str| {
        format!("МРБ Баткен, напряжённость на границе, пограничный инцидент, {severity}, стрельба")
    };
    for (written, severity) in [
        ("серьёзно", Severity::Serious),
        ("серьезный", Severity::Serious),
        ("серьёзная", Severity::Serious),
        ("заметно", Severity::Notable),
        ("тяжело", Severity::Grave),
        ("малый", Severity::Minor),
    ] {
        assert_eq!(parse(&of(written)).unwrap().severity, severity, "{written}");
    }
    let told = |line: &str, at: &str| {
        let refused = parse(line).unwrap_err();
        refused.errors.into_iter().find(|one| one.pointer == at).unwrap().detail
    };
    let why = told(&of("ужасно"), "word 5, severity");
    assert!(why.ends_with("write one of малая, заметная, серьезная, тяжелая"), "{why}");
    let why = told("МРБ Баткен ссора стычка малая стрельба", "word 3, threat");
    assert!(why.contains("напряженность на границе"), "{why}");
    let why = told("MRB KG-B quarrel clash minor shots", "word 3, threat");
    assert!(why.contains("border_tension"), "{why}");
}
