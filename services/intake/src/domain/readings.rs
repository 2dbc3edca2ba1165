//! What an accepted answer to a questionnaire says of indicators.

use contracts::{
    gateway::ReportForm,
    intake::{ReportState, ReportStep, indicators::IndicatorReading},
};
use domain::{Country, Credibility, Grade, ProvinceCode, ReadingId, Reliability, ReportId, Timestamp};

/// A report whose answers are taken.
#[derive(Clone, Copy, Debug)]
pub struct Taken<'a> {
    /// Which report.
    pub report: &'a ReportId,
    /// Its form.
    pub form: &'a ReportForm,
    /// Its province.
    pub province: &'a ProvinceCode,
    /// Its country.
    pub country: &'a Country,
    /// Pseudonym of its source.
    pub source: &'a str,
    /// How reliable that is held to be.
    pub reliability: Reliability,
    /// How it was accepted.
    pub accepted: Acceptance<'a>,
}

/// How a report was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acceptance<'a> {
    /// Who accepted it.
    pub by: &'a str,
    /// Why.
    pub why: &'a str,
    /// When.
    pub at: Timestamp,
    /// Whether the report was verified.
    pub verified: bool,
}

/// How a report of this history was last accepted; `None` where it never was.
pub fn acceptance(history: &[ReportStep]) -> Option<Acceptance<'_>> {
    let last = history.iter().rposition(|step| step.state == ReportState::Accepted)?;
    let (before, from) = history.split_at_checked(last)?;
    let step = from.first()?;
    let verified = before.last().is_some_and(|before| before.state == ReportState::Verified);
    Some(Acceptance { by: &step.by, why: &step.note, at: step.at, verified })
}

impl Taken<'_> {
    /// Its readings: the same source, indicator, province and week always give the same id.
    pub fn readings(self) -> Vec<IndicatorReading> {
        let Some(situation) = &self.form.situation else { return Vec::new() };
        let (from, to) = situation.week.week();
        let stated = self.form.grade.credibility;
        let Acceptance { by, why, at, verified } = self.accepted;
        let grade = Grade {
            reliability: self.reliability,
            credibility: if verified { stated.min(Credibility::PROBABLE) } else { stated },
            by: by.to_owned(),
            at,
            why: why.to_owned(),
        };
        // an exercise never replaces what was really answered
        let side = if self.form.exercise { "exercise" } else { "real" };
        let (week, province) = (from.to_string(), self.province.as_str());
        let reading =
            |(indicator, extent, note): (domain::Indicator, domain::Extent, &str)| IndicatorReading {
                id: ReadingId::derived(&[self.source, indicator.as_str(), province, &week, side]),
                indicator,
                country: *self.country,
                province: self.province.clone(),
                from,
                to,
                extent,
                note: note.trim().to_owned(),
                owner: self.source.to_owned(),
                grade: grade.clone(),
                handling: self.form.handling.clone(),
                report: Some(self.report.clone()),
                exercise: self.form.exercise,
            };
        situation.indicators().map(reading).collect()
    }
}
