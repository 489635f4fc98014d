//! No text makes the generator panic, overflow its stack, or take long.
//!
//! Mutates the fixtures, the bad documents and our descriptions, and grows documents out of the words of OpenAPI. A plain run
//! tries a fixed number of cases; with `HEDGE_FUZZ_SECONDS` set it goes on for that long, from another seed each time. What
//! once failed is kept in `tests/corpus` and tried first.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hedge_codegen::{LintProfile, server};

const CASES: u64 = 400;

/// Longer than any document of these sizes may take, in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn texts(folder: &Path) -> Vec<String> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

/// Runs one case; a failure leaves the text behind, to be moved into the corpus.
fn survives(text: &str) {
    let started = Instant::now();
    let outcome = catch_unwind(|| {
        let strict = server("fuzz", text, LintProfile::Rules);
        let open = server("fuzz", text, LintProfile::Off);
        assert!(strict.is_err() || open.is_ok(), "the house rules allow what nobody else does");
        if let Err(problems) = open {
            assert!(!problems.is_empty(), "refused without a reason");
            assert!(problems.iter().all(|problem| problem.rule != "emit"), "{problems:#?}");
        }
    });
    let slow = started.elapsed() > PATIENCE;
    if outcome.is_err() || slow {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("crasher.yaml");
        std::fs::write(&kept, text).unwrap();
        panic!("slow: {slow}; the text is in {}; add it to tests/corpus", kept.display());
    }
}

/// A small generator of numbers (xorshift); good enough to be different every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides.max(1)).unwrap()).unwrap()
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.roll(from.len())]
    }
}

const KEYS: &[&str] = &[
    "openapi",
    "info",
    "paths",
    "components",
    "schemas",
    "parameters",
    "responses",
    "requestBodies",
    "headers",
    "securitySchemes",
    "get",
    "post",
    "operationId",
    "tags",
    "summary",
    "security",
    "requestBody",
    "content",
    "application/json",
    "schema",
    "type",
    "format",
    "enum",
    "items",
    "properties",
    "required",
    "additionalProperties",
    "allOf",
    "oneOf",
    "anyOf",
    "discriminator",
    "propertyName",
    "mapping",
    "nullable",
    "default",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "uniqueItems",
    "minProperties",
    "name",
    "in",
    "style",
    "explode",
    "$ref",
    "200",
    "204",
    "400",
    "default",
    "4XX",
    "x-rate-limit",
    "x-idempotent",
    "x-set-by",
    "example",
    "examples",
    "deprecated",
    "A",
    "B",
    "self",
    "/a",
    "/a/{id}",
    "/{id}",
    "scheme",
    "flows",
    "description",
    "title",
    "",
    "2fa",
    "ä",
];

const VALUES: &[&str] = &[
    "3.0.3",
    "3.1.0",
    "string",
    "integer",
    "number",
    "boolean",
    "array",
    "object",
    "int32",
    "date-time",
    "decimal",
    "uuid",
    "email",
    "uri",
    "true",
    "false",
    "null",
    "~",
    "0",
    "-1",
    "1",
    "1e400",
    "-0.0",
    "0.1",
    "99999999999999999999",
    "''",
    "path",
    "query",
    "header",
    "cookie",
    "form",
    "deepObject",
    "simple",
    "http",
    "bearer",
    "apiKey",
    "oauth2",
    "'#/components/schemas/A'",
    "'#/components/schemas/B'",
    "'#/components/responses/A'",
    "'#/'",
    "'#/paths/~1a'",
    "'x.yaml'",
    "'^(a+)+$'",
    "'['",
    "'(?=a)'",
    "'\\d{1,1000}'",
    "'[[:alpha:]&&]'",
    "id",
    "A",
    "B",
    "Self",
    "r#type",
    "'*/'",
    "\"\\0\"",
    "'日本'",
    "[]",
    "{}",
    "[a, a]",
    "[null]",
    "&a x",
    "*a",
    "!!str 5",
    "0x1F",
    ".inf",
    "2026-01-01",
];

/// Swaps, drops, doubles or spoils some lines and words.
fn mutated(text: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    for _ in 0..=dice.roll(4) {
        if lines.is_empty() {
            break;
        }
        let at = dice.roll(lines.len());
        let other = dice.roll(lines.len());
        match dice.roll(9) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[other].clone()),
            2 => lines.swap(at, other),
            3 => lines[at].insert_str(0, "  "),
            4 => lines[at] = lines[at].strip_prefix("  ").unwrap_or(&lines[at]).to_owned(),
            5 => lines[at] = replaced(&lines[at], dice),
            6 => lines[at] = spoiled(&lines[at], dice),
            7 => lines.truncate(at),
            _ => lines[at] = format!("{}: {}", lines[at].split(':').next().unwrap_or_default(), dice.pick(VALUES)),
        }
    }
    lines.join("\n")
}

