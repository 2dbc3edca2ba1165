//! A country whose file comes when others are forecast already, on both stores.

use analysis::{Analysis, jobs};
use contracts::analysis::{forecasting::ForecastWork, forecasts::ListForecasts};
use domain::{Observation, ObservationId};
use testkit::databases;

use crate::{
    forecasts::{MINUTES, day, list, listed, standing, world},
    given::*,
};

#[tokio::test]
async fn a_country_whose_file_comes_a_day_later_is_forecast_and_rehearsed_too() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        let of = |country: &str, rehearsal| ListForecasts {
            country: country.parse().ok(),
            rehearsal,
            ..ListForecasts::default()
        };
        let afghan = (list(&service, of("AFG", false)).await, list(&service, of("AFG", true)).await);
        assert!(list(&service, of("TJK", false)).await.is_empty(), "{}", database.engine);
        database.clock.advance(days(1));
        let rows = listed(day("2015-01-01"), day("2026-10-31")).into_iter();
        let rows = rows.map(|seen| Observation {
            id: ObservationId::derived(&["TJK", seen.id.as_str()]),
            ..elsewhere(seen, "TJ-SU")
        });
        hear(&service, &database, pack(rows.collect())).await;
        database.clock.advance(MINUTES);
        jobs::forecast(&service).await.unwrap();
        let provinces = geography::provinces().iter().filter(|unit| unit.country == "TJK").count();
        let issued = list(&service, of("TJK", false)).await;
        assert_eq!(issued.len(), 4 * (provinces + 1), "{}", database.engine);
        assert!(issued.iter().all(|told| told.origin == day("2026-10-01")));
        let rehearsed = list(&service, of("TJK", true)).await;
        assert_eq!(rehearsed.iter().filter(|told| told.months == 1 && told.province.is_none()).count(), 4);
        let again = (list(&service, of("AFG", false)).await, list(&service, of("AFG", true)).await);
        assert_eq!(again.0, afghan.0, "{}: what was issued stays", database.engine);
        assert_eq!(again.1.len(), afghan.1.len());
        assert_eq!(standing(&service).await.state, ForecastWork::Ready);
    }
}
