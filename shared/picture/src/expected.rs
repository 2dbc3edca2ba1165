//! Forecasts drawn: a distribution as a bar, and how often told chances came.

use maud::{Markup, html};

use crate::map::short;

const WIDTH: f64 = 200.0;
const SQUARE: f64 = 220.0;
/// Room around the square of the reliability diagram.
const EDGE: f64 = 8.0;

/// The five quantiles of a distribution: 5, 25, 50, 75, 95 %.
pub type Quantiles = [u64; 5];

/// Draws the middle 90 % as a line, the middle half as a bar, the median as a tick, all on a scale of ln(1 + count) that
/// ends at `most`.
///
/// `says` is read aloud in place of the drawing.
pub fn expected(quantiles: Quantiles, most: u64, says: &str) -> Markup {
    let at = |count: u64| along(count, most);
    let [p05, p25, p50, p75, p95] = quantiles.map(at);
    html! {
        svg class="expected" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 16" width="200" height="16" role="img" aria-label=(says) {
            path class="ground" d="M0 8h200" {}
            path class="range" d={ "M" (short(p05)) " 8H" (short(p95.max(p05 + 1.0))) } {}
            rect class="half" x=(short(p25)) y="3" width=(short((p75 - p25).max(2.0))) height="10" {}
            path class="median" d={ "M" (short(p50)) " 1v14" } {}
        }
    }
}

fn along(count: u64, most: u64) -> f64 {
    let log = |count: u64| (count as f64).ln_1p();
    (log(count) / log(most.max(1)) * WIDTH).clamp(0.0, WIDTH)
}

/// Draws how often chances came that were told: each dot a group of chances, told to the right, come upwards, larger where
/// there were more. On the line they are right; above it they were told too low.
///
/// `dots` hold the chance told, the share that came and how many there were; `says` is read aloud in place of the drawing.
pub fn reliability(dots: &[(f64, f64, u64)], says: &str) -> Markup {
    let size = SQUARE + 2.0 * EDGE;
    let x = |share: f64| short(EDGE + share.clamp(0.0, 1.0) * SQUARE);
    let y = |share: f64| short(EDGE + (1.0 - share.clamp(0.0, 1.0)) * SQUARE);
    let radius = |told: u64| short((2.0 + (told as f64).ln_1p() * 0.7).min(EDGE));
    html! {
        svg class="reliability" xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (size) " " (size) } width=(size) height=(size) role="img" aria-label=(says) {
            @for step in 0..=4_u8 {
                path class="grid" d={ "M" (x(f64::from(step) / 4.0)) " " (y(0.0)) "V" (y(1.0)) "M" (x(0.0)) " " (y(f64::from(step) / 4.0)) "H" (x(1.0)) } {}
            }
            path class="right" d={ "M" (x(0.0)) " " (y(0.0)) "L" (x(1.0)) " " (y(1.0)) } {}
            @for (told, came, number) in dots.iter().filter(|dot| dot.2 > 0) {
                circle class="dot" cx=(x(*told)) cy=(y(*came)) r=(radius(*number)) {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greater_count_never_stands_further_left_and_none_leaves_the_bar() {
        let seen: Vec<f64> = (0..500).map(|count| along(count, 400)).collect();
        assert!(seen.is_sorted());
        assert!((along(400, 400) - WIDTH).abs() < 1e-9 && along(0, 0).abs() < 1e-9);
    }

    #[test]
    fn the_bar_is_drawn_from_quantile_to_quantile() {
        let text = expected([0, 0, 0, 9, 99], 99, "what is expected").into_string();
        assert!(text.contains("M0 8H200") && text.contains("width=\"100\" height=\"10\""), "{text}");
        assert!(text.contains("aria-label=\"what is expected\""));
    }

    #[test]
    fn tenths_without_a_chance_are_not_drawn() {
        let text = reliability(&[(0.0, 0.0, 5), (0.5, 0.5, 0), (1.0, 1.0, 9)], "r").into_string();
        assert_eq!(text.matches("<circle").count(), 2);
        assert!(text.contains("cx=\"8\" cy=\"228\"") && text.contains("cx=\"228\" cy=\"8\""), "{text}");
    }
}
