//! What a number is put together from: parts side by side, and what is taken off at the end.

use maud::{Markup, html};

use crate::map::short;

const WIDTH: f64 = 320.0;

/// Draws parts one after the other, each with the class `p1`, `p2`, …, on the whole width; what is taken off is drawn over the end
/// of them with the class `off`.
///
/// `says` is read aloud in place of the drawing. Parts that are none, or no number, are left out.
pub fn parts(parts: &[f64], off: f64, says: &str) -> Markup {
    let usable = |value: f64| if value.is_finite() { value.max(0.0) } else { 0.0 };
    let whole: f64 = parts.iter().map(|part| usable(*part)).sum();
    let scale = if whole > 0.0 { WIDTH / whole } else { 0.0 };
    let mut from = 0.0;
    let drawn: Vec<(usize, f64, f64)> = parts
        .iter()
        .enumerate()
        .map(|(at, part)| {
            let width = usable(*part) * scale;
            from += width;
            (at + 1, from - width, width)
        })
        .collect();
    let off = (usable(off) * scale).min(WIDTH);
    html! {
        svg class="sum" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 18" width="320" height="18" role="img" aria-label=(says) {
            rect class="ground" x="0" y="3" width="320" height="12" {}
            @for (number, from, width) in drawn.iter().filter(|(_, _, width)| *width > 0.0) {
                rect class={ "part p" (number) } x=(short(*from)) y="3" width=(short(*width)) height="12" {}
            }
            @if off > 0.0 {
                rect class="off" x=(short(WIDTH - off)) y="1" width=(short(off)) height="16" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_fill_the_width_and_what_is_taken_off_lies_at_the_end() {
        let drawn = parts(&[3.0, 0.0, 1.0], 1.0, "four").into_string();
        assert!(drawn.contains("class=\"part p1\" x=\"0\" y=\"3\" width=\"240\""), "{drawn}");
        assert!(drawn.contains("class=\"part p3\" x=\"240\"") && !drawn.contains("part p2"), "{drawn}");
        assert!(drawn.contains("class=\"off\" x=\"240\""), "{drawn}");
    }

    #[test]
    fn nothing_and_numbers_that_are_none_draw_an_empty_bar() {
        for none in [vec![], vec![0.0], vec![f64::NAN, f64::NEG_INFINITY]] {
            let drawn = parts(&none, f64::NAN, "nothing").into_string();
            assert!(!drawn.contains("part p") && !drawn.contains("off"), "{drawn}");
        }
    }
}
