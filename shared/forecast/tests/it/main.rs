//! The forecasts are those of the reference implementation, figure by figure, and as good.

#[cfg(test)]
mod golden;
