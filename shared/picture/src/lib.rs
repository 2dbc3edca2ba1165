//! Maps and small charts drawn as SVG, once for all outlets: pages, mail, print. Pure: data in, markup out.
//!
//! The markup carries classes only, never a style, so that a strict content security policy holds; [`STYLE`] gives
//! the classes their colours in light and dark and must accompany what is drawn.

mod bars;
mod expected;
mod legend;
mod map;
mod palette;
mod parts;
mod projection;
mod ruler;
mod shapes;
mod view;

pub use bars::{Bar, Counted, bars};
pub use expected::{Quantiles, expected, reliability};
pub use legend::{Legend, legend};
pub use map::{Map, Mark, Shade, Words, map};
pub use palette::STYLE;
pub use parts::parts;
pub use projection::{Xy, project};
pub use ruler::ruler;
pub use view::{Frame, Names, View};
