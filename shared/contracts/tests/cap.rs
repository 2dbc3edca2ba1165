//! CAP 1.2: what is rendered keeps the standard, whatever a warning says; what does not keep it is found and named.

use std::{fmt::Write as _, fs, path::Path};

use contracts::{
    alerts::{Warning, WarningIssued},
    cap,
    coordination::PartnerAlert,
};
use domain::{
    Level, Precision, Threat,
    handling::Audience,
    warning::{MessageType, Status},
};
use proptest::prelude::*;
use serde_json::from_str;

const SENDER: &str = "early-warning@mirab.example";
const ISSUED: &str = include_str!("../golden/mirab.alerts.warning.issued.v1.json");
const ISSUED_CAP: &str = include_str!("../golden/mirab.ask.alerts.warning.cap.v1.reply.json");
const PARTNER_ALERT: &str = include_str!("../golden/mirab.ask.coordination.partner-alert.get.v1.reply.json");

/// The update of an exercise warning in two languages.
fn warning() -> Result<Warning, serde_json::Error> {
    from_str::<WarningIssued>(ISSUED).map(|event| event.warning)
}

/// Renders, and gives the document when it keeps the standard.
fn rendered(warning: &Warning) -> String {
    let xml = cap::render(warning, SENDER);
    assert_eq!(cap::check(&xml), Ok(()), "{xml}");
    xml
}

/// What is found in the rendered document after one exchange of text.
fn found(from: &str, to: &str) -> String {
    let xml = warning().map(|w| cap::render(&w, SENDER)).unwrap_or_default();
    assert!(xml.contains(from), "{from} is not in {xml}");
    cap::check(&xml.replacen(from, to, 1)).err().unwrap_or_default().join("\n")
}

#[test]
fn the_frozen_warning_renders_as_its_frozen_document() {
    assert_eq!(rendered(&warning().unwrap()), from_str::<String>(ISSUED_CAP).unwrap());
    let alert: PartnerAlert = from_str(PARTNER_ALERT).unwrap();
    assert_eq!(rendered(&alert.warning), alert.cap);
}

#[test]
fn an_exercise_says_so_and_names_what_it_updates() {
    let warning = warning().unwrap();

    let xml = rendered(&warning);

    assert!(xml.contains("<status>Exercise</status>"));
    assert!(xml.contains("<note>Exercise."));
    assert!(xml.contains(&format!("<references>{}</references>", warning.references[0])));
    assert!(xml.contains("<sent>2026-11-23T09:00:00-00:00</sent>"));
    assert_eq!(xml.matches("<info>").count(), 2);
    assert!(xml.contains("<code>TLP:AMBER</code>") && xml.contains("<code>UN:unclassified</code>"));
    assert!(xml.contains("<circle>39.9,70.6 25</circle>"));
    assert!(xml.contains("<areaDesc>Ak-Sai, Leylek, KG-B, Кыргызстан</areaDesc>"));
}

#[test]
fn every_kind_of_message_threat_and_level_keeps_the_standard() {
    let base = warning().unwrap();
    for status in Status::ALL {
        for message_type in MessageType::ALL {
            let first = *message_type == MessageType::Alert;
            let references = if first { Vec::new() } else { base.references.clone() };
            rendered(&Warning { status: *status, message_type: *message_type, references, ..base.clone() });
        }
    }
    for threat in Threat::ALL {
        for level in Level::ALL {
            let xml = rendered(&Warning { threat: *threat, level: *level, ..base.clone() });
            assert!(xml.contains(&format!("<value>{threat}</value>")));
        }
    }
}

#[test]
fn a_warning_that_is_not_sent_is_a_draft() {
    let xml = rendered(&Warning { sent: None, ..warning().unwrap() });
    assert!(xml.contains("<status>Draft</status>"));
    assert!(xml.contains("<sent>2026-11-23T08:16:00-00:00</sent>"));
}

#[test]
fn an_update_without_references_does_not_pass() {
    let xml = cap::render(&Warning { references: Vec::new(), ..warning().unwrap() }, SENDER);
    let findings = cap::check(&xml).unwrap_err();
    assert!(findings[0].contains("references is missing"), "{findings:?}");
}

#[test]
fn a_later_version_names_this_one_by_its_reference() {
    let first = warning().unwrap();
    let second = Warning {
        version: 3,
        sent: Some(first.expires),
        references: cap::reference(&first, SENDER).into_iter().collect(),
        ..first.clone()
    };
    let xml = rendered(&second);
    let named = format!("{SENDER},{}-v2,2026-11-23T09:00:00-00:00", first.id);
    assert!(xml.contains(&format!("<references>{named}</references>")));
    assert_eq!(cap::reference(&Warning { sent: None, ..first }, SENDER), None);
}

