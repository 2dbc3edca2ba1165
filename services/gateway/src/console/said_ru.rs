//! Reasons of services in Russian. A hole `{}` of the English is `{0}`, `{1}` … of the Russian; the first that fits is taken, so
//! that what says more stands before what says less.

/// English and Russian.
pub(super) const SAID: &[(&str, &str)] = &[
    ("the search cannot be read", "поисковый запрос не удалось прочитать"),
    (
        "there is no word in {} to look for: write letters or digits, as Batken, or leave it out",
        "в {=0} нет ни одного слова: введите буквы или цифры, например «Баткен», либо оставьте поле пустым",
    ),
    (
        "Mandate: what governments agreed to is the centre's own; no partner is told of it through a product, except of a consent to informing itself, in the words of the ledger",
        "Мандат: согласия правительств – дело самого центра; партнёру о них в документах не сообщают, кроме согласия на передачу сведений ему самому, и только словами реестра",
    ),
    (
        "Mandate: a person wrote it on the centre's liaison, and it may tell of a consent, a meeting or a promise without naming it; no partner is told of these through a product",
        "Мандат: это написано человеком о контактах центра и может сообщать о согласии, встрече или обещании, не называя их; партнёрам о них в документах не сообщают",
    ),
    (
        "Mandate: it takes facts only, and this is what the centre makes of them",
        "Мандат: организация получает только факты, а это – вывод центра",
    ),
    ("Withdrawn since: source [{}] was retracted", "Отозвано позднее: источник [{0}] отозван"),
    (
        "Withdrawn since: source [{}] was taken back or is no longer held",
        "Отозвано позднее: источник [{0}] отозван или больше не хранится",
    ),
    (
        "Handling: it is TLP:{}, above the tear-line at TLP:{} that its authors set",
        "Режим обращения: TLP:{0} выше линии отреза TLP:{1}, которую провели авторы",
    ),
    (
        "Precision: it names a province, and places only of whole countries may go there",
        "Точность: названа провинция, а туда можно передавать места не точнее страны",
    ),
    (
        "{}. A person wrote it, so that it is taken to bear on every country and every threat of the product",
        "{0}. Это написано человеком, поэтому считается, что относится ко всем странам и угрозам документа",
    ),
    (
        "{}. A person wrote it, so that it is taken to bear on every country of the product",
        "{0}. Это написано человеком, поэтому считается, что относится ко всем странам документа",
    ),
    (
        "{}; it names people of the centre and gives their reasons, which go to no partner: it goes without them",
        "{0}; названы сотрудники центра и приведены их доводы, которые партнёрам не сообщаются: передаётся без них",
    ),
    (
        "Handling: it names people of the centre and gives their reasons, which go to no partner, and it cannot be said without them",
        "Режим обращения: названы сотрудники центра и приведены их доводы, которые партнёрам не сообщаются, а без них изложить нельзя",
    ),
    (
        "{}; it goes without words of its sources and without fine places",
        "{0}; передаётся без слов источников и без точных мест",
    ),
    (
        "{}, and it cannot be said without them: a person wrote it, and may have named anything",
        "{0}; без этого изложить нельзя: это написано человеком, и названо может быть что угодно",
    ),
    (
        "{}, and it cannot be said without them: it is a judgement in its authors' words",
        "{0}; без этого изложить нельзя: это суждение в словах авторов",
    ),
    ("Precision: places go there no finer than {}", "Точность: места передаются не точнее – {0}"),
    ("Handling: personal data does not go there", "Режим обращения: персональные данные туда не передаются"),
    (
        "Handling: speakers under the Chatham House rule are not named",
        "Режим обращения: говоривших по правилу Чатем-Хауса не называют",
    ),
    ("Mandate: {}; limit: {}", "Мандат: {0}; ограничение: {1}"),
    ("Mandate: {}", "Мандат: {0}"),
    ("Agreement: {}", "Соглашение: {0}"),
    ("Third-party licence: {}", "Лицензия третьей стороны: {0}"),
    ("Originator's control: {}", "Контроль источника: {0}"),
    ("Consent of a government: {}", "Согласие правительства: {0}"),
    ("Handling: {}", "Режим обращения: {0}"),
    ("Precision: {}", "Точность: {0}"),
    (
        "licence {} allows only what is derived from it to be passed on",
        "лицензия {0} позволяет передавать только производное",
    ),
    (
        "licence {} allows the information itself to be passed on",
        "лицензия {0} позволяет передавать сами сведения",
    ),
    ("licence {} allows nothing to be passed on", "лицензия {0} ничего передавать не позволяет"),
    (
        "the agreement allows only what is derived from it to be passed on",
        "соглашение позволяет передавать только производное",
    ),
    (
        "the agreement allows the information itself to be passed on",
        "соглашение позволяет передавать сами сведения",
    ),
    ("the agreement allows nothing to be passed on", "соглашение ничего передавать не позволяет"),
    ("an originator excludes {}", "источник исключил организацию {0}"),
    (
        "{} is not in the audience that every originator allows",
        "организация {0} не входит в круг получателей, который допускают все источники",
    ),
    ("release needs the word of {}", "для передачи нужно слово источника: {0}"),
    (
        "{} is in the audience and no originator keeps control",
        "организация {0} входит в круг получателей, и ни один источник не сохранил контроль",
    ),
    ("no government's consent is needed", "согласие правительств не требуется"),
    (
        "no consent of {} to {} for {} on {}",
        "нет согласия ({0}) на цель «{1}» для организации {2} по вопросам: {3}",
    ),
    (
        "no active consent of {}: {} is {}, {} to {}",
        "нет действующего согласия ({0}): документ {1}, состояние – {2}, срок {3} – {4}",
    ),
    ("{} consents", "согласие дано: {0}"),
    ("TLP:{} is within the agreement's TLP:{}", "TLP:{0} – в пределах соглашения (TLP:{1})"),
    ("TLP:{} is above the agreement's TLP:{}", "TLP:{0} выше предела соглашения – TLP:{1}"),
    ("{} is within the agreement's {}", "{0} – в пределах соглашения ({1})"),
    ("{} is above the agreement's {}", "{0} – выше предела соглашения ({1})"),
    (
        "no agreement sets a ceiling for classified information",
        "ни одно соглашение не устанавливает предел для закрытых сведений",
    ),
    (
        "TLP:RED goes to named individuals only, and two persons decide",
        "TLP:RED передаётся только названным лицам, и решают двое",
    ),
    ("no agreement sets a TLP ceiling", "ни одно соглашение не устанавливает предел по TLP"),
    (
        "it holds no personal data and no speaker is protected",
        "персональных данных нет, защищённых собеседников нет",
    ),
    ("names of persons or speakers are left out", "имена лиц и собеседников опускаются"),
    (
        "no agreement with {} covers a {}",
        "ни одно соглашение с организацией {0} не распространяется на такие материалы ({1})",
    ),
    ("no agreement with {} is in force on {}", "ни одно соглашение с организацией {0} не действует на {1}"),
    ("no mandate of {} is in force on {}", "ни один мандат организации {0} не действует на {1}"),
    (
        "outside the mandate of {}: it covers {} in {}, not {} in {}",
        "вне мандата организации {0}: он охватывает {1} ({2}), а не {3} ({4})",
    ),
    ("its places are no finer than {}", "места указаны не точнее – {0}"),
    ("places are generalised to {}", "места обобщаются до уровня – {0}"),
    ("the agreement covers {}, not {}", "соглашение охватывает {0}, но не {1}"),
    ("the agreement covers {}", "соглашение охватывает {0}"),
    ("no agreement names a purpose", "ни одно соглашение не называет цель"),
    ("{} covers a {}", "{0} распространяется на такие материалы ({1})"),
    ("{} covers {} in {}", "{0}: охватывает {1} ({2})"),
    ("the form cannot be taken as it is filled in", "форму нельзя принять в таком виде"),
    ("is missing", "не заполнено"),
    ("choose what happened", "выберите, что произошло"),
    ("say what was seen, in a sentence or two", "напишите в одном-двух предложениях, что видели"),
    ("a contact goes with a name; who is it?", "связь указывают вместе с именем; кто это?"),
    ("write a whole number, as 2", "напишите целое число, например 2"),
    ("write the name of the place, or of the province", "напишите название места или провинции"),
    (
        "no place of this name is known; write the next bigger one, or the province",
        "места с таким названием нет; напишите более крупное рядом или провинцию",
    ),
    (
        "several places are called so; choose the one that is meant",
        "так называются несколько мест; выберите нужное",
    ),
    ("the report cannot be taken as it is", "сообщение нельзя принять в таком виде"),
    ("must have 1 to {} characters", "должно быть от 1 до {0} знаков"),
    (
        "must not be empty; leave source out where none is named",
        "не должно быть пустым; если источник не назван, не указывайте его вовсе",
    ),
    (
        "this Idempotency-Key was used for another request; give every request a key of its own",
        "этот ключ повтора уже использован для другого запроса; у каждого запроса свой ключ",
    ),
    (
        "used before with another method, path, query or body",
        "использован раньше с другим методом, адресом, параметрами или содержанием",
    ),
    (
        "the same request is being worked on; ask again in a moment",
        "этот же запрос сейчас выполняется; повторите через мгновение",
    ),
    ("is missing: choose a word, or give a range", "не заполнено: выберите слово или укажите диапазон"),
    ("is missing: a range has two ends", "не заполнено: у диапазона две границы"),
    ("lies above the other end of the range", "больше другой границы диапазона"),
    ("is no number from 0 to 100", "это не число от 0 до 100"),
    (
        "the range is that of “{}” and not of “{}”: change one, or leave one out",
        "диапазон соответствует слову «{0}», а не «{1}»: измените одно из двух или оставьте что-то одно",
    ),
    ("holds more than {} characters", "больше {0} знаков"),
    ("the assessment cannot be taken as it is written", "оценку нельзя принять в таком виде"),
    ("at most {} are held; name the weightiest", "помещается не больше {0}; назовите самые весомые"),
    ("at most {} are held; write a second assessment", "помещается не больше {0}; напишите вторую оценку"),
    (
        "an assessment without a judgement cannot be scored; write at least one",
        "оценку без суждений нельзя проверить; напишите хотя бы одно",
    ),
    (
        "name at least one thing it rests on: an observation here, or anything else under sources",
        "назовите хотя бы одно основание: наблюдение здесь или что-либо другое в поле «Другие основания»",
    ),
    (
        "{} is not known to analysis, was taken back, or lies on the other side of the exercise",
        "{0}: аналитической службе не известно, отозвано или относится к другой стороне учений",
    ),
    ("is an observation: name it under evidence", "это наблюдение: укажите его в поле «Основания»"),
    (
        "counts name no report: name the reports, the level or the unusual month",
        "подсчёты не называют сообщений: укажите сообщения, уровень или необычный месяц",
    ),
    (
        "a warning rests on levels: name the level, as KG-B/border_tension",
        "предупреждение основано на уровнях: укажите уровень, например KG-B/border_tension",
    ),
    (
        "what governments agreed to stays in the ledger of liaison; name what was made public of it as a document",
        "договорённости с правительствами остаются в реестре контактов; укажите обнародованное как документ",
    ),
    (
        "is missing: who wrote it, what, when, where it can be read",
        "не указано: кто составил, название, дата, где можно прочитать",
    ),
    ("name at least one other reading", "назовите хотя бы одно другое объяснение"),
    ("say what would change the mind", "укажите, что изменило бы вывод"),
    ("say what the confidence rests on", "укажите, на чём основана уверенность"),
    (
        "is too wide for one word, or certain: give a range within a word of ICD 203 or across two that are next to each other, from 1 to 99 %",
        "диапазон слишком широк для одного слова или означает полную уверенность: укажите диапазон в пределах одного слова ICD 203 или двух соседних, от 1 до 99 %",
    ),
    (
        "must lie ahead: a judgement of what is known already cannot be scored",
        "должно быть в будущем: суждение об уже известном проверить нельзя",
    ),
    (
        "who wrote on it does not review it; another person must",
        "авторы сами не проверяют; это делает другой человек",
    ),
    (
        "at TLP:RED or strictly confidential another than the reviewer must publish",
        "при TLP:RED или «строго конфиденциально» публикует не тот, кто проверял",
    ),
    (
        "it is in {} and only a draft is written anew: {}",
        "состояние – {0}, а переписать можно только черновик: {1}",
    ),
    ("it is in {}: {} is not possible there", "состояние – {0}: действие «{1}» там невозможно"),
    (
        "it is in version {} by now and this was decided on version {}; read it again",
        "за это время документ изменили (версия {0}, вы решали по версии {1}); прочитайте его заново",
    ),
    ("the assessment cannot be moved by {}", "действие «{=0}» с оценкой сейчас невозможно"),
    ("the judgement cannot be resolved so", "исход суждения так указать нельзя"),
    (
        "it was never published: nothing was told that could be scored",
        "оценка не публиковалась: проверять нечего",
    ),
    (
        "who wrote a judgement does not score it; ask somebody who did not",
        "автор суждения сам его не проверяет; попросите того, кто его не писал",
    ),
    (
        "the same stands already: only who says otherwise corrects it",
        "это уже установлено: исправляет лишь тот, кто устанавливает иное",
    ),
    (
        "who said what became of a judgement does not correct it; ask another who did not write it either",
        "указавший исход суждения сам его не исправляет; попросите другого, кто не был и автором суждения",
    ),
    ("it may still come: the judgement is due on {}", "это ещё может произойти: срок суждения – {0}"),
    ("there is no judgement {}", "суждения {0} нет"),
    ("there is no assessment {}", "оценки {=0} нет"),
    ("exercise and real never mix", "учебное и настоящее не смешиваются"),
    ("cannot be changed", "изменить нельзя"),
    (
        "by its evidence it is {} now; revise it, and it is marked anew",
        "по свидетельствам теперь требуется {0}; переработайте оценку, и она будет помечена заново",
    ),
    ("its evidence was marked more strictly since it was written", "с тех пор свидетельства помечены строже"),
    ("it cannot answer that question", "на этот вопрос она ответить не может"),
    ("is no question; list them at /v1/questions", "такого вопроса нет; список – /v1/questions"),
    ("the evidence cannot be taken", "свидетельство принять нельзя"),
    ("{} is not known to analysis or was taken back", "{=0}: аналитике неизвестно или отозвано"),
    ("{} lies on the other side of the exercise", "{=0}: относится к другой стороне учения"),
    ("lies on the other side of the exercise", "относится к другой стороне учения"),
    ("the product cannot be drafted so", "документ нельзя составить в таком виде"),
    ("the product cannot be changed so", "документ нельзя изменить так"),
    ("the product cannot be moved by {}", "действие «{0}» сейчас невозможно"),
    ("there is no such incident to report on", "сообщать не о чем: такого инцидента нет"),
    (
        "no incident of what is real from {} to {} is known in the scope of the paper; widen the period, the places or the threats: a flash report tells of one incident",
        "с {0} по {1} в этих местах и по этим угрозам инцидентов не известно; расширьте период, места или угрозы: экстренное сообщение – об одном инциденте",
    ),
    (
        "no incident of the exercise from {} to {} is known in the scope of the paper; widen the period, the places or the threats: a flash report tells of one incident",
        "с {0} по {1} в этих местах и по этим угрозам учебных инцидентов не известно; расширьте период, места или угрозы: экстренное сообщение – об одном инциденте",
    ),
    ("{} lies after the last day, {}", "{0} позже последнего дня – {1}"),
    ("{} has not come yet; today is {}", "день {0} ещё не наступил; сегодня {1}"),
    ("a product covers {} days at most", "документ охватывает не больше {0} дней"),
    ("{} is no province of the six countries", "{0} – не провинция шести стран"),
    ("{} lies in {}, which is not among the countries", "{0} – это {1}, а этой страны нет среди выбранных"),
    (
        "is empty: here belongs {}; fill it, or strike it out with the reason",
        "пусто: заполните раздел или вычеркните его с указанием причины ({0})",
    ),
    ("holds {} statements; {} at most", "утверждений здесь {0}, а помещается не больше {1}"),
    (
        "“{}” names no source: a judgement names what it rests on: its assessment, or the reports",
        "«{0}»: не назван источник; суждение называет, на чём основано: свою оценку или сообщения",
    ),
    (
        "“{}” names no source: name one, or mark it as context, where the paper names its author",
        "«{0}»: не назван источник; назовите его или пометьте как контекст – тогда в документе будет назван автор",
    ),
    (
        "“{}” names no source: what is said in this part names its source, context too",
        "«{0}»: не назван источник; в этом разделе источник называют всегда, и для контекста тоже",
    ),
    (
        "is a document, which has no grade: papers name one for the positions of governments alone; elsewhere write a judgement in an assessment that cites it, publish that and name the judgement",
        "это документ, а у документа нет оценки достоверности: в справках и сводках на документ ссылаются только в разделе о позициях правительств; в остальных случаях напишите суждение в оценке, которая на него ссылается, опубликуйте её и сошлитесь на суждение",
    ),
    (
        "is a judgement: say how likely it is and, apart from it, how sure you are",
        "это суждение: укажите вероятность и отдельно уверенность",
    ),
];
