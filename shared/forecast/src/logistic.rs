//! Logistic regression with a ridge, by Newton's method with step halving.

use pulp::{Arch, Simd, WithSimd};

/// The ridge on the intercept: only so much that the system can always be solved.
const INTERCEPT_RIDGE: f64 = 1e-6;
/// No more steps than these.
const MOST_STEPS: usize = 30;
/// Done when the objective changes by less than this share.
const ENOUGH: f64 = 1e-9;
/// How many rows are taken together.
const TOGETHER: usize = 4;
/// Log-odds beyond these are as good as certain.
const FAR: f64 = 35.0;
/// Of how many rows' factors, each from 1 to 2, one logarithm is taken.
const MULTIPLIED: u32 = 64;

/// Rows of figures; the first of each is 1.
#[derive(Clone, Debug)]
pub(crate) struct Design {
    pub(crate) width: usize,
    pub(crate) rows: Vec<f64>,
}

/// The chance that log-odds stand for.
pub(crate) fn chance(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds.clamp(-FAR, FAR)).exp())
}

pub(crate) fn dot(row: &[f64], coefficients: &[f64]) -> f64 {
    row.iter().zip(coefficients).map(|(value, by)| value * by).sum()
}

/// Coefficients, and what they come to.
#[derive(Clone, Debug)]
struct Point {
    coefficients: Vec<f64>,
    /// The chance of each row.
    chances: Vec<f64>,
    /// What is to be as little as can be.
    cost: f64,
}

/// What is learnt: which rows came true, and how strongly coefficients are held down.
#[derive(Clone, Copy, Debug)]
struct Lesson<'a> {
    outcomes: &'a [bool],
    ridge: f64,
}

impl Design {
    /// The coefficients that minimise the sum of ln(1 + e^eta) - o eta and half the ridge times their squares.
    pub(crate) fn fit(&self, outcomes: &[bool], ridge: f64, start: Option<&[f64]>) -> Vec<f64> {
        let lesson = Lesson { outcomes, ridge };
        let coefficients = start.map_or_else(|| base(outcomes, self.width), <[f64]>::to_vec);
        let mut now = Point { coefficients, chances: vec![0.0; outcomes.len()], cost: 0.0 };
        self.look(&mut now, lesson);
        let mut next = now.clone();
        for _ in 0..MOST_STEPS {
            let (slope, mut curve) = self.slope_and_curve(&now, lesson);
            let Some(direction) = solve(&mut curve, slope) else { break };
            self.step(&now, &direction, lesson, &mut next);
            std::mem::swap(&mut now, &mut next);
            if (next.cost - now.cost).abs() < ENOUGH * (1.0 + next.cost.abs()) {
                break;
            }
        }
        now.coefficients
    }

    /// A whole step, or the half, the quarter, … that makes it no worse.
    fn step(&self, from: &Point, direction: &[f64], lesson: Lesson<'_>, to: &mut Point) {
        let mut size = 1.0;
        loop {
            for ((to, from), by) in to.coefficients.iter_mut().zip(&from.coefficients).zip(direction) {
                *to = from + size * by;
            }
            self.look(to, lesson);
            if to.cost <= from.cost + 1e-12 || size < 1e-4 {
                return;
            }
            size /= 2.0;
        }
    }

    /// What a point's coefficients come to: the chances of all rows, and the cost.
    fn look(&self, at: &mut Point, lesson: Lesson<'_>) {
        let rows = self.rows.chunks(self.width * TOGETHER).zip(lesson.outcomes.chunks(TOGETHER));
        let mut missed = Missed::default();
        for ((rows, outcomes), chances) in rows.zip(at.chances.chunks_mut(TOGETHER)) {
            let log_odds = log_odds(rows, self.width, &at.coefficients);
            for ((eta, outcome), chance) in log_odds.iter().zip(outcomes).zip(chances) {
                *chance = missed.take(*eta, *outcome);
            }
        }
        let held = at.coefficients.iter().enumerate().map(|(j, b)| ridge_on(j, lesson.ridge) * b * b);
        at.cost = missed.sum() + 0.5 * held.sum::<f64>();
    }

    /// The gradient, turned downhill, and the lower half of the Hessian.
    fn slope_and_curve(&self, at: &Point, lesson: Lesson<'_>) -> (Vec<f64>, Vec<f64>) {
        let width = self.width;
        let coefficients = at.coefficients.iter().enumerate();
        let mut slope: Vec<f64> = coefficients.map(|(j, b)| -ridge_on(j, lesson.ridge) * b).collect();
        let mut curve = vec![0.0; width * width];
        let (rows, slope_of, curve_of) = (&self.rows, &mut slope, &mut curve);
        let (chances, outcomes) = (&at.chances, lesson.outcomes);
        Arch::new().dispatch(Bend { width, rows, chances, outcomes, slope: slope_of, curve: curve_of });
        for j in 0..width {
            curve[j * width + j] += ridge_on(j, lesson.ridge);
        }
        (slope, curve)
    }
}

