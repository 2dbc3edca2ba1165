//! A level's index on the ruler of the five bands.

use domain::Level;
use maud::{Markup, html};

use crate::map::short;

const WIDTH: f64 = 200.0;
/// Where low, elevated, high and critical begin where a threat has no bands of its own.
const BANDS: [f64; 4] =
    [Level::Low.band(), Level::Elevated.band(), Level::High.band(), Level::Critical.band()];

/// Draws where the index stands among the bands of the levels; each band is as wide as the next.
///
/// `borders` are where low, elevated, high and critical begin; the measured ones where `None`. `says` is read aloud in place of
/// the drawing.
pub fn ruler(index: f64, level: Level, borders: Option<[f64; 4]>, says: &str) -> Markup {
    let band = WIDTH / Level::ALL.len() as f64;
    html! {
        svg class="ruler" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 14" width="200" height="14" role="img" aria-label=(says) {
            @for step in Level::ALL {
                rect class={ "band l" (step.number()) @if *step != level { " off" } } x=(short(f64::from(step.number()) * band)) y="3" width=(short(band - 1.5)) height="8" {}
            }
            path class="needle" d={ "M" (short(along(index, borders.unwrap_or(BANDS)))) " 0v14" } {}
        }
    }
}

/// How far along the ruler an index stands, linear within its band; the last band ends at twice its beginning.
fn along(index: f64, borders: [f64; 4]) -> f64 {
    let above = borders.iter().take_while(|border| index.is_nan() || index >= **border).count();
    let from = above.checked_sub(1).map_or(0.0, |at| borders[at]);
    let end = borders.get(above).copied().unwrap_or(2.0 * from);
    let within = ((index - from) / (end - from)).clamp(0.0, 1.0);
    let within = if within.is_nan() { 1.0 } else { within };
    ((above as f64 + within) * WIDTH / Level::ALL.len() as f64).clamp(1.0, WIDTH - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_index_never_stands_further_left() {
        let seen: Vec<f64> = (0..2000).map(|i| along(f64::from(i) / 10.0, BANDS)).collect();
        assert!(seen.is_sorted());
        assert!((along(10.0, BANDS) - 80.0).abs() < 1e-9 && (along(20.0, BANDS) - 100.0).abs() < 1e-9);
    }

    #[test]
    fn numbers_that_are_none_stay_on_the_ruler() {
        for index in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!((1.0..=199.0).contains(&along(index, BANDS)), "{index}");
        }
    }
}
