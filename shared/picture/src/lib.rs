//! Maps and charts drawn as SVG.
