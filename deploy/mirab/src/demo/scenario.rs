//! The exercise as it lies in `scenario/ferghana`, with its day offsets turned into dates around today.

use anyhow::Context;
use chrono::Duration;
use domain::{Day, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

const OBSERVATIONS: &str = include_str!("../../scenario/ferghana/observations.csv");
const REPORTS: &str = include_str!("../../scenario/ferghana/reports.json");
const PARTNERS: &str = include_str!("../../scenario/ferghana/partners.json");
const CONSENTS: &str = include_str!("../../scenario/ferghana/consents.json");

/// The last day that counts as before the escalation.
const BACKGROUND_UNTIL: i64 = -7;

/// One partner with everything the release rule must know of it, as the API takes it.
#[derive(Clone, Debug, Deserialize)]
pub struct DemoPartner {
    /// Body of `POST /v1/organisations`.
    pub organisation: Value,
    /// Bodies of `POST /v1/mandates`.
    pub mandates: Vec<Value>,
    /// Body of `POST /v1/agreements`.
    pub agreement: Value,
}

impl DemoPartner {
    /// Its short key.
    pub fn key(&self) -> &str {
        self.organisation["key"].as_str().unwrap_or("")
    }
}

/// The exercise around one day.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    now: Timestamp,
}

impl Scenario {
    /// With its day 0 at this moment; nothing in it is later.
    pub fn around(now: Timestamp) -> Self {
        Self { now }
    }

    /// The observations as two files in the format `csv`: what went before, and the escalation.
    ///
    /// # Errors
    /// When the file that ships with the program is damaged.
    pub fn observations(&self) -> anyhow::Result<[String; 2]> {
        let mut reader = csv::Reader::from_reader(OBSERVATIONS.as_bytes());
        let headers = reader.headers()?.clone();
        let (day, time) = (column(&headers, "day")?, column(&headers, "time")?);
        let named = headers.iter().map(|name| if name == "day" { "date" } else { name });
        let header: csv::StringRecord = named.collect();
        let mut files = [csv::Writer::from_writer(Vec::new()), csv::Writer::from_writer(Vec::new())];
        for file in &mut files {
            file.write_record(&header)?;
        }
        for row in reader.records() {
            let row = row?;
            let offset: i64 = row.get(day).unwrap_or("").parse().context("a day that is no number")?;
            let moment = self.moment(offset, row.get(time).unwrap_or(""))?;
            let dated: csv::StringRecord = (row.iter().enumerate())
                .map(|(i, field)| match i {
                    _ if i == day => moment.day().to_string(),
                    _ if i == time => moment.as_datetime().format("%H:%M").to_string(),
                    _ => field.to_owned(),
                })
                .collect();
            files[usize::from(offset > BACKGROUND_UNTIL)].write_record(&dated)?;
        }
        let [before, escalation] = files;
        Ok([text(before)?, text(escalation)?])
    }

    /// The field reports as the API takes them.
    ///
    /// # Errors
    /// When the file that ships with the program is damaged.
    pub fn reports(&self) -> anyhow::Result<Vec<Value>> {
        let reports: Vec<Value> = serde_json::from_str(REPORTS)?;
        let dated = reports.into_iter().map(|entry| {
            let moment =
                self.moment(entry["day"].as_i64().context("day")?, entry["time"].as_str().unwrap_or(""))?;
            let mut report = entry["report"].clone();
            report["occurred_at"] = json!(moment);
            report["exercise"] = json!(true);
            Ok(report)
        });
        dated.collect()
    }

    /// The three partners.
    ///
    /// # Errors
    /// When the file that ships with the program is damaged.
    pub fn partners(&self) -> anyhow::Result<Vec<DemoPartner>> {
        Ok(serde_json::from_str(PARTNERS)?)
    }

