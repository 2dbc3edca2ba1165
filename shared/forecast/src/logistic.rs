//! Logistic regression with a ridge, by Newton's method with step halving.

/// The ridge on the intercept: only so much that the system can always be solved.
const INTERCEPT_RIDGE: f64 = 1e-6;
/// No more steps than these.
const MOST_STEPS: usize = 30;
/// Done when the objective changes by less than this share.
const ENOUGH: f64 = 1e-9;
/// How many rows are added to the Hessian at once.
const TOGETHER: usize = 4;

/// Rows of figures; the first of each is 1.
#[derive(Clone, Debug)]
pub(crate) struct Design {
    pub(crate) width: usize,
    pub(crate) rows: Vec<f64>,
}

/// The chance that log-odds stand for.
pub(crate) fn chance(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds.clamp(-35.0, 35.0)).exp())
}

pub(crate) fn dot(row: &[f64], coefficients: &[f64]) -> f64 {
    row.iter().zip(coefficients).map(|(value, by)| value * by).sum()
}

impl Design {
    fn log_odds(&self, coefficients: &[f64]) -> Vec<f64> {
        self.rows.chunks_exact(self.width).map(|row| dot(row, coefficients)).collect()
    }

    /// The coefficients that minimise the sum of ln(1 + e^eta) - o eta and half the ridge times their squares.
    pub(crate) fn fit(&self, outcomes: &[bool], ridge: f64, start: Option<&[f64]>) -> Vec<f64> {
        let mut now = start.map_or_else(|| base(outcomes, self.width), <[f64]>::to_vec);
        let mut log_odds = self.log_odds(&now);
        let mut cost = cost(&log_odds, outcomes, &now, ridge);
        for _ in 0..MOST_STEPS {
            let (slope, mut curve) = self.slope_and_curve(&log_odds, outcomes, &now, ridge);
            let Some(direction) = solve(&mut curve, slope) else { break };
            let before = cost;
            (now, log_odds, cost) = self.step((&now, cost), &direction, outcomes, ridge);
            if (before - cost).abs() < ENOUGH * (1.0 + before.abs()) {
                break;
            }
        }
        now
    }

    /// A whole step, or the half, the quarter, … that makes it no worse.
    fn step(
        &self,
        (from, cost_from): (&[f64], f64),
        direction: &[f64],
        outcomes: &[bool],
        ridge: f64,
    ) -> (Vec<f64>, Vec<f64>, f64) {
        let mut size = 1.0;
        loop {
            let to: Vec<f64> = from.iter().zip(direction).map(|(from, by)| from + size * by).collect();
            let log_odds = self.log_odds(&to);
            let cost = cost(&log_odds, outcomes, &to, ridge);
            if cost <= cost_from + 1e-12 || size < 1e-4 {
                return (to, log_odds, cost);
            }
            size /= 2.0;
        }
    }

    /// The gradient, turned downhill, and the lower half of the Hessian.
    fn slope_and_curve(
        &self,
        log_odds: &[f64],
        outcomes: &[bool],
        at: &[f64],
        ridge: f64,
    ) -> (Vec<f64>, Vec<f64>) {
        let width = self.width;
        let mut slope: Vec<f64> = at.iter().enumerate().map(|(j, b)| -ridge_on(j, ridge) * b).collect();
        let mut curve = vec![0.0; width * width];
        let some = self.rows.chunks(width * TOGETHER).zip(log_odds.chunks(TOGETHER));
        for ((rows, log_odds), outcomes) in some.zip(outcomes.chunks(TOGETHER)) {
            let mut weights = [0.0; TOGETHER];
            let all = rows.chunks_exact(width).zip(log_odds).zip(outcomes).zip(&mut weights);
            for (((row, log_odds), outcome), weight) in all {
                let mu = chance(*log_odds);
                let miss = f64::from(*outcome) - mu;
                *weight = (mu * (1.0 - mu)).max(1e-9);
                for (slope, value) in slope.iter_mut().zip(row) {
                    *slope += miss * value;
                }
            }
            bend(&mut curve, width, rows, &weights);
        }
        for j in 0..width {
            curve[j * width + j] += ridge_on(j, ridge);
        }
        (slope, curve)
    }
}

