//! Whether the province a text speaks of is found: named alone, or among several that a name may mean.

use std::collections::BTreeSet;

use contracts::intake::coding::Coding;

use crate::{labelled::Labelled, say, score::Count};

/// The provinces that each name of a text may mean.
fn sets(coding: &Coding) -> Vec<BTreeSet<&str>> {
    let of = |place: &contracts::intake::coding::PlaceFound| {
        place.means.iter().map(|meant| meant.province.as_str().to_owned()).collect::<BTreeSet<String>>()
    };
    coding.places.iter().map(of).map(|set| set.iter().map(|code| known(code)).collect()).collect()
}

/// The same code as the registry has it.
fn known(code: &str) -> &'static str {
    geography::province(code).map_or("", |unit| unit.id)
}

/// Whether the row's province is not among what its words may mean, or they mean another.
pub fn is_wrong(row: &Labelled, coding: &Coding) -> bool {
    let sets = sets(coding);
    match row.province.as_deref() {
        Some(province) => !sets.iter().any(|set| set.contains(province)),
        None => row.kind.is_some() && !sets.is_empty(),
    }
}

/// Tells how well provinces are found. The naive way looks for the province's English name.
pub fn tell(rows: &[Labelled], coded: &[Coding]) {
    let (mut alone, mut among, mut naive) = (Count::default(), Count::default(), Count::default());
    for (row, coding) in rows.iter().zip(coded) {
        let Some(province) = row.province.as_deref() else { continue };
        let sets = sets(coding);
        let certain: BTreeSet<&str> = sets.iter().filter(|set| set.len() == 1).flatten().copied().collect();
        let any: BTreeSet<&str> = sets.iter().flatten().copied().collect();
        let text = row.text.to_lowercase();
        let named = geography::provinces().iter().filter(|unit| text.contains(&unit.name_en.to_lowercase()));
        let named: BTreeSet<&str> = named.map(|unit| unit.id).collect();
        for (count, said) in [(&mut alone, &certain), (&mut among, &any), (&mut naive, &named)] {
            count.right += u64::from(said.contains(province));
            count.missed += u64::from(!said.contains(province));
            count.wrong += said.iter().filter(|unit| **unit != province).count() as u64;
        }
    }
    let of = alone.right + alone.missed;
    if of > 0 {
        let name = "its English name";
        say(format_args!("{:<38} {of:>5} {} | {name}: {}", "province, certain", alone.told(), naive.told()));
        say(format_args!("{:<38} {of:>5} {}", "province, among the candidates", among.told()));
    }
}