    /// The consents as `POST /v1/consents` takes them.
    ///
    /// # Errors
    /// When the file that ships with the program is damaged.
    pub fn consents(&self) -> anyhow::Result<Vec<Value>> {
        let consents: Vec<Value> = serde_json::from_str(CONSENTS)?;
        let dated = consents.into_iter().map(|consent| {
            let day = |name: &str| consent[name].as_i64().map(|offset| self.day(offset));
            json!({
                "grantor": consent["grantor"], "beneficiary": consent["beneficiary"], "purpose": consent["purpose"],
                "issues": consent["issues"], "instrument": consent["instrument"], "official": consent["official"],
                "valid_from": day("valid_from_day"), "valid_until": day("valid_until_day"),
                "exercise": true,
            })
        });
        Ok(dated.collect())
    }

    fn day(&self, offset: i64) -> Day {
        self.now.day().plus(offset)
    }

    /// The moment of that day and time, never later than now: day 0 may still have hours to come.
    fn moment(&self, offset: i64, time: &str) -> anyhow::Result<Timestamp> {
        let (hours, minutes) = time.split_once(':').context("a time without a colon")?;
        let minutes = hours.parse::<i64>()? * 60 + minutes.parse::<i64>()?;
        Ok(self.day(offset).start().plus(Duration::minutes(minutes)).min(self.now))
    }
}

/// What was written, as text.
fn text(file: csv::Writer<Vec<u8>>) -> anyhow::Result<String> {
    let bytes = file.into_inner().map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(String::from_utf8(bytes)?)
}

fn column(headers: &csv::StringRecord, name: &str) -> anyhow::Result<usize> {
    headers.iter().position(|header| header == name).with_context(|| format!("no column {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_dated_and_none_lies_ahead() {
        let now: Timestamp = "2026-11-23T04:00:00Z".parse().unwrap();
        let [before, escalation] = Scenario::around(now).observations().unwrap();
        let rows = |text: &str| csv::Reader::from_reader(text.as_bytes()).records().count();
        assert!(rows(&before) > 100 && rows(&escalation) > 50);
        assert!(escalation.contains("2026-11-23") && !escalation.contains("2026-11-24"));
        assert_eq!(Scenario::around(now).reports().unwrap().len(), 20);
        assert!(
            Scenario::around(now)
                .reports()
                .unwrap()
                .iter()
                .all(|r| r["occurred_at"].as_str().unwrap() <= "2026-11-23T04:00:00Z")
        );
    }

    #[test]
    fn every_kind_that_is_played_has_its_name_in_papers() {
        let rows = include_str!("../../scenario/ferghana/observations.csv");
        let mut rows = csv::Reader::from_reader(rows.as_bytes());
        let at = rows.headers().unwrap().iter().position(|name| name == "kind").unwrap();
        let mut kinds: Vec<String> = rows.records().map(|row| row.unwrap()[at].to_owned()).collect();
        let scenario = Scenario::around("2026-11-23T04:00:00Z".parse().unwrap());
        kinds.extend(
            scenario.reports().unwrap().iter().map(|report| report["kind"].as_str().unwrap().to_owned()),
        );
        assert!(kinds.len() > 100);
        for kind in kinds {
            assert!(domain::kind::is_known(&kind), "{kind} is in no table of domain::kind");
        }
    }

    #[test]
    fn partners_and_consents_are_what_the_api_takes() {
        let scenario = Scenario::around("2026-11-23T04:00:00Z".parse().unwrap());
        for partner in scenario.partners().unwrap() {
            serde_json::from_value::<contracts::coordination::PutOrganisation>(partner.organisation.clone())
                .unwrap();
            serde_json::from_value::<contracts::coordination::AddAgreement>(partner.agreement.clone())
                .unwrap();
            for mandate in &partner.mandates {
                serde_json::from_value::<contracts::coordination::AddMandate>(mandate.clone()).unwrap();
            }
        }
        for consent in scenario.consents().unwrap() {
            serde_json::from_value::<contracts::liaison::RequestConsent>(consent).unwrap();
        }
    }

    #[test]
    fn reports_are_forms_that_the_door_takes() {
        for mut report in Scenario::around("2026-11-23T04:00:00Z".parse().unwrap()).reports().unwrap() {
            report.as_object_mut().unwrap().remove("source");
            serde_json::from_value::<contracts::gateway::ReportForm>(report).unwrap();
        }
    }
}
