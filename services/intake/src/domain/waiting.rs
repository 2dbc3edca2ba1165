//! Why a report waits, as far as its sender may be told: by a word for each reason, and no word of what the report says.

use contracts::{
    gateway::{ReportForm, TEXT_CHARS, TITLE_CHARS},
    intake::{Report, ReportState, own::ReportWait},
};
use domain::{Country, Point, Precision, Timestamp};
use geography::Resolution;

use super::{
    correction::was_corrected,
    meant,
    report::{is_kind, misdated},
};

/// Why a report waits where it stands; empty where it does not.
pub fn waits_for(report: &Report) -> Vec<ReportWait> {
    match report.state {
        ReportState::Submitted => amiss(&report.form, (report.received_at, was_corrected(&report.history))),
        ReportState::Triage => vec![ReportWait::Desk],
        ReportState::Verifying => vec![ReportWait::SecondSource],
        ReportState::Unverified => vec![ReportWait::Unconfirmed],
        ReportState::Verified => vec![ReportWait::Acceptance],
        ReportState::Accepted | ReportState::Rejected | ReportState::Duplicate => Vec::new(),
    }
}

/// What keeps a form from going on by itself; of place and day nothing more once an officer has corrected them.
fn amiss(form: &ReportForm, (received_at, corrected): (Timestamp, bool)) -> Vec<ReportWait> {
    let fits = |text: &str, most: usize| !text.trim().is_empty() && text.chars().count() <= most;
    let mut found = Vec::new();
    if !fits(&form.title, TITLE_CHARS) || !fits(&form.text, TEXT_CHARS) {
        found.push(ReportWait::Text);
    }
    if !is_kind(&form.kind) {
        found.push(ReportWait::Kind);
    }
    let place = meant::find(&form.place);
    let country = place.as_ref().map_or(form.place.country, |place| place.country);
    let day = form.occurred_at.map(|at| at.day_in(country));
    if !corrected && day.is_some_and(|day| misdated(day, received_at).is_some()) {
        found.push(ReportWait::Day);
    }
    if !corrected && place.is_err() {
        found.push(of_place(form));
    }
    if found.is_empty() {
        // what else is looked at when a report comes in are its answers
        found.push(if form.situation.is_some() { ReportWait::Answers } else { ReportWait::Desk });
    }
    found
}

/// Why the place of a form is not found.
fn of_place(form: &ReportForm) -> ReportWait {
    let place = &form.place;
    let point = match (place.lat, place.lon) {
        (None, None) => None,
        (Some(lat), Some(lon)) => Point::new(lat, lon).ok(),
        _ => return ReportWait::PointMissing,
    };
    if point.is_none() && place.lat.is_some() {
        return ReportWait::PointMissing;
    }
    let province = place.province.as_deref().unwrap_or_default().trim();
    if place.precision < Precision::Country && !province.is_empty() {
        let country = place.country.as_ref().map(Country::as_str);
        match geography::resolve_province(province, country) {
            Resolution::Ambiguous(_) => return ReportWait::PlaceAmbiguous,
            Resolution::Unknown => return ReportWait::PlaceUnknown,
            Resolution::Found(_) => {}
        }
    }
    match (point, place.precision) {
        (Some(_), _) => ReportWait::PointElsewhere,
        (None, Precision::Exact | Precision::Near) => ReportWait::PointMissing,
        (None, _) => ReportWait::PlaceMissing,
    }
}

#[cfg(test)]
mod tests {
    use contracts::gateway::{ReportGrade, ReportPlace};
    use domain::{Credibility, Handling, Reliability, Severity, Threat, Tlp, UnClass};

    use super::*;

    fn form(change: impl FnOnce(&mut ReportForm)) -> ReportForm {
        let place = ReportPlace {
            country: "KGZ".parse().ok(),
            province: Some("KG-B".into()),
            name: None,
            lat: None,
            lon: None,
            precision: Precision::Province,
        };
        let grade = ReportGrade { reliability: Reliability::B, credibility: Credibility::PROBABLE };
        let mut form = ReportForm {
            title: "Shots".into(),
            text: "Shots were heard.".into(),
            threat: Threat::BorderTension,
            kind: "shooting".into(),
            severity: Severity::Serious,
            deaths: None,
            occurred_at: None,
            place,
            grade,
            language: "en".into(),
            handling: Handling::new(Tlp::Amber, UnClass::Unclassified),
            exercise: false,
            situation: None,
        };
        change(&mut form);
        form
    }

    #[test]
    fn every_reason_has_its_word() {
        use ReportWait as W;
        type Change = fn(&mut ReportForm);
        let table: [(Change, &[W]); 11] = [
            (|form| form.text = " ".into(), &[W::Text]),
            (|form| form.kind = "Shots!".into(), &[W::Kind]),
            (|form| form.occurred_at = "2026-12-24T00:00:00Z".parse().ok(), &[W::Day]),
            (|form| form.occurred_at = "0206-11-20T00:00:00Z".parse().ok(), &[W::Day]),
            (
                |form| (form.place.country, form.place.province) = (None, Some("Badakhshan".into())),
                &[W::PlaceAmbiguous],
            ),
            (|form| form.place.province = Some("Atlantis".into()), &[W::PlaceUnknown]),
            (|form| (form.place.country, form.place.province) = (None, None), &[W::PlaceMissing]),
            (|form| form.place.precision = Precision::Exact, &[W::PointMissing]),
            (|form| form.place.lat = Some(40.0), &[W::PointMissing]),
            (|form| (form.place.lat, form.place.lon) = (Some(10.0), Some(20.0)), &[W::PointElsewhere]),
            (
                |form| (form.title, form.place.province) = (String::new(), Some("Atlantis".into())),
                &[W::Text, W::PlaceUnknown],
            ),
        ];
        for (change, words) in table {
            let received_at = "2026-11-20T07:30:00Z".parse().unwrap();
            assert_eq!(amiss(&form(change), (received_at, false)), words);
            let of_desk = words.iter().all(|word| !matches!(word, W::Text | W::Kind));
            assert_eq!(amiss(&form(change), (received_at, true)) == [W::Desk], of_desk, "corrected");
        }
    }
}
