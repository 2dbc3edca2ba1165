//! The form by which an officer corrects where and when a report says that it happened; what was sent stays as it was sent.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::{
    Failure,
    gateway::ReportPlace,
    intake::{GetReport, MoveReport, Report, ReportAction, ReportCorrection, ReportState},
};
use domain::{Day, Place, Precision, ReportId};
use maud::{Markup, html};

use super::{
    desk,
    fields::{self, Fields, line, maybe, text, tick},
    incident_form::{self, Choice},
    incident_page, report,
    shell::Reader,
    usable,
    words::Lang,
};
use crate::{
    Error, Gateway,
    domain::policy::{REPORT_READERS, VERIFIERS},
};

/// A correction as it was filled in.
#[derive(Debug, Default)]
pub(super) struct Correcting {
    /// What was written.
    pub sent: Fields,
    /// Places that the name may mean, to choose from.
    pub candidates: Choice,
}

/// Corrects a report; a refusal is shown on its page, with what was written.
pub(super) async fn act(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    Form(sent): Form<Fields>,
) -> Response {
    let page = format!("/reports/{id}");
    let moved = async |reader: &Reader| {
        corrected(&gateway, reader, &headers, (&id, &sent)).await?;
        Ok(page.clone())
    };
    let again = async |reader: &Reader, why| {
        let candidates = place(&sent, reader.lang).err().map(|(_, choice)| choice).unwrap_or_default();
        let correction = Correcting { sent: sent.clone(), candidates };
        report::answer(&gateway, reader, &id, (Some(why), correction)).await
    };
    desk::press(&gateway, (&headers, &uri), (REPORT_READERS, page.clone()), moved, again).await
}

async fn corrected(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (id, sent): (&str, &Fields),
) -> Result<(), Error> {
    reader.check_form(headers, text(sent, "token"))?;
    let correction = read(sent, reader.lang)?;
    let report: ReportId = id.parse()?;
    let get = GetReport { id: report.clone(), known_on: None };
    let stands = gateway.ask_as(&reader.principal, None, &get).await?;
    gateway.check_corrector(&reader.principal, &stands).await?;
    let wish = MoveReport {
        id: report,
        action: ReportAction::Correct,
        note: text(sent, "note").to_owned(),
        version: Some(fields::field(sent, "version")?),
        of: None,
        correction: Some(correction),
        by_sender: false,
    };
    let now = gateway.ask_as(&reader.principal, usable(text(sent, "key")), &wish).await?;
    let detail = serde_json::json!({ "console": true, "version": now.version, "state": now.state });
    reader.note_act(gateway, ("correctReport", id, detail)).await
}

fn read(sent: &Fields, t: Lang) -> Result<ReportCorrection, Failure> {
    let occurred_on: Option<Day> = maybe(sent, "day")?;
    let place = place(sent, t).map_err(|(failure, _)| failure)?;
    Ok(ReportCorrection { place, occurred_on })
}

/// The place that is written: unknown, a point, or a name; `None` where nothing is.
fn place(sent: &Fields, t: Lang) -> Result<Option<ReportPlace>, (Failure, Choice)> {
    let named = text(sent, "place");
    let of = |precision| ReportPlace {
        country: None,
        province: None,
        name: None,
        lat: None,
        lon: None,
        precision,
    };
    if sent.contains_key("unknown") {
        return Ok(Some(of(Precision::None)));
    }
    let (lat, lon) = (degrees(sent, "lat")?, degrees(sent, "lon")?);
    if lat.is_none() && lon.is_none() {
        if named.is_empty() {
            return Ok(None);
        }
        return incident_form::meant(named, text(sent, "candidate"), t).map(Some);
    }
    let unit = match geography::resolve_province(named, None) {
        geography::Resolution::Found(unit) => Some(unit.id.to_owned()),
        _ => None,
    };
    let name = Some(named.to_owned()).filter(|name| unit.is_none() && !name.is_empty());
    Ok(Some(ReportPlace { province: unit, name, lat, lon, ..of(Precision::Near) }))
}

fn degrees(sent: &Fields, name: &str) -> Result<Option<f64>, (Failure, Choice)> {
    let given = text(sent, name).replace(',', ".");
    let read = || given.parse::<f64>().ok().filter(|degrees| degrees.is_finite());
    if given.is_empty() {
        return Ok(None);
    }
    let why = || fields::wrong(name, &format_args!("{given:?} is not a number of degrees, as 40.0604"));
    read().map(Some).ok_or_else(|| (why(), Choice::new()))
}

