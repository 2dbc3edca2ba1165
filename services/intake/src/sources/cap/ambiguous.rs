//! Names of areas that units of several countries bear: whoever mends the message says which is meant.

use geography::Resolution;

use super::alert::Info;
use crate::{domain::place, sources::quote::short};

/// Why a message that nothing else places is held up: an area is called as units of several countries are, which are named; `None`
/// where none is.
pub fn objection(infos: &[Info]) -> Option<String> {
    let areas = infos.iter().flat_map(|info| &info.areas);
    let named = areas.flat_map(|area| {
        let whole = area.description.as_str();
        [whole].into_iter().chain(whole.split([';', ',']).map(str::trim))
    });
    named.filter(|name| !name.is_empty()).find_map(may_mean)
}

fn may_mean(name: &str) -> Option<String> {
    let Resolution::Ambiguous(units) = geography::resolve_province(name, None) else { return None };
    let candidates: Vec<String> = units.iter().map(|unit| place::named(unit)).collect();
    Some(format!(
        "alert/info/area/areaDesc: {:?} may mean {}; write the code of the one meant",
        short(name),
        candidates.join(" or ")
    ))
}