/// Replaces one word by a word of OpenAPI.
fn replaced(line: &str, dice: &mut Dice) -> String {
    let words: Vec<&str> = line.split_inclusive(' ').collect();
    let at = dice.roll(words.len());
    let new = if dice.roll(2) == 0 { dice.pick(KEYS).to_owned() + ": " } else { dice.pick(VALUES).to_owned() + " " };
    words.iter().enumerate().map(|(index, word)| if index == at { new.as_str() } else { word }).collect()
}

/// Replaces one character.
fn spoiled(line: &str, dice: &mut Dice) -> String {
    let at = dice.roll(line.chars().count());
    let new = dice.pick(&["{", "}", "[", "]", ":", "'", "\"", "\\", "\t", "é", "\u{0}", "-", "~", "#", "&", "*"]);
    line.chars().enumerate().map(|(index, c)| if index == at { new.to_owned() } else { c.to_string() }).collect()
}

/// Grows a document of plausible keys in implausible places.
fn grown(dice: &mut Dice, depth: usize) -> String {
    if depth == 0 || dice.roll(4) == 0 {
        return dice.pick(VALUES).to_owned();
    }
    let inner = |dice: &mut Dice| grown(dice, depth - 1);
    if dice.roll(4) == 0 {
        let items: Vec<String> = (0..dice.roll(4)).map(|_| inner(dice)).collect();
        return format!("[{}]", items.join(", "));
    }
    let mut keys: Vec<&str> = (0..dice.roll(6)).map(|_| dice.pick(KEYS)).collect();
    keys.sort_unstable();
    keys.dedup();
    let entries: Vec<String> = keys.into_iter().map(|key| format!("{key:?}: {}", inner(dice))).collect();
    format!("{{{}}}", entries.join(", "))
}

/// Puts what was grown where the generator will look for it.
fn planted(dice: &mut Dice) -> String {
    let (schema, other, operation) = (grown(dice, 6), grown(dice, 5), grown(dice, 6));
    format!(
        "openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\npaths:\n  /a:\n    get: {operation}\n    post:\n      operationId: b\n      \
         responses: {{'200': {{description: d, content: {{application/json: {{schema: {other}}}}}}}}}\ncomponents:\n  schemas:\n    \
         A: {schema}\n    B: {{type: object, properties: {{a: {other}, b: {{$ref: '#/components/schemas/A'}}}}}}\n"
    )
}

fn seeds() -> Vec<String> {
    let mut seeds = texts(&root().join("tests/fixtures"));
    seeds.extend(texts(&root().join("tests/bad")));
    seeds.extend(texts(&root().join("tests/house")));
    seeds.extend(texts(&root().join("../../openapi")));
    seeds
}

#[test]
fn what_once_failed_does_not_fail_again() {
    for text in texts(&root().join("tests/corpus")) {
        survives(&text);
    }
}

#[test]
fn no_text_makes_the_generator_panic() {
    let seconds: Option<u64> = std::env::var("HEDGE_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let started = Instant::now();
    let seeds = seeds();
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    if seconds.is_some() {
        dice.0 ^= u64::from(std::process::id()) << 20;
    }
    let mut cases = 0;
    while seconds.map_or(cases < CASES, |seconds| started.elapsed() < Duration::from_secs(seconds)) {
        cases += 1;
        // The large descriptions are slow to read in a debug build, so small documents come more often.
        let small = dice.roll(50) != 0;
        let seed = if small { &seeds[dice.roll(seeds.len() - 1)] } else { &seeds[seeds.len() - 1] };
        match dice.roll(3) {
            0 => survives(&planted(&mut dice)),
            1 => survives(&grown(&mut dice, 8)),
            _ => survives(&mutated(seed, &mut dice)),
        }
    }
    println!("{cases} cases in {:?}", started.elapsed());
}

#[test]
fn nesting_without_end_is_a_problem_and_not_an_overflow() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", "")] {
        survives(&format!("{}{}", open.repeat(20_000), close.repeat(20_000)));
    }
    let mut indented = String::new();
    for depth in 0..2000 {
        indented.push_str(&format!("{}a:\n", " ".repeat(depth)));
    }
    survives(&indented);
    let schema = format!("{}{{type: string}}{}", "{type: array, items: ".repeat(90), "}".repeat(90));
    survives(&format!("openapi: 3.0.3\npaths: {{}}\ncomponents: {{schemas: {{A: {schema}}}}}"));
}

#[test]
fn schemas_that_multiply_are_a_problem_and_not_a_wait() {
    let mut text = "openapi: 3.0.3\npaths: {}\ncomponents:\n  schemas:\n".to_owned();
    for level in 0..40 {
        let next = format!(
            "{{allOf: [{{$ref: '#/components/schemas/S{}'}}, {{type: object, properties: {{a{level}: {{type: string}}}}}}]}}",
            level + 1
        );
        text.push_str(&format!("    S{level}: {{type: object, properties: {{l: {next}, r: {next}}}}}\n"));
    }
    survives(&text);
}
