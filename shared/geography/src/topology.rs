//! Reading of quantised TopoJSON, as far as our own files use it.

use serde::Deserialize;

use crate::province::Point;

/// Arcs and the shapes built of them.
#[derive(Debug, Default)]
pub(crate) struct Topology {
    pub arcs: Vec<Vec<Point>>,
    pub shapes: Vec<Shape>,
}

/// One unit: its rings, each a list of arc numbers (negative: the arc `!n` reversed).
#[derive(Debug)]
pub(crate) struct Shape {
    pub id: String,
    pub rings: Vec<Vec<i32>>,
}

#[derive(Deserialize)]
struct File {
    transform: Transform,
    objects: Objects,
    arcs: Vec<Vec<[i64; 2]>>,
}

#[derive(Deserialize)]
struct Transform {
    scale: [f64; 2],
    translate: [f64; 2],
}

#[derive(Deserialize)]
struct Objects {
    map: Collection,
}

#[derive(Deserialize)]
struct Collection {
    geometries: Vec<Geometry>,
}

#[derive(Deserialize)]
struct Geometry {
    #[serde(default)]
    id: String,
    #[serde(flatten)]
    parts: Parts,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "arcs")]
enum Parts {
    Polygon(Vec<Vec<i32>>),
    MultiPolygon(Vec<Vec<Vec<i32>>>),
}

impl Topology {
    /// Reads a file; what is malformed reads as empty (a test proves that ours are not).
    pub fn read(text: &str) -> Self {
        serde_json::from_str::<File>(text).map(Self::from).unwrap_or_default()
    }

    /// The points of one ring, first and last alike.
    pub fn ring(&self, numbers: &[i32]) -> Vec<Point> {
        let mut points: Vec<Point> = Vec::new();
        for &number in numbers {
            let arc = self.arc(number);
            points.pop(); // the joint is the first point of the next arc
            if number < 0 {
                points.extend(arc.iter().rev());
            } else {
                points.extend(arc);
            }
        }
        points
    }

    /// The points of an arc in its own direction, whichever way the number asks for it.
    pub fn arc(&self, number: i32) -> &[Point] {
        self.arcs.get(arc_index(number)).map_or(&[], Vec::as_slice)
    }
}

/// Place of an arc in the list, for either direction.
pub(crate) const fn arc_index(number: i32) -> usize {
    (if number < 0 { !number } else { number }) as usize
}

impl From<File> for Topology {
    fn from(file: File) -> Self {
        let Transform { scale, translate } = file.transform;
        let arcs = file.arcs.iter().map(|arc| {
            let (mut x, mut y) = (0_i64, 0_i64);
            let absolute = arc.iter().map(|[dx, dy]| {
                x = x.saturating_add(*dx);
                y = y.saturating_add(*dy);
                Point { lat: y as f64 * scale[1] + translate[1], lon: x as f64 * scale[0] + translate[0] }
            });
            absolute.collect()
        });
        let arcs = arcs.collect();
        let shapes = file.objects.map.geometries.into_iter().map(|geometry| Shape {
            id: geometry.id,
            rings: match geometry.parts {
                Parts::Polygon(rings) => rings,
                Parts::MultiPolygon(polygons) => polygons.into_iter().flatten().collect(),
            },
        });
        Self { arcs, shapes: shapes.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_text_reads_as_empty() {
        for text in ["", "{}", "[1,2]", r#"{"arcs":[[[1]]]}"#] {
            let topology = Topology::read(text);
            assert!(topology.arcs.is_empty() && topology.shapes.is_empty());
        }
    }

    #[test]
    fn a_ring_over_a_missing_arc_is_empty() {
        assert!(Topology::default().ring(&[0, -1, 7, i32::MIN]).is_empty());
    }
}
