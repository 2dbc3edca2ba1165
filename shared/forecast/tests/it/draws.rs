use forecast::score;

use super::golden::{number, rows};

/// The scorer against an implementation of its own (numpy): the spread as the mean of all pairs, classes by a histogram with one
/// more in each, quantiles drawn straight between two draws. The official benchmark draws are scored by `mirab score`.
#[test]
fn draws_get_the_scores_that_were_computed_elsewhere() {
    let table = rows("draws.csv");
    assert_eq!(table[0], ["name", "observed", "crps", "ign", "mis", "draws"]);
    for row in &table[1..] {
        let draws: Vec<f64> = row[5].split(' ').map(number).collect();
        assert_eq!(draws.len(), 200, "{}", row[0]);
        let observed = number(&row[1]);
        let ends = (score::quantile_of_draws(&draws, 0.05), score::quantile_of_draws(&draws, 0.95));
        let mine = [
            score::crps(&draws, observed),
            score::ignorance_of_draws(&draws, observed),
            score::interval(ends, observed),
        ];
        for ((mine, theirs), measure) in mine.iter().zip(&row[2..5]).zip(["CRPS", "IGN", "MIS"]) {
            let theirs = number(theirs);
            assert!(
                (mine - theirs).abs() <= 1e-9 * theirs.max(1.0),
                "{} {measure}: {mine}, not {theirs}",
                row[0]
            );
        }
    }
    assert_eq!(table.len(), 6);
}
