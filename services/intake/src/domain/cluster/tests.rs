use std::collections::{BTreeMap, BTreeSet};

use contracts::intake::clusters::{Cluster, ClusterDecision, ClusterState};
use domain::{ClusterId, Day, Observation, Place, Point, Precision, observation::Deaths};
use proptest::prelude::*;

use super::{
    group::{Decisions, Group, Pair, ends, group},
    reconcile::{Cause, Known, reconcile},
    told::{Standing, tell},
    *,
};
use crate::domain::merge::tests::{arrival, draft};

const RULES: Rules = Rules { join: 0.8, propose: 0.6, margin: 0.03 };

/// One who tells of the clash at the canal; what is not told is as the others tell it.
fn seen(source: &str, id: &str, change: impl FnOnce(&mut Observation)) -> Observation {
    let mut seen =
        crate::domain::draft::Draft { source: source.into(), owner: source.to_uppercase(), ..draft(id) }
            .observation(1, &arrival());
    seen.kind = "armed_clash".into();
    seen.actors = vec!["Taliban".into(), "Military Forces of Afghanistan (2004-2021)".into()];
    seen.place = at(34.53, 69.17, Precision::Exact);
    change(&mut seen);
    seen
}

fn at(lat: f64, lon: f64, precision: Precision) -> Place {
    Place {
        country: "AFG".parse().ok(),
        province: "AF-KAB".parse().ok(),
        district: None,
        name: None,
        point: Point::new(lat, lon).ok(),
        precision,
        radius_km: None,
    }
}

fn score(one: &Observation, other: &Observation) -> Option<f64> {
    compare(&Sighting::of(one), &Sighting::of(other)).map(|score| score.total)
}

/// Everything these come to: pairs, groups, clusters.
fn clusters(all: &[Observation], decisions: &Decisions) -> Vec<Group> {
    let sightings: Vec<Sighting> = all.iter().map(Sighting::of).collect();
    let mut pairs = Vec::new();
    for (number, one) in sightings.iter().enumerate() {
        for other in sightings[number + 1..].iter().filter(|other| other.origin != one.origin) {
            if let Some(score) = compare(one, other).filter(|score| score.total >= RULES.propose) {
                let (one, other) = ends(one.id.clone(), other.id.clone());
                pairs.push(Pair { one, other, score });
            }
        }
    }
    let origins = sightings.iter().map(|one| (one.id.clone(), one.origin.clone())).collect();
    group(&origins, &pairs, decisions, &RULES)
}

fn moved(were: Vec<Cluster>, all: &[Observation], decisions: &Decisions, by: &str) -> Vec<Cluster> {
    moved_beside(&BTreeSet::new(), (were, all), decisions, by)
}

/// The same where these ids belong to clusters that hang together with none of them.
fn moved_beside(
    taken: &BTreeSet<ClusterId>,
    (were, all): (Vec<Cluster>, &[Observation]),
    decisions: &Decisions,
    by: &str,
) -> Vec<Cluster> {
    let standing: BTreeMap<_, _> =
        all.iter().map(|seen| (seen.id.clone(), Standing { seen: seen.clone(), settled: true })).collect();
    let cause = Cause { by: by.into(), note: "n".into(), at: arrival().at };
    reconcile(were, &clusters(all, decisions), Known { standing: &standing, decisions, taken }, &cause)
}

fn decided() -> ClusterDecision {
    ClusterDecision { by: "analyst".into(), at: arrival().at, why: "called the district".into() }
}

fn decisions(together: &[(&Observation, &Observation)], apart: &[(&Observation, &Observation)]) -> Decisions {
    let of = |pairs: &[(&Observation, &Observation)]| {
        pairs.iter().map(|(a, b)| (ends(a.id.clone(), b.id.clone()), decided())).collect()
    };
    Decisions { together: of(together), apart: of(apart) }
}

fn days(seen: &mut Observation, from: &str, to: &str) {
    (seen.occurred_from, seen.occurred_to) = (from.parse().unwrap(), to.parse().unwrap());
}

