//! What happened, each incident once: a cell tells of one threat, and one incident bears on several.

use std::{cmp::Ordering, collections::BTreeMap};

use domain::{ClusterId, ObservationId};

use super::material::Happened;

/// These incidents of cells, each once and the weightiest first: what shares a cluster or a report with another is one with it, and
/// told as the weightiest of them. Threats are never added up (decision 0020).
pub fn once(mut all: Vec<Happened>) -> Vec<Happened> {
    all.sort_by(|one, other| {
        weightier(one, other)
            .then_with(|| one.best.cmp(&other.best))
            .then_with(|| one.threat.cmp(&other.threat))
    });
    let mut found: Vec<Option<Happened>> = Vec::with_capacity(all.len());
    let mut of_report: BTreeMap<ObservationId, usize> = BTreeMap::new();
    let mut of_cluster: BTreeMap<ClusterId, usize> = BTreeMap::new();
    for one in all {
        let mut known: Vec<usize> =
            one.observations.iter().filter_map(|id| of_report.get(id).copied()).collect();
        known.extend(one.cluster.as_ref().and_then(|id| of_cluster.get(id).copied()));
        known.sort_unstable();
        known.dedup();
        // the first of them is the weightiest
        let at = known.first().copied().unwrap_or(found.len());
        let mut whole = None;
        for at in known {
            whole = join(whole, found.get_mut(at).and_then(Option::take));
        }
        let Some(whole) = join(whole, Some(one)) else { continue };
        of_report.extend(whole.observations.iter().map(|id| (id.clone(), at)));
        of_cluster.extend(whole.cluster.iter().map(|id| (id.clone(), at)));
        match found.get_mut(at) {
            Some(place) => *place = Some(whole),
            None => found.push(Some(whole)),
        }
    }
    let mut found: Vec<Happened> = found.into_iter().flatten().collect();
    // what several provinces report is believed more than in any of them
    found.sort_by(weightier);
    found
}

fn weightier(one: &Happened, other: &Happened) -> Ordering {
    other.weight().total_cmp(&one.weight())
}

/// The weightier with what the other tells besides.
fn join(weightier: Option<Happened>, other: Option<Happened>) -> Option<Happened> {
    let (mut one, other) = match (weightier, other) {
        (Some(one), Some(other)) => (one, other),
        (one, other) => return one.or(other),
    };
    for id in other.observations {
        if !one.observations.contains(&id) {
            one.observations.push(id);
        }
    }
    one.threats.extend(other.threats);
    one.cluster = one.cluster.or(other.cluster);
    one.deaths = one.deaths.or(other.deaths);
    one.provinces.extend(other.provinces);
    one.grade_at_least(other.graded);
    for (owner, belief) in other.believed {
        let best = one.believed.entry(owner).or_default();
        *best = best.max(belief);
    }
    one.handling = one.handling.join(&other.handling);
    Some(one)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::Threat;

    use super::*;
    use crate::domain::product::given;

    fn of(threat: Threat, ids: &[&str], weight: f64) -> Happened {
        let observations = ids.iter().map(|id| ObservationId::derived(&[id])).collect();
        let (believed, severity) = (BTreeMap::from([("desk".to_owned(), 0.5)]), weight * 2.0);
        Happened {
            observations,
            threat,
            threats: [threat].into(),
            believed,
            severity,
            ..given::happened(ids[0])
        }
    }

    #[test]
    fn one_incident_of_two_threats_counts_once_by_the_weightiest() {
        let conflict = Happened { deaths: Some(10), ..of(Threat::ArmedConflict, &["a"], 4.0) };
        let border = Happened { deaths: Some(10), ..of(Threat::BorderTension, &["a", "b"], 3.0) };
        let other = of(Threat::BorderTension, &["c"], 1.0);
        let told = once(vec![other.clone(), border, conflict]);
        assert_eq!(told.len(), 2, "{told:?}");
        assert_eq!((told[0].threat, told[0].deaths), (Threat::ArmedConflict, Some(10)));
        assert_eq!(told[0].threats, [Threat::ArmedConflict, Threat::BorderTension].into());
        assert_eq!((told[0].observations.len(), &told[1]), (2, &other));
    }

    #[test]
    fn the_members_of_one_cluster_are_one_incident_though_each_bears_on_another_threat() {
        let cluster = Some(ClusterId::derived(&["x"]));
        let of = |threat, id, weight| Happened { cluster: cluster.clone(), ..of(threat, &[id], weight) };
        let told =
            once(vec![of(Threat::TerrorismExtremism, "ucdp", 2.0), of(Threat::ArmedConflict, "acled", 3.0)]);
        assert_eq!((told.len(), told[0].threat), (1, Threat::ArmedConflict), "{told:?}");
    }

    #[test]
    fn the_best_grade_of_two_cells_is_that_of_the_whole() {
        let graded = |digit: u8| (domain::Reliability::B, digit.try_into().unwrap());
        let of = |threat, digit, weight| Happened { graded: graded(digit), ..of(threat, &["a"], weight) };
        let told = once(vec![of(Threat::ArmedConflict, 3, 5.0), of(Threat::BorderTension, 1, 4.0)]);
        assert_eq!((told.len(), told[0].threat, told[0].grade().as_str()), (1, Threat::ArmedConflict, "B1"));
    }

    #[test]
    fn what_a_third_cell_draws_together_is_one_incident() {
        let told = once(vec![
            of(Threat::ArmedConflict, &["a"], 5.0),
            of(Threat::TerrorismExtremism, &["b"], 4.0),
            of(Threat::BorderTension, &["a", "b"], 3.0),
        ]);
        assert_eq!((told.len(), told[0].observations.len(), told[0].threats.len()), (1, 2, 3), "{told:?}");
    }

    #[test]
    fn an_incident_over_two_provinces_is_believed_by_the_owners_of_both() {
        let of = |province: &str, (owner, belief): (&str, f64), id: &str, severity: f64| Happened {
            cluster: Some(ClusterId::derived(&["x"])),
            province: province.parse().unwrap(),
            provinces: BTreeSet::from([province.parse().unwrap()]),
            believed: BTreeMap::from([(owner.to_owned(), belief)]),
            severity,
            ..of(Threat::ArmedConflict, &[id], 1.0)
        };
        // an armed clash that A2 places in Lebap and B2 of another owner in Mary: 1 - 0.15 * 0.2775
        let told = once(vec![of("TM-L", ("one", 0.85), "a", 4.0), of("TM-M", ("two", 0.7225), "b", 4.0)]);
        assert_eq!((told.len(), told[0].owners(), told[0].provinces.len()), (1, 2, 2));
        assert!((told[0].belief() - 0.958_375).abs() < 1e-9, "{}", told[0].belief());
        let again = once(vec![of("TM-L", ("one", 0.85), "a", 4.0), of("TM-M", ("one", 0.7225), "b", 4.0)]);
        assert_eq!(
            (again[0].owners(), again[0].belief()),
            (1, 0.85),
            "one owner is one, wherever it reports"
        );
    }
}
