//! A made-up year of two sources: each has incidents that the other does not, and some that both have, the second in words of
//! its own. The same at every run.

use std::collections::BTreeMap;

use domain::{
    Credibility, Day, Handling, Licence, ObservationId, Place, Point, Precision, Redistribution, Reliability,
    Severity, Threat,
};
use intake::domain::draft::Draft;
use rand::{Rng, SeedableRng, rngs::StdRng};

/// Of the first source's incidents the share that the second has as well.
const SHARED: f64 = 0.4;
const DAYS: i64 = 365;

/// Towns where things happen, with their province: much happens in few.
const TOWNS: [(&str, &str, f64, f64); 12] = [
    ("Kabul", "AF-KAB", 34.53, 69.17),
    ("Jalalabad", "AF-NAN", 34.43, 70.45),
    ("Kandahar", "AF-KAN", 31.62, 65.72),
    ("Lashkar Gah", "AF-HEL", 31.59, 64.37),
    ("Gereshk", "AF-HEL", 31.82, 64.57),
    ("Kunduz", "AF-KDZ", 36.73, 68.87),
    ("Imam Sahib", "AF-KDZ", 37.19, 68.94),
    ("Ghazni", "AF-GHA", 33.55, 68.42),
    ("Baghlan", "AF-BGL", 36.13, 68.70),
    ("Faryab", "AF-FYB", 35.92, 64.78),
    ("Uruzgan", "AF-URU", 32.63, 65.87),
    ("Zaranj", "AF-NIM", 30.96, 61.86),
];
/// How each source writes one side: the first's way, then the second's.
const REBELS: [(&str, &[&str]); 4] = [
    ("Taleban", &["Taliban", "Талибан", "طالبان"]),
    ("IS", &["Islamic State (Afghanistan)", "ИГИЛ", "Islamic State Khorasan Province (ISKP)"]),
    ("High Council of Afghanistan Islamic Emirate", &["High Council of the Islamic Emirate"]),
    ("Forces of Mullah Mohammad Rasul", &["Mulla Muhammad Rasoul faction", "Мулла Мухаммад Расул"]),
];
const STATE: [&str; 3] =
    ["Military Forces of Afghanistan (2014-2021)", "Police Forces of Afghanistan (2014-2021)", "полиция"];
/// What the first calls a thing, and what the second may call it.
const KINDS: [(&str, &[&str]); 3] = [
    ("state_based_violence", &["armed_clash", "remote_explosive", "shelling", "air_strike"]),
    ("one_sided_violence", &["attack_on_civilians", "abduction", "suicide_bomb"]),
    ("non_state_violence", &["armed_clash", "mob_violence"]),
];

/// What both sources have, and which of it is the same.
pub struct World {
    /// The first source's.
    pub first: Vec<Draft>,
    /// The second's.
    pub second: Vec<Draft>,
    /// Pairs of one incident, the smaller id first, with the noise that the second's words bear.
    pub pairs: BTreeMap<(ObservationId, ObservationId), &'static str>,
}

impl World {
    /// A year in which the first source has so many incidents.
    pub fn new(size: usize) -> Self {
        let mut rng = StdRng::seed_from_u64(2021);
        let mut world = Self { first: Vec::new(), second: Vec::new(), pairs: BTreeMap::new() };
        for number in 0..size {
            let seen = incident(&mut rng, ("ucdp", "UCDP"), number);
            if rng.random_bool(SHARED) {
                let (told, noise) = retold(&mut rng, &seen, number);
                let (one, other) = (seen.id(), told.id());
                world.pairs.insert(if one < other { (one, other) } else { (other, one) }, noise);
                world.second.push(told);
            } else {
                let mut other = incident(&mut rng, ("acled", "ACLED"), number);
                in_second_words(&mut rng, &mut other);
                world.second.push(other);
            }
            world.first.push(seen);
        }
        world
    }
}

