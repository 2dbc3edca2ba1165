//! Series as a table: one row a span and threat. A cell is empty where nobody could say.

use contracts::analysis::series::{Point, Series};

use super::export::{finished, safe};
use crate::Error;

const COLUMNS: [&str; 30] = [
    "country",
    "province",
    "threat",
    "unit",
    "from",
    "to",
    "events",
    "deaths",
    "deaths_unstated",
    "peace",
    "complete",
    "owners",
    "reports",
    "undated",
    "indicator_answers",
    "indicator_owners",
    "indicators_aggravating",
    "indicators_easing",
    "media_articles",
    "media_domains",
    "media_events",
    "media_material_conflict",
    "media_verbal_conflict",
    "media_tone",
    "media_all_articles",
    "media_days",
    "exercise",
    "tlp",
    "licence",
    "attribution",
];

/// The table. UTF-8, RFC 4180.
///
/// # Errors
/// When it cannot be written.
pub fn csv(all: &[Series]) -> Result<String, Error> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(COLUMNS)?;
    for series in all {
        for point in &series.points {
            table.write_record(row(series, point).iter().map(|cell| safe(cell)))?;
        }
    }
    finished(table)
}

fn row(series: &Series, point: &Point) -> [String; 30] {
    let known = |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
    let (media, answered) = (point.media.as_ref(), point.indicators.as_ref());
    let licence = &series.handling.licence;
    let joined = |words: &std::collections::BTreeSet<String>, between| {
        words.iter().cloned().collect::<Vec<_>>().join(between)
    };
    [
        series.country.to_string(),
        series.province.as_ref().map_or_else(String::new, ToString::to_string),
        series.threat.to_string(),
        series.unit.to_string(),
        point.from.to_string(),
        point.to.to_string(),
        known(point.events),
        known(point.deaths),
        known(point.events.map(|_| point.unstated)),
        known(point.peace),
        point.coverage.complete.to_string(),
        point.coverage.owners.to_string(),
        point.coverage.reports.to_string(),
        point.coverage.undated.to_string(),
        known(answered.map(|answered| answered.answers)),
        known(answered.map(|answered| answered.owners)),
        known(answered.map(|answered| answered.aggravating)),
        known(answered.map(|answered| answered.easing)),
        known(media.map(|media| media.articles)),
        known(media.map(|media| media.domains)),
        known(media.map(|media| media.events)),
        known(media.map(|media| media.quads.material_conflict)),
        known(media.map(|media| media.quads.verbal_conflict)),
        media.and_then(|media| media.tone).map_or_else(String::new, |tone| format!("{tone:.2}")),
        known(media.map(|media| media.all_articles)),
        known(media.map(|media| media.days)),
        series.exercise.to_string(),
        series.handling.tlp().to_string(),
        joined(&licence.ids, " "),
        joined(&licence.attribution, "; "),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_could_say_is_an_empty_cell_and_never_a_zero() {
        let series: Vec<Series> = serde_json::from_str(include_str!(
            "../../../../shared/contracts/golden/mirab.ask.analysis.series.get.v1.reply.json"
        ))
        .unwrap();
        let table = csv(&series).unwrap();
        let rows: Vec<&str> = table.lines().collect();
        assert_eq!(rows.len(), 3);
        assert!(
            rows[1].contains("2026-11-09,2026-11-15,,,,,false,0,0,1,,,,,,,,,,,,,false,CLEAR"),
            "{}",
            rows[1]
        );
        assert!(
            rows[2].contains("2026-11-16,2026-11-22,2,0,0,1,false,2,4,0,,,,,41,6,7,6,1,-5.25,120,3,false"),
            "{}",
            rows[2]
        );
    }
}