/// Adds these rows, each by its weight, to the lower half of a Hessian. Several at once: its cells are read and written less often,
/// and that is where the time goes.
fn bend(curve: &mut [f64], width: usize, rows: &[f64], weights: &[f64; TOGETHER]) {
    let lines = curve.chunks_exact_mut(width).enumerate();
    if rows.len() == width * TOGETHER {
        let row = |number: usize| &rows[number * width..(number + 1) * width];
        let (a, b, c, d) = (row(0), row(1), row(2), row(3));
        for (i, line) in lines {
            let by = [weights[0] * a[i], weights[1] * b[i], weights[2] * c[i], weights[3] * d[i]];
            let values = a.iter().zip(b).zip(c.iter().zip(d));
            for (cell, ((a, b), (c, d))) in line[..=i].iter_mut().zip(values) {
                *cell += (by[0] * a + by[1] * b) + (by[2] * c + by[3] * d);
            }
        }
        return;
    }
    for (i, line) in lines {
        for (row, weight) in rows.chunks_exact(width).zip(weights) {
            for (cell, other) in line[..=i].iter_mut().zip(row) {
                *cell += weight * row[i] * other;
            }
        }
    }
}

fn ridge_on(coefficient: usize, ridge: f64) -> f64 {
    if coefficient == 0 { INTERCEPT_RIDGE } else { ridge }
}

/// Where it starts: everybody has the mean chance.
fn base(outcomes: &[bool], width: usize) -> Vec<f64> {
    let reached = outcomes.iter().filter(|outcome| **outcome).count() as f64;
    let mean = (reached / outcomes.len() as f64).clamp(1e-6, 1.0 - 1e-6);
    let mut coefficients = vec![0.0; width];
    if let Some(intercept) = coefficients.first_mut() {
        *intercept = (mean / (1.0 - mean)).ln();
    }
    coefficients
}

fn cost(log_odds: &[f64], outcomes: &[bool], at: &[f64], ridge: f64) -> f64 {
    let one = |(eta, outcome): (&f64, &bool)| {
        eta.max(0.0) + (-eta.abs()).exp().ln_1p() - if *outcome { *eta } else { 0.0 }
    };
    let missed: f64 = log_odds.iter().zip(outcomes).map(one).sum();
    missed + 0.5 * at.iter().enumerate().map(|(j, b)| ridge_on(j, ridge) * b * b).sum::<f64>()
}

/// Solves a symmetric positive system by Cholesky; `matrix` holds its lower half and is used up. `None` when it is not
/// positive.
fn solve(matrix: &mut [f64], mut right: Vec<f64>) -> Option<Vec<f64>> {
    let n = right.len();
    for j in 0..n {
        for i in j..n {
            let inner = dot(&matrix[i * n..i * n + j], &matrix[j * n..j * n + j]);
            let rest = matrix[i * n + j] - inner;
            if i == j && rest <= 0.0 {
                return None;
            }
            matrix[i * n + j] = if i == j { rest.sqrt() } else { rest / matrix[j * n + j] };
        }
    }
    for i in 0..n {
        right[i] = (right[i] - dot(&matrix[i * n..i * n + i], &right[..i])) / matrix[i * n + i];
    }
    for i in (0..n).rev() {
        let below: f64 = (i + 1..n).map(|j| matrix[j * n + i] * right[j]).sum();
        right[i] = (right[i] - below) / matrix[i * n + i];
    }
    Some(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved_and_one_that_is_not_positive_is_not() {
        let solved = solve(&mut [4.0, 0.0, 2.0, 3.0], vec![10.0, 9.0]).unwrap();
        assert!((solved[0] - 1.5).abs() < 1e-12 && (solved[1] - 2.0).abs() < 1e-12, "{solved:?}");
        assert!(solve(&mut [1.0, 0.0, 2.0, 1.0], vec![1.0, 1.0]).is_none());
    }

    #[test]
    fn outcomes_that_are_all_the_same_still_have_an_answer() {
        let design = Design { width: 2, rows: vec![1.0, 0.3, 1.0, -0.2, 1.0, 0.9] };
        for outcome in [true, false] {
            let found = design.fit(&[outcome; 3], 20.0, None);
            assert!(found.iter().all(|b| b.is_finite()), "{found:?}");
            assert_eq!(chance(dot(&[1.0, 0.0], &found)) > 0.5, outcome);
        }
    }
}
