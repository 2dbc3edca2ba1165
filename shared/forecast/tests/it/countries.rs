use std::path::Path;

use forecast::{
    Panel, Settings, Window,
    rolling::{self, Model},
};

/// The 191 countries of the VIEWS challenge by month; `None`, with a word, where the file is not at hand.
fn countries() -> Option<(Vec<String>, Panel)> {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/views/cm_ged_sb_191_1990_2023.csv");
    if !file.exists() {
        eprintln!("left out: {} is not there", file.display());
        return None;
    }
    let mut reader = csv::Reader::from_path(file).unwrap();
    let units = reader.headers().unwrap().len() - 1;
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cell = |cell: &str| if cell.is_empty() { 0.0 } else { cell.parse().unwrap() };
    let counts = rows.iter().flat_map(|row| row.iter().skip(1).map(cell)).collect();
    let months = rows.iter().map(|row| row[0].to_owned()).collect();
    Some((months, Panel::new(units, counts, 0).unwrap()))
}

/// Mean CRPS of each month of 2018, told from October 2017: the official window, by the method the measured figure.
#[test]
fn whole_countries_get_the_scores_that_were_measured() {
    let Some((months, panel)) = countries() else { return };
    let october = months.iter().position(|month| month == "2017-10").unwrap();
    let measured = [
        (Model::Mixture, 12.52),
        (Model::NegativeBinomial, 12.48),
        (Model::OwnPast, 13.52),
        (Model::Conflictology, 14.49),
        (Model::TwoYears, 14.86),
        (Model::LastSeen, 20.07),
        (Model::Pooled, 23.53),
        (Model::Zero, 24.08),
    ];
    let models = measured.map(|(model, _)| model);
    let mut sums = vec![0.0; models.len()];
    for ahead in 3..=14 {
        let window = Window::month(ahead);
        let scored = rolling::run(&panel, window, october..=october, &Settings::COUNTRIES, &models);
        for (sum, of) in sums.iter_mut().zip(&scored.all) {
            assert_eq!(of.forecasts, 191);
            *sum += of.crps / 12.0;
        }
    }
    for ((model, measured), crps) in measured.into_iter().zip(sums) {
        assert!((crps - measured).abs() < 0.035, "{model:?}: {crps:.3} and not {measured}");
    }
}