fn incident(rng: &mut StdRng, (source, owner): (&str, &str), number: usize) -> Draft {
    // squared, so that the first towns have most of it
    let town = TOWNS[(rng.random::<f64>().powi(2) * TOWNS.len() as f64) as usize];
    let day = Day::of(2021, 1, 1).unwrap().plus(rng.random_range(0..DAYS));
    let kind = KINDS[(rng.random::<f64>().powi(2) * KINDS.len() as f64) as usize].0;
    let rebel = REBELS[(rng.random::<f64>().powi(3) * REBELS.len() as f64) as usize].0;
    let other = if kind == "one_sided_violence" { "Civilians" } else { "Government of Afghanistan" };
    let precision = match rng.random_range(0..10) {
        0..6 => Precision::Exact,
        6..8 => Precision::Near,
        8 => Precision::District,
        _ => Precision::Province,
    };
    Draft {
        source: source.into(),
        owner: owner.into(),
        external_id: number.to_string(),
        occurred_from: day,
        occurred_to: if rng.random_bool(0.1) { day.plus(6) } else { day },
        place: place(rng, town, precision),
        threats: vec![Threat::ArmedConflict],
        kind: kind.into(),
        severity: Severity::Notable,
        deaths: None,
        actors: vec![other.into(), rebel.into()],
        title: "Clash".into(),
        text: String::new(),
        reliability: Reliability::B,
        credibility: Credibility::PROBABLE,
        graded_by: "bench".into(),
        graded_why: String::new(),
        handling: Handling::open(Licence::named("CC-BY-4.0", Redistribution::Raw, "made up")),
        exercise: false,
        settled: true,
        edited_at: None,
        wording: None,
    }
}

fn place(
    rng: &mut StdRng,
    (name, province, lat, lon): (&str, &str, f64, f64),
    precision: Precision,
) -> Place {
    let around = if precision == Precision::Exact { 0.15 } else { 0.0 };
    let mut off = || if around > 0.0 { rng.random_range(-around..around) } else { 0.0 };
    let point = Point::new(lat + off(), lon + off()).ok();
    Place {
        country: "AFG".parse().ok(),
        province: province.parse().ok(),
        district: None,
        name: (precision == Precision::Near).then(|| name.to_owned()),
        point,
        precision,
        radius_km: intake::domain::place::radius_km(precision),
    }
}

/// The same incident as the second source has it: always in its own words, and with one kind of noise besides.
fn retold(rng: &mut StdRng, seen: &Draft, number: usize) -> (Draft, &'static str) {
    let mut told = Draft {
        source: "acled".into(),
        owner: "ACLED".into(),
        external_id: format!("again-{number}"),
        ..seen.clone()
    };
    in_second_words(rng, &mut told);
    if told.place.precision == Precision::Exact {
        told.place.radius_km = Some(5.0);
    }
    let noise = match rng.random_range(0..8) {
        0 => {
            (told.occurred_from, told.occurred_to) = (told.occurred_from.plus(1), told.occurred_to.plus(1));
            "a day later"
        }
        1 => {
            displace(rng, &mut told.place);
            "displaced within its precision"
        }
        2 => {
            told.actors.truncate(1);
            "one side is not named"
        }
        3 => {
            told.actors.clear();
            "nobody is named"
        }
        4 => {
            told.place.precision = Precision::Province;
            told.place.radius_km = None;
            "only the province is known"
        }
        5 => {
            (told.occurred_from, told.occurred_to) = (told.occurred_from.plus(-3), told.occurred_to.plus(3));
            "only the week is known"
        }
        _ => "in its own words only",
    };
    (told, noise)
}

/// Moves the point by up to six tenths of how far around it the place may lie.
fn displace(rng: &mut StdRng, place: &mut Place) {
    let (Some(point), Some(radius)) = (place.point, place.radius_km) else { return };
    let (angle, km) = (rng.random_range(0.0..std::f64::consts::TAU), rng.random_range(0.0..radius * 0.6));
    let lat = point.lat() + km * angle.sin() / 111.2;
    let lon = point.lon() + km * angle.cos() / (111.2 * point.lat().to_radians().cos());
    place.point = Point::new(lat, lon).ok();
}

fn in_second_words(rng: &mut StdRng, told: &mut Draft) {
    if let Some((_, kinds)) = KINDS.iter().find(|(kind, _)| *kind == told.kind) {
        told.kind = kinds[rng.random_range(0..kinds.len())].into();
    }
    for actor in &mut told.actors {
        if let Some((_, names)) = REBELS.iter().find(|(name, _)| *name == actor.as_str()) {
            *actor = names[rng.random_range(0..names.len())].into();
        } else if actor == "Government of Afghanistan" {
            *actor = STATE[rng.random_range(0..STATE.len())].into();
        } else if actor == "Civilians" {
            *actor = "Civilians (Afghanistan)".into();
        }
    }
}
