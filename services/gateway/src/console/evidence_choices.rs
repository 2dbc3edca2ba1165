//! What a judgement may rest on besides observations, to be chosen by name: incidents, levels, unusual months, readings of
//! indicators, forecasts, judgements that were published. A document outside is named by its citation.

use contracts::{
    Failure, PageRequest,
    analysis::{
        GetSituation, Situation,
        anomalies::{Anomaly, AnomalyState, ListAnomalies},
        assessments::Assessment,
        drafting::SourceRef,
        forecasts::{Forecast, ListForecasts},
        indicators::{IndicatorStanding, ListIndicators},
        products::SourceKind,
    },
    intake::clusters::{Cluster, ListClusters},
};
use domain::{Level, ProvinceCode};
use maud::{Markup, html};
use picture::Shade;

use super::{
    assessment_fields::numbered,
    board,
    fields::{Fields, area, each, lines, text, ticks, wrong},
    shell::Reader,
    words::Lang,
};
use crate::{Gateway, domain::export};

/// How much of one kind is offered.
const OF_EACH: u32 = 200;
/// How far back the incidents lie that are offered, in days.
const DAYS: i64 = 90;
/// Of how many provinces the readings of indicators are offered.
const PROVINCES: usize = 6;

/// Something that may be chosen: how it is written in a field, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// `kind:id`.
    pub written: String,
    /// What it is, in words.
    pub said: String,
}

fn choice(kind: SourceKind, id: &str, parts: impl IntoIterator<Item = String>, t: Lang) -> Choice {
    let named = std::iter::once(t.word("source-kind", kind.as_str())).chain(parts);
    Choice { written: format!("{kind}:{id}"), said: named.collect::<Vec<_>>().join(" · ") }
}

/// Asks for what there is to choose from; what a service does not answer for is left out.
pub(super) async fn known(
    gateway: &Gateway,
    reader: &Reader,
    (sent, published): (&Fields, &[Assessment]),
) -> Vec<Choice> {
    let exercise = sent.contains_key("exercise");
    let page = PageRequest { cursor: None, limit: Some(OF_EACH) };
    let clusters = ListClusters {
        from: Some(reader.now.day().plus(-DAYS)),
        exercise,
        page: page.clone(),
        ..ListClusters::default()
    };
    let levels = GetSituation { exercise, ..GetSituation::default() };
    let anomalies = ListAnomalies { exercise, page: page.clone(), ..ListAnomalies::default() };
    let forecasts = ListForecasts { page, ..ListForecasts::default() };
    let (clusters, levels, anomalies, forecasts, readings) = futures::join!(
        gateway.ask_as(&reader.principal, None, &clusters),
        gateway.ask_as(&reader.principal, None, &levels),
        gateway.ask_as(&reader.principal, None, &anomalies),
        gateway.ask_as(&reader.principal, None, &forecasts),
        readings(gateway, reader, sent),
    );
    let t = reader.lang;
    let clusters = clusters.map(|list| list.page.map(export::cluster_shown).items).unwrap_or_default();
    let clusters = clusters.iter().filter(|one| one.state.is_one()).map(|one| incident(t, one));
    let mut levels = levels.unwrap_or_default();
    levels.retain(|one| one.in_force() > Level::Calm);
    levels.sort_by_key(|one| std::cmp::Reverse((spoken(one), one.in_force())));
    let anomalies = anomalies.map(|page| page.items).unwrap_or_default();
    let open = |one: &&Anomaly| matches!(one.state, AnomalyState::Open | AnomalyState::Confirmed);
    let forecasts = forecasts.map(|page| page.items).unwrap_or_default();
    let forecasts = forecasts.iter().filter(|_| !exercise).map(|one| forecast(t, one));
    let published = published.iter().filter(|one| one.form.exercise == exercise);
    clusters
        .chain(levels.iter().take(OF_EACH as usize).map(|one| situation(t, one)))
        .chain(anomalies.iter().filter(open).map(|one| anomaly(t, one)))
        .chain(readings.iter().filter_map(|one| reading(t, one)))
        .chain(published.flat_map(|one| judgements(t, one)))
        .chain(forecasts)
        .collect()
}

/// The indicators of the provinces that the assessment is on, as they stand.
async fn readings(gateway: &Gateway, reader: &Reader, sent: &Fields) -> Vec<IndicatorStanding> {
    let exercise = sent.contains_key("exercise");
    let provinces: Vec<ProvinceCode> = each("provinces", ticks(sent, "province-")).unwrap_or_default();
    let mut all = Vec::new();
    for province in provinces.into_iter().take(PROVINCES) {
        let wish = ListIndicators { province, threat: None, on: None, known_on: None, exercise };
        all.extend(gateway.ask_as(&reader.principal, None, &wish).await.unwrap_or_default());
    }
    all
}

