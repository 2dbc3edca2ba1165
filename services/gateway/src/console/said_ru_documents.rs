//! The reasons of intake in Russian that are of documents and of field reports: see `contracts::reason`.

/// The reasons.
pub(super) const DOCUMENTS: &[(&str, &str)] = &[
    (
        "the record has {} bytes and at most {} are taken (the first {} are kept here); shorten its texts, or check that the line ends are those of a text file",
        "в записи {0} байт, а принимается не больше {1} (здесь хранятся первые {2}); сократите тексты или проверьте, что концы строк – как в текстовом файле",
    ),
    (
        "a quote opens in this line and is not closed where a record could end; close it, or double it where it is part of the text (reading went on with the next line)",
        "в этой строке кавычка открыта и не закрыта там, где могла кончиться запись; закройте её или удвойте, если она часть текста (чтение продолжено со следующей строки)",
    ),
    (
        "the element <{}> is not closed before the next one begins or what holds it ends; write its </{}> (reading went on behind it)",
        "элемент <{=0}> не закрыт до начала следующего или до конца внешнего; поставьте </{=1}> (чтение продолжено после него)",
    ),
    (
        "its parts stand more than {} deep in each other, which no format here does; it was not read",
        "вложенность частей больше {0}, чего нет ни в одном из форматов; запись не прочитана",
    ),
    (
        "the document ends within this record: it was cut short; send it whole",
        "документ кончается внутри этой записи: он обрезан; пришлите его целиком",
    ),
    (
        "a bracket closes here what another one opened; mend the brackets",
        "скобка закрывает здесь то, что открыла другая; исправьте скобки",
    ),
    ("the line is empty", "строка пуста"),
    ("there is no element {} in it", "в ней нет элемента {=0}"),
    ("there is no value in it", "в ней нет значения"),
    ("these are several records; give one", "это несколько записей; укажите одну"),
    (
        "the record is no JSON object that can be read: {}; mend it",
        "запись – не объект JSON, который можно прочитать: {0}; исправьте её",
    ),
    (
        "line {} of the record, character {}: it breaks off there",
        "строка {0} записи, знак {1}: здесь запись обрывается",
    ),
    (
        "line {} of the record, character {}: there \\u is followed by figures of no character; write the character itself",
        "строка {0} записи, знак {1}: здесь за \\u следуют цифры, не обозначающие знака; напишите сам знак",
    ),
    (
        "line {} of the record, character {}: there a \\ stands before a sign that takes none; double it",
        "строка {0} записи, знак {1}: здесь знак \\ стоит перед знаком, перед которым стоять не может; удвойте его",
    ),
    (
        "line {} of the record, character {}: there a line end or another control stands within a text; write it as \\n",
        "строка {0} записи, знак {1}: здесь внутри текста стоит конец строки или другой управляющий знак; запишите его как \\n",
    ),
    (
        "line {} of the record, character {}: there a number is wrong for JSON, which writes it as -2.5",
        "строка {0} записи, знак {1}: здесь число записано не так, как принято в JSON; пример: -2.5",
    ),
    (
        "line {} of the record, character {}: there its parts stand too deep in each other",
        "строка {0} записи, знак {1}: здесь вложенность частей слишком велика",
    ),
    (
        "line {} of the record, character {}: there a comma, a colon, a quotation mark or a bracket is missing or too many",
        "строка {0} записи, знак {1}: здесь не хватает запятой, двоеточия, кавычки или скобки либо они лишние",
    ),
    ("line {} of the record, character {}: {}", "строка {0} записи, знак {1}: {=2}"),
    ("the report is not as ReliefWeb's API gives it: {}", "сообщение не такое, как даёт API ReliefWeb: {0}"),
    ("the report has no id", "у сообщения нет идентификатора"),
    ("the report has no title: ask for the field title", "у сообщения нет заголовка: запросите поле title"),
    (
        "the report holds a NUL character in its id or source; remove it",
        "в идентификаторе или источнике сообщения есть знак NUL; уберите его",
    ),
    (
        "the item has neither guid, id nor link: it cannot be known again",
        "у записи нет ни guid, ни id, ни ссылки: её нельзя будет узнать снова",
    ),
    ("the item has neither title nor text", "у записи нет ни заголовка, ни текста"),
    (
        "{} is no day and time of the calendar, or the weekday is that of another day; write it as Sun, 22 Nov 2026 23:30:00 +0600 or 2026-11-22T23:30:00+06:00",
        "{0} – нет таких даты и времени в календаре, или день недели относится к другой дате; напишите, например, Sun, 22 Nov 2026 23:30:00 +0600 или 2026-11-22T23:30:00+06:00",
    ),
    (
        "its root is none of <rss>, <feed> and <rdf:RDF>",
        "корневой элемент – не <rss>, не <feed> и не <rdf:RDF>",
    ),
    (
        "the id {} stands in an earlier record of this file already, which says otherwise: {}. The first one holds and this one waits: leave it where the first is right, send it as its own correction where this one is, and correct the id where it is of something else",
        "запись с идентификатором {=0} в этом файле уже есть выше, и она говорит иное: {=1}. Действует первая, а эта ждёт: оставьте её, если верна первая; отправьте как её исправление, если верна эта; исправьте идентификатор, если она о другом",
    ),
    (
        "the id {} stands in line {} of this file already, which says otherwise: {}. The first one holds and this one waits: leave it where the first is right, send it as its own correction where this one is, and correct the id where it is of something else",
        "запись с идентификатором {=0} в этом файле уже есть (строка {1}), и она говорит иное: {=2}. Действует первая, а эта ждёт: оставьте её, если верна первая; отправьте как её исправление, если верна эта; исправьте идентификатор, если она о другом",
    ),
    (
        "the record is labelled for those whose work needs what is restricted, or its label cannot be read; ask an analyst to mend it",
        "запись помечена для тех, кому по работе нужны сведения ограниченного доступа, или пометку прочитать нельзя; исправить её может аналитик",
    ),
    ("the {} is empty", "пусто поле «{0}»"),
    ("the {} has more than {} characters", "в поле «{0}» больше {1} знаков"),
    (
        "it is said to happen on {}, after it was received",
        "указано, что это случилось {0} – позже, чем сообщение получено",
    ),
    ("form and place are in order", "форма и место в порядке"),
    (
        "the note is missing: say why the report is to be {}",
        "нет примечания: напишите, почему нужен переход в состояние «{0}»",
    ),
    (
        "the note is missing: say what was checked and how; only where another source, sent by another, is verified or stands as an observation of this threat, province and kind within {} days, none is needed",
        "нет примечания: напишите, что и как проверено; без него можно обойтись, только если другой источник от другого отправителя проверен или есть наблюдение той же угрозы, провинции и вида в пределах {0} дн.",
    ),
    (
        "whoever sent a report cannot verify it: a second person must",
        "отправитель сам своё сообщение не проверяет: нужен второй человек",
    ),
    (
        "whoever sent a report cannot correct it once it was verified and accepted: a second person must",
        "отправитель сам не исправляет своё сообщение, если оно принято как проверенное: нужен второй человек",
    ),
    (
        "who sent the report was erased, so that nobody can be told to be a second person: only another source can bear out what it says",
        "сведения об отправителе сообщения удалены, и нельзя установить, кто здесь второй человек: подтвердить сказанное может только другой источник",
    ),
    (
        "the report that it repeats is not named: give its id as `of`",
        "не названо сообщение, которое повторяется: укажите его идентификатор в `of`",
    ),
    (
        "a report does not repeat itself: give the id of another as `of`",
        "сообщение не повторяет само себя: укажите в `of` идентификатор другого",
    ),
    ("the report named as `of` is not there", "сообщения, названного в `of`, нет"),
    (
        "the report named as `of` is a duplicate itself: name the one that it repeats",
        "сообщение, названное в `of`, само повтор: назовите то, что оно повторяет",
    ),
    (
        "the report is {}; {} cannot be done there, but {}",
        "состояние сообщения – «{0}»; действие «{1}» там невозможно, возможно: {2}",
    ),
    (
        "the report was changed since you read it; it is now {} in version {}: read it again",
        "сообщение изменено после того, как вы его прочли; теперь это «{0}», версия {1}: прочитайте его снова",
    ),
    ("the report cannot become an observation", "сообщение не может стать наблюдением"),
    (
        "placed outside the six countries (ActionGeo_CountryCode): not counted here",
        "место вне шести стран (ActionGeo_CountryCode): здесь не считается",
    ),
    (
        "placed nowhere (ActionGeo_Type 0 or empty): not counted",
        "место не указано (ActionGeo_Type – 0 или пусто): не считается",
    ),
    (
        "it is placed nowhere: its areas say no province or country, or several countries; it is kept, and stands in the list of none",
        "место не определено: районы не называют провинцию или страну либо лежат в нескольких странах; сообщение сохранено и не стоит в списке ни одной",
    ),
    (
        "it is placed nowhere: its areas say no province or country, or are wider than a country; it is kept, and stands in the list of none",
        "место не определено: районы не называют провинцию или страну либо шире страны; сообщение сохранено и не стоит в списке ни одной",
    ),
    (
        "an area of it is called as a city and the region around it are, which are two provinces: it is kept for the country, and stands in the list of neither",
        "так, как один из его районов, называются и город, и область вокруг него, а это две разные единицы: предупреждение хранится за страной и не стоит в списке ни города, ни области",
    ),
    (
        "its areas lie in several countries: it is kept once for each, so that it stands in the lists of all of them",
        "районы лежат в нескольких странах: сообщение сохранено для каждой и стоит в списках всех",
    ),
    (
        "none of its actors has a type: most such rows are ways of speaking and no events; not counted",
        "ни у одного участника нет типа: чаще всего это обороты речи, а не события; не считается",
    ),
    (
        "its status is Test: a trial of the line, of which nothing is kept",
        "статус Test: проверка связи, ничего не сохраняется",
    ),
    (
        "its status is Draft: not yet said by its sender, and nothing of it is kept",
        "статус Draft: отправитель этого ещё не сообщил, ничего не сохраняется",
    ),
    (
        "its status is System: it speaks of the alerting network itself, not of an event",
        "статус System: речь о самой сети оповещения, а не о событии",
    ),
    (
        "its type is Ack: it acknowledges another message and says nothing of an event",
        "тип Ack: подтверждает другое сообщение и о событии не говорит",
    ),
    (
        "its type is Error: it refuses another message and says nothing of an event",
        "тип Error: отвергает другое сообщение и о событии не говорит",
    ),
    (
        "it is a warning of an early warning system as this one (its parameters begin with pd:): an assessment, which as evidence would confirm itself",
        "это предупреждение такой же системы раннего предупреждения (параметры начинаются с pd:): оценка, которая как свидетельство подтверждала бы сама себя",
    ),
    (
        "neither its event nor its categories bear on a threat that is watched: it is passed over",
        "ни событие, ни категории не относятся к отслеживаемым угрозам: пропущено",
    ),
    (
        "an entry of an index that only links to its message: a connector of this feed fetches what it links to; to read it here, send the message itself",
        "запись указателя лишь ссылается на своё сообщение: коннектор этой ленты сам его получает; чтобы прочесть его здесь, пришлите само сообщение",
    ),
    (
        "its id stands in an earlier record of this file, which says the same: it changes nothing",
        "её идентификатор уже есть выше в этом файле, и там сказано то же: ничего не меняет",
    ),
    (
        "its id stands in an earlier record of this file, which says otherwise: the one holds that its source edited or settled later, or that a person sent as a correction",
        "её идентификатор уже есть выше в этом файле, и там сказано иное: действует та, которую источник изменил или утвердил позже либо которую человек прислал как исправление",
    ),
    (
        "it says what an earlier revision said and the newest no longer does: as this file was never read before, it holds, as a revision; look whether the file is an old copy",
        "говорит то, что говорила прежняя редакция и чего нет в новейшей: этот файл раньше не читали, поэтому она действует как новая редакция; проверьте, не старая ли это копия",
    ),
    (
        "it was taken back, and its source says something else of it now: it stands again, as a revision; look at it, and take it back once more where the reason still holds",
        "была отозвана, а теперь источник говорит о ней иное: она снова действует как новая редакция; проверьте её и отзовите ещё раз, если причина остаётся в силе",
    ),
    (
        "a later message about the same was known already: this one changes nothing",
        "более позднее сообщение о том же уже известно: это ничего не меняет",
    ),
    (
        "it was met before, in import {}, and is kept in the quarantine of that one alone: it is mended there",
        "уже встречалась в загрузке {=0} и хранится только в её карантине: исправляют там",
    ),
    (
        "its type is {}, which is no earthquake: {}. Only earthquakes are taken from here, and one of this id is taken back",
        "тип {=0} – не землетрясение: {1}. Отсюда берутся только землетрясения, а известное под этим идентификатором отзывается",
    ),
    ("the USGS has deleted the event (status: deleted)", "USGS удалила событие (status: deleted)"),
    (
        "best lies outside low to high, as published: best is taken as it stands, and low or high is widened to hold it",
        "опубликованное значение best лежит вне границ low и high: best принято без изменений, а граница low или high раздвинута так, чтобы включать его",
    ),
    (
        "the document holds no item, so that there was nothing to read; where items were to come, look at the address, and at what is published there",
        "в документе нет ни одной записи, читать было нечего; если записи ожидались, проверьте адрес и то, что по нему опубликовано",
    ),
    (
        "the file holds its header line and no row below it, so that there was nothing to read; where rows were to come, look at what was exported, and send it again",
        "в файле есть строка заголовка и ни одной строки под ней, читать было нечего; если строки должны были быть, проверьте выгрузку и пришлите файл снова",
    ),
    (
        "this file was read before, in import {} of {}: nothing of it is read again; {} of its records wait in the quarantine of that import; one that is to hold once more is sent with a change",
        "этот файл уже прочитан в загрузке {=0} от {1}: заново не читается ничего; записей в карантине той загрузки: {2}; чтобы запись действовала снова, её присылают с изменением",
    ),
    (
        "this file was read before, in import {} of {}: nothing of it is read again; one that is to hold once more is sent with a change",
        "этот файл уже прочитан в загрузке {=0} от {1}: заново не читается ничего; чтобы запись действовала снова, её присылают с изменением",
    ),
    (
        "the file is empty: it has 0 bytes; check that it was saved or fetched whole, and send it again",
        "файл пуст: в нём 0 байт; проверьте, что он сохранён или получен целиком, и пришлите его снова",
    ),
    (
        "the file has {} bytes and no header line in them; the first line names the columns",
        "в файле {0} байт и нет строки заголовка; первая строка называет столбцы",
    ),
    ("{} was expected, and it looks like {}", "ожидалось другое ({0}), а похоже на {=1}"),
    ("it looks like {}", "похоже на {0}"),
    (
        "its lines end in a carriage return alone, as spreadsheets write \"CSV (Macintosh)\", so that it is one line; save it as \"CSV UTF-8\", and send that",
        "строки кончаются одним знаком возврата каретки, как в «CSV (Macintosh)» электронных таблиц, и потому файл – одна строка; сохраните его как «CSV UTF-8» и отправьте заново",
    ),
    (
        "its first line has 16 columns, as GDELT's mentions have; send the events, which are named export.CSV",
        "в первой строке 16 столбцов, как в упоминаниях GDELT; пришлите события – их файлы называются export.CSV",
    ),
    (
        "its first line has 27 columns, as GDELT's knowledge graph has; send the events, which are named export.CSV",
        "в первой строке 27 столбцов, как в графе знаний GDELT; пришлите события – их файлы называются export.CSV",
    ),
    (
        "its first line has {} columns between tabs; events of GDELT have 57 or 58 (1.0) or 61 (2.0), and no header",
        "столбцов между знаками табуляции в первой строке: {0}; у событий GDELT их 57 или 58 (1.0) либо 61 (2.0), и строки заголовка нет",
    ),
    (
        "a mapped file names its mapping; send it again with one",
        "для такого файла указывают сопоставление; пришлите его снова с ним",
    ),
    ("there is no version {} of the mapping {}", "версии {0} сопоставления {=1} нет"),
    (
        "the file lacks the columns {} that the mapping {} names; it has: {}",
        "в файле нет столбцов {=0}, которые называет сопоставление {=1}; есть: {=2}",
    ),
    (
        "the column {} stands twice in the header; keep one of them",
        "столбец {=0} стоит в заголовке дважды; оставьте один",
    ),
    ("not configured: {}", "не настроено: {=0}"),
    (
        "{} answered {}: it cannot answer just now or was asked too often",
        "{=0} ответил кодом {1}: сейчас ответить не может или его спрашивают слишком часто",
    ),
    ("{} refused with {}: {}", "{=0} отказал с кодом {1}: {2}"),
    (
        "access is not granted; check the account, its terms, and what is configured for it",
        "доступ не предоставлен; проверьте учётную запись, её условия и настройки для неё",
    ),
    ("it redirects where nothing is posted", "он перенаправляет туда, куда ничего не посылают"),
    (
        "it does not understand the request; check address and parameters",
        "он не понимает запрос; проверьте адрес и параметры",
    ),
    ("it is not the JSON that was asked for ({})", "это не тот JSON, который запрашивали ({=0})"),
    (
        "a page for people came instead of data; check the address",
        "вместо данных пришла страница для людей; проверьте адрес",
    ),
    ("the object store does not take the file", "хранилище не принимает файл"),
    ("{} of its files cannot be read: {}", "файлов, которые прочитать нельзя: {0}: {=1}"),
    (
        "messages that it lists could not be fetched ({}): {}",
        "перечисленные сообщения, которые не удалось получить ({0}): {=1}",
    ),
    (
        "{} names a place: its other spellings are looked for as well",
        "{=0} – название места: ищутся и другие его написания",
    ),
    (
        "only the first {} words and phrases are looked for",
        "ищутся только первые слова и выражения, не больше {0}",
    ),
    ("there is no mapping {} to read it by", "сопоставления {=0}, по которому это читается, нет"),
    (
        "{} of the first {} records cannot be read as {}: it is read no further. They wait in the quarantine, each with its reason; look whether this is the file that was meant, and send it under its own format or with a mapping",
        "прочитать по формату {=2} нельзя: {0} из первых записей ({1}); дальше файл не читается. Они ждут в карантине, каждая со своей причиной; проверьте, тот ли это файл, и пришлите его в его формате или с сопоставлением",
    ),
    (
        "the file cannot be fetched from the object store, tried {} times ({}); send it again",
        "файл не удалось получить из хранилища, попыток: {0} ({=1}); пришлите его снова",
    ),
    (
        "the object store gave another file than was received: its SHA-256 is {} and not {}; send the file again under another name. The records counted here were read",
        "хранилище выдало не тот файл, что был получен: его SHA-256 – {=0}, а не {=1}; пришлите файл снова под другим именем. Сосчитанные здесь записи прочитаны",
    ),
    (
        "its packing is damaged where no reader can go on; pack it anew as zip or gzip",
        "сжатие повреждено так, что дальше читать нельзя; упакуйте заново в zip или gzip",
    ),
    (
        "it holds more than {} bytes unpacked; send it in parts",
        "в распакованном виде в нём больше {0} байт; пришлите по частям",
    ),
    (
        "it ends in the middle: it was cut short on its way; pack and send it again",
        "он обрывается на середине: обрезан по пути; упакуйте и пришлите снова",
    ),
    (
        "it is damaged or was cut short on its way; pack and send it again",
        "он повреждён или обрезан по пути; упакуйте и пришлите снова",
    ),
    ("its records before that are kept and counted here", "записи до этого места сохранены и учтены здесь"),
    (
        "it is a workbook and not a table of text; save it as CSV in UTF-8",
        "это книга электронных таблиц, а не текстовая таблица; сохраните её как CSV в UTF-8",
    ),
    (
        "the archive holds more than one file: {}, {}; send each by itself",
        "в архиве больше одного файла: {=0}, {=1}; пришлите каждый отдельно",
    ),
    ("the archive holds no file", "в архиве нет файла"),
    (
        "it is no archive that can be read ({}); pack it anew as zip or gzip",
        "такой архив прочитать нельзя ({=0}); упакуйте заново в zip или gzip",
    ),
    (
        "it has a document type (<!DOCTYPE …>) or declares something, which may name foreign files and multiply without end; take it out and send the document again",
        "в нём есть тип документа (<!DOCTYPE …>) или объявления, которые могут называть чужие файлы и множиться без конца; уберите их и пришлите документ снова",
    ),
    (
        "a bracket in line {} closes what another one opened, and nothing behind it can be told apart; what stands before it is kept and counted here",
        "скобка в строке {0} закрывает не то, что открыто, и дальше ничего не разобрать; стоящее перед ней сохранено и здесь сосчитано",
    ),
    (
        "something follows behind its end; send one document in one file",
        "за его концом что-то следует; присылайте один документ в одном файле",
    ),
    ("it begins with neither a list [ nor an object {", "он не начинается ни списком [, ни объектом {"),
    (
        "a name was looked for in its outermost object and something else stands there",
        "во внешнем объекте ожидалось имя, а стоит другое",
    ),
    (
        "it holds no list under data or results, and is none itself",
        "в нём нет списка data или results, и сам он не список",
    ),
    ("there is nothing in it", "в нём ничего нет"),
];
