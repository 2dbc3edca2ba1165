//! The Russian text. Sentences are built so that names of places and threats stand in the nominative.

use contracts::analysis::{Incident, SituationChanged};
use domain::{Country, Day, Level, Threat, Trend, likelihood::Word, warning::Info};

use super::{Text, band_end, border, en::likelihood, percent, place, with_code};
use crate::domain::{draft::title, rule};

/// How a cancellation is headed, and the sentence that gives its reason.
pub(super) const CANCELLED: (&str, &str) = ("Отменено", "Это предупреждение отозвано. Причина");

/// The text.
pub(super) fn info(change: &SituationChanged) -> Info {
    let situation = &change.situation;
    let event = threat(situation.threat);
    let (country, province) = (country(situation.country), province(change));
    let moved = moved(change, |_| String::new());
    Info {
        language: "ru".to_owned(),
        event: event.to_owned(),
        headline: format!("{event}, {province} ({country}): уровень {moved}"),
        description: facts(change),
        assessment: assessment(change),
        instruction: instruction(situation.level).to_owned(),
    }
}

/// From where to where it rose, each level with what is added to it; of a place that nobody had looked at before, that it was first
/// assessed.
fn moved(change: &SituationChanged, added: impl Fn(Level) -> String) -> String {
    let (was, level) = (change.was, change.situation.level);
    if change.first {
        format!("оценён впервые: {}{}", nominative(level).to_lowercase(), added(level))
    } else {
        format!("повысился с {}{} до {}{}", genitive(was), added(was), genitive(level), added(level))
    }
}

fn facts(change: &SituationChanged) -> String {
    let situation = &change.situation;
    let (level, coverage) = (situation.level, &situation.coverage);
    let moved = moved(change, |level| format!(" ({} из 4)", level.number()));
    let mut text = Text(format!(
        "{}. {}, {}. Тема: {}. Уровень обстановки {moved}",
        date(change.at.day()),
        country(situation.country),
        with_code(change, province(change)),
        threat(situation.threat).to_lowercase(),
    ));
    text.add(match rule::since_before(change) {
        Some(since) if change.first && situation.since_at_least => {
            format!("; он держится по меньшей мере с {}. ", date(since))
        }
        Some(since) if change.first => format!("; он держится с {}. ", date(since)),
        Some(since) if situation.since_at_least => {
            format!(" не позднее {}; об этом стало известно {}. ", date(since), date(change.at.day()))
        }
        Some(since) => {
            format!(" ещё {}; об этом стало известно {}. ", date(since), date(change.at.day()))
        }
        None => ". ".to_owned(),
    });
    let index = decimal(situation.index);
    match rule::set_by_hand(change) {
        Some(set) => text.add(format!(
            "Он установлен вручную; расчётный уровень — {} ({} из 4), индекс — {index}.",
            nominative(set.computed).to_lowercase(),
            set.computed.number(),
        )),
        None => text.add(format!("Индекс — {index}; порог этого уровня — {:.0}.", border(change, level))),
    }
    text.add(format!(
        " Сообщений за последние 90 дней — {}, независимых владельцев источников — {}",
        coverage.reports, coverage.owners
    ));
    match coverage.newest {
        Some(day) => text.add(format!("; последнее сообщение — от {}.", date(day))),
        None => text.add("."),
    }
    if !coverage.sufficient {
        text.add(" Сообщений слишком мало, чтобы с уверенностью судить об уровне.");
    }
    if !situation.incidents.is_empty() {
        text.add("\nИнциденты с наибольшим вкладом в индекс:");
        for (n, incident) in situation.incidents.iter().enumerate() {
            text.add(format!("\n[{}] {}", n + 1, line(change, incident)));
        }
    }
    text.add(format!(
        "\nНа инциденты старше 90 дней приходится {} % индекса.",
        percent(situation.older_share)
    ));
    text.0
}

/// What the province is called; its code where that was not told.
fn province(change: &SituationChanged) -> &str {
    change.names.as_ref().map_or(change.situation.province.as_str(), |names| &names.ru)
}

fn line(change: &SituationChanged, incident: &Incident) -> String {
    let place = place(change, incident).unwrap_or_else(|| province(change));
    let (title, share) = (title(change, incident), percent(incident.share));
    format!("{}, {place}: «{title}» (оценка {}, {share} % индекса)", date(incident.on), incident.grade)
}