fn incident(t: Lang, of: &Cluster) -> Choice {
    let place = of.place.province.as_ref().map(|code| t.province(code.as_str()));
    let parts = [t.day(of.to)].into_iter().chain(place).chain([t.title(&of.title)]);
    choice(SourceKind::Incident, of.id.as_str(), parts, t)
}

/// Whether a level can be spoken of: those come first.
fn spoken(of: &Situation) -> bool {
    matches!(board::shade(of), Shade::Level(_))
}

/// A level by its word; one that cannot be spoken of says so in its place.
fn situation(t: Lang, of: &Situation) -> Choice {
    let parts = [
        t.province(of.province.as_str()),
        t.word("threat", of.threat.as_str()),
        board::shade_word(t, board::shade(of)),
        t.day(of.on),
    ];
    choice(SourceKind::Situation, &format!("{}/{}/{}", of.province, of.threat, of.on), parts, t)
}

fn anomaly(t: Lang, of: &Anomaly) -> Choice {
    let parts = [t.province(of.province.as_str()), t.word("threat", of.threat.as_str()), t.month(of.month)];
    choice(SourceKind::Anomaly, of.id.as_str(), parts, t)
}

fn forecast(t: Lang, of: &Forecast) -> Choice {
    let place =
        of.province.as_ref().map_or_else(|| t.country(of.country.as_str()), |code| t.province(code.as_str()));
    let parts = [place, t.word("threat", of.threat.as_str()), t.days(of.from, of.to)];
    choice(SourceKind::Forecast, of.id.as_str(), parts, t)
}

fn reading(t: Lang, of: &IndicatorStanding) -> Option<Choice> {
    let latest = of.latest.as_ref()?;
    let parts = [
        t.province(of.province.as_str()),
        t.word("indicator", of.indicator.as_str()),
        t.word("extent", latest.extent.as_str()),
        t.days(latest.from, latest.to),
    ];
    Some(choice(SourceKind::Reading, &format!("{}/{}", of.province, latest.id), parts, t))
}

fn judgements(t: Lang, of: &Assessment) -> impl Iterator<Item = Choice> {
    (1_u32..).zip(&of.form.judgements).map(move |(number, judgement)| {
        let parts = [of.form.title.clone(), judgement.statement.clone()];
        choice(SourceKind::Judgement, &format!("{}/{number}", of.id), parts, t)
    })
}

/// What a judgement names besides observations, as it was written: what was chosen, then documents.
pub(super) fn named(sent: &Fields, number: u32) -> Vec<&str> {
    numbered(sent, &format!("sources-{number}."))
}

/// The same as the API takes it.
///
/// # Errors
/// When something that is written can be none of these.
pub(super) fn read(sent: &Fields, number: u32) -> Result<Vec<SourceRef>, Failure> {
    let field = format!("sources-{number}");
    let unknown = |written: &str| {
        wrong(
            &field,
            &format!("{written:?} names nothing that can be chosen; a document belongs in the field below"),
        )
    };
    let chosen =
        named(sent, number).into_iter().map(|written| reference(written).ok_or_else(|| unknown(written)));
    let documents = format!("documents-{number}");
    let cited = lines(sent, &documents)
        .map(|citation| Ok(SourceRef { kind: SourceKind::Document, id: citation.to_owned() }));
    chosen.chain(cited).collect()
}

/// `kind:id`, or an id or an address that tells its kind.
fn reference(written: &str) -> Option<SourceRef> {
    if let Some((kind, id)) = written.split_once(':')
        && let Ok(kind) = kind.trim().parse::<SourceKind>()
    {
        return Some(SourceRef { kind, id: id.trim().to_owned() });
    }
    let path = written.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    let kind = match last.split_once('_')?.0 {
        "cl" => SourceKind::Incident,
        "an" => SourceKind::Anomaly,
        "fo" => SourceKind::Forecast,
        _ => return None,
    };
    Some(SourceRef { kind, id: last.to_owned() })
}

/// What a form is filled with of what a judgement names.
pub(super) fn fields(number: u32, sources: &[SourceRef]) -> impl Iterator<Item = (String, String)> {
    let (documents, chosen): (Vec<&SourceRef>, Vec<&SourceRef>) =
        sources.iter().partition(|one| one.kind == SourceKind::Document);
    let citations: Vec<&str> = documents.into_iter().map(|one| one.id.as_str()).collect();
    let chosen = (1_u32..)
        .zip(chosen)
        .map(move |(at, one)| (format!("sources-{number}.{at}"), format!("{}:{}", one.kind, one.id)));
    chosen.chain([(format!("documents-{number}"), citations.join("\n"))])
}

