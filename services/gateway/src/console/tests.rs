//! The pages with made-up data. Set `MIRAB_PAGES` to a folder while compiling to have them written there, to look at them.

use contracts::{
    Failure, Page as ListPage, Role, Service,
    analysis::{
        Situation,
        anomalies::AnomalyState,
        assessments::{AssessmentState, ListAssessments},
        forecasting::ForecastWork,
        products::ProductState,
        series::Unit,
    },
    intake::{
        ImportState, Quarantined,
        clusters::{ClusterState, ListClusters},
        leads::{LeadState, ListLeads},
    },
    operations::{DeadLetter, Vitals},
};
use domain::{
    Threat,
    warning::{CapSeverity, State},
};
use maud::Markup;

use super::{
    assessment, assessments, clusters, forecasts, imports, lead_text, leads, mapping_form, mappings,
    operations, partners, product, products, province, quarantine,
    sample::{a_warning, at, changes, disseminations, held, reader, region, run, seen},
    sample_assessments::{an_assessment, records},
    sample_clusters::a_cluster,
    sample_forecasts::{foretold, seen_none, seen_waiting},
    sample_leads::a_lead,
    sample_levels::{alarmed, anomaly, composed, supposed},
    sample_mappings::{a_mapping, import_seen, tried},
    sample_products::{self, lines, torn},
    sample_search,
    sample_series::over_time,
    sample_sources::{self, some_sources},
    series::Span,
    session,
    shell::Page,
    situation::{self, Wish},
    sources, tearlines, tests_desks, tests_reports, warning, warnings,
    words::Lang,
};

