//! A curve as a picture.

use plotters::prelude::{
    ChartBuilder, Circle, IntoDrawingArea as _, IntoLogRange as _, LineSeries, SVGBackend,
};
use plotters::style::{Color as _, RGBColor, TRANSPARENT};

use crate::failure::Failure;
use crate::figures::number;

const SIZE: (u32, u32) = (640, 320);
/// Between black and white, so that it is seen on either.
const INK: RGBColor = RGBColor(125, 125, 125);
const CURVE: RGBColor = RGBColor(30, 120, 190);

/// What is drawn: sizes, which grow by factors and are above zero, and a value at each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plot<'a> {
    pub(crate) title: &'a str,
    pub(crate) across: &'a str,
    pub(crate) up: &'a str,
    pub(crate) points: &'a [(f64, f64)],
}

/// The picture as SVG.
pub(crate) fn draw(plot: &Plot<'_>) -> Result<String, Failure> {
    let mut picture = String::new();
    paint(plot, &mut picture).map_err(|error| Failure::unexpected("draw a curve", error))?;
    Ok(picture)
}

fn paint(plot: &Plot<'_>, picture: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let sizes = plot.points.iter().map(|point| point.0);
    let (least, most) = sizes.fold((f64::MAX, 1.0), |ends: (f64, f64), size| {
        (ends.0.min(size), ends.1.max(size))
    });
    let highest = plot.points.iter().map(|point| point.1).fold(0.0, f64::max);
    let area = SVGBackend::with_string(picture, SIZE).into_drawing_area();
    area.fill(&TRANSPARENT)?;
    let text = |size: i32| ("sans-serif", size, &INK);
    let mut chart = ChartBuilder::on(&area)
        .caption(plot.title, text(18))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(64)
        .build_cartesian_2d((least * 0.8..most * 1.2).log_scale(), 0.0..highest * 1.15)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(INK.mix(0.3))
        .axis_style(INK)
        .x_desc(plot.across)
        .y_desc(plot.up)
        .axis_desc_style(text(15))
        .label_style(text(14))
        .x_label_formatter(&|value| number(value.round()))
        .x_labels(5)
        .y_label_formatter(&|value| number(*value))
        .y_labels(6)
        .draw()?;
    let points = plot.points.iter().copied();
    chart.draw_series(LineSeries::new(points.clone(), CURVE.stroke_width(2)))?;
    chart.draw_series(points.map(|point| Circle::new(point, 3, CURVE.filled())))?;
    area.present()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_has_its_title_its_ends_and_a_point_for_each_value() {
        let plot = Plot {
            title: "What it costs",
            across: "members",
            up: "µs",
            points: &[(100.0, 0.1), (1000.0, 0.12), (10_000.0, 0.2)],
        };
        let picture = draw(&plot).expect("a picture");
        assert!(picture.contains("What it costs"), "{picture}");
        assert!(picture.contains("1,000"), "{picture}");
        assert_eq!(picture.matches("<circle").count(), 3);
        assert_eq!(picture, draw(&plot).expect("the same again"));
    }
}