/// The fields of a judgement: what is named, each with what it is where that is known here, room for one more, and documents.
pub(super) fn fieldset(t: Lang, sent: &Fields, (number, known): (u32, &[Choice])) -> Markup {
    let chosen = named(sent, number);
    let said = |written: &str| known.iter().find(|one| one.written == written).map(|one| one.said.as_str());
    let documents = format!("documents-{number}");
    html! {
        fieldset id={ "sources-" (number) } {
            legend { (t.say("field.sources")) }
            p.meta { (t.say("judgement.sources-how")) }
            @for at in 0..=chosen.len() {
                @let written = chosen.get(at).copied().unwrap_or_default();
                input name={ "sources-" (number) "." (at + 1) } type="text" list="rests" value=(written) maxlength="1000" autocomplete="off"
                    aria-label={ (t.say("field.sources")) " " (at + 1) };
                @if let Some(said) = said(written) { p.meta { (said) } }
            }
            (area((t.say("judgement.documents"), &documents), text(sent, &documents)))
        }
    }
}

/// Everything there is to choose from, for every judgement of the page.
pub(super) fn list(known: &[Choice]) -> Markup {
    html! { datalist #rests { @for one in known { option value=(one.written) { (one.said) } } } }
}

#[cfg(test)]
mod tests {
    use domain::Threat;

    use super::*;
    use crate::console::sample;

    fn sent(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_is_chosen_pasted_or_cited_is_read_in_its_order_and_filled_in_again() {
        let cluster = "cl_01JDBVKC00XV8F4J7N0Q2R5T6W";
        let address = format!("https://x.example/clusters/{cluster}?lang=ru");
        let sent = sent(&[
            ("sources-1.10", "anomaly:an_01JDBVKC00XV8F4J7N0Q2R5T6W"),
            ("sources-1.2", "situation:KG-B/border_tension/2026-11-20"),
            ("sources-1.3", &address),
            ("sources-1.4", " "),
            ("documents-1", "UNAMA, 2025, p. 12, https://unama.example\r\n\r\nUNODC, 2026"),
        ]);
        let found = read(&sent, 1).unwrap();
        let told: Vec<(&str, &str)> = found.iter().map(|one| (one.kind.as_str(), one.id.as_str())).collect();
        assert_eq!(
            told,
            [
                ("situation", "KG-B/border_tension/2026-11-20"),
                ("incident", cluster),
                ("anomaly", "an_01JDBVKC00XV8F4J7N0Q2R5T6W"),
                ("document", "UNAMA, 2025, p. 12, https://unama.example"),
                ("document", "UNODC, 2026"),
            ]
        );
        let again: Fields = fields(1, &found).collect();
        assert_eq!(read(&again, 1).unwrap(), found);
        assert!(read(&sent, 2).unwrap().is_empty());
    }

    #[test]
    fn what_names_nothing_is_refused_by_its_field() {
        for written in ["UNAMA, 2025", "wa_01JDBVKC00XV8F4J7N0Q2R5T6W", "mood:bad"] {
            let failure = read(&sent(&[("sources-2.1", written)]), 2).unwrap_err();
            assert_eq!(failure.errors[0].pointer, "sources-2", "{written}");
        }
    }

    #[test]
    fn a_level_that_cannot_be_spoken_of_is_offered_without_its_computed_word() {
        let mut one = sample::situation("KG-B", Threat::BorderTension, 41.0);
        assert!(situation(Lang::En, &one).said.contains("High"), "{:?}", situation(Lang::En, &one));
        one.coverage.sufficient = false;
        let said = situation(Lang::En, &one).said.to_lowercase();
        assert!(said.contains("insufficient information") && !said.contains("high"), "{said}");
    }

    #[test]
    fn what_can_be_chosen_is_offered_by_name_and_what_is_chosen_says_what_it_is() {
        let known = [Choice { written: "incident:cl_1".into(), said: "Incident · Fire <b>".into() }];
        let shown = fieldset(Lang::En, &sent(&[("sources-1.1", "incident:cl_1")]), (1, &known)).into_string();
        assert_eq!(shown.matches("list=\"rests\"").count(), 2, "{shown}");
        assert!(shown.contains("Incident · Fire &lt;b&gt;"), "{shown}");
        assert!(list(&known).into_string().contains("<option value=\"incident:cl_1\">"));
    }
}
