//! What the desks of analysts show: judgements, clusters, sources, products.

use contracts::{
    Failure, Page as ListPage, Role,
    analysis::{
        anomalies::{AnomalyState, ListAnomalies},
        assessments::ListAssessments,
        indicators::IndicatorStanding,
        questions::{ListQuestions, Question},
    },
    coordination::Goes,
};
use maud::Markup;

use super::{
    assessment_form, assessments,
    fields::Fields,
    indicators, open_questions, retention,
    sample::reader,
    sample_levels::anomaly,
    sample_products::torn,
    sample_search,
    sample_sources::some_sources,
    shell::{Page, Reader},
    situation::Wish,
    sources, tearlines,
    tests::pages,
    unusual,
    words::Lang,
};

const INDICATORS: &str =
    include_str!("../../../../shared/contracts/golden/mirab.ask.analysis.indicator.list.v1.reply.json");
const QUESTIONS: &str =
    include_str!("../../../../shared/contracts/golden/mirab.ask.analysis.question.list.v1.reply.json");

/// More pages of analysts, by the name of a file.
pub(super) fn further(me: &Reader, refusal: &Failure) -> Vec<(&'static str, Markup)> {
    let shown = |page: &Page<'_>| me.page(page);
    let indicators: Vec<IndicatorStanding> = serde_json::from_str(INDICATORS).unwrap();
    let questions: ListPage<Question> = serde_json::from_str(QUESTIONS).unwrap();
    let unusual = [AnomalyState::Open, AnomalyState::Explained].map(anomaly);
    let unusual = ListPage { items: unusual.to_vec(), next: Some("2026-10|an_1".into()) };
    let (batken, one) = (geography::province("KG-B").unwrap(), questions.items[0].clone());
    let empty = Fields::new();
    let gone = sample_search::retention().removals.remove(0);
    vec![
        ("retention-going", shown(&retention::going_page(me, (1, &gone), &sample_search::going()))),
        ("anomalies", shown(&unusual::page(me, &ListAnomalies::default(), &Ok(unusual)))),
        ("indicators", shown(&indicators::page(me, (batken, Wish::default()), &Ok(indicators)))),
        (
            "questions",
            shown(&open_questions::page_of(
                me,
                &ListQuestions::default(),
                (&Ok(questions), &empty, Some(refusal)),
            )),
        ),
        ("question", shown(&open_questions::page_of_one(me, &one, Some(refusal)))),
        (
            "assessment-new",
            shown(&assessment_form::page(
                me,
                None,
                (&empty, &assessment_form::Known::default(), Some(refusal)),
            )),
        ),
    ]
}

#[test]
fn likelihood_and_confidence_stand_apart_and_only_what_was_published_can_be_resolved() {
    let all = pages(Lang::En);
    let text = |wanted: &str| {
        let (_, page) = all.iter().find(|(name, _)| *name == wanted).unwrap();
        page.clone().into_string()
    };
    let (published, review) = (text("assessment"), text("assessment-review"));
    assert!(published.contains("<b>likely (55–80%)</b>") && published.contains("moderate: two independent"));
    assert!(published.contains("It happened") && published.contains("0.106"));
    assert_eq!(published.matches("/judgements/2/").count(), 4);
    assert!(
        !review.contains("/judgements/") && review.contains("/approve\"") && review.contains("/return\"")
    );
    assert!(!review.contains("/publish\""));
    let list = text("assessments");
    assert!(list.contains("unlikely: 20% of 5; likely: 71% of 7"), "{list}");
}

#[test]
fn a_cluster_shows_what_speaks_for_it_and_asks_until_it_is_over() {
    let pages = pages(Lang::En);
    let text = |name| pages.iter().find(|(n, _)| *n == name).unwrap().1.clone().into_string();
    let (list, proposed, confirmed) = (text("clusters"), text("cluster-proposed"), text("cluster-confirmed"));
    assert!(list.contains("independent sources: 2") && list.contains("62% speaks for it"), "{list}");
    assert!(list.contains("/clusters?state=proposed&amp;cursor=abc"));
    for told in ["A – B", "12.5 km", "best graded", "&lt;radio&gt;", "from 0 to 2 over all", "86%"] {
        assert!(proposed.contains(told), "{told}: {proposed}");
    }
    assert!(proposed.contains("/confirm\"") && proposed.contains("/split\""));
    assert_eq!(proposed.matches("type=\"checkbox\"").count(), 3);
    assert!(
        !confirmed.contains("formaction=\"/clusters/x/confirm") && confirmed.contains("a person decided")
    );
    assert!(!text("cluster-split").contains("<form class=\"actions\""));
}