/// A place in a line: province and country, with the precision.
pub(super) fn held(t: Lang, place: &Place) -> String {
    let of = match (&place.province, &place.country) {
        (Some(code), _) => t.province(code.as_str()),
        (None, Some(country)) => t.country(country.as_str()),
        (None, None) => return t.say("reports.nowhere").to_owned(),
    };
    format!("{of} ({})", t.word("precision", place.precision.as_str()))
}

/// Whether it can be corrected where it stands; a weekly report never: its answers are of a province and a week.
const fn possible(report: &Report) -> bool {
    use ReportState as S;
    report.form.situation.is_none()
        && matches!(
            report.state,
            S::Submitted | S::Triage | S::Verifying | S::Verified | S::Unverified | S::Accepted
        )
}

/// The form; nothing for those who may not, or where it is too late.
pub(super) fn form(reader: &Reader, report: &Report, seen: &Correcting) -> Markup {
    let (t, sent) = (reader.lang, &seen.sent);
    if !possible(report) || !reader.principal.has_any(VERIFIERS) {
        return html! {};
    }
    html! {
        details open[!sent.is_empty()] {
            summary { (t.say("reports.correct")) }
            p.meta { (t.say("reports.correct-how")) }
            form.written method="post" action={ "/reports/" (report.id) "/correct" } {
                (fields::sealed(reader))
                input type="hidden" name="version" value=(report.version);
                (line((t.say("happened.place"), "place", "text"), sent))
                @if !seen.candidates.is_empty() { (incident_page::which(t, &seen.candidates)) }
                (line((t.say("reports.lat"), "lat", "text"), sent))
                (line((t.say("reports.lon"), "lon", "text"), sent))
                (tick((t.say("reports.unknown"), "unknown"), sent))
                (line((t.say("reports.day"), "day", "date"), sent))
                (fields::area((t.say("reports.correct-note"), "note.correct"), text(sent, "note")))
                p.buttons { button { (t.word("report-action", ReportAction::Correct.as_str())) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::{sample, sample_reports::a_report};

    fn sent(fields: &[(&str, &str)]) -> Fields {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_name_of_several_places_is_asked_back_and_a_point_a_day_or_nothing_known_are_taken() {
        let (why, choice) = place(&sent(&[("place", "Ош")]), Lang::Ru).unwrap_err();
        assert_eq!(why.errors[0].pointer, "place");
        assert!(choice.iter().any(|(id, _)| id == "KG-GO"), "{choice:?}");
        let chosen = place(&sent(&[("place", "Ош"), ("candidate", "KG-GO")]), Lang::Ru).unwrap().unwrap();
        assert_eq!((chosen.province.as_deref(), chosen.precision), (Some("KG-GO"), Precision::Province));
        let point = place(&sent(&[("place", "KG-B"), ("lat", "40,06"), ("lon", "70.82")]), Lang::En)
            .unwrap()
            .unwrap();
        assert_eq!(
            (point.province.as_deref(), point.lat, point.precision),
            (Some("KG-B"), Some(40.06), Precision::Near)
        );
        let unknown = place(&sent(&[("unknown", "on"), ("place", "x")]), Lang::En).unwrap().unwrap();
        assert_eq!((unknown.precision, unknown.name), (Precision::None, None));
        let day = read(&sent(&[("day", "2026-11-20")]), Lang::En).unwrap();
        assert_eq!((day.place, day.occurred_on.unwrap().to_string()), (None, "2026-11-20".to_owned()));
        let wrong = read(&sent(&[("lat", "north"), ("lon", "70")]), Lang::En).unwrap_err();
        assert_eq!(wrong.errors[0].pointer, "lat");
    }

    #[test]
    fn the_form_stands_open_with_what_was_written_and_only_where_a_report_can_be_corrected() {
        let officer = sample::reader(Lang::Ru, &[contracts::Role::SeniorAnalyst]);
        let seen = Correcting {
            sent: sent(&[("place", "Ош"), ("day", "2026-11-20")]),
            candidates: vec![("KG-GO".into(), "Ош".into())],
        };
        let shown = form(&officer, &a_report(ReportState::Submitted, false), &seen).into_string();
        for part in
            ["<details open", r#"value="Ош""#, r#"value="2026-11-20""#, r#"value="KG-GO""#, r#"/correct""#]
        {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        let accepted = form(&officer, &a_report(ReportState::Accepted, false), &Correcting::default());
        assert!(accepted.into_string().contains("/correct"), "its observation is revised");
        let late = form(&officer, &a_report(ReportState::Rejected, false), &Correcting::default());
        assert!(late.into_string().is_empty());
        let weekly = form(&officer, &a_report(ReportState::Submitted, true), &Correcting::default());
        assert!(weekly.into_string().is_empty(), "answers are of their province and week");
    }
}