#[test]
fn one_incident_in_the_words_of_two_sources_is_joined() {
    let ucdp = seen("ucdp", "1", |s| {
        s.kind = "state_based_violence".into();
        s.actors = vec!["Government of Afghanistan".into(), "Taleban".into()];
    });
    let russian = seen("wire", "2", |s| {
        s.actors = vec!["боевики движения «Талибан»".into(), "полиция".into()];
        s.place = at(34.55, 69.2, Precision::Near);
    });
    let acled = seen("acled", "3", |_| ());
    for (one, other) in [(&ucdp, &acled), (&ucdp, &russian), (&acled, &russian)] {
        let score = score(one, other).unwrap();
        assert!(score >= RULES.join, "{} {} {score}", one.source, other.source);
    }
}

#[test]
fn what_is_known_coarsely_is_for_a_person() {
    let fine = seen("acled", "1", |_| ());
    for change in [
        (|s: &mut Observation| s.place = at(34.0, 69.0, Precision::Province)) as fn(&mut Observation),
        |s| days(s, "2026-11-01", "2026-11-30"),
        |s| s.actors = vec!["Islamic State (Afghanistan)".into(), "Government of Afghanistan".into()],
    ] {
        let score = score(&fine, &seen("ucdp", "2", change)).unwrap();
        assert!((0.5..RULES.join).contains(&score), "{score}");
    }
}

#[test]
fn what_cannot_be_one_incident_is_not_compared() {
    let one = seen("acled", "1", |_| ());
    for (why, change) in [
        ("exercise", (|s: &mut Observation| s.exercise = true) as fn(&mut Observation)),
        ("country", |s| s.place.country = "PAK".parse().ok()),
        ("no country", |s| s.place.country = None),
        ("another province", |s| {
            s.place = at(34.5, 69.2, Precision::Province);
            s.place.province = "AF-PAR".parse().ok();
        }),
        ("two days", |s| days(s, "2026-11-22", "2026-11-22")),
        ("five kilometres", |s| s.place = at(34.575, 69.17, Precision::Exact)),
        ("two weeks from the middle of a week", |s| days(s, "2026-11-24", "2026-11-30")),
        ("a year", |s| days(s, "2026-01-01", "2026-12-31")),
        ("a protest", |s| s.kind = "peaceful_protest".into()),
    ] {
        assert_eq!(score(&one, &seen("ucdp", "2", change)), None, "{why}");
    }
}

#[test]
fn actors_are_the_same_in_any_spelling_and_script() {
    let overlap = |one: &[&str], other: &[&str]| {
        let read = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            actors::read(&names, "AFG".parse().ok())
        };
        actors::overlap(&read(one), &read(other))
    };
    for (one, other) in [
        ("Taleban", "Taliban"),
        ("طالبان", "Талибан"),
        ("IS", "Islamic State Khorasan Province (ISKP)"),
        ("Government of Afghanistan", "Police Forces of Afghanistan (2021-)"),
        ("police", "Military Forces of Afghanistan"),
        ("Haqqani network", "«Хаккани» сеть (network)"),
        ("Mawlawi Mahdi Mujahid group", "Maulavi Mehdi Mojahed"),
        ("Civilians (Afghanistan)", "мирные жители"),
    ] {
        assert!(overlap(&[one], &[other]).unwrap() > 0.6, "{one} / {other}");
    }
    assert_eq!(overlap(&["Taliban"], &["IS"]), Some(0.0));
    assert_eq!(overlap(&["Government of Afghanistan"], &["Government of Pakistan"]), Some(0.0));
    assert_eq!(overlap(&["Unidentified Armed Group (Afghanistan)"], &["Taliban"]), None);
    assert_eq!(overlap(&[], &["Taliban"]), None);
    assert_eq!(overlap(&["Taleban", "Civilians"], &["Taliban", "Civilians", "Kabul Residents"]), Some(1.0));
}

