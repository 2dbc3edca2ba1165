//! The key to the map, with the number of units in each class: colour alone never carries the meaning.

use domain::Level;
use maud::{Markup, html};

use crate::map::Shade;

/// One line of the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Legend<'a> {
    /// The class.
    pub shade: Shade,
    /// Its word in the reader's language.
    pub word: &'a str,
    /// How many units are in it.
    pub count: usize,
}

const ROW: usize = 24;

/// Draws the key as SVG, so that its colours survive printing; `id` tells the ids inside apart.
pub fn legend(id: &str, title: &str, lines: &[Legend<'_>]) -> Markup {
    let height = lines.len() * ROW + 2;
    html! {
        svg class="legend" xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 230 " (height) } width="230" height=(height) role="img" aria-labelledby={ (id) "-key" } {
            title id={ (id) "-key" } {
                (title) ": "
                @for (number, line) in lines.iter().enumerate() {
                    @if number > 0 { ", " }
                    (line.word) " " (line.count)
                }
            }
            @for (row, line) in lines.iter().enumerate() {
                @let top = row * ROW;
                rect class={ "swatch " (line.shade.class()) } x="1" y=(top + 3) width="30" height="16" {}
                @if line.shade == Shade::Insufficient {
                    path class="hatch-line" d={ "M6 " (top + 19) "l16-16M14 " (top + 19) "l16-16M1 " (top + 16) "l13-13M22 " (top + 19) "l9-9" } {}
                }
                text x="40" y=(top + 16) {
                    @if let Shade::Level(level) = line.shade { (level.number()) " " }
                    (line.word)
                }
                text class="count" x="228" y=(top + 16) { (line.count) }
            }
        }
    }
}

/// All classes in the order of the key, the gravest first and hatching last.
impl Shade {
    /// All fills, the gravest first.
    pub const ALL: [Self; 6] = [
        Self::Level(Level::Critical),
        Self::Level(Level::High),
        Self::Level(Level::Elevated),
        Self::Level(Level::Low),
        Self::Level(Level::Calm),
        Self::Insufficient,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_reads_its_counts_aloud() {
        let lines = [Legend { shade: Shade::Level(Level::High), word: "high", count: 3 }];
        let svg = legend("m", "Provinces", &lines).into_string();
        assert!(svg.contains("Provinces: high 3</title>") && svg.contains("swatch l3"));
    }
}
