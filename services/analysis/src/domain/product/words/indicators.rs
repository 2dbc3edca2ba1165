//! Indicators, and how much of them was seen, in words.

use contracts::analysis::products::ProductLanguage as Language;
use domain::{Extent, Indicator};

use super::pick;

/// An indicator, within a list.
pub const fn indicator(language: Language, indicator: Indicator) -> &'static str {
    let words = match indicator {
        Indicator::AttacksPlots => {
            ("attacks or plots that were found out", "нападения или раскрытые заговоры")
        }
        Indicator::ArrestsSpike => (
            "more arrests on charges of terrorism or extremism than usual",
            "больше задержаний по обвинениям в терроризме или экстремизме, чем обычно",
        ),
        Indicator::Recruitment => {
            ("recruitment into armed or extremist groups", "вербовка в вооружённые или экстремистские группы")
        }
        Indicator::FighterReturns => {
            ("fighters coming home from conflicts abroad", "возвращение боевиков из зарубежных конфликтов")
        }
        Indicator::CounterTerrorCooperation => {
            ("agreements against terrorism are kept", "соблюдаются договорённости против терроризма")
        }
        Indicator::Rehabilitation => ("programmes of rehabilitation run", "работают программы реабилитации"),
        Indicator::SeizureChange => (
            "drug seizures unlike those of the last twelve months",
            "изъятия наркотиков не такие, как за последние двенадцать месяцев",
        ),
        Indicator::DrugPriceShift => ("shifts in the prices of drugs", "сдвиги в ценах на наркотики"),
        Indicator::SmugglerClashes => {
            ("armed clashes with smugglers", "вооружённые столкновения с контрабандистами")
        }
        Indicator::BorderCorruption => ("corruption at the border", "коррупция на границе"),
        Indicator::JointOperations => {
            ("joint operations against trafficking", "совместные операции против незаконного оборота")
        }
        Indicator::OpiumProduction => (
            "signs that opium or synthetic drugs are being made",
            "признаки производства опия или синтетических наркотиков",
        ),
        other => return of_place(language, other),
    };
    pick(language, words)
}

/// The indicators of borders, water, hazards and people on the move.
const fn of_place(language: Language, indicator: Indicator) -> &'static str {
    let words = match indicator {
        Indicator::BorderIncidents => (
            "incidents on stretches of border that are not demarcated",
            "инциденты на недемаркированных участках границы",
        ),
        Indicator::CrossingClosures => {
            ("border crossings closed or restricted", "закрытие или ограничение работы пунктов пропуска")
        }
        Indicator::WaterSchedule => {
            ("water that differs from the agreed schedule", "отклонение воды от согласованного графика")
        }
        Indicator::HazardAlerts => (
            "warnings of drought, dust, floods or landslides",
            "предупреждения о засухе, пыльных бурях, паводках или оползнях",
        ),
        Indicator::PowerRationing => {
            ("power cuts or rationing", "отключения или ограничение подачи электроэнергии")
        }
        Indicator::JointCommissions => {
            ("joint border or water commissions meet", "заседают совместные пограничные или водные комиссии")
        }
        Indicator::Demarcation => ("steps of demarcation", "шаги по демаркации границы"),
        Indicator::NeighbourViolence => {
            ("violence across the border with Afghanistan", "насилие по ту сторону границы с Афганистаном")
        }
        Indicator::DisplacementPressure => (
            "people moving towards the border or leaving their homes",
            "движение людей к границе или уход из своих домов",
        ),
        Indicator::CanalDisputes => (
            "disputes over canals, pumps or pasture water",
            "споры из-за каналов, насосов или воды на пастбищах",
        ),
        Indicator::TechnicalTalks => {
            ("technical talks with the neighbour", "технические переговоры с соседней стороной")
        }
        other => return of_people(language, other),
    };
    pick(language, words)
}

/// The indicators of how communities and authorities stand to each other.
const fn of_people(language: Language, indicator: Indicator) -> &'static str {
    let words = match indicator {
        Indicator::ProtestForce => ("protests met with force", "применение силы против протестов"),
        Indicator::EmergencyMeasures => (
            "emergency measures, curfews or cuts of the internet",
            "чрезвычайные меры, комендантский час или отключения интернета",
        ),
        Indicator::Incitement => {
            ("incitement between communities", "подстрекательство к вражде между общинами")
        }
        Indicator::PriceSpike => {
            ("jumps in the prices of food or fuel", "скачки цен на продовольствие или топливо")
        }
        Indicator::Dialogue => {
            ("dialogue between communities or with the authorities", "диалог между общинами или с властями")
        }
        other => return of_relief(language, other),
    };
    pick(language, words)
}

/// The indicators of what was agreed and kept, and of what eases for people on the ground.
const fn of_relief(language: Language, indicator: Indicator) -> &'static str {
    let words = match indicator {
        Indicator::CeasefireKept => {
            ("a ceasefire or local truce is kept", "соблюдается прекращение огня или местное перемирие")
        }
        Indicator::ReliefAccess => {
            ("relief reaches people unhindered", "помощь беспрепятственно доходит до людей")
        }
        Indicator::SafeReturns => {
            ("displaced people come home in safety", "перемещённые люди возвращаются в безопасности")
        }
        Indicator::WaterReleaseKept => ("water is let out as agreed", "вода пропускается по договорённости"),
        Indicator::HazardEased => (
            "a hazard eases, as snow or rain in time after a dry season",
            "опасность снижается, например вовремя выпали снег или дождь после засушливого сезона",
        ),
        other => return other.as_str(),
    };
    pick(language, words)
}

/// How much of an indicator was seen.
pub const fn extent(language: Language, extent: Extent) -> &'static str {
    let words = match extent {
        Extent::None => ("not seen", "не было"),
        Extent::Slight => ("a little", "немного"),
        Extent::Marked => ("plainly", "заметно"),
        Extent::Severe => ("as never in a year", "как ни разу за год"),
    };
    pick(language, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_indicator_has_words_in_both_languages() {
        for one in Indicator::ALL {
            let (english, russian) = (indicator(Language::En, *one), indicator(Language::Ru, *one));
            assert!(english != one.as_str() && !russian.is_ascii(), "{one}: {english}, {russian}");
        }
    }
}
