mod places;

use domain::{Place, Precision, Severity, Threat};

use super::*;

fn terms() -> Terms {
    Terms { received_on: "2026-11-23".parse().unwrap(), exercise: false }
}

/// A message of the met service, with these parts in place of its own.
fn alert(changes: &[(&str, &str)]) -> String {
    let mut text = String::from(
        "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>KG-1</identifier><sender>met@meteo.kg</sender>\
         <sent>2026-11-20T10:00:00+06:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>\
         <info><language>ru</language><category>Met</category><category>Geo</category><event>Сель</event>\
         <responseType>Evacuate</responseType><responseType>Monitor</responseType><urgency>Immediate</urgency>\
         <severity>Severe</severity><certainty>Observed</certainty><onset>2026-11-19T23:00:00+06:00</onset>\
         <expires>2026-11-21T10:00:00+06:00</expires><headline>Сель в Баткенской области</headline>\
         <area><areaDesc>Batken</areaDesc><geocode><valueName>ISO3166-2</valueName><value>KG-B</value></geocode></area></info>\
         <info><language>en</language><category>Met</category><event>Mudflow</event><urgency>Immediate</urgency>\
         <severity>Severe</severity><certainty>Likely</certainty><headline>Mudflow in Batken</headline></info></alert>",
    );
    for (part, other) in changes {
        assert!(text.contains(part), "{part}");
        text = text.replace(part, other);
    }
    text
}

fn read_text(text: &str) -> Result<Said, String> {
    read(text.as_bytes(), Encoding::UTF_8, terms())
}

fn message_of(changes: &[(&str, &str)]) -> Message {
    match read_text(&alert(changes)) {
        Ok(Said::Message(message)) => *message,
        other => panic!("{other:?}"),
    }
}

