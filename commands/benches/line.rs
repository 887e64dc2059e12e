//! How long a line takes: from text to effects, and to what Tab offers, at the sizes that were
//! promised: 10,000 people and 500 commands.
//!
//! `cargo bench -p salon-commands`. A message: under 1 µs; a command: under 2 µs; a completion: under
//! 1 ms, also when all match.

use std::hint::black_box;

use divan::Bencher;
use salon_commands::{Argument, Candidates, Context, Kind, Mode, Origin, Registry, Spec, Target};

fn main() {
    divan::main();
}

const NICKS: usize = 10_000;
const COMMANDS: usize = 500;

/// A registry with as many commands as were promised.
fn registry() -> Registry {
    let mut registry = Registry::builtin();
    let present = registry.entries().count();
    for number in present..COMMANDS {
        let spec = Spec::new(format!("xtra{number}"), "a command of a plug-in")
            .argument(Argument::optional("COUNT", Kind::Number { min: 1, max: 9 }))
            .argument(Argument::required("NICK", Kind::Nick));
        registry
            .add(spec, Origin::Plugin("bench".to_owned()))
            .expect("the names are free");
    }
    registry
}

/// A room full of people.
struct Crowd(Vec<String>);

impl Crowd {
    fn new() -> Self {
        Self((0..NICKS).map(|number| format!("guest{number}")).collect())
    }
}

impl Candidates for Crowd {
    fn nicks(&self, visit: &mut dyn FnMut(&str)) {
        self.0.iter().for_each(|nick| visit(nick));
    }
}

/// From a line to its effects.
#[divan::bench(args = [
    "hello, how is everyone today?",
    ":me waves",
    ":join #dev sesame",
    ":msg bob the build is green again",
    ":kick #dev bob no advertisements, please",
    "/topic Release on Friday",
    ":xtra400 3 bob",
])]
fn run(bencher: Bencher<'_, '_>, line: &str) {
    let registry = registry();
    let target: Target = "#lobby".parse().expect("a room");
    let context = Context::new(&registry).with_target(&target);
    bencher.bench_local(|| {
        let command = registry.parse(black_box(line), Mode::Script);
        let command = command.expect("a line").expect("no blank one");
        command.run(&context).expect("it can be done")
    });
}

/// What Tab offers. The first two match everybody, the third one person, the fourth all commands.
#[divan::bench(args = [":whois ", "g", "guest9999", ":", ":x"])]
fn complete(bencher: Bencher<'_, '_>, line: &str) {
    let registry = registry();
    let crowd = Crowd::new();
    bencher.bench_local(|| registry.complete(black_box(line), line.len(), &crowd));
}

/// What is painted at every key.
#[divan::bench(args = ["hello", ":kick #dev bob no ads", ":xtra400 3 b"])]
fn paint(bencher: Bencher<'_, '_>, line: &str) {
    let registry = registry();
    bencher.bench_local(|| (registry.highlight(black_box(line)), registry.hint(line)));
}
