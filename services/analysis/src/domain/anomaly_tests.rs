use std::collections::BTreeMap;

use super::*;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/forecast/tests/golden/");

fn golden(name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(format!("{GOLDEN}{name}")).unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn the_tail_is_the_one_that_was_computed_elsewhere() {
    let table = [
        (1.0, 0.05, 0.0525, 0.047_619_047_619_047_49),
        (5.0, 2.0, 5.0, 0.122_905_780_803_684_07),
        (40.0, 30.0, 33.0, 0.054_499_712_943_964_24),
        (40.0, 30.0, 900.0, 0.269_689_731_531_581_3),
        (3300.0, 0.05, 0.0525, 0.0),
    ];
    for (y, mean, variance, expected) in table {
        let tail = upper_tail(y, mean, variance);
        assert!((tail - expected).abs() <= 1e-9 * expected, "{y} {mean} {variance}: {tail}");
    }
}

#[test]
fn the_tails_are_those_of_the_oracle() {
    for row in golden("nb_tail.csv").iter().skip(1) {
        let cells: Vec<f64> = row.iter().map(|cell| cell.parse().unwrap()).collect();
        let tail = upper_tail(cells[0], cells[1], cells[2]);
        assert!((tail - cells[3]).abs() <= 1e-9 * cells[3] || cells[3] < 1e-300, "{cells:?}: {tail}");
    }
}

#[test]
fn the_scores_are_those_of_the_oracle() {
    let (panel, expected) = (golden("panel.csv"), golden("anomaly.csv"));
    let months: BTreeMap<&str, usize> =
        panel[1..].iter().enumerate().map(|(at, row)| (row[0].as_str(), at)).collect();
    let mut checked = 0;
    for (unit, name) in panel[0].iter().enumerate().skip(1) {
        let counts: Vec<f64> = panel[1..].iter().map(|row| row[unit].parse().unwrap()).collect();
        let scores = scores(&counts, 24, 0);
        for row in expected.iter().filter(|row| row[1] == *name) {
            let Scored { surprise, score, .. } = scores[months[row[0].as_str()]];
            assert!((surprise - row[3].parse::<f64>().unwrap()).abs() < 2e-8, "{row:?}: {surprise}");
            assert!((score - row[4].parse::<f64>().unwrap()).abs() < 2e-8, "{row:?}: {score}");
            checked += 1;
        }
    }
    assert!(checked > 300, "{checked}");
}

#[test]
fn the_newest_months_are_scored_alike_whether_the_others_are_or_not() {
    let counts: Vec<f64> = (0..90).map(|month| f64::from((month * 37 + 11) % 29)).collect();
    let all = scores(&counts, WARM_MONTHS, 0);
    for first in [0, 1, 60, 88, 89] {
        assert_eq!(scores(&counts, WARM_MONTHS, first)[first..], all[first..], "{first}");
    }
}

#[test]
fn both_tails_of_a_count_make_one() {
    for (y, mean, variance) in
        [(0.0, 4.0, 6.0), (3.0, 4.0, 6.0), (40.0, 12.0, 300.0), (900.0, 1000.0, 5000.0)]
    {
        let both = lower_tail(y, mean, variance) + upper_tail(y + 1.0, mean, variance);
        assert!((both - 1.0).abs() < 1e-9, "{y} {mean} {variance}: {both}");
    }
}

#[test]
fn what_is_rare_in_one_province_is_less_so_in_any_of_many() {
    let eighty_eight = |chance: f64| in_any(chance, 88);
    assert!((eighty_eight(1.0 / 80.0) - 0.669_4).abs() < 1e-3, "{}", eighty_eight(1.0 / 80.0));
    assert!((eighty_eight(1e-9) - 88e-9).abs() < 1e-12, "nothing is lost where it is small");
    for chance in [0.0, 1e-6, 0.01, 0.3, 1.0] {
        assert!((in_any(chance, 1) - chance).abs() < 1e-12);
        assert!((chance..=1.0).contains(&eighty_eight(chance)), "{chance}");
    }
    for (trend, measured) in [(Trend::Watch, 2.0), (Trend::Alert, 1.0), (Trend::Normal, 0.0)] {
        assert!((marked_by_chance(trend, 126) - measured).abs() < 1e-12, "{trend}");
    }
}
