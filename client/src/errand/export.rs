//! `salon export`: all that was said in a room or with somebody, from the first to the last, in memory
//! that does not grow with it.

use std::io::Write;

use super::arguments::ExportOptions;
use super::failure::Failure;
use super::hub::{Hub, history_lacking};
use super::pages::{self, BEGINNING};
use super::printer::Printer;
use super::wanted::{Kinds, moment};
use crate::conversation::Plan;
use crate::script::Complaints;
use crate::session::{Page, Point};

/// Shows it all.
pub(super) async fn run<E: Write>(
    export: &ExportOptions,
    plan: Plan,
    printer: &mut Printer,
    complaints: &mut Complaints<E>,
) -> Result<(), Failure> {
    let mut plan = plan;
    super::prepare(&mut plan, &export.target, export.events);
    printer.put_in_front(export.target.as_str());
    let until = export.until.as_ref().map(moment).transpose()?;
    let mut place = match (&export.after, &export.since) {
        (Some(id), _) => Point::Id(id.clone()),
        (None, Some(when)) => Point::just_before(moment(when)?),
        (None, None) => BEGINNING,
    };
    let mut hub = Hub::open(plan).await?;
    super::note_other_nick(&export.target, &hub, complaints);
    let target = export.target.as_str();
    if !hub.keeps_history() {
        return Err(history_lacking());
    }
    if hub.has_just_made(target) {
        return Err(super::no_such_room(&export.target));
    }
    if let Point::Id(id) = &place
        && !pages::knows_typed(&mut hub, target, id).await?
    {
        return Err(Failure::Refused(format!(
            "the hub does not have the message '{id}' in {target}, so what follows it is not known"
        )));
    }
    let kinds = Kinds::new(export.events);
    'pages: loop {
        hub.forget_aside();
        let found = hub.page(target, &Page::After(place.clone())).await?;
        let Some(next) = pages::last_place(&found).filter(|next| *next != place) else {
            break;
        };
        place = next;
        for line in &found {
            if until.is_some_and(|until| line.time >= until) {
                break 'pages;
            }
            if let Some(event) = line.event.as_ref().filter(|event| kinds.hold(event)) {
                printer.print(event).await;
            }
        }
    }
    printer.flush().await;
    hub.leave().await;
    Ok(())
}
