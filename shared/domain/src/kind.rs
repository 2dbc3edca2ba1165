//! Kinds of incident: the words that sources, coding and monitors use for what happened, with their Russian and whether it
//! eases a situation. Sources may bring words of their own; those stand in no table and are given as they came.

/// A kind, what it is called in Russian within a sentence, and whether it eases.
type Row = (&'static str, &'static str, bool);

/// It eases: people agree, meet, help or go home, or what was stopped runs again.
const EASES: bool = true;
/// It weighs as it came: what shows that somebody suffers eases nothing, though it be help at the same time.
const WEIGHS: bool = false;

/// In order, so that none stands there twice.
const KINDS: &[Row] = &[
    ("abduction", "похищение", WEIGHS),
    ("afforestation", "лесопосадки", EASES),
    ("agreement", "соглашение", EASES),
    ("aid", "гуманитарная помощь", EASES),
    ("aid_convoy", "колонна с гуманитарной помощью", EASES),
    ("air_pollution", "загрязнение воздуха", WEIGHS),
    ("air_quality", "ухудшение качества воздуха", WEIGHS),
    ("air_strike", "удар с воздуха", WEIGHS),
    ("ambush", "засада", WEIGHS),
    ("armed_clash", "вооружённое столкновение", WEIGHS),
    ("armed_smuggling", "вооружённая контрабанда", WEIGHS),
    ("arms_find", "обнаружение оружия", WEIGHS),
    ("arms_smuggling", "контрабанда оружия", WEIGHS),
    ("arrest", "задержание", WEIGHS),
    ("arrests", "задержания", WEIGHS),
    ("arson", "поджог", WEIGHS),
    ("arson_attack", "поджог с целью нападения", WEIGHS),
    ("assassination", "покушение", WEIGHS),
    ("assault", "избиение", WEIGHS),
    ("attack", "нападение", WEIGHS),
    ("attack_on_civilians", "нападение на гражданских лиц", WEIGHS),
    ("avalanche", "сход лавины", WEIGHS),
    ("base_established", "создание опорного пункта", WEIGHS),
    ("bombing", "взрыв бомбы", WEIGHS),
    ("border_approach", "скопление людей у границы", WEIGHS),
    ("border_closure", "закрытие границы", WEIGHS),
    ("border_incident", "пограничный инцидент", WEIGHS),
    ("camera_mast_destroyed", "уничтожение мачты видеонаблюдения", WEIGHS),
    ("canal_schedule", "изменение графика подачи воды", WEIGHS),
    ("canal_works", "работы на канале", WEIGHS),
    ("cancelled", "отозванное сообщение", WEIGHS),
    ("ceasefire", "прекращение огня", EASES),
    ("ceasefire_agreement", "соглашение о прекращении огня", EASES),
    ("ceasefire_violation", "нарушение прекращения огня", WEIGHS),
    ("change_of_group", "изменения в вооружённой группе", WEIGHS),
    ("chemical_weapon", "применение химического оружия", WEIGHS),
    ("civil_unrest", "беспорядки", WEIGHS),
    ("clash", "столкновение", WEIGHS),
    ("cold_wave", "волна холода", WEIGHS),
    ("communications_outage", "отключение связи", WEIGHS),
    ("convoy_stopped", "остановка колонны", WEIGHS),
    ("corruption", "коррупция", WEIGHS),
    ("corruption_case", "дело о коррупции", WEIGHS),
    ("counterfeit_goods", "контрафактные товары", WEIGHS),
    ("criminal_activity", "преступная деятельность", WEIGHS),
    ("crop_loss", "гибель урожая", WEIGHS),
    ("crossing_closure", "закрытие пункта пропуска", WEIGHS),
    ("dam_failure", "прорыв плотины", WEIGHS),
    ("demarcation", "демаркация границы", EASES),
    ("demarcation_step", "продвижение демаркации", EASES),
    ("detention", "удержание людей", WEIGHS),
    ("dialogue", "диалог", EASES),
    ("displacement", "перемещение населения", WEIGHS),
    ("disrupted_weapons_use", "пресечение применения оружия", WEIGHS),
    ("document_checks", "усиленная проверка документов", WEIGHS),
    ("document_fraud", "подделка документов", WEIGHS),
    ("drinking_water_shortage", "нехватка питьевой воды", WEIGHS),
    ("drone_overflight", "пролёт беспилотника", WEIGHS),
    ("drought", "засуха", WEIGHS),
    ("drug_lab", "обнаружение нарколаборатории", WEIGHS),
    ("drug_trafficking", "наркоторговля", WEIGHS),
    ("dust_storm", "пыльная буря", WEIGHS),
    ("early_warning_drill", "учения по оповещению", EASES),
    ("earthquake", "землетрясение", WEIGHS),
    ("elders_meeting", "встреча старейшин", EASES),
    ("emergency_measures", "чрезвычайные меры", WEIGHS),
    ("environmental_hazard", "экологическая угроза", WEIGHS),
    ("evacuation", "эвакуация", WEIGHS),
    ("excessive_force", "чрезмерное применение силы к протестующим", WEIGHS),
    ("exchange_of_fire", "перестрелка", WEIGHS),
    ("exchange_of_vehicles", "возвращение транспорта", EASES),
    ("explosion", "взрыв", WEIGHS),
    ("extortion", "вымогательство", WEIGHS),
    ("fire", "пожар", WEIGHS),
    ("fire_on_outpost", "обстрел заставы", WEIGHS),
    ("fish_kill", "гибель рыбы", WEIGHS),
    ("flash_flood", "внезапный паводок", WEIGHS),
    ("flood", "наводнение", WEIGHS),
    ("flow_shortfall", "нехватка стока", WEIGHS),
    ("freight_resumed", "возобновление грузовых перевозок", EASES),
    ("fuel_smuggling", "контрабанда топлива", WEIGHS),
    ("gate_closed", "закрытие водозабора", WEIGHS),
    ("gate_damage", "повреждение водозабора", WEIGHS),
    ("gate_repair", "ремонт водозабора", EASES),
    ("gathering", "скопление людей", WEIGHS),
    ("gauge_restored", "восстановление гидропоста", EASES),
    ("geophysical_hazard", "геофизическая угроза", WEIGHS),
    ("glacial_lake_outburst", "прорыв ледникового озера", WEIGHS),
    ("glacial_lake_warning", "угроза прорыва ледникового озера", WEIGHS),
    ("good_offices", "добрые услуги", EASES),
    ("grenade", "взрыв гранаты", WEIGHS),
    ("hazardous_release", "выброс опасных веществ", WEIGHS),
    ("heatwave", "жара", WEIGHS),
    ("homicide", "убийство", WEIGHS),
    ("hostile_speech", "враждебные высказывания", WEIGHS),
    ("hotline_call", "переговоры по горячей линии", EASES),
    ("house_damage", "повреждение домов", WEIGHS),
    ("human_trafficking", "торговля людьми", WEIGHS),
    ("incident", "происшествие", WEIGHS),
    ("irrigation_shortage", "нехватка поливной воды", WEIGHS),
    ("isolated_shots", "отдельные выстрелы", WEIGHS),
    ("joint_commission", "совместная комиссия", EASES),
    ("joint_market", "совместный рынок", EASES),
    ("joint_operation", "совместная операция", EASES),
    ("joint_patrol", "совместный патруль", EASES),
    ("kidnapping", "похищение", WEIGHS),
    ("landslide", "оползень", WEIGHS),
    ("landslide_warning", "угроза оползня", WEIGHS),
    ("local_truce", "местное перемирие", EASES),
    ("locust_swarm", "нашествие саранчи", WEIGHS),
    ("looting", "мародёрство", WEIGHS),
    ("low_reservoir", "низкий уровень водохранилища", WEIGHS),
    ("low_river_level", "низкий уровень воды в реке", WEIGHS),
    ("mediation", "посредничество", EASES),
    ("migrant_smuggling", "незаконный провоз мигрантов", WEIGHS),
    ("mob_violence", "насилие толпы", WEIGHS),
    ("mudflow", "сель", WEIGHS),
    ("non_state_violence", "насилие между негосударственными сторонами", WEIGHS),
    ("one_sided_violence", "одностороннее насилие", WEIGHS),
    ("online_recruitment", "вербовка в интернете", WEIGHS),
    ("other_development", "другое событие", WEIGHS),
    ("pasture_dispute", "спор о пастбищах", WEIGHS),
    ("peaceful_protest", "мирный протест", WEIGHS),
    ("picket", "пикет", WEIGHS),
    ("pollution", "загрязнение", WEIGHS),
    ("power_line_cut", "обрыв линии электропередачи", WEIGHS),
    ("power_outage", "отключение электричества", WEIGHS),
    ("power_rationing", "ограничение подачи электроэнергии", WEIGHS),
    ("precautionary_patrols", "усиленное патрулирование", WEIGHS),
    ("precursor_seizure", "изъятие прекурсоров", WEIGHS),
    ("price_gouging", "завышение цен", WEIGHS),
    ("price_shift", "изменение цен", WEIGHS),
    ("protest", "протест", WEIGHS),
    ("protest_with_intervention", "протест с вмешательством властей", WEIGHS),
    ("pump_failure", "остановка насосной станции", WEIGHS),
    ("rally", "митинг", WEIGHS),
    ("recruitment", "вербовка", WEIGHS),
    ("rehabilitation_programme", "программа реабилитации", EASES),
    ("reinforcement", "переброска подкреплений", WEIGHS),
    ("relocation", "переселение", WEIGHS),
    ("remote_explosive", "взрывное устройство", WEIGHS),
    ("repair_delay", "задержка ремонта", WEIGHS),
    ("return", "возвращение жителей", EASES),
    ("returnees", "массовое возвращение мигрантов", WEIGHS),
    ("river_crossing", "незаконная переправа через реку", WEIGHS),
    ("road_closure", "закрытие дороги", WEIGHS),
    ("road_reopening", "открытие дороги", EASES),
    ("roadblock", "перекрытие дороги", WEIGHS),
    ("rumour", "слухи", WEIGHS),
    ("school_dispute", "спор вокруг школы", WEIGHS),
    ("scuffle", "потасовка", WEIGHS),
    ("seizure", "изъятие", WEIGHS),
    ("sexual_violence", "сексуальное насилие", WEIGHS),
    ("shelling", "обстрел", WEIGHS),
    ("shelter_opened", "открытие приюта", EASES),
    ("shots_fired", "стрельба", WEIGHS),
    ("smuggling", "контрабанда", WEIGHS),
    ("snowpack_report", "данные о снегозапасах", WEIGHS),
    ("snowstorm", "снежная буря", WEIGHS),
    ("soil_salinity", "засоление почв", WEIGHS),
    ("standoff", "противостояние", WEIGHS),
    ("state_based_violence", "насилие с участием государства", WEIGHS),
    ("stone_throwing", "метание камней", WEIGHS),
    ("storm", "буря", WEIGHS),
    ("strike", "забастовка", WEIGHS),
    ("substation_fault", "авария на подстанции", WEIGHS),
    ("suicide_bomb", "подрыв смертника", WEIGHS),
    ("surveying_dispute", "спор о размежевании", WEIGHS),
    ("tailings_warning", "угроза на хвостохранилище", WEIGHS),
    ("talks", "переговоры", EASES),
    ("technical_talks", "технические переговоры", EASES),
    ("temporary_shelter", "временное размещение людей", WEIGHS),
    ("territory_overtaken", "захват территории", WEIGHS),
    ("territory_regained", "возвращение контроля над территорией", WEIGHS),
    ("terrorist_attack", "террористический акт", WEIGHS),
    ("transfer_of_territory", "передача территории без боя", WEIGHS),
    ("transit_delay", "задержка транзита", WEIGHS),
    ("transit_restored", "восстановление транзита", EASES),
    ("transit_restriction", "ограничение транзита", WEIGHS),
    ("trespass", "нарушение границы владений", WEIGHS),
    ("troop_movement", "передвижение войск", WEIGHS),
    ("ultimatum", "ультиматум", WEIGHS),
    ("vehicle_damage", "повреждение транспорта", WEIGHS),
    ("verbal_altercation", "словесная перепалка", WEIGHS),
    ("violent_demonstration", "насильственная демонстрация", WEIGHS),
    ("water_dispute", "спор о воде", WEIGHS),
    ("water_release", "пуск воды", EASES),
    ("water_shortage", "нехватка воды", WEIGHS),
    ("weather_hazard", "опасное явление погоды", WEIGHS),
    ("well_dispute", "спор о колодце", WEIGHS),
    ("wildfire", "природный пожар", WEIGHS),
];

