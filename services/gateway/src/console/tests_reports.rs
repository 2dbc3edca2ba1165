//! The pages of field reports with made-up data.

use std::collections::BTreeMap;

use contracts::{
    Failure, Page as ListPage,
    intake::{
        ReportState,
        questionnaires::{AnswerFault, AnswerProblem},
        reporters::Reporter,
    },
};
use domain::ReportId;
use maud::Markup;

use super::{
    due, files, questionnaire_fields, questionnaire_form, questionnaires, report, report_correction,
    reporter, reports,
    sample_reports::{a_report, a_reporter, a_sheet, dues, duties, likes},
    shell::{Page, Reader},
    tests::pages as all_pages,
    weekly_form,
    words::Lang,
};

fn report_seen(state: ReportState, weekly: bool, refusal: Option<Failure>) -> report::Seen {
    report::Seen {
        report: a_report(state, weekly),
        asked: weekly.then(|| a_sheet().asked),
        alike: Ok(likes()),
        refusal,
        correction: report_correction::Correcting::default(),
        limits: String::new(),
    }
}

/// They, by the name of a file.
pub(super) fn pages(me: &Reader, refusal: &Failure) -> Vec<(&'static str, Markup)> {
    let shown = |page: &Page<'_>| me.page(page);
    let report_list = ListPage {
        items: vec![a_report(ReportState::Triage, false), a_report(ReportState::Accepted, true)],
        next: Some("x".into()),
    };
    let due_seen = due::Seen {
        week: "2026-11-16".parse().unwrap(),
        due: Ok(dues()),
        assignments: Some(Ok(duties())),
        sent: Some("re_01KAQ0VZW01HZ1TXGYKBEK1JS7".into()),
        refusal: None,
    };
    let written = [
        ("extent:price_spike", "marked"),
        ("text:price_spike", "flour <b>up</b>"),
        ("number:families_moved", "12"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let problem =
        |key: &str, fault| AnswerProblem { pointer: format!("/answers/{key}"), fault, figure: String::new() };
    let wrong = weekly_form::Refusal {
        problems: vec![problem("access", AnswerFault::Missing), problem("price_spike", AnswerFault::Unknown)],
        ..weekly_form::Refusal::default()
    };
    let removed = Reporter { identity_removed_at: "2026-11-22T07:30:00Z".parse().ok(), ..a_reporter() };
    vec![
        ("reports", shown(&reports::page(me, &reports::Wish::default(), &Ok(report_list)))),
        ("report", shown(&report::page(me, &report_seen(ReportState::Verifying, false, None)))),
        (
            "report-refused",
            shown(&report::page(me, &report_seen(ReportState::Verifying, false, Some(refusal.clone())))),
        ),
        ("report-weekly", shown(&report::page(me, &report_seen(ReportState::Accepted, true, None)))),
        (
            "report-files",
            shown(&files::page(
                me,
                &ReportId::derived(&["r"]),
                &files::Seen { kept: 1, refusal: Some(refusal.clone()), limits: String::new() },
            )),
        ),
        ("questionnaires", shown(&questionnaires::page(me, std::slice::from_ref(&a_sheet().asked)))),
        ("questionnaire", shown(&questionnaires::page_of(me, &a_sheet().asked, Some(refusal)))),
        (
            "questionnaire-form",
            shown(&questionnaire_form::page(
                me,
                &questionnaire_fields::fields(&a_sheet().asked),
                &questionnaire_form::Seen {
                    id: Some("qn_1"),
                    refusal: Some(refusal.clone()),
                    preview: Some(a_sheet().asked.form),
                },
            )),
        ),
        ("due", shown(&due::page(me, &due_seen))),
        ("weekly-choice", shown(&weekly_form::choice(me, "2026-11-16".parse().unwrap()))),
        (
            "weekly",
            shown(&weekly_form::page(
                me,
                &a_sheet(),
                (&BTreeMap::default(), &weekly_form::Refusal::default()),
            )),
        ),
        ("weekly-refused", shown(&weekly_form::page(me, &a_sheet(), (&written, &wrong)))),
        ("reporter", shown(&reporter::page(me, &a_reporter(), (None, None)))),
        (
            "reporter-erased",
            shown(&reporter::page(me, &a_reporter(), ("2026-11-23T07:30:00Z".parse().ok(), None))),
        ),
        ("reporter-removed", shown(&reporter::page(me, &removed, (None, None)))),
    ]
}

#[test]
fn what_can_be_done_with_a_report_stands_with_its_guard_and_refused_answers_come_back_as_written() {
    let all = all_pages(Lang::En);
    let text = |wanted: &str| all.iter().find(|(name, _)| *name == wanted).unwrap().1.clone().into_string();
    let report = text("report");
    assert_eq!(report.matches("formaction=\"/reports/").count(), 5);
    assert!(report.contains("Second person or second source") && report.contains("name=\"of\""));
    let other = ReportId::derived(&["other"]);
    let rests = format!("borne out by another source: <a href=\"/reports/{other}\">{other}</a>");
    assert!(report.contains(&rests), "{report}");
    assert!(text("reporter").contains("is sealed") && !text("reporter").contains("erased"));
    assert!(
        text("reporter-removed").contains("by a rule of retention")
            && !text("reporter-removed").contains("is sealed and")
    );
    assert!(
        text("reporter-erased").contains("erased for good") && !text("reporter-erased").contains("is sealed")
    );
    let refused = text("weekly-refused");
    assert!(refused.contains("<a href=\"#q-access\">") && refused.contains("must be answered"));
    assert!(refused.contains("flour &lt;b&gt;up") && refused.contains("value=\"marked\" checked"));
    assert_eq!(refused.matches("class=\"wrong\"").count(), 2);
    assert!(text("due").contains("<td class=\"bad\" data-label=\"Report\">missing"));
}

#[test]
fn a_version_is_shown_as_its_monitors_see_it_and_cannot_be_answered_there() {
    let all = all_pages(Lang::Ru);
    let text = |wanted: &str| all.iter().find(|(name, _)| *name == wanted).unwrap().1.clone().into_string();
    let one = text("questionnaire");
    assert!(one.contains("<fieldset disabled>") && one.contains("Нападения или раскрытые заговоры"));
    assert!(
        one.contains("/questionnaires/new?of=") && one.contains("/retire\""),
        "in force it is succeeded or retired"
    );
    assert!(!one.contains("/enact\"") && !one.contains("/edit\""));
    let form = text("questionnaire-form");
    assert!(form.contains("name=\"text-1\"") && form.contains("name=\"do\" value=\"preview\""));
    assert!(form.contains("ru: Нападения или раскрытые заговоры"), "every language is there to be written");
}
