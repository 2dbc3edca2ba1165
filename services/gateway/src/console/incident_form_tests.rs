use contracts::{
    Role,
    intake::{
        ReportState,
        own::{OwnReport, ReportWait},
    },
};

use domain::{Reliability, Tlp};

use super::*;
use crate::console::{incident_page::KINDS, own_reports, sample, words::Lang};

fn sent(fields: &[(&str, &str)]) -> Seen {
    let written = [
        ("what", "border_tension/border_incident"),
        ("severity", "notable"),
        ("text", "Shots at the canal.\nTwo hurt."),
    ];
    let all = written.iter().chain(fields).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Seen { sent: all.collect(), ..Seen::default() }
}

#[test]
fn what_is_written_is_a_report_of_one_place_without_grade_for_the_centre_alone() {
    let fields = [("place", "KG-B"), ("day", "2026-11-20"), ("deaths", "2"), ("source", "A. Person")];
    let (form, source) = read(&mut sent(&fields), "ru").unwrap();
    assert_eq!(
        (form.threat, form.kind.as_str(), form.deaths),
        (Threat::BorderTension, "border_incident", Some(2))
    );
    assert_eq!((form.title.as_str(), form.place.province.as_deref()), ("Shots at the canal.", Some("KG-B")));
    assert_eq!(form.occurred_at.unwrap().day().to_string(), "2026-11-20");
    assert_eq!((form.handling.tlp(), form.grade.reliability), (Tlp::Amber, Reliability::F));
    assert_eq!((source.unwrap().name.as_str(), form.language.as_str()), ("A. Person", "ru"));
}

#[test]
fn a_name_of_several_places_is_asked_back_and_the_one_chosen_is_taken() {
    let mut seen = sent(&[("place", "Badakhshan")]);
    let refused = read(&mut seen, "en").unwrap_err();
    assert_eq!(refused.errors[0].pointer, "place");
    assert!(seen.candidates.len() >= 2, "{:?}", seen.candidates);
    let shown = pages::page(&sample::reader(Lang::En, &[Role::FieldMonitor]), &seen);
    assert!(shown.body.into_string().contains("value=\"TJ-GB\""));
    let (form, _) = read(&mut sent(&[("place", "Badakhshan"), ("candidate", "TJ-GB")]), "en").unwrap();
    assert_eq!(form.place.province.as_deref(), Some("TJ-GB"));
    let stale = read(&mut sent(&[("place", "Badakhshan"), ("candidate", "KG-B")]), "en");
    assert!(stale.is_err(), "a choice among the places of another name is none");
}

#[test]
fn what_cannot_be_sent_is_named_by_its_field_and_comes_back_as_it_was_written() {
    for (fields, at) in [
        (vec![("place", "")], "place"),
        (vec![("place", "Nowhereville")], "place"),
        (vec![("place", "KG-B"), ("text", " ")], "text"),
        (vec![("place", "KG-B"), ("what", "")], "what"),
        (vec![("place", "KG-B"), ("deaths", "some")], "deaths"),
        (vec![("place", "KG-B"), ("day", "soon")], "day"),
        (vec![("place", "KG-B"), ("contact", "+996")], "source"),
    ] {
        let mut seen = sent(&fields);
        let refused = read(&mut seen, "en").unwrap_err();
        assert_eq!(refused.errors[0].pointer, at, "{fields:?}");
        seen.refusal = Some(refused);
        let shown = pages::page(&sample::reader(Lang::Ru, &[Role::FieldMonitor]), &seen).body.into_string();
        assert!(at == "text" || shown.contains("Two hurt."), "{fields:?}");
    }
}

#[test]
fn a_form_keeps_its_key_until_its_report_is_in_and_what_names_a_source_is_not_kept_on_the_device() {
    let me = sample::reader(Lang::En, &[Role::FieldMonitor]);
    let key = |seen: &Seen| {
        let shown = pages::page(&me, seen).body.into_string();
        shown.split("name=\"key\" data-keep value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let mut seen = sent(&[("key", "console-1")]);
    seen.refusal = Some(wrong("place", &"x"));
    assert_eq!(key(&seen), "console-1");
    seen.refusal = Some(Failure::invalid("x").at("Idempotency-Key", "used before"));
    assert_ne!(key(&seen), "console-1");
    let shown = pages::page(&me, &Seen::default()).body.into_string();
    for name in ["source", "contact", "token"] {
        let field = shown.split("<input").find(|one| one.contains(&format!("name=\"{name}\""))).unwrap();
        assert!(!field.split('>').next().unwrap().contains("data-keep"), "{name}");
    }
    assert!(KINDS.iter().all(|(threat, _)| shown.contains(&format!("value=\"{threat}/incident\""))));
}

#[test]
fn a_sender_reads_where_a_report_stands_and_none_of_its_words() {
    let me = sample::reader(Lang::En, &[Role::FieldMonitor]);
    for state in ReportState::ALL {
        let report = OwnReport {
            id: ReportId::derived(&["r"]),
            state: *state,
            received_at: sample::at("2026-11-20T08:30:00Z"),
            moved_at: None,
            files: 1,
            waits_for: vec![ReportWait::PlaceAmbiguous],
        };
        let shown = own_reports::one_page(&me, &report, true).body.into_string();
        assert!(shown.contains("data-draft-sent") && shown.contains(report.id.as_str()), "{shown}");
        assert!(shown.contains("More than one province") && shown.contains("write its code"), "{shown}");
    }
}

#[test]
fn whatever_is_wrong_is_said_in_the_language_of_the_page_with_its_field() {
    for fields in [
        vec![("place", "")],
        vec![("place", "Nowhereville")],
        vec![("place", "Ош")],
        vec![("place", "KG-B"), ("text", " ")],
        vec![("place", "KG-B"), ("what", "")],
        vec![("place", "KG-B"), ("what", "quarrel/x")],
        vec![("place", "KG-B"), ("severity", "great")],
        vec![("place", "KG-B"), ("deaths", "some")],
        vec![("place", "KG-B"), ("day", "soon")],
        vec![("place", "KG-B"), ("contact", "+996")],
    ] {
        let mut seen = sent(&fields);
        seen.refusal = Some(read(&mut seen, "ru").unwrap_err());
        let shown = pages::page(&sample::reader(Lang::Ru, &[Role::FieldMonitor]), &seen).body.into_string();
        let refused = shown.split("class=\"refused\"").nth(1).unwrap();
        let refused = refused.split("</div>").next().unwrap();
        assert!(refused.contains("<a href="), "no field is named: {refused}");
        let english = [
            "expected",
            "write",
            "choose",
            "known",
            "missing",
            "several",
            "place is",
            "form cannot",
            "contact goes",
        ];
        assert!(!english.iter().any(|word| refused.contains(word)), "{fields:?}: {refused}");
    }
    let mut seen = sent(&[("place", "Ош")]);
    read(&mut seen, "ru").unwrap_err();
    assert!(
        seen.candidates.iter().any(|(_, shown)| shown == "Ошская область (KG-O)"),
        "{:?}",
        seen.candidates
    );
}
