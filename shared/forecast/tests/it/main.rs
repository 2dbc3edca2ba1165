//! The forecasts are those of the reference implementation, figure by figure, and as good.

#[cfg(test)]
mod countries;
#[cfg(test)]
mod detectors;
#[cfg(test)]
mod draws;
#[cfg(test)]
mod golden;
