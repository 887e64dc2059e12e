//! What a measurement found: names and numbers, in the order in which they are of interest.

use std::fmt::{self, Display};

use hdrhistogram::Histogram;
use serde_json::{Map, Value};

/// The figures of one run, or the medians of several.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Figures(Vec<(String, f64)>);

impl Figures {
    pub(crate) fn set(&mut self, name: &str, value: f64) {
        self.0.push((name.to_owned(), value));
    }

    pub(crate) fn get(&self, name: &str) -> Option<f64> {
        let found = self.0.iter().find(|(present, _)| present == name);
        found.map(|&(_, value)| value)
    }

    /// Adds the median and two high percentiles, in milliseconds.
    pub(crate) fn set_latencies(&mut self, prefix: &str, latencies: &Histogram<u32>) {
        for (name, quantile) in [("p50", 0.5), ("p99", 0.99), ("p999", 0.999)] {
            let value = latencies.value_at_quantile(quantile) as f64 / 1000.0;
            self.set(&format!("{prefix}{name}_ms"), value);
        }
    }

    /// The median of each figure over some runs, which all have the same ones.
    pub(crate) fn medians(runs: &[Self]) -> Self {
        let Some(first) = runs.first() else {
            return Self::default();
        };
        let names = first.0.iter().map(|(name, _)| name);
        let medians = names.map(|name| {
            let mut values: Vec<f64> = runs.iter().filter_map(|run| run.get(name)).collect();
            values.sort_by(f64::total_cmp);
            (name.clone(), values[values.len() / 2])
        });
        Self(medians.collect())
    }

    /// An object with the figures behind what they were measured of.
    pub(crate) fn to_json(&self, labels: &[(&str, String)]) -> Value {
        let labels = labels
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())));
        let figures = self
            .0
            .iter()
            .map(|(name, value)| (name.clone(), Value::from(*value)));
        Value::Object(labels.chain(figures).collect::<Map<_, _>>())
    }
}

impl Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.0 {
            writeln!(f, "{name:32} {}", number(*value))?;
        }
        Ok(())
    }
}

/// A number with three digits that count, or a whole one, with its thousands apart.
pub(crate) fn number(value: f64) -> String {
    if value.fract() == 0.0 || value.abs() >= 100.0 {
        let whole = format!("{:.0}", value.abs());
        let groups = whole
            .as_bytes()
            .rchunks(3)
            .rev()
            .map(String::from_utf8_lossy);
        let sign = if value < 0.0 { "-" } else { "" };
        return format!("{sign}{}", groups.collect::<Vec<_>>().join(","));
    }
    let digits = 2 - value.abs().log10().floor() as i32;
    format!("{value:.*}", usize::try_from(digits).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: f64, expected: &str) {
        assert_eq!(number(value), expected);
    }

    #[test]
    fn numbers_have_three_digits_that_count() {
        check(0.0, "0");
        check(2.0, "2");
        check(0.044_12, "0.0441");
        check(0.1234, "0.123");
        check(2.5, "2.50");
        check(45.06, "45.1");
        check(999.6, "1,000");
        check(1_234_567.0, "1,234,567");
        check(-1234.0, "-1,234");
    }

    #[test]
    fn a_median_is_that_of_each_figure() {
        let runs: Vec<Figures> = [(1.0, 30.0), (3.0, 10.0), (2.0, 20.0)]
            .map(|(a, b)| Figures(vec![("a".to_owned(), a), ("b".to_owned(), b)]))
            .into();
        let medians = Figures::medians(&runs);
        assert_eq!(
            (medians.get("a"), medians.get("b")),
            (Some(2.0), Some(20.0))
        );
    }
}
