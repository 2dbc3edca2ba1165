use forecast::{
    change, chart,
    detect::{self, Watched},
    run_length,
};

use super::golden::{Golden, golden};

type Detector = fn(&[f64]) -> Vec<f64>;

/// Shares of the lasting rises seen at one and at two false alarms a month, in 2009 to 2016 and in 2017 to August 2020, as they
/// were measured; a rise more or less is 0.017.
#[test]
fn the_detectors_see_as_many_rises_as_was_measured() {
    let measured: [(&str, Detector, [f64; 4], f64); 7] = [
        ("ratio", detect::ratios, [0.677, 0.846, 0.383, 0.700], 0.018),
        ("z-score", detect::z_scores, [0.523, 0.831, 0.383, 0.683], 0.018),
        ("Kleinberg", chart::bursts, [0.662, 0.846, 0.467, 0.717], 0.018),
        ("EWMA", chart::ewma, [0.538, 0.769, 0.467, 0.583], 0.018),
        ("Farrington", chart::farrington, [0.492, 0.769, 0.533, 0.633], 0.018),
        ("change point", run_length::scores, [0.708, 0.938, 0.600, 0.783], 0.035),
        ("NB-CUSUM", chart::cusum, [0.062, 0.169, 0.067, 0.233], 0.035),
    ];
    let Golden { panel, months, .. } = golden();
    let (first, start, end) = (months["2004-01"], months["2017-01"], months["2020-09"]);
    let before = months["2009-01"]..start;
    let units: Vec<Vec<f64>> = (0..panel.units())
        .map(|unit| (0..panel.months()).map(|month| panel.count(month, unit)).collect())
        .collect();
    let rises =
        |counts: &[f64]| change::rises(&counts[first..]).iter().map(|at| at + first).collect::<Vec<_>>();
    for (name, detector, measured, within) in measured {
        let watched: Vec<Watched> = units
            .iter()
            .map(|counts| Watched { counts: counts.clone(), scores: detector(counts), rises: rises(counts) })
            .collect();
        let at = |period: &std::ops::Range<usize>, rate| detect::at_rate(&watched, period.clone(), rate);
        let told = [at(&before, 1.0), at(&before, 2.0), at(&(start..end), 1.0), at(&(start..end), 2.0)];
        assert_eq!(told.map(|of| of.rises), [65, 65, 60, 60]);
        for (told, measured) in told.iter().zip(measured) {
            let share = told.share().unwrap();
            assert!((share - measured).abs() <= within, "{name}: {share:.3} and not {measured}");
        }
    }
}