#[test]
fn a_source_lists_an_incident_once_and_reporters_are_sources_of_their_own() {
    let twice = [seen("ucdp", "1", |_| ()), seen("ucdp", "2", |_| ())];
    assert_eq!(clusters(&twice, &Decisions::default()), []);
    let joined = clusters(&twice, &decisions(&[(&twice[0], &twice[1])], &[]));
    assert_eq!((joined.len(), joined[0].state), (1, ClusterState::Confirmed));
    let reports = ["a", "b"].map(|owner| seen("field-report", owner, |s| s.owner = owner.into()));
    assert_eq!(clusters(&reports, &Decisions::default())[0].state, ClusterState::Joined);
}

#[test]
fn where_the_choice_is_not_clear_a_person_is_asked() {
    let one = seen("acled", "1", |_| ());
    let both = [seen("ucdp", "2", |_| ()), seen("ucdp", "3", |_| ())];
    let all = [one.clone(), both[0].clone(), both[1].clone()];
    let proposed = clusters(&all, &Decisions::default());
    assert_eq!(proposed.iter().map(|g| g.state).collect::<Vec<_>>(), [ClusterState::Proposed]);
    let told = clusters(&all, &decisions(&[], &[(&one, &both[0])]));
    assert_eq!((told.len(), told[0].state), (1, ClusterState::Joined));
    assert!(told[0].members.contains(&both[1].id), "who is kept apart is no rival");
}

#[test]
fn the_best_graded_tells_the_deaths_and_nothing_is_summed() {
    let dying = |source: &str, digit: u8, (low, best, high): (u32, u32, u32)| {
        seen(source, source, |s| {
            s.grade.credibility = digit.try_into().unwrap();
            s.deaths = Some(Deaths { low, best, high });
        })
    };
    let all = [
        dying("a", 3, (10, 12, 30)),
        dying("b", 1, (4, 5, 6)),
        seen("c", "c", |s| {
            s.grade.credibility = 1.try_into().unwrap();
            s.deaths = None;
            s.place.precision = Precision::Province;
        }),
    ];
    let standing: Vec<Standing> =
        all.iter().map(|seen| Standing { seen: seen.clone(), settled: seen.source != "b" }).collect();
    let told = tell(&standing.iter().collect::<Vec<_>>()).unwrap();
    assert_eq!(told.deaths, Some(Deaths { low: 4, best: 5, high: 30 }));
    assert_eq!(told.best.seen.source, "c", "of equal grades the settled one");
    assert_eq!(told.place.precision, Precision::Exact, "the place is the most precise one's");
    assert_eq!(told.owners, ["A", "B", "C"]);
}

#[test]
fn an_owner_that_is_written_otherwise_is_no_second_one() {
    let all = [("a", "Owner One"), ("b", "owner one"), ("c", " OWNER  ONE")];
    let standing = all.map(|(source, owner)| Standing {
        seen: seen(source, source, |s| s.owner = owner.into()),
        settled: true,
    });
    let told = tell(&standing.iter().collect::<Vec<_>>()).unwrap();
    assert_eq!(told.owners.len(), 1, "{:?}", told.owners);
    assert!(all.iter().any(|(_, owner)| *owner == told.owners[0]), "as it is written");
}

#[test]
fn a_cluster_goes_on_under_its_id_and_nothing_that_is_the_same_is_a_new_version() {
    let (a, b, c) = (seen("a", "1", |_| ()), seen("b", "2", |_| ()), seen("c", "3", |_| ()));
    let none = Decisions::default();
    let first = moved(vec![], &[a.clone(), b.clone()], &none, "intake");
    assert_eq!((first.len(), first[0].state, first[0].version), (1, ClusterState::Joined, 1));
    assert_eq!(moved(first.clone(), &[b.clone(), a.clone()], &none, "intake"), []);
    let all = [a.clone(), b.clone(), c];
    let second = moved(first.clone(), &all, &none, "intake");
    assert_eq!((&second[0].id, second[0].members.len(), second[0].version), (&first[0].id, 3, 2));
    let graver = seen("b", "2", |s| s.deaths = Some(Deaths { low: 1, best: 1, high: 1 }));
    let third = moved(second, &[all[0].clone(), graver, all[2].clone()], &none, "intake");
    assert_eq!((third[0].version, third[0].deaths.unwrap().best), (3, 1));
    let over = moved(third, &[a], &none, "intake");
    assert_eq!((over[0].state, over[0].members.len()), (ClusterState::Dissolved, 3));
}

