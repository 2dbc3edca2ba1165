//! Where what a product or a judgement rests on can be looked up.

use contracts::analysis::{
    assessments::Assessment,
    products::{Product, Source, SourceKind},
};
use domain::{Day, Threat};

use super::fields::addressed;

/// Around what a source is cited.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    /// Whether it is of the exercise.
    exercise: bool,
    /// The days that what is counted is of; `None` where nothing is counted.
    period: Option<(Day, Day)>,
}

impl From<&Product> for Around {
    fn from(one: &Product) -> Self {
        Self { exercise: one.form.exercise, period: Some((one.form.from, one.form.to)) }
    }
}

impl From<&Assessment> for Around {
    fn from(one: &Assessment) -> Self {
        Self { exercise: one.form.exercise, period: None }
    }
}

/// The address within this door, of a document the one in its citation; nothing where there is none, or the id of the source is
/// left out.
pub(super) fn link(one: impl Into<Around>, of: &Source) -> Option<String> {
    let one = one.into();
    if of.id.is_empty() {
        return None;
    }
    let (id, first) = (of.id.as_str(), of.id.split('/').next().unwrap_or_default());
    Some(match of.kind {
        SourceKind::Observation => format!("/observations/{id}"),
        SourceKind::Anomaly => format!("/v1/anomalies/{id}"),
        SourceKind::Warning => format!("/warnings/{id}"),
        SourceKind::Consent => format!("/v1/consents/{id}"),
        SourceKind::Situation => situation(one, id),
        SourceKind::Judgement => format!("/assessments/{first}"),
        SourceKind::Incident => format!("/clusters/{id}"),
        SourceKind::Reading => {
            let reading = id.rsplit('/').next().unwrap_or_default();
            format!("/provinces/{first}/indicators{}#{reading}", of_exercise(one, '?'))
        }
        SourceKind::Document => return address(id).map(str::to_owned),
        SourceKind::Forecast => {
            let country = of.countries.first().map(|code| format!("&country={code}")).unwrap_or_default();
            let threat = of.threats.first().map(|threat| format!("&threat={threat}")).unwrap_or_default();
            format!("/v1/forecasts?origin={}{country}{threat}", of.on)
        }
        SourceKind::Coverage => covered(one, of),
    })
}

/// The page of a province, of the day where one is named.
fn situation(one: Around, id: &str) -> String {
    let mut parts = id.split('/');
    let (place, threat, day) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let exercise = one.exercise.then(|| ("exercise", "true".to_owned()));
    let named = day.map(|day| {
        let threat = threat.map(|threat| ("threat", threat.to_owned()));
        [threat, Some(("on", day.to_owned()))]
    });
    addressed(&format!("/provinces/{place}"), named.into_iter().flatten().chain([exercise]))
}

/// The address in a citation; only one that a browser opens safely.
fn address(citation: &str) -> Option<&str> {
    let at = citation.find("https://").or_else(|| citation.find("http://"))?;
    let rest = citation.get(at..)?;
    let word = rest.split_whitespace().next()?;
    Some(word.trim_end_matches(['.', ',', ';', ')', '>', '»']))
}

/// Where counts, levels and coverage are looked up, by what they are of.
fn covered(one: Around, of: &Source) -> String {
    let mut parts = of.id.splitn(3, '/');
    let (what, which) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match what {
        "reports" => format!("/observations/{which}"),
        "level" | "months" => format!("/provinces/{which}{}", of_exercise(one, '?')),
        "source" => format!("/sources/{which}"),
        "levels" if which == "moved" => {
            format!("/changes?since={}{}", one.period.map_or(of.on, |(from, _)| from), of_exercise(one, '&'))
        }
        "counts" | "heard" | "unplaced" => {
            let (from, to) = one.period.unwrap_or((of.on, of.on));
            format!("/v1/observations?from={from}&to={to}{}", of_exercise(one, '&'))
        }
        _ => {
            let threat =
                which.parse::<Threat>().map(|threat| format!("&threat={threat}")).unwrap_or_default();
            format!("/v1/situation?on={}{threat}{}", of.on, of_exercise(one, '&'))
        }
    }
}

fn of_exercise(one: Around, opens: char) -> String {
    if one.exercise { format!("{opens}exercise=true") } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRODUCT: &str =
        include_str!("../../../../shared/contracts/golden/mirab.ask.analysis.product.get.v1.reply.json");

    #[test]
    fn every_source_has_an_address_and_one_without_an_id_none() {
        let mut one: Product = serde_json::from_str(PRODUCT).unwrap();
        let of = |kind, id: &str| Source { kind, id: id.into(), ..one.sources[0].clone() };
        let told: Vec<String> = [
            of(SourceKind::Forecast, "fc_1"),
            of(SourceKind::Coverage, "counts"),
            of(SourceKind::Coverage, "levels/border_tension"),
            of(SourceKind::Coverage, "levels/KGZ"),
            of(SourceKind::Coverage, "levels/moved"),
            of(SourceKind::Coverage, "reports/ob_1"),
            of(SourceKind::Coverage, "months/KG-B/border_tension"),
            of(SourceKind::Coverage, "source/ucdp"),
            of(SourceKind::Coverage, "KGZ"),
            of(SourceKind::Situation, "KG-B/border_tension"),
            of(SourceKind::Situation, "KG-B/border_tension/2026-11-20"),
            of(SourceKind::Incident, "cl_1"),
            of(SourceKind::Reading, "KG-B/rd_1"),
            of(SourceKind::Document, "UNAMA, 2025, p. 12 (https://unama.example/a?b=1)."),
            of(SourceKind::Document, "UNAMA, 2025, javascript:alert(1)"),
        ]
        .iter()
        .filter_map(|source| link(&one, source))
        .collect();
        let (on, from, to) = (one.sources[0].on, one.form.from, one.form.to);
        assert_eq!(
            told,
            [
                format!("/v1/forecasts?origin={on}&country=KGZ&threat=border_tension"),
                format!("/v1/observations?from={from}&to={to}"),
                format!("/v1/situation?on={on}&threat=border_tension"),
                format!("/v1/situation?on={on}"),
                format!("/changes?since={from}"),
                "/observations/ob_1".to_owned(),
                "/provinces/KG-B".to_owned(),
                "/sources/ucdp".to_owned(),
                format!("/v1/situation?on={on}"),
                "/provinces/KG-B".to_owned(),
                "/provinces/KG-B?threat=border_tension&on=2026-11-20".to_owned(),
                "/clusters/cl_1".to_owned(),
                "/provinces/KG-B/indicators#rd_1".to_owned(),
                "https://unama.example/a?b=1".to_owned(),
            ]
        );
        let nameless = of(SourceKind::Observation, "");
        let drill = of(SourceKind::Situation, "KG-B/border_tension");
        assert_eq!(link(&one, &nameless), None);
        one.form.exercise = true;
        assert_eq!(link(&one, &drill).as_deref(), Some("/provinces/KG-B?exercise=true"));
    }
}