/// Every page with made-up data, by the name of a file.
pub(super) fn pages(lang: Lang) -> Vec<(&'static str, Markup)> {
    let me = reader(lang, Role::ALL);
    let shown = |page: &Page<'_>| me.page(page);
    let wish = Wish::default();
    let on = |view| Wish { view, ..wish };
    let batken = geography::province("KG-B").unwrap();
    let mut of_batken: Vec<Situation> =
        region().into_iter().filter(|s| s.province.as_str() == "KG-B").collect();
    of_batken.retain(|s| s.threat != composed().threat);
    of_batken.push(composed());
    let province_seen = province::Seen {
        situations: Ok(of_batken),
        warnings: seen().warnings,
        changes: Ok(changes()),
        anomalies: Ok(vec![anomaly(AnomalyState::Open), anomaly(AnomalyState::Explained)]),
        supposed: Some(supposed()),
        sources: None,
        forecasts: Ok(foretold()),
        series: (Span { unit: Unit::Week, whole: false }, Ok(vec![over_time(Unit::Week, 52)])),
    };
    let issued = a_warning(State::Issued, CapSeverity::Severe);
    let (organisations, mandates, agreements) = held();
    let warning_seen = warning::Seen {
        disseminations: Ok(disseminations(&issued)),
        warning: issued,
        organisations: organisations.clone(),
        refusal: None,
    };
    let refusal = Failure::conflict("the warning cannot be approved as it stands")
        .at("/approved_by", "A. Duty drafted it; another person must approve")
        .at("/expires", "lies in the past");
    let pending = warning::Seen {
        warning: a_warning(State::Pending, CapSeverity::Moderate),
        disseminations: Ok(vec![]),
        organisations: vec![],
        refusal: Some(refusal.clone()),
    };
    let dead = DeadLetter {
        event: domain::EventId::derived(&["x"]),
        consumer: "alerts".into(),
        subject: "mirab.analysis.situation.changed.v1".into(),
        reason: "the level is none of five".into(),
        tries: 5,
        body: "{\"level\":7}".into(),
        at: at("2026-11-22T04:00:00Z"),
        resolved_at: None,
        resolution: String::new(),
    };
    let vitals = |service: Service| operations::Seen {
        service,
        vitals: if service == Service::Liaison {
            Err(Failure::unavailable("liaison is not running just now; try again shortly"))
        } else {
            Ok(Vitals {
                service: service.to_string(),
                version: "0.1.0".into(),
                unsent: 3,
                oldest_unsent: None,
                dead_letters: 1,
            })
        },
        letters: if service == Service::Alerts { Ok(vec![dead.clone()]) } else { Ok(vec![]) },
    };
    let vitals: Vec<_> = Service::ALL.iter().map(|service| vitals(*service)).collect();
    let record = Quarantined {
        id: domain::QuarantineId::derived(&["1"]),
        import: run(ImportState::Done).id,
        line: 4711,
        reason: "column date_start holds \"31.02.2026\"; give a day as 2026-02-28".into(),
        original: "NTMzLDIwMjYsPHNjcmlwdD4=".into(),
        text: None,
        resolved_at: None,
    };
    let mend_refused = quarantine::Refusal {
        record: record.id.to_string(),
        corrected: Some("533,2026,<mended>".into()),
        failure: Failure::invalid("the corrected line cannot be read: the record has 3 columns"),
    };
    let from = Ok(ListPage { items: some_sources(), next: None });
    let quarantine = Ok(ListPage { items: vec![record], next: Some("abc".into()) });
    let list = Ok(ListPage {
        items: State::ALL.iter().map(|state| a_warning(*state, CapSeverity::Severe)).collect(),
        next: None,
    });
    let nothing = situation::Seen {
        situations: Ok(vec![]),
        warnings: Err(Failure::unavailable("alerts is not running just now; try again shortly")),
        changes: Ok(vec![]),
        empty: Some(super::empty::Empty::Nothing),
        only_exercise: true,
    };
    let forecasts_seen = seen_waiting();
    let (no_forecasts, none_yet) = (seen_none(ForecastWork::Ready), seen_none(ForecastWork::Working));
    let rehearsals = forecasts::Wish { rehearsal: Some(true), ..forecasts::Wish::default() };
    let mapping_seen = mappings::Seen { tried: Some(tried()), refusal: Some(refusal.clone()) };
    let every: Vec<_> = AssessmentState::ALL.iter().map(|state| an_assessment(*state)).collect();
    let judged = assessments::Seen {
        list: Ok(ListPage { items: every, next: None }),
        record: Ok(records()),
        due: Ok(ListPage { items: Vec::new(), next: None }),
    };
    let of = |state| shown(&assessment::page(&me, (&an_assessment(state), &[]), (None, "key")));
    let written = |state| shown(&product::page(&me, &sample_products::seen(state), (None, "key")));
    let proposals = ListClusters { state: Some(ClusterState::Proposed), ..ListClusters::default() };
    let proposed = Ok(ListPage { items: vec![a_cluster(ClusterState::Proposed)], next: Some("abc".into()) });
    let leads_wish = ListLeads { state: Some(LeadState::New), ..ListLeads::default() };
    let of_state = |state| a_lead(state);
    let waiting = Ok(ListPage {
        items: LeadState::ALL.iter().map(|s| of_state(*s)).collect(),
        next: Some("abc".into()),
    });
    let lead = |state| shown(&leads::page_of_one(&me, (&a_lead(state), false), None));
    let cluster = |state| shown(&clusters::page_of_one(&me, &a_cluster(state)));
    let mut all = tests_reports::pages(&me, &refusal);
    all.extend(tests_desks::further(&me, &refusal));
    all.extend(vec![
        ("clusters", shown(&clusters::page_of(&me, &proposals, &proposed))),
        ("leads", shown(&leads::page_of(&me, &leads_wish, (&waiting, None)))),
        ("lead-new", lead(LeadState::New)),
        ("lead-confirmed", lead(LeadState::Confirmed)),
        ("lead-text", shown(&lead_text::page(&me, &lead_text::Sent::default(), Some(&refusal)))),
        ("lead-past", shown(&leads::page_of_one(&me, (&a_lead(LeadState::Dismissed), true), Some(&refusal)))),
        ("cluster-proposed", cluster(ClusterState::Proposed)),
        ("cluster-confirmed", cluster(ClusterState::Confirmed)),
        ("cluster-split", cluster(ClusterState::Split)),
        ("assessments", shown(&assessments::page_of(&me, &ListAssessments::default(), &judged))),
        ("assessment", of(AssessmentState::Published)),
        ("assessment-review", of(AssessmentState::Review)),
        (
            "products",
            shown(&products::page_of(
                &me,
                products::Wish::default(),
                &Ok(ListPage { items: lines(), next: None }),
            )),
        ),
        ("product-draft", written(ProductState::Draft)),
        ("product-published", written(ProductState::Published)),
        ("product-new", shown(&sample_products::drafting(&me, &refusal))),
        ("tearlines", shown(&tearlines::page(&me, &torn()))),
        ("forecasts", shown(&forecasts::page_of(&me, rehearsals, &forecasts_seen))),
        ("forecasts-none", shown(&forecasts::page_of(&me, forecasts::Wish::default(), &no_forecasts))),
        ("forecasts-none-yet", shown(&forecasts::page_of(&me, forecasts::Wish::default(), &none_yet))),
        ("map", shown(&situation::page(&me, wish, &seen()))),
        (
            "map-kg",
            shown(&situation::page(
                &me,
                Wish { province: Some(batken), ..on(picture::View::Kyrgyzstan) },
                &seen(),
            )),
        ),
        ("map-af", shown(&situation::page(&me, on(picture::View::Afghanistan), &seen()))),
        (
            "map-fergana",
            shown(&situation::page(
                &me,
                Wish { province: Some(batken), ..on(picture::View::Fergana) },
                &seen(),
            )),
        ),
        (
            "map-exercise",
            shown(&situation::page(
                &me,
                Wish { exercise: true, threat: Some(Threat::BorderTension), ..wish },
                &seen(),
            )),
        ),
        ("map-empty", shown(&situation::page(&me, wish, &nothing))),
        ("province", shown(&province::page(&me, (batken, wish), &province_seen))),
        ("warnings", shown(&warnings::page(&me, None, (&list, &alarmed())))),
        ("warning", shown(&warning::page(&me, &warning_seen))),
        ("warning-refused", shown(&warning::page(&me, &pending))),
        (
            "partners",
            shown(&partners::page(
                &me,
                &partners::Seen {
                    organisations: Ok(organisations),
                    mandates: Ok(mandates),
                    agreements: Ok(agreements),
                },
            )),
        ),
        (
            "imports",
            shown(&imports::page(
                &me,
                &Ok(ListPage { items: vec![run(ImportState::Running), run(ImportState::Done)], next: None }),
                Some(&import_seen()),
            )),
        ),
        ("mappings", shown(&mappings::page(&me, &Ok(ListPage { items: vec![a_mapping()], next: None })))),
        ("mapping", shown(&mapping_form::page(&me, &mapping_form::fields(&a_mapping()), &mapping_seen))),
        ("mapping-new", shown(&mapping_form::page(&me, &mapping_form::fresh(), &mappings::Seen::default()))),
        ("quarantine", shown(&imports::run_page(&me, &run(ImportState::Done), &quarantine, None))),
        (
            "quarantine-refused",
            shown(&imports::run_page(&me, &run(ImportState::Done), &quarantine, Some(&mend_refused))),
        ),
        ("operations", shown(&operations::page(&me, &vitals, (&from, &Ok(sample_search::retention()))))),
        ("sources", shown(&sources::page(&me, &from, None))),
        ("sources-refused", shown(&sources::page(&me, &from, Some(&refusal)))),
        ("search", shown(&sample_search::page(&me))),
        ("source", shown(&sample_sources::page(&me))),
        ("source-new", shown(&sample_sources::form(&me, None))),
        ("source-refused", shown(&sample_sources::form(&me, Some(&refusal)))),
        (
            "login",
            session::page(
                lang,
                "/warnings",
                Some(&Failure::forbidden("neither a login code nor a token that counts")),
            ),
        ),
    ]);
    all
}