#[test]
fn a_source_says_what_it_needs_and_is_switched_on_only_when_it_has_it() {
    let (_, page) = pages(Lang::En).into_iter().find(|(name, _)| *name == "sources").unwrap();
    let text = page.into_string();
    let of = |key: &str| text.split("<article").find(|part| part.contains(&format!("id=\"{key}\""))).unwrap();
    assert!(of("acled").contains("intake.secrets.acled_user_file") && of("acled").contains("disabled"));
    assert!(of("usgs").contains("/sources/usgs/pull") && of("usgs").contains("/sources/usgs/pause"));
    assert!(of("network-kg").contains("/v1/hooks/network-kg") && !of("network-kg").contains("/pull"));
    let me = reader(Lang::En, &[Role::Analyst]);
    let list = Ok(ListPage { items: some_sources(), next: None });
    assert!(!me.page(&sources::page(&me, &list, None)).into_string().contains("/sources/usgs/"));
}

#[test]
fn a_draft_is_changed_statement_by_statement_and_what_is_published_is_not() {
    let all = pages(Lang::En);
    let text = |wanted: &str| {
        let (_, page) = all.iter().find(|(name, _)| *name == wanted).unwrap();
        page.clone().into_string()
    };
    let (draft, published) = (text("product-draft"), text("product-published"));
    assert_eq!(draft.matches("value=\"rewrite\"").count(), 3, "a form for each statement");
    assert!(
        draft.contains("href=\"#part-planned\"") && draft.contains("value=\"strike\""),
        "what is empty is named"
    );
    assert!(draft.contains("It takes 3 pages") && draft.contains("value=\"renew\""));
    assert!(draft.contains("/submit\"") && !draft.contains("/publish\""));
    assert!(!published.contains("/change\"") && published.contains("/withdraw\""), "it is frozen");
    let torn = text("tearlines");
    assert!(torn.contains("1 of 1 statements go to") && torn.contains(".pdf?for=osce"), "{torn}");
}

#[test]
fn where_nothing_goes_the_decision_of_the_rule_is_told_as_that_of_the_rule_alone() {
    let mut seen = torn();
    let page = |seen: &tearlines::Seen, lang| {
        let me = reader(lang, &[Role::Analyst]);
        me.page(&tearlines::page(&me, seen)).into_string()
    };
    let goes = page(&seen, Lang::En);
    assert!(goes.contains("<summary>Released with changes</summary>"), "{goes}");
    seen.torn.as_mut().unwrap().as_mut().unwrap().lines[0].goes = Goes::Nothing;
    let stays = page(&seen, Lang::En);
    assert!(stays.contains("<summary>Rule alone: Released with changes</summary>"), "{stays}");
    assert!(page(&seen, Lang::Ru).contains("<summary>Только по правилу: Передано с изменениями</summary>"));
}

#[test]
fn alarms_come_with_their_budget_and_their_record() {
    let (_, page) = pages(Lang::En).into_iter().find(|(name, _)| *name == "warnings").unwrap();
    let text = page.into_string();
    assert!(text.contains(
        "Forecasts may raise 5 alarms a month. By the forecasts of 24 months that is a chance of 31% or more."
    ));
    assert!(
        text.contains("Of 60 alarms that said something ahead, 21 were followed by a rise")
            && text.contains("(35%)")
    );
    assert!(text.contains("17 days ahead"), "{text}");
}

