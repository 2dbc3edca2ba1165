use domain::Level;

use super::*;

fn at(day: u32) -> Timestamp {
    format!("2026-11-{day:02}T00:00:00Z").parse().unwrap()
}
fn outlook(province: &str, day: u32, chance: f64) -> Outlook {
    Outlook {
        forecast: ForecastId::derived(&[province, &day.to_string()]),
        province: province.parse().unwrap(),
        threat: Threat::ArmedConflict,
        months: 3,
        chance,
        issued_at: at(day),
    }
}
fn level(province: &str, was: Level, now: Level) -> LevelChange {
    LevelChange {
        province: province.parse().unwrap(),
        threat: Threat::BorderTension,
        was,
        now,
        index: 3.0,
        at: at(20),
        exercise: false,
        steps: 1,
        peak: None,
        late: None,
        first: false,
        unreported: false,
        unknown_since: None,
        range: None,
        lifted: None,
        handling: None,
    }
}

#[test]
fn a_chance_is_told_when_it_moved_by_five_points_or_past_the_alarm() {
    let table = [
        (vec![outlook("KG-B", 1, 0.10), outlook("KG-B", 20, 0.14)], None),
        (vec![outlook("KG-B", 1, 0.10), outlook("KG-B", 20, 0.16)], Some(Some(0.10))),
        (vec![outlook("KG-B", 1, 0.26), outlook("KG-B", 20, 0.27)], Some(Some(0.26))),
        (vec![outlook("KG-B", 20, 0.20)], None),
        (vec![outlook("KG-B", 20, 0.30)], Some(None)),
        (vec![outlook("KG-B", 1, 0.30)], None),
    ];
    for (outlooks, expected) in table {
        let told = moved(outlooks.clone(), at(10));
        assert_eq!(told.first().map(|(_, moved)| moved.was), expected, "{outlooks:?}");
    }
}

#[test]
fn the_newest_forecast_is_held_against_the_last_one_before_the_moment() {
    let told = [
        outlook("KG-B", 25, 0.4),
        outlook("KG-B", 1, 0.1),
        outlook("KG-B", 5, 0.2),
        outlook("KG-B", 15, 0.3),
    ];
    let moved = moved(told.to_vec(), at(10));
    assert_eq!((moved[0].1.was, moved[0].1.now), (Some(0.2), 0.4));
}

#[test]
fn the_steps_of_a_cell_are_one_change_from_the_first_level_to_the_last() {
    let step = |was, now| level("KG-B", was, now);
    let steps = [
        step(Level::High, Level::Elevated),
        level("TJ-SU", Level::High, Level::Low),
        step(Level::Elevated, Level::High),
        step(Level::Calm, Level::Elevated),
    ];
    let net = net(steps);
    let told: Vec<_> = net.iter().map(|one| (one.was, one.now, one.steps, one.peak)).collect();
    assert_eq!(told[0], (Level::Calm, Level::Elevated, 3, Some(Level::High)));
    assert_eq!(told[1], (Level::High, Level::Low, 1, None));
}

#[test]
fn what_moved_after_the_first_look_moved_from_its_level() {
    let first = |was, now| LevelChange { first: true, ..level("KG-B", was, now) };
    let looked = [first(Level::Low, Level::Elevated), first(Level::Calm, Level::Low)];
    let told = net(looked.clone());
    assert_eq!((told[0].first, told[0].now, told.len()), (true, Level::Elevated, 1));
    let rose = [level("KG-B", Level::Elevated, Level::Critical)].into_iter().chain(looked);
    let told = net(rose);
    assert_eq!((told[0].first, told[0].was, told[0].now), (false, Level::Elevated, Level::Critical));
}

#[test]
fn what_rose_since_its_first_look_rose_from_no_level_that_was_known_at_the_moment_asked_about() {
    // an import of tension in Batken makes it low, what follows high; nothing was known on the day before
    let first = LevelChange { first: true, ..level("KG-B", Level::Calm, Level::Low) };
    let rose = level("KG-B", Level::Low, Level::High);
    let told = net_since(vec![rose.clone(), first.clone()]);
    assert_eq!((told.len(), told[0].first, told[0].was, told[0].now), (1, true, Level::Calm, Level::High));
    assert_eq!((told[0].steps, net_since(vec![rose.clone()])[0].first), (2, false));
    let fell = level("KG-B", Level::High, Level::Low);
    let back = net_since(vec![fell, rose, first.clone()]);
    assert_eq!((back[0].first, back[0].was, back[0].peak), (true, Level::Calm, Some(Level::High)));
    let below = level("KG-B", Level::Low, Level::Calm);
    let again = level("KG-B", Level::Calm, Level::Low);
    assert_eq!(net_since(vec![again, below, first.clone()]), [first]);
}

#[test]
fn a_rise_by_what_came_in_late_alone_is_marked_and_read_behind_what_happened() {
    let rules = SpillRules { afghanistan: 0.2, others: 0.0, threats: [Threat::BorderTension].into() };
    let day = |back: i64| at(20).day().plus(-back);
    let mut changes = vec![
        level("KG-B", Level::Calm, Level::High),
        level("TJ-SU", Level::Calm, Level::Low),
        level("TJ-KT", Level::Calm, Level::Low),
    ];
    let cell = |province: &str| (province.parse().unwrap(), Threat::BorderTension);
    let newest =
        BTreeMap::from([(cell("KG-B"), day(31)), (cell("TJ-KT"), day(400)), (cell("AF-KDZ"), day(30))]);
    mark_late(&mut changes, (&newest, at(20)), &rules);
    let late: Vec<Option<Day>> = changes.iter().map(|change| change.late).collect();
    assert_eq!(late, [Some(day(31)), None, None], "what spilled in was fresh");
    let told = by_province(Parts { levels: changes, ..Parts::default() });
    assert_eq!(told.last().unwrap().province.as_str(), "KG-B");
}

#[test]
fn a_rise_is_read_before_a_fall_and_a_fall_before_mere_numbers() {
    let heard = |new| HeardOf { new, ..HeardOf::default() };
    let parts = Parts {
        levels: vec![level("TJ-GB", Level::High, Level::Elevated), level("KG-B", Level::Low, Level::High)],
        heard: [("AF-BAL".parse().unwrap(), heard(90)), ("KG-O".parse().unwrap(), heard(4))].into(),
        ..Parts::default()
    };
    let order: Vec<String> = by_province(parts).into_iter().map(|news| news.province.to_string()).collect();
    assert_eq!(order, ["KG-B", "TJ-GB", "AF-BAL", "KG-O"]);
}
