//! The table as Markdown: a cell has the median figures that count, and how many times better the hub is.

use crate::figures::{Figures, number};
use crate::subject::Subject;
use crate::table::{Found, Row, Shape, Test};

/// What stands above a column.
pub(crate) fn heading(test: Test) -> String {
    match test {
        Test::Fanout(Shape { members, window }) => {
            format!("{} members, {window} outstanding", number(members as f64))
        }
        Test::Slow => "20 of 200 stop reading".to_owned(),
        Test::Idle => "idle client".to_owned(),
        Test::Storm => "visits".to_owned(),
    }
}

/// Prints the medians, a row for everybody and a column for every test.
pub(crate) fn print(rows: &[Row], tests: &[Test], found: &Found) {
    let medians = |row: Row, test: Test| {
        let runs = found.iter().find(|(place, _)| *place == (row, test));
        runs.map(|(_, runs)| Figures::medians(runs))
    };
    let headings: Vec<String> = tests.iter().map(|&test| heading(test)).collect();
    println!("| | {} |", headings.join(" | "));
    println!("|---|{}", "---|".repeat(tests.len()));
    for &row in rows {
        let cells = tests.iter().map(|&test| {
            let hub = medians(Row::Of(Subject::Salond), test);
            medians(row, test).map_or_else(
                || "–".to_owned(),
                |figures| {
                    cell(
                        test,
                        &figures,
                        hub.as_ref().filter(|_| row != Row::Of(Subject::Salond)),
                    )
                },
            )
        });
        println!(
            "| {} | {} |",
            row.name(),
            cells.collect::<Vec<_>>().join(" | ")
        );
    }
}

/// The figures that count, and in brackets how many times better the hub is.
fn cell(test: Test, figures: &Figures, hub: Option<&Figures>) -> String {
    let get = |name: &str| figures.get(name).unwrap_or(f64::NAN);
    let ratio = |name: &str| {
        let hub = hub.and_then(|hub| hub.get(name));
        hub.map(|hub| (hub, get(name)))
    };
    let times = |value: Option<f64>| value.map_or(String::new(), |value| format!(" ({value:.2})"));
    match test {
        Test::Fanout(_) => {
            let rate = ratio("delivered_per_s").map(|(hub, this)| hub / this);
            let cost = ratio("us_per_delivery").map(|(hub, this)| this / hub);
            let lost = get("lost");
            let lost = if lost > 0.0 {
                format!(", {} lost", number(lost))
            } else {
                String::new()
            };
            format!(
                "{:.2} M/s{}, {} µs{}{lost}",
                get("delivered_per_s") / 1e6,
                times(rate),
                number(get("us_per_delivery")),
                times(cost),
            )
        }
        Test::Slow => format!(
            "{} cut, {} missed; p99 {} → {} ms",
            number(get("cut")),
            number(get("missed_by_slow")),
            number(get("before_p99_ms")),
            number(get("during_p99_ms")),
        ),
        Test::Idle => {
            let bytes = ratio("bytes_per_client").map(|(hub, this)| this / hub);
            format!("{} bytes{}", number(get("bytes_per_client")), times(bytes))
        }
        Test::Storm => {
            let rate = ratio("visits_per_s").map(|(hub, this)| hub / this);
            let cost = ratio("us_per_visit").map(|(hub, this)| this / hub);
            format!(
                "{}/s{}, {} µs{}",
                number(get("visits_per_s")),
                times(rate),
                number(get("us_per_visit")),
                times(cost),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_tells_how_many_times_better_the_hub_is() {
        let figures = |rate, cost| {
            let mut figures = Figures::default();
            figures.set("delivered_per_s", rate);
            figures.set("us_per_delivery", cost);
            figures.set("lost", 0.0);
            figures
        };
        let test = Test::Fanout(Shape {
            members: 1,
            window: 1,
        });
        let (hub, peer) = (figures(6e6, 0.1), figures(2e6, 0.4));
        assert_eq!(cell(test, &hub, None), "6.00 M/s, 0.100 µs");
        assert_eq!(
            cell(test, &peer, Some(&hub)),
            "2.00 M/s (3.00), 0.400 µs (4.00)"
        );
    }
}
