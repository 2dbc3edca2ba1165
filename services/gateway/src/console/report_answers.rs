//! A weekly report as it is read: its title, and each question with its answer, in the words of the questionnaire.

use contracts::{
    gateway::situation::Answer,
    intake::{
        Report,
        questionnaires::{Asks, Question, Questionnaire},
    },
};
use maud::{Markup, html};

use super::{questions::in_words, words::Lang};

/// What a report is called: of a week in the language of the reader, else as it was sent.
pub(super) fn titled(t: Lang, report: &Report) -> String {
    let Some(situation) = &report.form.situation else { return report.form.title.clone() };
    let (monday, sunday) = situation.week.week();
    let province = report.form.place.province.as_deref().unwrap_or_default();
    let places = [("province", t.province(province)), ("from", t.day(monday)), ("to", t.day(sunday))];
    t.fill("weekly.titled", &places.each_ref().map(|(name, value)| (*name, value.as_str())))
}

/// What was answered, in the order of the questions; nothing of a report that answers none.
pub(super) fn table(t: Lang, report: &Report, asked: Option<&Questionnaire>) -> Markup {
    let Some(situation) = &report.form.situation else { return html! {} };
    let questions = asked.map_or(&[][..], |asked| &asked.form.questions);
    let known = |key: &str| questions.iter().find(|one| one.key == key);
    let in_order = questions.iter().filter_map(|one| Some((&one.key, situation.answers.get(&one.key)?)));
    let unknown = situation.answers.iter().filter(|(key, _)| known(key).is_none());
    html! {
        div.scroll { table {
            thead { tr { th scope="col" { (t.say("weekly.question")) } th scope="col" { (t.say("weekly.answer")) } } }
            tbody { @for (key, answer) in in_order.chain(unknown) {
                @let question = known(key);
                tr {
                    th scope="row" { @match question { Some(one) => (in_words(t, &one.text)), None => (t.word("indicator", key)) } }
                    td { (given(t, question, answer)) }
                }
            } }
        } }
    }
}

fn given(t: Lang, question: Option<&Question>, answer: &Answer) -> Markup {
    let asks = question.map(|one| &one.asks);
    let chosen = |key: &str| match asks {
        Some(Asks::Choice { options }) => {
            options.iter().find(|one| one.key == key).map(|one| in_words(t, &one.text))
        }
        _ => None,
    };
    let unit = match asks {
        Some(Asks::Number { unit, .. }) => unit.as_str(),
        _ => "",
    };
    html! {
        @if let Some(extent) = answer.extent { (t.word("extent", extent.as_str())) }
        @if let Some(number) = answer.number { (number) @if !unit.is_empty() { " " (unit) } }
        @if let Some(choice) = &answer.choice { @match chosen(choice) { Some(text) => (text), None => (choice.replace('_', " ")) } }
        @if !answer.text.is_empty() {
            @if matches!(asks, Some(Asks::Text {})) { (answer.text) } @else { " " span.meta { (answer.text) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use contracts::intake::ReportState;

    use super::*;
    use crate::console::sample_reports::{a_report, a_sheet};

    #[test]
    fn questions_and_answers_stand_in_their_words_and_the_title_in_the_language_of_the_reader() {
        let (report, asked) = (a_report(ReportState::Verifying, true), a_sheet().asked);
        let shown = table(Lang::Ru, &report, Some(&asked)).into_string();
        for part in
            ["Какую часть провинции вы могли видеть", "больше половины", "Скачки цен на продовольствие"]
        {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(!shown.contains(">access<") && !shown.contains(">most<"), "{shown}");
        let english = table(Lang::En, &report, Some(&asked)).into_string();
        assert!(english.contains("more than half"), "{english}");
        assert_eq!(
            titled(Lang::Ru, &report),
            "Отчёт об обстановке: Баткенская область, неделя с 16 нояб. 2026 по 22 нояб. 2026"
        );
        assert!(
            table(Lang::En, &report, None).into_string().contains("access"),
            "where the questionnaire cannot be had"
        );
        assert_eq!(titled(Lang::Ru, &a_report(ReportState::Triage, false)), "Stand-off at a canal gate");
    }
}
