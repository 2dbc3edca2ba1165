//! The reasons of intake in Russian that are of how a document ends, of where and when something is said to have happened, by reports and
//! rows, of searches for either of several words, and of what is known already and stays: see `contracts::reason`.

/// The reasons.
pub(super) const REPORTS: &[(&str, &str)] = &[
    (
        "it ends in line {} before it is closed: it was cut short on its way. Its records that were whole are kept and counted here; send it whole",
        "он кончается в строке {0}, не закрывшись: обрезан по пути. Целые записи сохранены и здесь сосчитаны; пришлите его целиком",
    ),
    (
        "a tag has more than {} bytes; this is no document of this kind",
        "в теге больше {0} байт; это не такой документ",
    ),
    (
        "its parts stand more than {} deep in each other, which no format here does",
        "вложенность его частей больше {0}, чего нет ни в одном из форматов",
    ),
    ("{} is none of {}", "{0} нет среди допустимых значений: {=1}"),
    (
        "the note is missing: say how it is known where or when it happened",
        "нет примечания: напишите, откуда известно, где или когда это произошло",
    ),
    (
        "correct place or day first, with a note (a place that nobody knows is stated with the precision none), or refuse the report",
        "сначала исправьте место или день, с примечанием (если места никто не знает, укажите, что оно неизвестно), или отклоните сообщение",
    ),
    (
        "nothing is corrected: give place, or occurred_on, or both",
        "ничего не исправлено: укажите место или день, либо то и другое",
    ),
    (
        "{} may mean {}; write the province of the one meant, and its point",
        "{=0} может означать {:1}; напишите провинцию нужного места и его координаты",
    ),
    (
        "{} means {}, and the point {}, {} lies in {}, {} km away from there; correct the name or the point, or write the province as well",
        "{=0} – это {:1}, а точка {=2}, {=3} лежит в {:4}, в {=5} км оттуда; исправьте название или координаты либо напишите и провинцию",
    ),
    (
        "precision none says that no place is known, and {} is written as the province; write precision province, or leave the province out",
        "точность «неизвестно» означает, что места никто не знает, а провинция указана: {=0}; укажите точность «провинция» или уберите провинцию",
    ),
    (
        "has {} characters and at most {} are taken; shorten it, and write the rest into text",
        "{=0} знаков, а принимается не более {=1}; сократите, а остальное перенесите в text",
    ),
    (
        "{} is of {}, and {} names {}; correct the one that is wrong",
        "{=0} – это {:1}, а в {=2} названо {:3}; исправьте неверное",
    ),
    (
        "{} is of another country, {}; correct the code or location_code",
        "{=0} относится к другой стране, {=1}; исправьте код или location_code",
    ),
    (
        "a newer release was read before, of about {}: of the events that both tell, what that one says stands; what is known of no release, or of an older one, may be revised, and what this one alone tells is taken",
        "раньше уже прочитан более новый выпуск (примерно {=0}): о событиях, которые есть в обоих, остаётся сказанное в нём; известное без указания выпуска или из более старого может быть уточнено, а то, что есть только здесь, принято",
    ),
    (
        "country_id is the number of no country with a code, and the point lies in none of the six: the record stands in no country",
        "country_id – номер, которому не соответствует страна с кодом, а точка не лежит ни в одной из шести стран: запись не отнесена ни к какой стране",
    ),
    ("any of the words around {} will do", "достаточно любого из слов, между которыми стоит {=0}"),
    (
        "all words must be there; write OR in capital letters between words of which any will do",
        "должны быть все слова; чтобы хватило любого из них, поставьте между ними ИЛИ заглавными буквами",
    ),
    (
        "{} stands between whole words and phrases alone, and was left out",
        "{=0} ставится только между целыми словами и фразами, поэтому здесь пропущено",
    ),
    ("the report cannot be corrected so", "так сообщение исправить нельзя"),
    (
        "a weekly report is of its province and week, which are not corrected: refuse it, and ask its reporter to send it again",
        "еженедельный отчёт относится к своей провинции и своей неделе, и они не исправляются: отклоните его и попросите наблюдателя прислать отчёт заново",
    ),
    (
        "it was verified without a note because another source bore it out, and none does any longer: investigate it anew, and verify it with a note that says what was checked and how",
        "сообщение проверено без примечания, потому что его подтверждал другой источник, а теперь не подтверждает ни один: проведите проверку заново и укажите в примечании, что и как проверено",
    ),
    (
        "it was verified without a note because another source bore it out, and none does any longer: it counts as unverified, with the credibility that its report states; correct it, contradict it or leave it so",
        "сообщение проверено без примечания, потому что его подтверждал другой источник, а теперь не подтверждает ни один: оно считается непроверенным, с достоверностью, указанной в самом сообщении; исправьте его, опровергните или оставьте так",
    ),
    (
        "not named itself: it counted as one with a named one already, and of those named was said: {}",
        "само не названо: раньше уже считалось одним с названным, а о названных сказано: {=0}",
    ),
    (
        "the messages of this chain came along another road (by another source, or by hand), and nothing tells that this one is of the same sender: leave it where it is not; send it as its own correction where it is, and the chain goes on along this road",
        "сообщения этой цепочки пришли другим путём (от другого источника или вручную), и ничто не говорит, что у этого тот же отправитель: если нет – оставьте; если да – отправьте его как исправление самого себя, и дальше цепочка пойдёт этим путём",
    ),
    (
        "its handling is wider than what is known of the same under this id: of both the stricter holds, in label, audience, licence and precision; no file widens it",
        "её режим обращения шире, чем у уже известного под этим идентификатором: из двух действует более строгий – по грифу, кругу получателей, лицензии и точности места; файл его не расширяет",
    ),
    (
        "it says otherwise than what is known under this id, which its source has settled or edited later: this one is of an older edition and changes nothing",
        "говорит иное, чем уже известное под этим идентификатором, которое источник утвердил или изменил позже: запись из более старого выпуска и ничего не меняет",
    ),
    (
        "it says otherwise than what is known under this id, which its source has settled or edited later: this one is of an older edition, and of it the stricter handling alone is taken",
        "говорит иное, чем уже известное под этим идентификатором, которое источник утвердил или изменил позже: запись из более старого выпуска, и от неё принят только более строгий режим обращения",
    ),
];