#[test]
fn only_what_is_clear_and_for_everyone_is_public() {
    let mut open = warning().unwrap();
    let clear = r#"{"tlp":"CLEAR","audience":["*"]}"#;
    open.handling = from_str(clear).unwrap();
    assert!(rendered(&open).contains("<scope>Public</scope>"));
    open.handling.audience = Audience::Only(["osce".to_owned()].into());
    assert!(rendered(&open).contains("<restriction>TLP:CLEAR: for the organisations it is addressed to"));
    open.handling = from_str(r#"{"tlp":"GREEN","audience":["*"]}"#).unwrap();
    assert!(rendered(&open).contains("<scope>Restricted</scope>"));
}

#[test]
fn a_place_is_shown_no_finer_than_the_handling_allows() {
    let mut coarse = warning().unwrap();
    coarse.handling.precision_floor = Precision::Province;
    let xml = rendered(&coarse);
    assert!(!xml.contains("<circle>") && !xml.contains("Ak-Sai,") && !xml.contains("Leylek"));
    assert!(xml.contains("<areaDesc>KG-B, Kyrgyzstan</areaDesc>"));
}

#[test]
fn hostile_text_stays_text() {
    let mut hostile = warning().unwrap();
    let attack = "<script>alert(1)</script>&xxe; ]]> \u{0}\u{8}\u{1b}[31m\u{fffe} \u{202e}";
    for info in &mut hostile.infos {
        info.headline = attack.repeat(100);
        info.event = attack.to_owned();
        info.description = attack.to_owned();
        info.instruction = "one\r\ntwo\rthree\tfour".to_owned();
        info.language = "<en>".to_owned();
    }
    hostile.places[0].name = Some("</areaDesc><circle>".to_owned());
    hostile.places[0].radius_km = Some(f64::NAN);
    hostile.references = vec!["a@b,1,2026-11-01T00:00:00-00:00\n".to_owned()];

    let xml = cap::render(&hostile, "two words,<&@mirab.example");

    assert_eq!(cap::check(&xml), Ok(()));
    assert!(
        !xml.contains("<script") && !xml.contains("&xxe;") && !xml.contains(['\u{0}', '\u{1b}', '\u{fffe}'])
    );
    assert!(xml.contains("<sender>two-words---@mirab.example</sender>"));
    assert!(xml.contains("<language>und</language>"));
    assert!(xml.contains("<instruction>one\ntwo\nthree four</instruction>"));
}

#[test]
fn a_headline_of_five_kilobytes_is_cut_to_160_characters() {
    let mut long = warning().unwrap();
    long.infos[1].headline = "напряжённость на границе ".repeat(110);
    let xml = rendered(&long);
    let headlines: Vec<&str> =
        xml.split("<headline>").skip(1).filter_map(|rest| rest.split("</headline>").next()).collect();
    assert!(headlines[1].chars().count() <= 160 && headlines[1].ends_with("границе…"), "{}", headlines[1]);
}

proptest! {
    #[test]
    fn whatever_is_written_the_document_keeps_the_standard(
        words in proptest::collection::vec(any::<String>(), 8), radius_km in any::<f64>(), sender in "\\PC{1,40}",
    ) {
        let mut odd = warning().unwrap();
        let info = &mut odd.infos[0];
        [&mut info.language, &mut info.event, &mut info.headline, &mut info.description, &mut info.assessment]
            .into_iter()
            .zip(&words)
            .for_each(|(field, word)| field.clone_from(word));
        odd.places[0].name = Some(words[5].clone());
        odd.places[0].radius_km = Some(radius_km);
        odd.evidence[0].grade.clone_from(&words[6]);
        odd.handling.licence.attribution.insert(words[7].clone());
        prop_assume!(!sender.trim().is_empty());
        prop_assert_eq!(cap::check(&cap::render(&odd, &sender)), Ok(()));
    }

    #[test]
    fn no_text_makes_the_check_panic(text in any::<String>(), at in 0_usize..3000) {
        let mut xml = cap::render(&warning().unwrap(), SENDER);
        let at = (0..=at.min(xml.len())).rev().find(|at| xml.is_char_boundary(*at)).unwrap_or(0);
        xml.insert_str(at, &text);
        let _ = cap::check(&xml);
        let _ = cap::check(&xml[..at]);
        let _ = cap::check(&text);
    }
}

#[test]
fn every_breach_is_found_where_it_is() {
    for (from, to, place, what) in [
        ("cap:1.2\">", "cap:1.1\">", "alert:", "not CAP 1.2"),
        ("<identifier>", "<identifier>a b", "alert/identifier:", "leave out spaces"),
        (SENDER, "", "alert/sender:", "it is empty"),
        ("-00:00</sent>", "Z</sent>", "alert/sent:", "without fraction or Z"),
        ("Exercise</status>", "exercise</status>", "alert/status:", "write one of Actual"),
        ("  <scope>Restricted</scope>\n", "", "alert:", "scope is missing"),
        ("<scope>Restricted", "<scope>Private", "alert:", "addresses is missing"),
        ("<scope>Restricted", "<scope>Public", "alert:", "goes only with scope Restricted"),
        ("<code>", "<note>x</note><code>", "alert/code[1]:", "it stands after note"),
        ("<code>", "<scope>Public</scope><code>", "alert/scope:", "it stands after restriction"),
        ("<info>", "<incidents/><incidents/><info>", "alert/incidents:", "more than once"),
        ("-v1,2026-11-22", "-v2,2026-11-22", "alert:", "this message itself"),
        ("-v1,2026-11-22", "-v1,2027-11-22", "alert:", "was sent later"),
        ("-v1,2026-11-22T18:00:00-00:00", "-v1", "alert/references:", "sender,identifier,sent"),
        ("<category>Security</category>", "", "alert/info[1]:", "category is missing"),
        ("<urgency>Expected", "<urgency>Soon", "alert/info[1]/urgency:", "Immediate, Expected"),
        ("<event>", "<event/><event>", "alert/info[1]/event:", "more than once"),
        ("<headline>", "<web>x</web><headline>", "alert/info[1]/headline:", "after web"),
        ("<headline>", "<headline><b>x</b>", "alert/info[1]/headline:", "does not belong here"),
        ("<headline>", "<headline>&xxe;", "alert/info[1]/headline:", "is not defined"),
        ("<headline>", "<headline>&#0;", "alert/info[1]/headline:", "no character"),
        ("<headline>", "<headline>&#7;", "alert/info[1]/headline:", "no character"),
        ("<headline>", "<headline>\u{7}", "document:", "take it out"),
        ("<headline>", "stray <headline>", "alert/info[1]:", "stands between its elements"),
        ("39.9,70.6 25", "70.6 39.9", "area[1]/circle[1]:", "latitude,longitude"),
        ("<circle>", "<polygon>1,1 2,2 3,3</polygon><circle>", "polygon[1]:", "four or more"),
        ("</area>", "<ceiling>9</ceiling></area>", "alert/info[1]/area[1]:", "add altitude"),
        ("</area>", "<altitude>9</altitude><ceiling>8</ceiling></area>", "area[1]:", "below altitude"),
        ("<area>", "<area kind=\"a\">", "area[1]:", "is not CAP's"),
        ("<area>", "<x:area>", "alert/info[1]:", "not declared"),
        ("</alert>", "</alert><alert/>", "document:", "one document holds one alert"),
        ("</alert>", "</alert>more", "document:", "outside the alert"),
        ("</alert>", "", "alert:", "cut short"),
        ("</alert>", "</alarm>", "alert:", "not well-formed"),
        ("<alert xmlns", "<!DOCTYPE a><alert xmlns", "document:", "take <!DOCTYPE> out"),
        (
            "</alert>",
            "<s:S xmlns:s=\"http://www.w3.org/2000/09/xmldsig#\"/><info/></alert>",
            "info[3]:",
            "Signature",
        ),
    ] {
        let findings = found(from, to);
        let hit = findings.lines().any(|finding| finding.contains(place) && finding.contains(what));
        assert!(hit, "{from} → {to}: {findings}");
    }
}

#[test]
fn a_signature_and_a_named_schema_pass() {
    let xml = rendered(&warning().unwrap());
    let signed = xml
        .replace(
            "</alert>",
            "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><A b=\"\"/></Signature></alert>",
        )
        .replace(
            "<alert ",
            "<alert xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"a b\" ",
        );
    assert_eq!(cap::check(&signed), Ok(()));
    assert_eq!(cap::check(&format!("\u{feff}{xml}")), Ok(()));
}

#[test]
fn what_is_too_large_too_deep_or_no_alert_is_refused_and_findings_are_bounded() {
    let told = |xml: &str| cap::check(xml).unwrap_err().join("\n");
    assert!(told(&" ".repeat(300_000)).contains("262144 or fewer"));
    assert!(told(&"<a>".repeat(1000)).contains("deep"));
    assert!(told("").contains("no alert in it"));
    assert!(told("<html/>").contains("its root is html"));
    let mut many = "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">".to_owned();
    for at in 0..1000 {
        write!(many, "<x{at}/>").unwrap();
    }
    assert_eq!(cap::check(&many).unwrap_err().len(), 100);
}

/// Documents of real services, where they lie beside the workspace; they are not part of it.
#[test]
fn documents_of_real_services_are_judged_by_their_state() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/cap");
    if !folder.is_dir() {
        println!("skipped: no sample documents in {}", folder.display());
        return;
    }
    for (name, expected) in [
        ("australia", None),
        ("canada", None),
        ("earthquake-iso8859-1", None),
        ("invalid", Some("scope is missing")),
        ("noaa_errors", Some("urgency: \"\" is not allowed")),
        ("weather", Some("not CAP 1.2")),
        ("xee", Some("document type")),
    ] {
        let Ok(bytes) = fs::read(folder.join(format!("google_testdata_{name}.cap"))) else {
            println!("skipped: no sample {name}");
            continue;
        };
        // One sample is in Latin-1, whose bytes are the first 256 characters.
        let xml =
            String::from_utf8(bytes).unwrap_or_else(|e| e.into_bytes().into_iter().map(char::from).collect());
        let findings = cap::check(&xml).err().unwrap_or_default();
        println!("{name}: {findings:#?}");
        match expected {
            None => assert!(findings.is_empty(), "{name}: {findings:#?}"),
            Some(what) => assert!(findings.iter().any(|f| f.contains(what)), "{name}: {findings:#?}"),
        }
    }
}
