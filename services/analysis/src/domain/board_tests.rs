use domain::Day;

use super::*;

fn month(text: &str) -> Month {
    text.parse().unwrap()
}
fn country(code: &str) -> Country {
    code.parse().unwrap()
}
fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Afghanistan and Tajikistan listed from 2010 to October 2026; Helmand at war every spring, the rest at peace.
fn world() -> (BTreeMap<Country, Months>, Counts) {
    let months = (month("2010-01"), month("2026-10"));
    let covered = BTreeMap::from([(country("AFG"), months), (country("TJK"), months)]);
    let mut counts = Counts::new();
    for at in months.0.to(months.1) {
        let deaths = if (3..6).contains(&at.in_year()) { 60.0 } else { 5.0 };
        counts.insert((country("AFG"), "AF-HEL".to_owned(), at), deaths);
        counts.insert((country("AFG"), String::new(), at), 2.0);
    }
    (covered, counts)
}

fn board(scope: Scope) -> Board {
    let (covered, counts) = world();
    let period = period(&covered).unwrap();
    Board::new((Threat::ArmedConflict, scope), &covered, period, &counts).unwrap()
}

/// Forecasts of one window, by the share that was chosen for it.
fn forecasts(
    board: &Board,
    origins: &[Month],
    (months, chosen): (u32, Option<&Share>),
    now: Timestamp,
) -> Vec<Made> {
    let fit = Fit::new(&board.panel, Window::next(months as usize), &board.settings());
    let wanted: Wanted = origins.iter().map(|origin| (*origin, Country::REGION.into())).collect();
    let shares: Shares = chosen.map(|share| (months, share.clone())).into_iter().collect();
    board.forecasts(&fit, &wanted, &shares, now)
}

fn of<'a>(made: &'a [Made], province: &str) -> &'a Forecast {
    let is = |made: &&Made| made.forecast.province.as_ref().map_or("", ProvinceCode::as_str) == province;
    &made.iter().find(is).unwrap().forecast
}

#[test]
fn the_period_is_the_longest_that_the_newest_share() {
    let (mut covered, _) = world();
    assert_eq!(period(&covered).unwrap(), (month("2010-01"), month("2026-10")));
    covered.insert(country("KGZ"), (month("1989-01"), month("2025-12")));
    covered.insert(country("UZB"), (month("2024-01"), month("2026-12")));
    covered.insert(country("MMR"), (month("1989-01"), month("2026-12")));
    assert_eq!(
        period(&covered).unwrap(),
        (month("2010-01"), month("2026-10")),
        "neither a short list nor one of elsewhere"
    );
    assert_eq!(period(&BTreeMap::from([(country("UZB"), (month("2024-01"), month("2026-12")))])), None);
}

#[test]
fn a_country_whose_file_came_later_is_missing_where_others_were_forecast_already() {
    let (covered, _) = world();
    let period = period(&covered).unwrap();
    let origins = || month("2026-08").to(month("2026-10"));
    let made = origins().map(|origin| (origin, country("AFG"))).collect();
    let missing = |made: &BTreeSet<(Month, Country)>| missing(&covered, period, (origins(), made));
    let of_tajikistan = origins().map(|origin| (origin, [country("TJK")].into())).collect();
    assert_eq!(missing(&made), of_tajikistan);
    assert_eq!(missing(&BTreeSet::new()).len(), 3);
    let all = origins().flat_map(|origin| [(origin, country("AFG")), (origin, country("TJK"))]).collect();
    assert_eq!(missing(&all), Wanted::new(), "nothing is made twice");
}

#[test]
fn every_province_of_the_listed_countries_is_told_with_its_window_and_both_models() {
    let made = forecasts(&board(Scope::Province), &[month("2026-10")], (3, None), at("2026-11-23T00:00:00Z"));
    let listed = geography::provinces().iter().filter(|unit| ["AFG", "TJK"].contains(&unit.country)).count();
    assert_eq!(made.len(), listed);
    let helmand = of(&made, "AF-HEL");
    assert_eq!((helmand.from, helmand.to), ("2026-11-01".parse().unwrap(), "2027-01-31".parse().unwrap()));
    assert_eq!((helmand.origin, helmand.rehearsal), (Day::of(2026, 10, 1).unwrap(), false));
    assert_eq!(helmand.counted, "deaths");
    let year = 3 * 60 + 9 * 5;
    assert_eq!(helmand.escalation_from, (2 * 3 * year_u64(year)).div_ceil(12));
    assert!(helmand.expected.p05 <= helmand.expected.p50 && helmand.expected.p50 <= helmand.expected.p95);
    assert!(helmand.expected.chances[0].chance > 0.9, "{helmand:?}");
    assert_eq!(helmand.expected.model, "own past + ladder");
    assert_eq!(helmand.naive.model, "conflictology 12");
    let rivals = &made[0].rivals;
    assert_eq!(
        rivals.iter().map(|rival| rival.expected.model.as_str()).collect::<Vec<_>>(),
        ["discounted conflictology"],
        "not the name of what counts of others are told by: that knows a little of the region as well"
    );
    assert_eq!(helmand.escalated_before, 6, "three windows a year hold two months of the spring or more");
    let kabul = of(&made, "AF-KAB");
    assert!(kabul.expected.chances[0].chance < 0.05 && kabul.escalation_from == 10, "{kabul:?}");
    assert!(made.iter().all(|made| made.expected.iter().map(|(_, length)| length).sum::<u32>() == 200));
}