fn row(kind: &str) -> Option<&'static Row> {
    let at = KINDS.binary_search_by(|(word, ..)| (*word).cmp(kind)).ok()?;
    KINDS.get(at)
}

/// Whether the table knows it.
pub fn is_known(kind: &str) -> bool {
    row(kind).is_some()
}

/// What it is called in Russian, within a sentence; `None` of what the table does not know.
pub fn russian(kind: &str) -> Option<&'static str> {
    row(kind).map(|(_, told, _)| *told)
}

/// All that the table knows, in order.
pub fn all() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(word, ..)| *word)
}

/// Those that ease a situation, in order.
pub fn easing() -> impl Iterator<Item = &'static str> {
    KINDS.iter().filter(|(.., eases)| *eases == EASES).map(|(word, ..)| *word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_once_is_a_word_of_the_field_and_has_its_russian() {
        assert!(KINDS.is_sorted_by(|one, other| one.0 < other.0), "in order, each once");
        for (kind, russian, _) in KINDS {
            assert!(kind.bytes().all(|letter| letter.is_ascii_lowercase() || letter == b'_'), "{kind}");
            assert!(
                !russian.is_empty() && !russian.bytes().any(|letter| letter.is_ascii_alphabetic()),
                "{kind}"
            );
        }
    }

    #[test]
    fn who_goes_home_eases_and_who_has_left_home_does_not() {
        let eases = |kind| easing().any(|word| word == kind);
        assert!(eases("return") && eases("shelter_opened") && eases("talks"));
        assert!(
            !eases("returnees")
                && !eases("temporary_shelter")
                && !eases("evacuation")
                && !eases("kite_flying")
        );
        assert_eq!((russian("return"), russian("kite_flying")), (Some("возвращение жителей"), None));
    }
}
