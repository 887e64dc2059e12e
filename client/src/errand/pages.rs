//! Goes through what was said, page by page, in bounded memory.

use std::collections::VecDeque;

use salon_protocol::Timestamp;

use super::failure::Failure;
use super::hub::Hub;
use crate::session::{Found, Page, Point};

/// The beginning of all times.
pub(super) const BEGINNING: Point = Point::Time(Timestamp::from_millis(0));

/// Where a line stands, for the page behind it or before it.
fn place<'a>(mut lines: impl Iterator<Item = &'a Found>) -> Option<Point> {
    let first = lines.next()?;
    // A message of many lines has its id on the first alone.
    let id = std::iter::once(first)
        .chain(lines)
        .find_map(|line| line.id.clone());
    Some(id.map_or(Point::Time(first.time), Point::Id))
}

/// The point of the last line of a page.
pub(super) fn last_place(page: &[Found]) -> Option<Point> {
    place(page.iter().rev())
}

/// The lines of the last `count` messages and other events that come after `since`, in order, fewer if there are not so
/// many.
pub(super) async fn last(
    hub: &mut Hub,
    target: &str,
    since: Option<&Point>,
    count: usize,
    is_wanted: impl Fn(&Found) -> bool,
) -> Result<VecDeque<Found>, Failure> {
    let mut lines = VecDeque::new();
    let mut messages = 0;
    let mut page = Page::Latest;
    while messages < count {
        // A page may hold less than it seems to: what is not wanted counts there too.
        let found = hub.page(target, &page).await?;
        let Some(before) = place(found.iter()) else {
            break;
        };
        let mut is_over = false;
        for line in found.into_iter().rev() {
            if since.is_some_and(|since| line.is_up_to(since)) {
                is_over = true;
                break;
            }
            let is_begun = lines.front().is_some_and(|first| goes_on(&line, first));
            if (is_begun || messages < count) && is_wanted(&line) {
                messages += usize::from(!is_begun);
                lines.push_front(line);
            }
        }
        let next = Page::Before(before);
        if is_over || next == page {
            break;
        }
        page = next;
    }
    Ok(lines)
}

/// Whether a line is of the same message as the one before it: the first alone has an id, and all have one moment.
fn goes_on(before: &Found, line: &Found) -> bool {
    let from = |line: &Found| line.event.as_ref().and_then(|event| event.from.clone());
    line.id.is_none() && line.time == before.time && from(line) == from(before)
}

/// Whether the hub still has the message of an id, so that what follows it can be had without a hole.
pub(super) async fn knows(hub: &mut Hub, target: &str, id: &str) -> Result<bool, Failure> {
    let page = Page::Around(Point::Id(id.to_owned()));
    let found = hub.page_of(target, &page, 1).await?;
    Ok(found.iter().any(|line| line.id.as_deref() == Some(id)))
}

/// The same for an id that was typed, and may be none.
pub(super) async fn knows_typed(hub: &mut Hub, target: &str, id: &str) -> Result<bool, Failure> {
    knows(hub, target, id).await.map_err(|failure| match failure {
        Failure::Refused(reason) => Failure::Refused(format!(
            "could not look for the message '{id}' in {target}: {reason}; expected an id that `--json` has shown"
        )),
        failure => failure,
    })
}