#[test]
fn members_that_once_began_a_cluster_which_has_others_by_now_begin_another() {
    let (a, b) = (seen("a", "1", |_| ()), seen("b", "2", |_| ()));
    let all = [a.clone(), b.clone()];
    let none = Decisions::default();
    let first = moved(vec![], &all, &none, "intake").remove(0);
    let beside = moved_beside(&BTreeSet::from([first.id.clone()]), (vec![], &all), &none, "intake");
    assert_ne!(beside[0].id, first.id);
    let (c, d) = (seen("c", "3", |_| ()), seen("d", "4", |_| ()));
    let others = moved(vec![], &[c, d], &none, "intake").remove(0);
    let went_on = Cluster { members: others.members, ..first };
    let now = moved(vec![went_on.clone()], &all, &none, "intake");
    let ids: BTreeSet<&ClusterId> = now.iter().map(|cluster| &cluster.id).collect();
    assert_eq!((now.len(), ids.len()), (2, 2), "the one that is over and the new one: {now:?}");
    assert!(ids.contains(&went_on.id));
}

#[test]
fn what_a_person_split_stays_split_and_what_one_joined_stays_joined() {
    let (a, b) = (seen("a", "1", |_| ()), seen("b", "2", |_| ()));
    let all = [a.clone(), b.clone()];
    let joined = moved(vec![], &all, &Decisions::default(), "intake");
    let no = decisions(&[], &[(&a, &b)]);
    let split = moved(joined, &all, &no, "analyst");
    assert_eq!((split.len(), split[0].state, split[0].apart.len()), (1, ClusterState::Split, 1));
    assert_eq!(split[0].history.last().unwrap().by, "analyst");
    assert_eq!(moved(split.clone(), &all, &no, "intake"), []);
    let yes = decisions(&[(&a, &b)], &[]);
    let again = moved(split.clone(), &all, &yes, "analyst");
    assert_eq!((&again[0].id, again[0].state), (&split[0].id, ClusterState::Confirmed));
    let far = [a, seen("b", "2", |s| s.place.province = "AF-PAR".parse().ok())];
    assert_eq!(moved(again, &far, &yes, "intake")[0].state, ClusterState::Confirmed);
}

#[test]
fn a_proposal_that_is_confirmed_keeps_its_id_and_takes_up_what_was_joined() {
    let (a, b) = (seen("a", "1", |_| ()), seen("b", "2", |_| ()));
    let c = seen("c", "3", |s| s.place = at(34.0, 69.0, Precision::Province));
    let all = [a.clone(), b, c.clone()];
    let found = moved(vec![], &all, &Decisions::default(), "intake");
    let states: Vec<_> = found.iter().map(|one| (one.state, one.members.len())).collect();
    assert_eq!(states, [(ClusterState::Joined, 2), (ClusterState::Proposed, 3)]);
    let yes = decisions(&[(&a, &c), (&a, &all[1])], &[]);
    let after = moved(found.clone(), &all, &yes, "analyst");
    let states: BTreeMap<_, _> = after.iter().map(|one| (&one.id, one.state)).collect();
    assert_eq!(states[&found[1].id], ClusterState::Confirmed);
    assert_eq!(states[&found[0].id], ClusterState::Dissolved, "its members are all in the other");
}