fn assessment(change: &SituationChanged) -> String {
    let situation = &change.situation;
    let mut text = Text(match rule::set_by_hand(change) {
        Some(set) => format!(
            "{} уровень — суждение человека, а не расчёт. Он действует до {}, если его не отменят раньше; затем действует \
             расчётный.",
            nominative(situation.level),
            date(set.until.day())
        ),
        None => by_index(change),
    });
    text.add(match situation.trend {
        Some(Trend::Normal) => " Происходящее в последнее время обычно для этой провинции.",
        Some(Trend::Watch) => " Происходящее в последнее время необычно для этой провинции.",
        Some(Trend::Alert) => " Происходящее в последнее время крайне необычно для этой провинции.",
        None => " Данных за прошлые периоды слишком мало, чтобы судить, насколько это необычно.",
    });
    match likelihood(situation.outlook) {
        Some((chance, likelihood)) => {
            let (share, word) = (percent(chance), word(likelihood.word()));
            text.add(format!(" Вероятность эскалации в течение трёх месяцев — {share} % ({word})."));
        }
        None => text.add(" Статистических оснований для оценки вероятности эскалации нет."),
    }
    text.0
}

/// What the level means, and when it falls.
fn by_index(change: &SituationChanged) -> String {
    let (level, begins) = (change.situation.level, border(change, change.situation.level));
    let name = nominative(level);
    let mut text = Text(match band_end(change) {
        Some(end) => format!("{name} уровень означает индекс не ниже {begins:.0} и менее {end:.0}"),
        None => format!("{name} уровень означает индекс {begins:.0} и выше"),
    });
    text.add(
        ": это сумма сообщений, взвешенных по достоверности и тяжести; со временем вклад каждого из них убывает.",
    );
    match change.situation.falls_on {
        Some(day) => {
            let below = genitive(level.below());
            text.add(format!(" Без новых инцидентов уровень снизится до {below} {}.", date(day)));
        }
        None => text.add(" Назвать день, когда уровень снизится, нельзя."),
    }
    text.0
}

fn instruction(level: Level) -> &'static str {
    match level {
        Level::Critical => {
            "Немедленно подтвердите получение и сообщите, кто принимает меры. Сопоставьте с собственными сведениями и сегодня \
             же сообщите, что подтверждает это предупреждение или противоречит ему."
        }
        Level::High => {
            "Подтвердите получение. Сопоставьте с собственными сведениями и в течение двух дней сообщите, что подтверждает это \
             предупреждение или противоречит ему. Проверьте контакты и договорённости по этому району."
        }
        Level::Calm | Level::Low | Level::Elevated => {
            "Подтвердите получение. При следующем обмене информацией сообщите, что подтверждает это предупреждение или \
             противоречит ему."
        }
    }
}

fn date(day: Day) -> String {
    day.as_date().format("%d.%m.%Y").to_string()
}

fn decimal(number: f64) -> String {
    format!("{number:.1}").replace('.', ",")
}

fn nominative(level: Level) -> &'static str {
    match level {
        Level::Calm => "Спокойный",
        Level::Low => "Низкий",
        Level::Elevated => "Повышенный",
        Level::High => "Высокий",
        Level::Critical => "Критический",
    }
}

fn genitive(level: Level) -> &'static str {
    match level {
        Level::Calm => "спокойного",
        Level::Low => "низкого",
        Level::Elevated => "повышенного",
        Level::High => "высокого",
        Level::Critical => "критического",
    }
}

fn threat(threat: Threat) -> &'static str {
    match threat {
        Threat::TerrorismExtremism => "Терроризм и экстремизм",
        Threat::DrugTrafficking => "Незаконный оборот наркотиков",
        Threat::OrganisedCrime => "Организованная преступность",
        Threat::EnvironmentalDegradation => "Деградация окружающей среды",
        Threat::BorderTension => "Напряжённость на границе",
        Threat::WaterEnergy => "Водно-энергетический спор",
        Threat::PoliticalUnrest => "Политические волнения",
        Threat::ArmedConflict => "Вооружённый конфликт",
        Threat::Displacement => "Перемещение населения",
    }
}

fn country(country: Country) -> String {
    let name = match country.as_str() {
        "AFG" => "Афганистан",
        "KAZ" => "Казахстан",
        "KGZ" => "Кыргызстан",
        "TJK" => "Таджикистан",
        "TKM" => "Туркменистан",
        "UZB" => "Узбекистан",
        code => code,
    };
    name.to_owned()
}

fn word(word: Word) -> &'static str {
    match word {
        Word::AlmostNoChance => "почти исключено",
        Word::VeryUnlikely => "очень маловероятно",
        Word::Unlikely => "маловероятно",
        Word::RoughlyEven => "примерно равные шансы",
        Word::Likely => "вероятно",
        Word::VeryLikely => "весьма вероятно",
        Word::AlmostCertain => "почти наверняка",
    }
}
