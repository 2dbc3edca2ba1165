use std::collections::HashMap;

use forecast::{
    Fit, Panel, Settings, Window,
    rolling::{self, Model},
    score,
};

pub(super) type Rows = Vec<Vec<String>>;

pub(super) fn rows(name: &str) -> Rows {
    let path = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(path).unwrap();
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

pub(super) fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

pub(super) struct Golden {
    pub(super) panel: Panel,
    units: Vec<String>,
    pub(super) months: HashMap<String, usize>,
}

pub(super) fn golden() -> Golden {
    let table = rows("panel.csv");
    let units = table[0][1..].to_vec();
    let counts = table[1..].iter().flat_map(|row| row[1..].iter().map(|cell| number(cell))).collect();
    let mut neighbours = vec![Vec::new(); units.len()];
    for row in &rows("adjacency.csv")[1..] {
        neighbours[row[0].parse::<usize>().unwrap()].push(row[1].parse().unwrap());
    }
    let groups = rows("groups.csv");
    let mut names: Vec<&str> = groups[1..].iter().map(|row| row[1].as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let countries =
        groups[1..].iter().map(|row| names.iter().position(|name| *name == row[1]).unwrap()).collect();
    let panel = Panel::new(units.len(), counts, 0).unwrap().in_region(neighbours, countries).unwrap();
    let months = table[1..].iter().enumerate().map(|(at, row)| (row[0].clone(), at)).collect();
    Golden { panel, units, months }
}

fn near(one: f64, other: f64, within: f64) -> bool {
    (one - other).abs() <= within * other.abs().max(1.0)
}

#[test]
fn the_figures_are_those_of_the_reference() {
    let Golden { panel, units, .. } = golden();
    for (month, k) in [(335, 1), (335, 3), (383, 1), (383, 3)] {
        let fit = Fit::new(&panel, Window::next(k), &Settings::PROVINCES);
        let table = rows(&format!("features_t{month}_k{k}.csv"));
        let names: Vec<&str> = fit.features().names().iter().map(|feature| feature.name).collect();
        assert_eq!(names, table[0][1..]);
        assert_eq!(table.len(), units.len() + 1);
        for (unit, row) in table[1..].iter().enumerate() {
            assert_eq!(row[0], units[unit]);
            for ((mine, theirs), name) in fit.features().row(month, unit).iter().zip(&row[1..]).zip(&names) {
                assert!(near(*mine, number(theirs), 1e-11), "{} {name}: {mine} and not {theirs}", row[0]);
            }
        }
    }
}

#[test]
fn the_ladder_is_that_of_the_reference() {
    let Golden { panel, .. } = golden();
    for (month, k) in [(335, 1), (335, 3), (383, 1), (383, 3)] {
        let fit = Fit::new(&panel, Window::next(k), &Settings::PROVINCES);
        let origin = fit.at(month);
        let ladder = origin.ladder().unwrap();
        let table = rows(&format!("ladder_t{month}_k{k}.csv"));
        let same = |mine: &[f64], row: &[String], within: f64| {
            assert_eq!(mine.len(), row.len());
            for (mine, theirs) in mine.iter().zip(row) {
                assert!(near(*mine, number(theirs), within), "t{month} k{k}: {mine} and not {theirs}");
            }
        };
        same(&ladder.mean, &table[1][2..], 1e-11);
        same(&ladder.spread, &table[2][2..], 1e-11);
        assert_eq!(ladder.thresholds.len(), table.len() - 4);
        for ((coefficients, threshold), row) in
            ladder.coefficients.iter().zip(&ladder.thresholds).zip(&table[3..])
        {
            assert_eq!(row[0], format!("c={threshold}"));
            same(coefficients, &row[1..], 1e-6);
        }
        same(&[ladder.tail], &table[table.len() - 1][1..2], 1e-9);
    }
}

#[test]
fn the_forecasts_are_those_of_the_reference() {
    let Golden { panel, units, months } = golden();
    let table = rows("forecast.csv");
    assert_eq!(table.len(), 505);
    for of_one_fit in table[1..].chunk_by(|one, other| one[..2] == other[..2]) {
        let (month, window) = (months[&of_one_fit[0][0]], Window::next(of_one_fit[0][1].parse().unwrap()));
        let fit = Fit::new(&panel, window, &Settings::PROVINCES);
        let origin = fit.at(month);
        assert_eq!(of_one_fit.len(), units.len());
        for (unit, row) in of_one_fit.iter().enumerate() {
            assert_eq!(row[2], units[unit]);
            let forecast = origin.unit(unit);
            for (count, theirs) in [1, 10, 25, 100].into_iter().zip(&row[3..7]) {
                assert!(near(forecast.chance_of(count), number(theirs), 1e-7), "{row:?}: P(>={count})");
            }
            for (q, theirs) in [0.05, 0.25, 0.5, 0.75, 0.95].into_iter().zip(&row[7..12]) {
                assert_eq!(forecast.quantile(q).to_string(), *theirs, "{row:?}: the quantile of {q}");
            }
            let escalation = panel.escalation(month, window, unit);
            assert_eq!(escalation.to_string(), row[12], "{row:?}");
            assert!(near(forecast.chance_of(escalation as u64), number(&row[13]), 1e-7), "{row:?}");
            let atoms = forecast.atoms(200);
            let mean = atoms.iter().sum::<f64>() / 200.0;
            assert!(near(mean, number(&row[14]), 1e-6), "{row:?}: mean {mean}");
            if let Some(observed) = panel.outcome(month, window, unit) {
                assert_eq!(observed.to_string(), row[15], "{row:?}");
                let crps = score::crps(&atoms, observed);
                assert!((crps - number(&row[16])).abs() < 1e-6, "{row:?}: CRPS {crps}");
            } else {
                assert_eq!(row[15], "");
            }
        }
    }
}

/// Held-out months 2017 to 2020, made anew every month. Each figure of the naive rule is the one that was measured.
#[test]
fn the_back_test_gives_the_scores_that_were_measured() {
    let Golden { panel, months, .. } = golden();
    let origins = months["2016-12"]..=months["2020-11"];
    let measured = [(1, 3.656, 3.886, [0.2050, 1.028, 3.784]), (3, 8.470, 9.664, [0.2102, 1.229, 9.118])];
    for (k, crps, naive, [logs, ignorance, negative_binomial]) in measured {
        let models = [Model::Mixture, Model::OwnPast, Model::Conflictology, Model::NegativeBinomial];
        let scored = rolling::run(&panel, Window::next(k), origins.clone(), &Settings::PROVINCES, &models);
        let [mixture, own, conflictology, binomial] = scored.all.as_slice() else { panic!("four models") };
        assert_eq!(mixture.forecasts, 126 * (49 - k));
        assert!((mixture.crps - crps).abs() < 0.005, "k {k}: {}", mixture.crps);
        assert!((conflictology.crps - naive).abs() < 0.005, "k {k}: naive {}", conflictology.crps);
        assert!((conflictology.crps_of_logs - logs).abs() < 0.001, "k {k}: {}", conflictology.crps_of_logs);
        assert!((conflictology.ignorance - ignorance).abs() < 0.005, "k {k}: {}", conflictology.ignorance);
        assert!((binomial.crps - negative_binomial).abs() < 0.001, "k {k}: {}", binomial.crps);
        assert!(mixture.crps < own.crps && own.crps < conflictology.crps);
    }
}
