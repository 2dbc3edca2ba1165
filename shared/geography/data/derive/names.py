"""Builds the tables: provinces, their spellings and codes, and the gazetteer of places."""

import csv
import json
import re
import unicodedata

from maps import inside

ISO2 = {"AF": "AFG", "KZ": "KAZ", "KG": "KGZ", "TJ": "TJK", "TM": "TKM", "UZ": "UZB"}
SCRIPTS = ("LATIN", "CYRILLIC", "ARABIC")


def write_csv(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_provinces(out, provinces, iso):
    """Refuses to write unless the ids are exactly the current ISO 3166-2 list."""
    current = {code for country in ISO2 for code in iso[country]}
    ours = {p["id"] for p in provinces}
    if current != ours:
        raise SystemExit(f"ISO 3166-2 differs: {sorted(current ^ ours)}")
    header = list(provinces[0])
    write_csv(out / "provinces.csv", header, [[p[h] for h in header] for p in sorted(provinces, key=lambda p: p["id"])])


def iso_names(entry):
    """Name and the bracketed local names: "Баткен (kir), Batkenskaya oblast (rus)"."""
    yield entry["name"]
    for part in (entry.get("localOtherName") or "").split(","):
        yield re.sub(r"\s*\(\w+\)\s*$", "", part).strip()


def geonames_subdivisions(path):
    """Rows of the subdivision table: ISO code -> (GeoNames code, names)."""
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            name, iso, geonames, _, _, aliases, level = row[:7]
            if level == "1" and iso[:2] in ISO2:
                yield iso, geonames, [name, *aliases.split("|")]


def usable(text):
    """Keeps Latin, Cyrillic and Arabic spellings of at least two letters; drops airport codes."""
    if re.fullmatch("[A-Z]{3}", text):
        return False
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 1 and all(unicodedata.name(c, "").startswith(SCRIPTS + ("MODIFIER",)) for c in letters)


def write_aliases(out, provinces, iso, subdivisions, typed, corrections):
    dropped = {(r["value"], r["province"]) for r in corrections if r["kind"] == "drop_name"}
    rows = {}

    def add(text, province, scope, source):
        text = text.strip()
        if text and (text, province) not in dropped:
            rows.setdefault((text, province, scope), source)

    for p in provinces:
        for column in ("name_en", "name_ru", "name_local"):
            add(p[column], p["id"], "any", "provinces")
        add(p["pcode"], p["id"], "code", "ocha")
    for row in corrections:
        if row["kind"] == "old_code":
            add(row["value"], row["province"], "code", "corrections")
    for row in typed:
        add(row["text"], row["province"], row["scope"], "typed")
    for p in provinces:
        for text in iso_names(iso[p["id"][:2]][p["id"]]):
            if usable(text):
                add(text, p["id"], "any", "iso3166-2")
    for code, _, names in subdivisions:
        for text in names:
            if usable(text):
                add(text, code, "any", "geonames")
    table = sorted((province, scope, text, source) for (text, province, scope), source in rows.items())
    write_csv(out / "aliases.csv", ["text", "province", "scope", "source"], [(t, p, s, o) for p, s, t, o in table])


def province_of(city, by_geonames, polygons, moved):
    """A correction decides first; then GeoNames' own first-level code decides; the polygons do where it has none we know."""
    if str(city["geonameid"]) in moved:
        return moved[str(city["geonameid"])]
    code = f"{city['countrycode']}.{city['admin1code']}"
    if code in by_geonames:
        return by_geonames[code]
    for province, shape in polygons.items():
        if province.startswith(city["countrycode"]) and inside(shape, city["longitude"], city["latitude"]):
            return province
    return None


def write_places(out, cities_path, subdivisions, polygons, corrections, typed):
    """Every populated place of the package, and those typed because the package lacks them, under numbers that GeoNames has not."""
    moved = {r["value"]: r["province"] for r in corrections if r["kind"] == "place"}
    added = {}
    for row in corrections:
        if row["kind"] == "place_name":
            place, name = row["value"].split(" ", 1)
            added.setdefault(int(place), set()).add(name)
    by_geonames = {geonames: iso for iso, geonames, _ in subdivisions}
    rows, lost = [], []
    for city in json.loads(cities_path.read_text(encoding="utf-8")).values():
        if city["countrycode"] not in ISO2:
            continue
        province = province_of(city, by_geonames, polygons, moved)
        if province is None:
            lost.append(city["name"])
            continue
        spelt = set(city["alternatenames"]) | added.get(int(city["geonameid"]), set())
        names = sorted({n for n in spelt if "|" not in n and usable(n)} - {city["name"]})
        rows.append([city["geonameid"], city["name"], ISO2[city["countrycode"]], province,
                     f"{city['latitude']:.5f}", f"{city['longitude']:.5f}", city["population"], "|".join(names)])
    for row in typed:
        rows.append([row["number"], row["name"], ISO2[row["province"][:2]], row["province"],
                     f"{float(row['lat']):.5f}", f"{float(row['lon']):.5f}", int(row["population"]), row["names"]])
    rows.sort(key=lambda r: (r[2], r[3], -r[6], int(r[0])))
    header = ["geonameid", "name", "country", "province", "lat", "lon", "population", "names"]
    write_csv(out / "places.csv", header, rows)
    return len(rows), lost
