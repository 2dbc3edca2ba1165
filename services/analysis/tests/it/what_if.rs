//! What if a source were not there: told in the same way as what is so, of what is left.

use analysis::{Analysis, api};
use contracts::analysis::{GetSituation, Situation};
use domain::{Extent, Indicator, Level, Observation, Threat};
use testkit::databases;

use crate::{
    given::*,
    levels::{hear_read, many, near, reading, war},
};

/// Shots that a source which lists every event told of, so many days ago.
fn listed(id: &str, days_ago: i64) -> Observation {
    Observation { source: "ucdp".into(), owner: "UCDP".into(), ..observation(id, days_ago) }
}

fn without(source: &str, wish: GetSituation) -> GetSituation {
    GetSituation { without: Some(source.into()), ..wish }
}

#[tokio::test]
async fn with_nothing_taken_away_every_word_is_as_it_stands() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let all = many().into_iter().chain(war("AF-KDZ")).chain([listed("ucdp", 40)]);
        hear(&service, &base, pack(all.collect())).await;
        base.clock.advance(std::time::Duration::from_mins(1));
        let read = reading("r", Indicator::BorderIncidents, Extent::Marked, 2);
        hear_read(&service, &base, vec![read], Vec::new()).await;
        let stands = situations(&service, GetSituation::default()).await;
        let spilled = |told: &Situation| !told.components.as_ref().unwrap().spilled_from.is_empty();
        assert!(stands.iter().any(spilled) && stands.iter().any(|told| told.coverage.complete.is_some()));
        let grades = "A-F".parse().ok();
        let supposed = situations(&service, GetSituation { grades, ..GetSituation::default() }).await;
        assert_eq!(supposed.len(), stands.len(), "{}", base.engine);
        for (supposed, stands) in supposed.iter().zip(&stands) {
            assert_eq!(supposed, stands);
        }
    }
}

#[tokio::test]
async fn where_nobody_is_left_who_reports_it_is_not_calm_but_unknown() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack((0..4).map(|n| listed(&n.to_string(), n)).collect())).await;
        let batken = || of("KG-B", Threat::BorderTension);
        let now = one(&service, batken()).await;
        assert_eq!((now.level, now.coverage.complete.unwrap().told), (Level::Elevated, 4));
        for wish in [
            without("ucdp", batken()),
            without("UCDP", batken()),
            GetSituation { grades: "C-F".parse().ok(), ..batken() },
        ] {
            let left = one(&service, wish).await;
            assert_eq!((left.index, left.coverage.reports), (0.0, 0), "{}", base.engine);
            assert!(!left.coverage.sufficient && left.coverage.complete.is_none() && left.range.is_none());
        }
    }
}

#[tokio::test]
async fn what_another_source_tells_from_across_the_border_still_spills_in() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let own = |n: i64| Observation {
            threats: vec![Threat::ArmedConflict],
            ..elsewhere(listed(&n.to_string(), n), "TJ-KT")
        };
        hear(&service, &base, pack(war("AF-KDZ").into_iter().chain((0..4).map(own)).collect())).await;
        let khatlon = || of("TJ-KT", Threat::ArmedConflict);
        let now = one(&service, khatlon()).await.components.unwrap();
        let left = one(&service, without("ucdp", khatlon())).await;
        let parts = left.components.unwrap();
        assert!(now.own > 0.0 && near(parts.own, 0.0), "{}", base.engine);
        assert_eq!(parts.spilled_from, now.spilled_from, "what was not taken away is as it was");
        assert!(left.index > 0.0 && left.level > Level::Calm && !left.coverage.sufficient);
    }
}

#[tokio::test]
async fn without_a_source_it_is_another_level_and_with_nothing_taken_away_the_same() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let wire = (0..6).map(|n| Observation {
            source: "wire".into(),
            owner: "Wire".into(),
            ..observation(&n.to_string(), 2)
        });
        let rumour = Observation { grade: graded("D4", today().start()), ..observation("rumour", 1) };
        hear(&service, &base, pack(wire.chain([observation("own", 1), rumour]).collect())).await;
        let now = one(&service, of("KG-B", Threat::BorderTension)).await;
        assert_eq!(now.level, Level::High);
        let without =
            |source: &str| GetSituation { without: Some(source.into()), ..of("KG-B", Threat::BorderTension) };
        let all = GetSituation { grades: "A-F".parse().ok(), ..of("KG-B", Threat::BorderTension) };
        let same = one(&service, all).await;
        assert_eq!(
            (same.level, same.index, &same.components),
            (now.level, now.index, &now.components),
            "{}",
            base.engine
        );
        let elsewhere =
            Observation { threats: vec![Threat::WaterEnergy], source: "canal".into(), ..observation("w", 1) };
        hear(&service, &base, pack(vec![elsewhere])).await;
        let other = api::get_situation(&service, &asked(without("canal"))).await.unwrap_err().to_string();
        assert!(other.starts_with("nothing of it was said by \"canal\""), "{other}");
        let slip = api::get_situation(&service, &asked(without("wyre"))).await.unwrap_err().to_string();
        assert_eq!(slip, "nothing of it was said by \"wyre\"; leave out one of Wire, desk, wire");
        let less = one(&service, without("wire")).await;
        assert!(less.level == Level::Low && less.index < now.index, "{less:?}");
        let by_owner = one(&service, without("Wire")).await.index;
        assert!((by_owner - less.index).abs() < 1e-12, "by its owner as well");
        let strong = GetSituation { grades: "A-B".parse().ok(), ..of("KG-B", Threat::BorderTension) };
        let strong = one(&service, strong).await;
        assert!(strong.index < now.index && strong.level == Level::High);
        assert_eq!(one(&service, of("KG-B", Threat::BorderTension)).await, now, "nothing was kept");
    }
}

#[tokio::test]
async fn without_an_owner_nothing_is_left_of_it_however_it_is_written() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let of_owner = |id: &str, source: &str, owner: &str| Observation {
            source: source.into(),
            owner: owner.into(),
            ..observation(id, 2)
        };
        let all =
            [of_owner("a", "one", "Owner One"), of_owner("b", "two", "owner  one"), observation("c", 1)];
        hear(&service, &base, pack(all.to_vec())).await;
        let batken = || of("KG-B", Threat::BorderTension);
        let alone = one(&service, without("two", without("one", batken()))).await;
        assert_eq!(alone.coverage.reports, 2, "of one source alone");
        for written in ["Owner One", "OWNER ONE", " owner one"] {
            let left = one(&service, without(written, batken())).await;
            assert_eq!((left.coverage.reports, left.coverage.owners), (1, 1), "{}: {written:?}", base.engine);
        }
    }
}