#[test]
fn every_page_is_whole_in_both_languages_and_holds_no_style_script_or_missing_word() {
    for (lang, _) in Lang::ALL {
        for (name, page) in pages(lang) {
            let text = page.into_string();
            assert!(text.contains(&format!("<html lang=\"{}\">", lang.tag())), "{name}");
            for wrong in ["style=", "onclick", "<style", "javascript:", ">?<", "<script>", "<b>by residents"]
            {
                assert!(!text.contains(wrong), "{name} holds {wrong}");
            }
            assert!(text.contains("id=\"main\"") && text.contains("<h1"), "{name}");
        }
    }
}

#[test]
fn a_page_is_light() {
    for (name, page) in pages(Lang::En) {
        let bytes = page.into_string().len();
        assert!(bytes < 420_000, "{name} has {bytes} bytes");
    }
}

#[test]
fn the_map_counts_every_unit_once_and_says_insufficient_where_little_is_known() {
    let (_, page) = pages(Lang::En).into_iter().find(|(name, _)| *name == "map").unwrap();
    let text = page.into_string();
    assert_eq!(text.matches("<a class=\"unit ").count(), 88);
    assert!(text.contains("Batken, Kyrgyzstan: critical, border tension"));
    assert!(text.contains(": insufficient information\""));
}

