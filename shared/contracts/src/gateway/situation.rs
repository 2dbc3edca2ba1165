//! Weekly situation reports: answers to one version of a questionnaire, for one province and week.

use std::collections::BTreeMap;

use domain::{
    Credibility, Day, Extent, Handling, Indicator, Precision, ProvinceCode, QuestionnaireId, Reliability,
    Severity, Threat,
};
use serde::{Deserialize, Serialize};

use super::{ReportForm, ReportGrade, ReportPlace};

/// The kind of every report that answers a questionnaire.
pub const SITUATION_REPORT: &str = "situation_report";

/// One answer. Which field it fills depends on what the question asks; the text is the note where it asks for something else.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// How much of an indicator was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extent: Option<Extent>,
    /// A number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<f64>,
    /// The key of the option chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<String>,
    /// In the words of whoever answers.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

impl Answer {
    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        self.extent.is_none() && self.number.is_none() && self.choice.is_none() && self.text.trim().is_empty()
    }
}

/// Answers to one version of a questionnaire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SituationAnswers {
    /// The version of the questionnaire.
    pub questionnaire: QuestionnaireId,
    /// The Monday of the week they speak of.
    pub week: Day,
    /// By the key of the question; the key of a question about an indicator is the indicator's word.
    pub answers: BTreeMap<String, Answer>,
}

impl SituationAnswers {
    /// What was said of indicators, in the order of the indicators.
    pub fn indicators(&self) -> impl Iterator<Item = (Indicator, Extent, &str)> {
        Indicator::ALL.iter().filter_map(|indicator| {
            let answer = self.answers.get(indicator.as_str())?;
            Some((*indicator, answer.extent?, answer.text.as_str()))
        })
    }
    /// Whether anything was seen that raises risk.
    pub fn raise(&self) -> bool {
        self.indicators().any(|(indicator, extent, _)| indicator.raises() && extent > Extent::None)
    }
}

/// A weekly situation report as its monitor fills it in. The one who sends it is its source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SituationForm {
    /// The version of the questionnaire.
    pub questionnaire: QuestionnaireId,
    /// The province, ISO 3166-2.
    pub province: ProvinceCode,
    /// The Monday of the week.
    pub week: Day,
    /// By the key of the question.
    pub answers: BTreeMap<String, Answer>,
    /// The week in a few sentences; may be empty.
    #[serde(default)]
    pub summary: String,
    /// RFC 5646 language of summary and notes.
    #[serde(default = "super::english")]
    pub language: String,
    /// What may be done with it.
    pub handling: Handling,
    /// Whether it is part of an exercise.
    #[serde(default)]
    pub exercise: bool,
}

impl SituationForm {
    /// The field report it is. Its threat and severity are those of the gravest answer to what raises risk: of a week in which
    /// nothing does the threat, which every form names, is political_unrest and says nothing. A source that nobody has judged yet is
    /// graded F, what it says of the week 3.
    pub fn report(self) -> ReportForm {
        let situation =
            SituationAnswers { questionnaire: self.questionnaire, week: self.week, answers: self.answers };
        let (threat, severity) = gravest(&situation);
        let (week, province) = (situation.week, &self.province);
        let title = format!("Situation report {province}, week of {week}");
        let text = if self.summary.trim().is_empty() { title.clone() } else { self.summary };
        ReportForm {
            title,
            text,
            threat,
            kind: SITUATION_REPORT.to_owned(),
            severity,
            deaths: None,
            occurred_at: None,
            place: ReportPlace {
                country: None,
                province: Some(province.to_string()),
                name: None,
                lat: None,
                lon: None,
                precision: Precision::Province,
            },
            grade: ReportGrade { reliability: Reliability::F, credibility: Credibility::POSSIBLE },
            language: self.language,
            handling: self.handling,
            exercise: self.exercise,
            situation: Some(situation),
        }
    }
}

fn gravest(answers: &SituationAnswers) -> (Threat, Severity) {
    let mut worst: Option<(Indicator, Extent)> = None;
    let seen =
        |(indicator, extent, _): &(Indicator, Extent, &str)| indicator.raises() && *extent > Extent::None;
    for (indicator, extent, _) in answers.indicators().filter(seen) {
        if worst.is_none_or(|(_, before)| extent > before) {
            worst = Some((indicator, extent));
        }
    }
    let threat = worst.and_then(|(indicator, _)| indicator.threats().first());
    let severity = match worst.map_or(Extent::None, |(_, extent)| extent) {
        Extent::None | Extent::Slight => Severity::Minor,
        Extent::Marked => Severity::Notable,
        Extent::Severe => Severity::Serious,
    };
    (threat.copied().unwrap_or(Threat::PoliticalUnrest), severity)
}

#[cfg(test)]
mod tests {
    use domain::{Tlp, UnClass};

    use super::*;

    fn form(answers: &[(&str, Extent)]) -> SituationForm {
        let answer = |extent| Answer { extent: Some(extent), ..Answer::default() };
        SituationForm {
            questionnaire: QuestionnaireId::derived(&["q"]),
            province: "KG-B".parse().unwrap(),
            week: "2026-11-16".parse().unwrap(),
            answers: answers.iter().map(|(key, extent)| ((*key).to_owned(), answer(*extent))).collect(),
            summary: String::new(),
            language: "en".into(),
            handling: Handling::new(Tlp::Amber, UnClass::Unclassified),
            exercise: false,
        }
    }

    #[test]
    fn a_situation_report_is_as_grave_as_its_gravest_answer_and_peace_does_not_make_it_grave() {
        let of = |answers: &[(&str, Extent)]| {
            let report = form(answers).report();
            (report.threat, report.severity)
        };
        let closures = ("crossing_closures", Extent::Severe);
        let canal = ("canal_disputes", Extent::Marked);
        assert_eq!(of(&[canal, closures]), (Threat::BorderTension, Severity::Serious));
        assert_eq!(of(&[("price_spike", Extent::Marked)]), (Threat::PoliticalUnrest, Severity::Notable));
        assert_eq!(of(&[("dialogue", Extent::Severe)]).1, Severity::Minor);
        for quiet in [&[][..], &[("attacks_plots", Extent::None)], &[("dialogue", Extent::Severe)]] {
            assert_eq!(of(quiet), (Threat::PoliticalUnrest, Severity::Minor), "{quiet:?}");
            assert!(!form(quiet).report().situation.unwrap().raise());
        }
        assert!(form(&[canal]).report().situation.unwrap().raise());
    }
}