fn year_u64(deaths: i32) -> u64 {
    u64::try_from(deaths).unwrap()
}

#[test]
fn the_season_raises_the_chance_before_it_and_the_reasons_say_so() {
    let board = board(Scope::Province);
    let now = at("2026-11-23T00:00:00Z");
    let before = forecasts(&board, &[month("2026-03")], (3, None), now);
    let after = forecasts(&board, &[month("2026-08")], (3, None), now);
    let (before, after) = (of(&before, "AF-HEL"), of(&after, "AF-HEL"));
    assert!(before.expected.p50 > 2 * after.expected.p50, "{} {}", before.expected.p50, after.expected.p50);
    let season = before.reasons.iter().find(|reason| reason.group == ReasonGroup::Season).unwrap();
    assert!(season.log_odds > 0.0, "{:?}", before.reasons);
    assert!(before.reasons.windows(2).all(|two| two[0].log_odds.abs() >= two[1].log_odds.abs()));
}

#[test]
fn only_what_reaches_into_the_running_month_from_the_last_is_no_rehearsal() {
    let board = board(Scope::Country);
    let now = at("2026-12-05T00:00:00Z");
    let rehearsal = |origin: &str, months: u32| {
        let made = forecasts(&board, &[month(origin)], (months, None), now);
        assert_eq!(made.len(), 2);
        made[0].forecast.rehearsal
    };
    assert!(rehearsal("2026-10", 1), "November is over");
    assert!(!rehearsal("2026-10", 3));
    assert!(rehearsal("2026-09", 6), "there is a newer month to forecast from");
    assert!(
        forecasts(&board, &[month("2026-11"), month("2009-12")], (3, None), now).is_empty(),
        "not counted"
    );
}

#[test]
fn a_country_counts_what_no_province_of_it_does() {
    let (_, counts) = world();
    let made = forecasts(&board(Scope::Country), &[month("2025-10")], (12, None), at("2026-11-23T00:00:00Z"));
    let afghanistan = &made[0].forecast;
    assert_eq!((afghanistan.country, &afghanistan.province), (country("AFG"), &None));
    let window = (month("2025-11"), month("2026-10"));
    let seen = |told: &Forecast| observed(&counts, (told.country, told.province.as_ref()), window);
    assert_eq!(seen(afghanistan), 3 * 60 + 9 * 5 + 12 * 2);
    let made =
        forecasts(&board(Scope::Province), &[month("2025-10")], (12, None), at("2026-11-23T00:00:00Z"));
    assert_eq!(seen(of(&made, "AF-HEL")), 3 * 60 + 9 * 5);
    assert_eq!(seen(of(&made, "AF-KAB")), 0);
}

#[test]
fn counts_other_than_deaths_are_told_with_the_share_that_was_chosen_and_scored_with_every_other() {
    let (covered, counts) = world();
    let board =
        Board::new((Threat::BorderTension, Scope::Province), &covered, period(&covered).unwrap(), &counts)
            .unwrap();
    let (origin, now) = ([month("2026-03")], at("2026-11-23T00:00:00Z"));
    let alone = forecasts(&board, &origin, (3, None), now);
    let chosen = Share { ladder: 2.0 / 3.0, origins: 24, windows: 900, reached: 240, tried: Vec::new() };
    let shared = forecasts(&board, &origin, (3, Some(&chosen)), now);
    let (alone, shared) = (&alone, &shared);
    assert_eq!(
        (of(alone, "AF-HEL").expected.model.as_str(), &of(alone, "AF-HEL").share),
        ("own past, discounted", &None)
    );
    assert!(of(alone, "AF-HEL").reasons.is_empty(), "nothing of the ladder is in it");
    assert_eq!(of(shared, "AF-HEL").expected.model, "own past + 2/3 ladder");
    assert_eq!(of(shared, "AF-HEL").share, Some(chosen));
    assert!(!of(shared, "AF-HEL").reasons.is_empty());
    assert!(
        of(shared, "AF-HEL").expected.p50 > of(alone, "AF-HEL").expected.p50,
        "the ladder knows the season"
    );
    for (made, told) in [(alone, "own past, discounted"), (shared, "own past + 2/3 ladder")] {
        let names: Vec<&str> = made[0].rivals.iter().map(|rival| rival.expected.model.as_str()).collect();
        assert_eq!((names.len(), names.contains(&told)), (2, false), "{names:?}");
    }
    let scored = |made: &[Made], model: &str| {
        let all = made
            .iter()
            .find(|made| made.forecast.province.as_ref().is_some_and(|code| code.as_str() == "AF-HEL"))
            .unwrap();
        let rival =
            all.rivals.iter().find(|rival| rival.expected.model == model).map(|rival| rival.atoms.clone());
        rival.unwrap_or_else(|| all.expected.clone())
    };
    for model in ["own past, discounted", "own past + 1/3 ladder", "own past + 2/3 ladder"] {
        assert_eq!(scored(alone, model), scored(shared, model), "the same whichever is told: {model}");
    }
}
