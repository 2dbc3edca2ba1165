//! A report of a few words, as monitors send it from where there is little time and a bad line.

use contracts::gateway::{ReportForm, ReportGrade, ReportPlace};
use domain::{Credibility, Handling, Reliability, Severity, Threat, Tlp, UnClass};

/// The most of the text that becomes the title, in characters.
const TITLE_CHARS: usize = 120;

/// What a few words say, with nothing besides: titled by their first line. Nobody has judged it (F6), and it is TLP:AMBER for the
/// centre alone.
pub(crate) fn brief(
    (threat, kind, severity): (Threat, String, Severity),
    text: String,
    place: ReportPlace,
) -> ReportForm {
    ReportForm {
        title: text.lines().next().unwrap_or_default().chars().take(TITLE_CHARS).collect(),
        text,
        threat,
        kind,
        severity,
        deaths: None,
        occurred_at: None,
        place,
        grade: ReportGrade { reliability: Reliability::F, credibility: Credibility::UNKNOWN },
        language: "und".to_owned(),
        handling: Handling::new(Tlp::Amber, UnClass::Unclassified),
        exercise: false,
        situation: None,
    }
}
