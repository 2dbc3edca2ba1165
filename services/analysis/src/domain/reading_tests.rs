use domain::Level;
use proptest::prelude::*;

use super::*;
use crate::domain::given::day;

fn rules() -> IndicatorRules {
    IndicatorRules {
        half_life_days: 30.0,
        structural_half_life_days: 365.0,
        weight: 1.0,
        weights: BTreeMap::from([(Indicator::BorderIncidents, 3.0)]),
    }
}

fn reading(owner: &str, indicator: Indicator, extent: Extent, number: i64) -> Reading {
    Reading {
        id: ReadingId::derived(&[owner, indicator.as_str(), &number.to_string()]),
        indicator,
        from: day(number - 6),
        to: day(number),
        extent,
        note: String::new(),
        owner: owner.into(),
        reliability: Reliability::B,
        credibility: Credibility::PROBABLE,
        marking: "open".into(),
        known_from: day(number).start(),
        report: None,
    }
}

fn one(readings: &[Reading]) -> f64 {
    let read = read(readings, Some(Threat::BorderTension), day(0), &rules());
    assert_eq!(read.len(), 1, "{read:?}");
    read[0].contribution
}

#[test]
fn a_reading_weighs_weight_times_extent_times_belief_and_half_after_a_half_life() {
    let marked = |number| reading("a", Indicator::BorderIncidents, Extent::Marked, number);
    assert!((one(&[marked(0)]) - 3.0 * 2.0 * 0.7225).abs() < 1e-12);
    assert!((one(&[marked(-30)]) - 3.0 * 2.0 * 0.7225 / 2.0).abs() < 1e-12);
    assert!(read(&[marked(-181)], None, day(0), &rules()).is_empty(), "too old to count");
}

#[test]
#[expect(clippy::float_cmp, reason = "what is told is told as it stands")]
fn a_later_reading_takes_the_place_of_an_earlier_one_and_weeks_do_not_add_up() {
    let weeks: Vec<Reading> =
        (0..5).map(|week| reading("a", Indicator::BorderIncidents, Extent::Marked, -7 * week)).collect();
    assert_eq!(one(&weeks), one(&weeks[..1]));
    let ended = [reading("a", Indicator::BorderIncidents, Extent::None, 0), weeks[1].clone()];
    assert_eq!(one(&ended), 0.0);
}

#[test]
fn a_second_owner_makes_it_surer_and_one_who_saw_nothing_halves_it() {
    let marked = |owner| reading(owner, Indicator::BorderIncidents, Extent::Marked, 0);
    let alone = one(&[marked("a")]);
    assert!(one(&[marked("a"), marked("b")]) > alone);
    let denied = one(&[marked("a"), reading("b", Indicator::BorderIncidents, Extent::None, 0)]);
    assert!(denied < alone && denied > 0.0);
}

#[test]
#[expect(clippy::float_cmp, reason = "what is told is told as it stands")]
fn every_indicator_has_a_direction_and_structural_ones_count_nothing() {
    for indicator in Indicator::ALL {
        let lowers = matches!(indicator.kind(), IndicatorKind::Peace | IndicatorKind::Mitigating);
        assert_eq!(direction(*indicator) == Direction::Lowers, lowers, "{indicator}");
    }
    assert_eq!(direction(Indicator::OpiumProduction), Direction::Context);
    assert_eq!(rules().half_life(Indicator::OpiumProduction), 365.0);
}

proptest! {
    #[test]
    fn belief_is_a_chance_and_what_it_adds_is_bounded_by_weight_and_extent(
        drawn in proptest::collection::vec((0..4_usize, 0..4_u8, -60..1_i64), 1..12),
    ) {
        let readings: Vec<Reading> = drawn.iter().map(|(extent, owner, number)| {
            reading(&owner.to_string(), Indicator::BorderIncidents, Extent::ALL[*extent], *number)
        }).collect();
        for read in read(&readings, None, day(0), &rules()) {
            prop_assert!((0.0..=1.0).contains(&read.belief));
            prop_assert!((0.0..=12.0).contains(&read.contribution));
        }
        prop_assert!(Level::of_index(12.0) < Level::High, "no indicator alone makes a province high");
    }
}