fn any_seen() -> impl Strategy<Value = Observation> {
    let kinds = ["armed_clash", "state_based_violence", "attack", "peaceful_protest"];
    let precisions = [Precision::Exact, Precision::Near, Precision::District, Precision::Province];
    let actors = ["Taliban", "Taleban", "IS", "Government of Afghanistan", "Civilians"];
    (
        (0..4_usize, 0..400_u32, any::<bool>()),
        (0_i64..6, prop_oneof![Just(0_i64), Just(6)]),
        (0..10_i32, 0..10_i32, 0..4_usize),
        (0..4_usize, proptest::collection::vec(0..5_usize, 0..3)),
    )
        .prop_map(move |((source, id, exercise), (day, span), (lat, lon, precision), (kind, who))| {
            seen(["a", "b", "c", "d"][source], &id.to_string(), |s| {
                let first = Day::of(2026, 11, 1).unwrap().plus(day);
                (s.occurred_from, s.occurred_to) = (first, first.plus(span));
                s.place =
                    at(34.0 + f64::from(lat) / 50.0, 69.0 + f64::from(lon) / 50.0, precisions[precision]);
                s.kind = kinds[kind].into();
                s.actors = who.into_iter().map(|n| actors[n].to_owned()).collect();
                s.exercise = exercise;
            })
        })
}

proptest! {
    #[test]
    fn comparing_is_symmetric_and_stays_between_zero_and_one(one in any_seen(), other in any_seen()) {
        let (there, back) = (score(&one, &other), score(&other, &one));
        prop_assert_eq!(there, back);
        prop_assert!(there.is_none_or(|score| (0.0..=1.0).contains(&score)));
        prop_assert!(one.exercise == other.exercise || there.is_none());
    }

    #[test]
    fn the_order_in_which_observations_arrive_does_not_matter(
        all in proptest::collection::vec(any_seen(), 0..14),
        seed in any::<u64>(),
        decide in proptest::collection::vec((0..14_usize, 0..14_usize, any::<bool>()), 0..4),
    ) {
        let mut by_id: BTreeMap<_, Observation> = BTreeMap::new();
        for seen in all {
            by_id.entry(seen.id.clone()).or_insert(seen);
        }
        let all: Vec<Observation> = by_id.into_values().collect();
        let mut decided_of = Decisions::default();
        for (one, other, together) in decide {
            let (Some(a), Some(b)) = (all.get(one), all.get(other)) else { continue };
            if a.id != b.id && a.exercise == b.exercise {
                let key = ends(a.id.clone(), b.id.clone());
                decided_of.together.remove(&key);
                decided_of.apart.remove(&key);
                let of = if together { &mut decided_of.together } else { &mut decided_of.apart };
                of.insert(key, decided());
            }
        }
        let mut shuffled = all.clone();
        shuffled.sort_by_key(|seen| ObservationId::derived(&[seen.id.as_str(), &seed.to_string()]));
        let members = |groups: Vec<Group>| -> BTreeSet<_> {
            groups.into_iter().map(|group| (group.state.as_str(), group.members)).collect()
        };
        let (straight, other) = (members(clusters(&all, &decided_of)), members(clusters(&shuffled, &decided_of)));
        prop_assert_eq!(&straight, &other);
        let world = |id: &ObservationId| all.iter().find(|seen| seen.id == *id).map(|seen| seen.exercise);
        let mut standing = BTreeSet::new();
        for (state, members) in &straight {
            prop_assert!(members.len() > 1);
            prop_assert_eq!(members.iter().map(world).collect::<BTreeSet<_>>().len(), 1, "an exercise met what is real");
            if *state != "proposed" {
                prop_assert!(members.iter().all(|id| standing.insert(id.clone())), "somebody is in two");
            }
        }
        // what people keep apart is apart, unless people joined both to others
        for (one, other) in decided_of.apart.keys().filter(|_| decided_of.together.is_empty()) {
            prop_assert!(!straight.iter().any(|(_, members)| members.contains(one) && members.contains(other)));
        }
    }
}