#[test]
fn every_partner_is_named_with_all_ten_steps() {
    let (_, page) = pages(Lang::En).into_iter().find(|(name, _)| *name == "warning").unwrap();
    let text = page.into_string();
    assert_eq!(text.matches("<li class=\"released-to ").count(), 4);
    assert_eq!(text.matches("10. Purpose").count(), 4);
    assert!(text.contains("Helsinki Document 1992"));
}

#[test]
fn a_refusal_shows_every_reason_and_the_form_again() {
    let (_, page) = pages(Lang::En).into_iter().find(|(name, _)| *name == "warning-refused").unwrap();
    let text = page.into_string();
    assert!(text.contains("another person must approve") && text.contains("lies in the past"));
    assert!(text.contains("formaction=\"/warnings/") && text.contains("name=\"token\""));
}

#[test]
fn a_record_is_mended_in_place_and_what_was_written_is_kept_when_it_is_refused() {
    let all = pages(Lang::En);
    let text = |wanted: &str| {
        let (_, page) = all.iter().find(|(name, _)| *name == wanted).unwrap();
        page.clone().into_string()
    };
    let (fresh, refused) = (text("quarantine"), text("quarantine-refused"));
    assert!(fresh.contains("533,2026,&lt;script&gt;</textarea>") && !fresh.contains("role=\"alert\""));
    assert!(refused.contains("533,2026,&lt;mended&gt;</textarea>") && refused.contains("has 3 columns"));
    assert!(refused.contains("<details open"));
}

#[test]
fn a_level_says_what_it_is_made_of_how_sure_it_is_and_what_it_would_be() {
    let (_, page) = pages(Lang::En).into_iter().find(|(name, _)| *name == "province").unwrap();
    let text = page.into_string();
    for said in [
        "Own incidents 35.2, indicators 2.9, from across the border 1.5, relieved 4.0",
        "Border crossings closed or restricted 1.4",
        "20% of its own index 9.0",
        "The joint commission met in Batken 2.0",
        "It would be 9.5; what spills over lifts by one level at most.",
        "corruption at the border",
        "Levels begin at 1.5 · 6.2 · 22.0 · 61.0: points of this threat’s own five years",
        "By strong evidence alone it is Elevated; if all that was reported is true and nothing eases it, Critical.",
        "It fell silent: unusually little has come since 4 Nov 2026.",
        "because what just happened is unusual",
        "Set by hand:",
        "Both sides have moved troops",
        "with an index of 4.0; it is",
    ] {
        assert!(text.contains(said), "{said} is not in {text}");
    }
    assert!(text.contains("action=\"/provinces/KG-B/override\"") && text.contains("action=\"/overrides/ov_"));
    let me = reader(Lang::En, &[Role::Analyst]);
    let plain = super::overrides::of_threat(&me, &composed(), None).into_string();
    let beside = super::overrides::beside(Lang::En, &composed()).into_string();
    assert!(
        beside.contains("Set by hand:") && !(plain + &beside).contains("<form"),
        "an analyst sees it and does not set it"
    );
}

#[test]
fn those_who_may_not_act_see_no_button() {
    let seen = warning::Seen {
        warning: a_warning(State::Pending, CapSeverity::Minor),
        disseminations: Ok(vec![]),
        organisations: vec![],
        refusal: None,
    };
    let me = reader(Lang::En, &[Role::Auditor]);
    let text = me.page(&warning::page(&me, &seen)).into_string();
    assert!(!text.contains("formaction") && text.contains("another role"));
}

/// Writes the pages, for looking at them.
#[test]
fn the_pages_can_be_written_to_a_folder() {
    let Some(folder) = option_env!("MIRAB_PAGES") else { return };
    std::fs::create_dir_all(folder).unwrap();
    for (lang, _) in Lang::ALL {
        for (name, page) in pages(lang) {
            let text = page
                .into_string()
                .replace("href=\"/assets/console-", "href=\"console.css?")
                .replace("src=\"/assets/live-", "src=\"live.js?");
            std::fs::write(format!("{folder}/{name}-{}.html", lang.tag()), text).unwrap();
        }
    }
    std::fs::write(
        format!("{folder}/console.css"),
        format!("{}{}", picture::STYLE, include_str!("../../assets/console.css")),
    )
    .unwrap();
}