fn passed(changes: &[(&str, &str)]) -> String {
    match read_text(&alert(changes)) {
        Ok(Said::Passed(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_message_makes_one_observation_that_says_all_its_infos() {
    let message = message_of(&[]);
    let draft = &message.draft;
    assert_eq!((draft.source.as_str(), draft.owner.as_str()), ("cap", "met@meteo.kg"));
    assert_eq!(draft.external_id, "met@meteo.kg,KG-1");
    assert_eq!(draft.occurred_from.to_string(), "2026-11-19", "23:00 in Bishkek");
    assert_eq!(
        (draft.kind.as_str(), draft.threats.as_slice()),
        ("mudflow", &[Threat::EnvironmentalDegradation][..])
    );
    assert_eq!((draft.severity, draft.credibility.digit()), (Severity::Serious, 2));
    assert_eq!((draft.title.as_str(), draft.exercise), ("Mudflow in Batken", false));
    let place = &draft.place;
    assert_eq!((place.province.as_ref().unwrap().as_str(), place.precision), ("KG-B", Precision::Province));
    for part in
        ["[ru] Event: Сель", "Met, Geo", "Evacuate, Monitor", "[en] Event", "Expires: 2026-11-21T04:00:00Z"]
    {
        assert!(draft.text.contains(part), "{part}: {}", draft.text);
    }
    assert_eq!(message.whole["infos"][0]["categories"][1], "Geo");
    assert_eq!(draft.handling.tlp(), Tlp::Clear);
}

#[test]
fn what_sets_in_before_dawn_is_of_the_day_that_dawns_at_its_place() {
    let onset = "<onset>2026-11-19T23:00:00+06:00</onset>";
    let sent = "<sent>2026-11-20T10:00:00+06:00</sent>";
    let later = "<sent>2026-11-22T10:00:00+06:00</sent>";
    for (set_in, place, day) in [
        ("2026-11-21T02:00:00+05:00", "KG-B", "2026-11-21"),
        ("2026-11-21T02:00:00+05:00", "TJ-SU", "2026-11-21"),
        ("2026-11-20T19:29:00Z", "AF-KAN", "2026-11-20"),
        ("2026-11-20T19:30:00Z", "AF-KAN", "2026-11-21"),
        ("2026-11-20T18:00:00Z", "KG-B", "2026-11-21"),
        ("2026-11-20T18:00:00Z", "UZ-TO", "2026-11-20"),
    ] {
        let (begun, code) = (format!("<onset>{set_in}</onset>"), format!("<value>{place}<"));
        let changes: [(&str, &str); 3] = [(onset, &begun), (sent, later), ("<value>KG-B<", &code)];
        let draft = message_of(&changes).draft;
        assert_eq!(draft.occurred_from.to_string(), day, "{set_in} {place}");
        assert_eq!(draft.occurred_to, draft.occurred_from);
    }
}

#[test]
fn what_says_nothing_of_the_world_is_passed_over_with_its_reason() {
    for (from, to, part) in [
        ("<status>Actual", "<status>Test", "Test"),
        ("<status>Actual", "<status>Draft", "Draft"),
        ("<status>Actual", "<status>System", "network"),
        ("<msgType>Alert", "<msgType>Ack", "acknowledges"),
        ("<msgType>Alert", "<msgType>Error", "refuses"),
        (
            "<area>",
            "<parameter><valueName>pd:threat</valueName><value>x</value></parameter><area>",
            "confirm itself",
        ),
    ] {
        assert!(passed(&[(from, to)]).contains(part), "{to}");
    }
    let health = [
        ("<category>Met</category><category>Geo</category>", "<category>Health</category>"),
        ("Сель<", "Измерение<"),
        ("<category>Met</category><event>Mudflow", "<category>Health</category><event>Survey"),
    ];
    assert_eq!(passed(&health), meaning::NOT_WATCHED);
    let entry = read_text("<entry><title>t</title><link href='http://x/1'/></entry>").unwrap();
    assert_eq!(entry, Said::Passed(index::LINK_ONLY.to_owned()));
}

#[test]
fn an_exercise_makes_exercise_material_and_a_forecast_is_dated_by_its_message() {
    assert!(message_of(&[("<status>Actual", "<status>Exercise")]).draft.exercise);
    let ahead = message_of(&[("2026-11-19T23:00:00+06:00", "2026-12-10T00:00:00+06:00")]);
    assert_eq!(ahead.draft.occurred_from.to_string(), "2026-11-20");
    assert!(ahead.draft.text.contains("Onset: 2026-12-09T18:00:00Z"));
}

#[test]
fn a_message_inside_an_entry_is_read_and_so_is_one_of_the_first_version() {
    let inside = format!("<entry><content type='text/xml'>{}</content></entry>", alert(&[]));
    assert!(matches!(read_text(&inside), Ok(Said::Message(_))));
    let first = message_of(&[
        ("cap:1.2", "cap:1.0"),
        ("<certainty>Observed", "<certainty>Very Likely"),
        (
            "<geocode><valueName>ISO3166-2</valueName><value>KG-B</value></geocode>",
            "<geocode>ISO3166-2=KG-O</geocode>",
        ),
    ]);
    assert_eq!(first.draft.credibility.digit(), 3);
    assert_eq!(first.draft.place.province.unwrap().as_str(), "KG-O");
}

#[test]
fn a_cancellation_takes_back_what_it_names_and_an_update_replaces_it() {
    let named = "</scope><references>met@meteo.kg,KG-0,2026-11-20T09:00:00+06:00</references>";
    let update = message_of(&[("<msgType>Alert", "<msgType>Update"), ("</scope>", named)]);
    assert_eq!((update.act, update.references[0].name.identifier.as_str()), (Act::States, "KG-0"));
    let of = |kind: &str, sender: &str, id: &str| {
        let named = named.replace("met@meteo.kg", sender).replace("KG-0", id);
        // who replaces or takes back is whoever said it
        let own = ("<sender>met@meteo.kg", &*format!("<sender>{sender}"));
        read_text(&alert(&[own, ("<msgType>Alert", &format!("<msgType>{kind}")), ("</scope>", &named)]))
    };
    for (kind, sender, id) in [("Update", 12, 1189), ("Cancel", 400, 801)] {
        let (sender, id) = ("k".repeat(sender), "k".repeat(id));
        let why = of(kind, &sender, &id).unwrap_err();
        assert!(why.contains("alert/references: sender and identifier have 1201 bytes"), "{why}");
        assert!(of(kind, &sender, &id[1..]).is_ok());
    }
    let why = of("Cancel", &"ш".repeat(400), &"ш".repeat(400)).unwrap_err();
    assert!(why.contains("1600 bytes together"), "no index holds it: {why}");
    let why = read_text(&alert(&[("KG-1<", &("ш".repeat(600) + "<"))])).unwrap_err();
    assert!(why.contains("alert/identifier: sender and identifier have"), "{why}");
    let note = named.replace("<references>", "<note>Raised by mistake</note><references>");
    let cancel = message_of(&[("<msgType>Alert", "<msgType>Cancel"), ("</scope>", &note)]);
    assert_eq!(cancel.act, Act::TakesBack("Raised by mistake".to_owned()));
    let why = read_text(&alert(&[("<msgType>Alert", "<msgType>Cancel")])).unwrap_err();
    assert!(why.contains("names what it cancels"), "{why}");
}

#[test]
fn everything_that_is_wrong_is_told_with_its_place() {
    let why = read_text(&alert(&[
        ("<scope>Public</scope>", ""),
        ("<urgency>Immediate</urgency>", "<urgency></urgency>"),
        ("2026-11-20T10:00:00+06:00", "2026-13-45T10:00:00+06:00"),
        ("<geocode>", "<polygon>1,2 3,4 5,6</polygon><circle>95,10 3</circle><geocode>"),
    ]))
    .unwrap_err();
    for part in [
        "alert/scope: is missing",
        "alert/info[1]/urgency",
        "alert/sent",
        "polygon: takes at least four",
        "circle: ",
    ] {
        assert!(why.contains(part), "{part}: {why}");
    }
    let late = read_text(&alert(&[("2026-11-20T10", "2027-11-20T10")])).unwrap_err();
    assert!(late.contains("after the day of the import"));
    let security = [
        ("<category>Met</category><category>Geo</category>", "<category>Security</category>"),
        ("Сель<", "Событие<"),
        ("<category>Met</category><event>Mudflow", "<category>Security</category><event>Incident"),
    ];
    assert!(read_text(&alert(&security)).unwrap_err().contains("which threat"));
}

#[test]
fn handling_follows_scope_and_the_stricter_label() {
    let of = |changes: &[(&str, &str)]| message_of(changes).draft.handling;
    let restricted =
        of(&[("<scope>Public</scope>", "<scope>Restricted</scope><restriction>police</restriction>")]);
    assert_eq!((restricted.tlp(), restricted.orcon), (Tlp::Amber, true));
    assert_eq!(restricted.audience, Audience::Only([].into()));
    assert_eq!(of(&[("</scope>", "</scope><code>TLP:RED</code>")]).tlp(), Tlp::Red);
    assert_eq!(
        of(&[("<scope>Public", "<scope>Private"), ("</scope>", "</scope><code>TLP:CLEAR</code>")]).tlp(),
        Tlp::AmberStrict
    );
    let private = [
        ("<scope>Public", "<scope>Private"),
        ("</scope>", "</scope><addresses>chief@police.kg \"Duty desk\"</addresses>"),
    ];
    let private = message_of(&private);
    assert_eq!(private.draft.handling.audience, Audience::Only([].into()));
    assert!(
        private.draft.text.contains("Addressed to: chief@police.kg \"Duty desk\""),
        "{}",
        private.draft.text
    );
    let restricted =
        [("<scope>Public</scope>", "<scope>Restricted</scope><restriction>police</restriction>")];
    assert!(message_of(&restricted).draft.text.contains("Restriction: police"));
}

#[test]
fn places_are_found_by_code_shape_or_name_and_are_no_finer_than_said() {
    let of = |area: &str| {
        let area = format!("<areaDesc>Somewhere</areaDesc>{area}");
        let old = "<areaDesc>Batken</areaDesc><geocode><valueName>ISO3166-2</valueName><value>KG-B</value></geocode>";
        message_of(&[(old, &area)]).draft.place
    };
    let code = |system: &str, value: &str| {
        of(&format!("<geocode><valueName>{system}</valueName><value>{value}</value></geocode>"))
    };
    let province = |place: &Place| place.province.as_ref().map(ToString::to_string);
    assert_eq!(province(&code("P-code", "AF01")).as_deref(), Some("AF-KAB"));
    assert_eq!(province(&code("P-code", "AF0102")).as_deref(), Some("AF-KAB"));
    assert_eq!(code("FIPS", "AF01").precision, Precision::None, "another system, another unit");
    let abroad = code("http://www.iso.org/iso/country_codes.html", "AU-NSW");
    assert_eq!((abroad.country.unwrap().as_str(), province(&abroad).as_deref()), ("AUS", Some("AU-NSW")));
    let near = of("<circle>40.06,70.82 3.0</circle>");
    assert_eq!(
        (province(&near).as_deref(), near.precision, near.radius_km),
        (Some("KG-B"), Precision::Near, Some(25.0))
    );
    for huge in ["<polygon>20,40 65,40 65,100 20,100 20,40</polygon>", "<circle>40.06,70.82 3000</circle>"] {
        let place = of(huge);
        assert_eq!(
            (place.province, place.precision),
            (None, Precision::None),
            "no corner lies in any of them"
        );
    }
    let in_one = of("<polygon>47.5,66.0 47.5,68.0 48.5,68.0 48.5,66.0 47.5,66.0</polygon>");
    assert_eq!((in_one.precision, in_one.country.unwrap().as_str()), (Precision::Province, "KAZ"));
    let sea = of("<circle>12.7,-88.8 0.0</circle>");
    assert_eq!((sea.country, sea.precision), (None, Precision::Near));
    let polygon = of("<polygon>42.7,75.2 42.7,75.4 42.8,75.4 42.8,75.2 42.7,75.2</polygon>");
    assert!(
        (polygon.point.unwrap().lat() - 42.75).abs() < 0.01 && polygon.precision == Precision::Near,
        "{polygon:?}"
    );
    let named = |name: &str| {
        let old = "<areaDesc>Batken</areaDesc><geocode><valueName>ISO3166-2</valueName><value>KG-B</value></geocode>";
        message_of(&[(old, &format!("<areaDesc>{name}</areaDesc>"))]).draft.place
    };
    assert_eq!(province(&named("Согдийская область")).as_deref(), Some("TJ-SU"));
    let two = named("Sughd; Khatlon");
    assert_eq!(
        (two.country.unwrap().as_str(), two.province, two.precision),
        ("TJK", None, Precision::Country)
    );
    assert_eq!(named("Nowhere at all").precision, Precision::None);
    let whole = named("Kyrgyzstan");
    assert_eq!((whole.country.unwrap().as_str(), whole.precision), ("KGZ", Precision::Country));
    let city_or_region = named("Osh");
    assert_eq!((city_or_region.country.unwrap().as_str(), city_or_region.province), ("KGZ", None));
    let over_borders = "<polygon>39.8,70.5 40.1,70.5 40.1,71.0 39.8,71.0 39.8,70.5</polygon>";
    let of_batken = message_of(&[(old_area(), &format!("<areaDesc>Batken region</areaDesc>{over_borders}"))]);
    assert_eq!(province(&of_batken.draft.place).as_deref(), Some("KG-B"), "its sender says which is meant");
}

#[test]
fn what_lies_in_several_countries_is_placed_in_each() {
    let of = |areas: &str| {
        let message = message_of(&[(&format!("<area>{}</area>", old_area()), areas)]);
        let all = [&message.draft].into_iter().chain(&message.beside);
        let told = all.map(|draft| {
            let place = &draft.place;
            assert!(place.point.is_none() && place.radius_km.is_none(), "its middle lies on one side alone");
            let province = place.province.as_ref().map(ToString::to_string);
            (place.country.unwrap().to_string(), province, place.precision)
        });
        told.collect::<Vec<_>>()
    };
    let province =
        |country: &str, code: &str| (country.to_owned(), Some(code.to_owned()), Precision::Province);
    let both = vec![province("KGZ", "KG-B"), province("TJK", "TJ-SU")];
    let coded =
        |code: &str| format!("<geocode><valueName>ISO3166-2</valueName><value>{code}</value></geocode>");
    let area = |name: &str, rest: &str| format!("<area><areaDesc>{name}</areaDesc>{rest}</area>");
    assert_eq!(of(&(area("Batken", &coded("KG-B")) + &area("Sughd", &coded("TJ-SU")))), both);
    assert_eq!(of(&area("The valley", &(coded("KG-B") + &coded("TJ-SU")))), both);
    assert_eq!(of(&(area("Batken", "") + &area("Sughd", ""))), both);
    assert_eq!(of(&area("Sughd; Batken", "")), both, "in the order of their countries");
    let circle = of(&area("Zone 7", "<circle>40.06,70.82 60</circle>"));
    let countries: Vec<&str> = circle.iter().map(|(country, ..)| country.as_str()).collect();
    assert_eq!(countries, ["KGZ", "TJK", "UZB"]);
    let border = of(&area("Zone 7", "<polygon>39.8,70.5 40.1,70.5 40.1,71.0 39.8,71.0 39.8,70.5</polygon>"));
    assert_eq!(border[..2], both[..], "{border:?}");
    let whole = of(&(area("Kyrgyzstan", "") + &area("Sughd", &coded("TJ-SU"))));
    assert_eq!(whole, [("KGZ".to_owned(), None, Precision::Country), both[1].clone()]);
    let abroad = of(&(area("Batken", &coded("KG-B")) + &area("Xinjiang", &coded("CN-XJ"))));
    assert_eq!(abroad, [("CHN".to_owned(), Some("CN-XJ".to_owned()), Precision::Province), both[0].clone()]);
    let unsure =
        of(&(area("Batken", &coded("KG-B")) + &area("Sughd", &coded("TJ-SU")) + &area("Zone 7", "")));
    assert!(unsure.iter().all(|(.., precision)| *precision == Precision::Country), "{unsure:?}");
}

#[test]
fn what_happened_in_two_countries_is_of_the_day_of_each() {
    let two = format!("{}</area><area>{}", old_area(), old_area().replace("KG-B", "TJ-SU"));
    let both = message_of(&[
        (old_area(), &two),
        ("<onset>2026-11-19T23:00:00+06:00</onset>", "<onset>2026-11-19T18:30:00Z</onset>"),
    ]);
    let days = [both.draft.occurred_from, both.beside[0].occurred_from].map(|day| day.to_string());
    assert_eq!(days, ["2026-11-20", "2026-11-19"], "half past midnight in Batken");
    assert_eq!(both.draft.title, both.beside[0].title);
}

const fn old_area() -> &'static str {
    "<areaDesc>Batken</areaDesc><geocode><valueName>ISO3166-2</valueName><value>KG-B</value></geocode>"
}

#[test]
fn an_index_tells_what_it_links_to() {
    let atom = b"<feed xmlns='http://www.w3.org/2005/Atom'><link href='http://x/'/><entry><id>1</id><updated>2026</updated>\
        <title>A</title><link rel='self' href='http://x/self'/><link href='http://x/1.html'/>\
        <link type='application/cap+xml' href='http://x/1.cap'/></entry><entry><id>2</id></entry></feed>";
    let found = links(atom).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].href.as_str(), found[0].id.as_str(), found[0].embedded),
        ("http://x/1.cap", "1", false)
    );
    let rss =
        b"<rss><channel><item><title>B</title><link>http://x/b</link><guid>g</guid></item></channel></rss>";
    assert_eq!(links(rss).unwrap()[0].href, "http://x/b");
    assert!(links(b"<!DOCTYPE x><feed/>").unwrap_err().contains("document type"));
    assert!(links(b"<feed><entry>").unwrap_err().contains("line 1"));
}

#[test]
fn a_root_of_another_name_is_repeated_as_far_as_it_can_be_kept() {
    let why = check_root("<\0\0alert").unwrap_err();
    assert!(why.starts_with("its root element is <alert>; ") && !why.contains('\0'), "{why:?}");
    let why = check_root(&format!("<{}", "x".repeat(60_000))).unwrap_err();
    assert!(why.len() < 300, "{} bytes", why.len());
}
