"""Builds the table of what countries are called, in the languages that texts of the region are written in."""

import pickle
import sys

from names import usable, write_csv

LANGUAGES = ("en", "ru", "kk", "ky", "tg", "tk", "uz", "uz_Cyrl", "fa", "fa_AF", "ps")
# Codes that CLDR names beside the countries of ISO 3166-1: unions, exceptional reservations and codes of its own.
NO_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}


def territories(folder, language):
    """Alpha-2 code -> name in this language, where CLDR has one; the files hold types of the package they come in."""
    package = str(folder.parent.parent)
    if package not in sys.path:
        sys.path.insert(0, package)
    with open(folder / f"{language}.dat", "rb") as file:
        return pickle.load(file)["territories"]


def write_countries(out, folder, iso3, typed):
    """One row a name: the text, the ISO 3166-1 alpha-3 code, and whence it is. What is typed stands before what is derived."""
    rows = {}
    for row in typed:
        rows.setdefault((row["text"], row["country"]), "typed")
    for language in LANGUAGES:
        for code, name in territories(folder, language).items():
            if len(code) == 2 and code not in NO_COUNTRIES and usable(name):
                rows.setdefault((name, iso3[code]), "cldr")
    table = sorted((country, text, source) for (text, country), source in rows.items())
    write_csv(out / "countries.csv", ["text", "country", "source"], [(t, c, s) for c, t, s in table])
