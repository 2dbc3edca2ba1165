//! Where what a product rests on can be looked up.

use contracts::analysis::products::{Product, Source, SourceKind};
use domain::Threat;

/// The address within this door; nothing where the id of the source is left out.
pub(super) fn link(one: &Product, of: &Source) -> Option<String> {
    if of.id.is_empty() {
        return None;
    }
    let (id, first) = (of.id.as_str(), of.id.split('/').next().unwrap_or_default());
    Some(match of.kind {
        SourceKind::Observation => format!("/observations/{id}"),
        SourceKind::Anomaly => format!("/v1/anomalies/{id}"),
        SourceKind::Warning => format!("/warnings/{id}"),
        SourceKind::Consent => format!("/v1/consents/{id}"),
        SourceKind::Situation => format!("/provinces/{first}{}", of_exercise(one, '?')),
        SourceKind::Judgement => format!("/assessments/{first}"),
        SourceKind::Forecast => {
            let country = of.countries.first().map(|code| format!("&country={code}")).unwrap_or_default();
            let threat = of.threats.first().map(|threat| format!("&threat={threat}")).unwrap_or_default();
            format!("/v1/forecasts?origin={}{country}{threat}", of.on)
        }
        SourceKind::Coverage => covered(one, of),
    })
}

/// Where counts, levels and coverage are looked up, by what they are of.
fn covered(one: &Product, of: &Source) -> String {
    let mut parts = of.id.splitn(3, '/');
    let (what, which) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match what {
        "reports" => format!("/observations/{which}"),
        "level" | "months" => format!("/provinces/{which}{}", of_exercise(one, '?')),
        "source" => format!("/sources/{which}"),
        "counts" | "unplaced" => {
            format!("/v1/observations?from={}&to={}{}", one.form.from, one.form.to, of_exercise(one, '&'))
        }
        _ => {
            let threat =
                which.parse::<Threat>().map(|threat| format!("&threat={threat}")).unwrap_or_default();
            format!("/v1/situation?on={}{threat}{}", of.on, of_exercise(one, '&'))
        }
    }
}

fn of_exercise(one: &Product, opens: char) -> String {
    if one.form.exercise { format!("{opens}exercise=true") } else { String::new() }
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
            of(SourceKind::Coverage, "reports/ob_1"),
            of(SourceKind::Coverage, "months/KG-B/border_tension"),
            of(SourceKind::Coverage, "source/ucdp"),
            of(SourceKind::Coverage, "KGZ"),
            of(SourceKind::Situation, "KG-B/border_tension"),
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
                "/observations/ob_1".to_owned(),
                "/provinces/KG-B".to_owned(),
                "/sources/ucdp".to_owned(),
                format!("/v1/situation?on={on}"),
                "/provinces/KG-B".to_owned(),
            ]
        );
        let nameless = of(SourceKind::Observation, "");
        let drill = of(SourceKind::Situation, "KG-B/border_tension");
        assert_eq!(link(&one, &nameless), None);
        one.form.exercise = true;
        assert_eq!(link(&one, &drill).as_deref(), Some("/provinces/KG-B?exercise=true"));
    }
}