/// What rows add to the gradient and to the lower half of the Hessian. Whichever vectors the machine has, each cell is summed in the
/// same order, so that every machine learns the same.
struct Bend<'a> {
    width: usize,
    rows: &'a [f64],
    chances: &'a [f64],
    outcomes: &'a [bool],
    slope: &'a mut [f64],
    curve: &'a mut [f64],
}

impl WithSimd for Bend<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "what is not inlined is compiled without the vectors of the machine"
    )]
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let width = self.width;
        let some = self.rows.chunks(width * TOGETHER).zip(self.chances.chunks(TOGETHER));
        for ((rows, chances), outcomes) in some.zip(self.outcomes.chunks(TOGETHER)) {
            let (mut misses, mut weights) = ([0.0; TOGETHER], [0.0; TOGETHER]);
            for (number, (chance, outcome)) in chances.iter().zip(outcomes).enumerate() {
                misses[number] = f64::from(*outcome) - chance;
                weights[number] = (chance * (1.0 - chance)).max(1e-9);
            }
            // rows that are not there weigh nothing
            let row =
                |number: usize| rows.get(number * width..(number + 1) * width).unwrap_or(&rows[..width]);
            let rows: [&[f64]; TOGETHER] = std::array::from_fn(row);
            let split = rows.map(S::as_simd_f64s);
            add(simd, self.slope, split, misses, width);
            for (i, line) in self.curve.chunks_exact_mut(width).enumerate() {
                let by = std::array::from_fn(|number| weights[number] * rows[number][i]);
                add(simd, line, split, by, i + 1);
            }
        }
    }
}

/// Rows cut into vectors, and what is left of each.
type Split<'a, S> = [(&'a [<S as Simd>::f64s], &'a [f64]); TOGETHER];

/// Adds rows, each by its factor, to so many cells of a line, and to those that share a vector with the last. Several rows at once:
/// cells are read and written less often, and that is where the time goes.
#[expect(
    clippy::inline_always,
    reason = "what is not inlined is compiled without the vectors of the machine"
)]
#[inline(always)]
fn add<S: Simd>(simd: S, line: &mut [f64], rows: Split<'_, S>, by: [f64; TOGETHER], many: usize) {
    let [(a, a_rest), (b, b_rest), (c, c_rest), (d, d_rest)] = rows;
    let (cells, rest) = S::as_mut_simd_f64s(line);
    let whole = cells.len() * S::F64_LANES;
    let all = by.map(|by| simd.splat_f64s(by));
    let vectors = a.iter().zip(b).zip(c.iter().zip(d));
    for (cell, ((a, b), (c, d))) in cells.iter_mut().take(many.div_ceil(S::F64_LANES)).zip(vectors) {
        let one = simd.add_f64s(simd.mul_f64s(all[0], *a), simd.mul_f64s(all[1], *b));
        let other = simd.add_f64s(simd.mul_f64s(all[2], *c), simd.mul_f64s(all[3], *d));
        *cell = simd.add_f64s(*cell, simd.add_f64s(one, other));
    }
    let rests = a_rest.iter().zip(b_rest).zip(c_rest.iter().zip(d_rest));
    for (cell, ((a, b), (c, d))) in rest.iter_mut().take(many.saturating_sub(whole)).zip(rests) {
        *cell += (by[0] * a + by[1] * b) + (by[2] * c + by[3] * d);
    }
}

/// The sum of ln(1 + e^eta) - o eta over rows. The logarithms are taken of products of some rows: of each row alone they would
/// cost more than all else.
#[derive(Debug)]
struct Missed {
    sum: f64,
    product: f64,
    rows: u32,
}

impl Default for Missed {
    fn default() -> Self {
        Self { sum: 0.0, product: 1.0, rows: 0 }
    }
}

impl Missed {
    /// Takes up a row by its log-odds; gives its chance.
    fn take(&mut self, eta: f64, outcome: bool) -> f64 {
        let least = (-eta.abs().min(FAR)).exp();
        self.sum += eta.max(0.0) - if outcome { eta } else { 0.0 };
        // each factor is 2 at most
        self.product *= 1.0 + least;
        self.rows += 1;
        if self.rows.is_multiple_of(MULTIPLIED) {
            self.sum += self.product.ln();
            self.product = 1.0;
        }
        if eta < 0.0 { least / (1.0 + least) } else { 1.0 / (1.0 + least) }
    }

    fn sum(&self) -> f64 {
        self.sum + self.product.ln()
    }
}

/// The log-odds of up to so many rows as are taken together. Side by side: the sum of one row has to wait for itself.
fn log_odds(rows: &[f64], width: usize, coefficients: &[f64]) -> [f64; TOGETHER] {
    let mut sums = [0.0; TOGETHER];
    if rows.len() == width * TOGETHER {
        let row = |number: usize| &rows[number * width..(number + 1) * width];
        let values = row(0).iter().zip(row(1)).zip(row(2).iter().zip(row(3)));
        for (((a, b), (c, d)), by) in values.zip(coefficients) {
            sums = [sums[0] + a * by, sums[1] + b * by, sums[2] + c * by, sums[3] + d * by];
        }
        return sums;
    }
    for (sum, row) in sums.iter_mut().zip(rows.chunks_exact(width)) {
        *sum = dot(row, coefficients);
    }
    sums
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
