//! Counts over time as a row of bars, with gaps where nothing is known.

use maud::{Markup, html};

use crate::map::short;

const WIDTH: f64 = 600.0;
/// Where the bars stand, and how high the highest is.
const FLOOR: f64 = 52.0;
const HIGHEST: f64 = 38.0;

/// What a row of bars counts: it gives the bars their colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Things that happened.
    Events,
    /// People who died.
    Deaths,
    /// What the media wrote.
    Media,
}

impl Counted {
    const fn class(self) -> &'static str {
        match self {
            Self::Events => "bars events",
            Self::Deaths => "bars deaths",
            Self::Media => "bars media",
        }
    }
}

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// How many; `None` where nobody could say.
    pub count: Option<u64>,
    /// Whether more may belong here that is not known so finely.
    pub loose: bool,
}

/// Draws a row of bars, oldest to the left, as high as their counts; the highest count is written.
///
/// A zero stands on the floor line; where nothing is known there is no floor but a grey band. A tick below the floor says that
/// more may belong there. `says` is read aloud in place of the drawing.
pub fn bars(counted: Counted, bars: &[Bar], says: &str) -> Markup {
    let most = bars.iter().filter_map(|bar| bar.count).max().unwrap_or(0);
    let step = WIDTH / bars.len().max(1) as f64;
    let path = |draw: &dyn Fn(f64, &Bar) -> Option<String>| {
        let pieces = bars.iter().enumerate().filter_map(|(at, bar)| draw(at as f64 * step, bar));
        pieces.collect::<String>()
    };
    let floor = path(&|x, bar| bar.count.map(|_| format!("M{} {FLOOR}h{}", short(x), short(step))));
    let unknown = path(&|x, bar| {
        let piece = format!("M{} {FLOOR}v-6h{}v6z", short(x), short(step));
        bar.count.is_none().then_some(piece)
    });
    let standing = path(&|x, bar| {
        let high = height(bar.count?, most);
        let wide = (step * 0.8).max(step - 2.0);
        (high > 0.0).then(|| {
            format!(
                "M{} {FLOOR}v-{}h{}v{}z",
                short(x + (step - wide) / 2.0),
                short(high),
                short(wide),
                short(high)
            )
        })
    });
    let loose = path(&|x, bar| bar.loose.then(|| format!("M{} {}v5", short(x + step / 2.0), FLOOR + 3.0)));
    html! {
        svg class=(counted.class()) xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 62" role="img" aria-label=(says) {
            @if !unknown.is_empty() { path class="unknown" d=(unknown) {} }
            @if !floor.is_empty() { path class="floor" d=(floor) {} }
            @if !standing.is_empty() { path class="bar" d=(standing) {} }
            @if !loose.is_empty() { path class="loose" d=(loose) {} }
            @if most > 0 { text class="most" x="0" y="10" { (most) } }
        }
    }
}

/// How high a bar is: in proportion, but never so low that it looks like none.
fn height(count: u64, most: u64) -> f64 {
    if count == 0 { 0.0 } else { (count as f64 / most.max(1) as f64 * HIGHEST).max(1.5) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(count: Option<u64>) -> Bar {
        Bar { count, loose: false }
    }

    #[test]
    fn a_higher_count_is_never_a_lower_bar_and_one_is_never_none() {
        let seen: Vec<f64> = (0..5000).map(|count| height(count, 5000)).collect();
        assert!(seen.is_sorted());
        assert!(seen[0].abs() < 1e-9 && seen[1] > 1.0 && (height(5000, 5000) - HIGHEST).abs() < 1e-9);
    }

    #[test]
    fn what_is_not_known_is_a_grey_band_and_a_zero_stands_on_the_floor() {
        let text =
            bars(Counted::Events, &[bar(None), bar(Some(0)), bar(Some(4))], "so it went").into_string();
        assert!(text.contains("class=\"unknown\" d=\"M0 52v-6h200v6z\""), "{text}");
        assert!(text.contains("class=\"floor\" d=\"M200 52h200M400 52h200\""), "{text}");
        assert_eq!(text.matches("v-38").count(), 1);
        assert!(text.contains("aria-label=\"so it went\"") && text.contains(">4</text>"));
    }

    #[test]
    fn nothing_at_all_is_drawn_as_nothing_known() {
        let text = bars(Counted::Media, &[bar(None); 12], "nothing").into_string();
        assert!(!text.contains("class=\"floor\"") && !text.contains("class=\"bar\""), "{text}");
        assert!(!bars(Counted::Deaths, &[], "none").into_string().contains("NaN"));
    }

    #[test]
    fn what_may_belong_elsewhere_is_ticked_below_the_floor() {
        let text = bars(Counted::Deaths, &[Bar { count: Some(1), loose: true }], "x").into_string();
        assert!(text.contains("class=\"loose\" d=\"M300 55v5\""), "{text}");
    }
}