#[test]
fn a_forecast_is_never_shown_without_its_record_nor_with_digits_that_it_cannot_bear() {
    let text = |wanted: &str| {
        let all = pages(Lang::En);
        all.into_iter().find(|(name, _)| *name == wanted).unwrap().1.into_string()
    };
    let province = text("province");
    assert!(province.contains("12; half 6–24, 90% 3–60"), "{province}");
    assert!(province.contains("Record of 2,112 rehearsals of three months: CRPS 8.47, naive rule 9.66; 88%"));
    assert!(
        province.contains("▲ here, the last three months, ▼ the season."),
        "the slight reason is left out"
    );
    assert!(province.contains("<b>10–20%</b>"), "a chance of one in ten is told as a band");
    let page = text("forecasts");
    let (scores, watch) =
        (page.find("How good earlier forecasts were").unwrap(), page.find("Watch list").unwrap());
    assert!(scores < watch, "the record comes first");
    assert!(page.contains("+12.4\u{a0}%") && page.contains("3 to 61 told, 240 came"));
    assert!(
        page.contains("own past, discounted") && page.contains("1,056") && page.contains("+7.4\u{a0}%"),
        "over the windows both have"
    );
    assert!(page.contains("Of 90 chances of 26.5\u{a0}% or more, 34 came true"), "{page}");
    assert!(page[watch..].contains(">Armed conflict</td>"), "each row names its threat");
    assert!(page.contains("being worked out anew since 23 Nov 2026, 08:00 UTC; 2 files are still being read. Shown are those made from Oct 2026"));
    assert!(province.contains("33% regressions") && province.contains("0.190 against 0.210"), "{province}");
    let order = ["Helmand", "Kabul", "Batken"].map(|name| page[watch..].find(name).unwrap());
    assert!(order.is_sorted(), "the likeliest first");
    let none = text("forecasts-none");
    assert!(none.contains("No statistical basis") && none.contains("too few to say"), "{none}");
    let yet = text("forecasts-none-yet");
    assert!(!yet.contains("No statistical basis") && yet.contains("being worked out"), "{yet}");
}

#[test]
fn what_nobody_has_judged_is_judged_and_a_verdict_corrected() {
    let (_, page) = pages(Lang::En).into_iter().find(|(name, _)| *name == "province").unwrap();
    let text = page.into_string();
    assert_eq!(text.matches("<article class=\"anomaly\"").count(), 2);
    assert_eq!(text.matches("formaction=\"/anomalies/").count(), 3 + 2);
    assert!(text.contains(
        "14 incidents in the month; usual are 2.2. A month with as many has about 1 chance in 667."
    ));
    assert!(text.contains("A. Analyst") && text.contains("a late batch"));
}

#[test]
fn what_is_of_the_exercise_is_reached_from_the_list_of_what_is_real_and_keeps_its_place() {
    let me = reader(Lang::En, Role::ALL);
    let questions = |exercise| {
        let list = Ok(ListPage { items: Vec::new(), next: Some("c".to_owned()) });
        let wish = ListQuestions { exercise, ..ListQuestions::default() };
        me.page(&open_questions::page_of(&me, &wish, (&list, &Fields::new(), None))).into_string()
    };
    let judged = |exercise| {
        let list = || Ok(ListPage { items: Vec::new(), next: Some("c".to_owned()) });
        let wish = ListAssessments { exercise, ..ListAssessments::default() };
        let seen = assessments::Seen { list: list(), record: Ok(Vec::new()), due: list() };
        me.page(&assessments::page_of(&me, &wish, &seen)).into_string()
    };
    for (path, real, drill) in
        [("/questions", questions(false), questions(true)), ("/assessments", judged(false), judged(true))]
    {
        assert!(real.contains(&format!("href=\"{path}?exercise=true\"")), "{real}");
        assert!(!real.contains("class=\"ribbon\""), "{path}");
        assert!(drill.contains("class=\"ribbon\""), "{path}");
        assert!(drill.contains(&format!("href=\"{path}?exercise=true&amp;cursor=c\"")), "{drill}");
        assert!(drill.contains(&format!("href=\"{path}\"")), "{drill}");
    }
    assert!(questions(true).contains("name=\"exercise\" value=\"on\" checked"));
    assert!(judged(true).contains("href=\"/assessments/new?exercise=true\""));
}

#[test]
fn a_search_of_a_past_day_says_what_is_not_kept_of_it() {
    let search = pages(Lang::En).into_iter().find(|(name, _)| *name == "search").unwrap().1.into_string();
    assert!(search.contains("removed 700 revisions that were superseded before"), "{search}");
}
