//! What the generated code says only in its source: comments, what is deprecated, how serde writes a field, and which field a
//! parameter fills.
//!
//! The one thing to know: comments and what is deprecated are kept by the names of the description, the rest by those of Rust.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the syntax of Rust is of more kinds than the generator writes, and will be of more still"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use hedge_api::Operation;
use syn::{Attribute, Expr, Fields, ImplItem, Item, Lit, Stmt, TraitItem};

#[derive(Default)]
pub struct Code {
    /// By `Type`, `Type.field`, `function` and `CONSTANT`.
    pub comments: BTreeMap<String, String>,
    /// `Type` and `Type.field`.
    pub deprecated: BTreeSet<String>,
    /// Structs, by their names in Rust.
    pub structs: BTreeMap<String, Vec<Written>>,
    /// Shapes of objects, by the names of their structs: how a field is read.
    pub shapes: BTreeMap<String, Vec<Written>>,
    /// Operations, by their constants.
    pub rows: BTreeMap<String, Row>,
    /// By the constants of their operations.
    pub handlers: BTreeMap<String, Handler>,
    /// The names of parameters, by their constants.
    pub parameters: BTreeMap<String, String>,
    /// What the description calls a type, where Rust has another name.
    names: BTreeMap<String, String>,
}

/// A field as it is on the wire.
#[derive(Debug, PartialEq, Eq)]
pub struct Written {
    pub rust: String,
    /// None for the properties without names.
    pub wire: Option<String>,
    /// Whether it may be left out.
    pub optional: bool,
}

pub struct Row {
    pub id: String,
    /// The constants of its parameters.
    pub parameters: Vec<String>,
}

pub struct Handler {
    /// The type of its input.
    pub input: String,
    /// The fields of the input that are taken from the parameters, one after another.
    pub taken: Vec<String>,
}

impl Code {
    /// Reads a file, or all files below a folder.
    pub fn read(path: &str) -> Self {
        let mut code = Self::default();
        code.add(Path::new(path));
        code
    }

    /// The row of an operation and its handler.
    pub fn operation(&self, id: &str) -> (&Row, &Handler) {
        let (name, row) = self.rows.iter().find(|(_, row)| row.id == id).unwrap();
        (row, &self.handlers[name])
    }

    /// Holds an operation against its row: every constant has the parameter's name and what is said of it, and fills the field
    /// of that name.
    pub fn hold(&self, operation: &Operation, told: &BTreeMap<[String; 3], Option<&str>>) {
        let (row, handler) = self.operation(operation.id);
        assert_eq!(row.parameters.len(), operation.parameters.len(), "{}", operation.id);
        assert_eq!(row.parameters.len(), handler.taken.len(), "{}", operation.id);
        for ((constant, field), parameter) in row.parameters.iter().zip(&handler.taken).zip(operation.parameters) {
            let (place, name) = (format!("{:?}", parameter.location).to_lowercase(), parameter.name.to_owned());
            assert_eq!(self.parameters[constant], name);
            let letters = |text: &str| text.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "");
            // Where two parameters would fill one field, the place is in its name, too.
            let fits = [letters(&name), letters(&format!("{name}{place}"))].contains(&letters(field));
            assert!(fits, "{} of {} fills {field}", name, operation.id);
            let text = told[&[operation.id.to_owned(), place, name]].map(plain);
            assert_eq!(self.comments.get(constant), text.as_ref(), "{constant}");
        }
    }

    fn add(&mut self, path: &Path) {
        if path.is_dir() {
            return fs::read_dir(path).unwrap().for_each(|entry| self.add(&entry.unwrap().path()));
        }
        let items = syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap().items;
        // Names come first, because what follows goes by them.
        self.items(&items, Self::name);
        self.items(&items, Self::item);
    }

    fn items(&mut self, items: &[Item], read: fn(&mut Self, &Item)) {
        for item in items {
            match item {
                Item::Mod(module) => self.items(module.content.as_ref().map_or(&[], |(_, items)| items), read),
                item => read(self, item),
            }
        }
    }

    fn name(&mut self, item: &Item) {
        let Some((rust, constants)) = value_impl(item) else { return };
        if let Some(Expr::Call(some)) = constants.get("NAME") {
            self.names.insert(rust, text(&some.args[0]));
        }
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Struct(item) => {
                let name = self.called(&item.ident.to_string());
                self.say(name.clone(), &item.attrs);
                let fields =
                    if let Fields::Named(named) = &item.fields { named.named.iter().collect() } else { vec![] };
                let written: Vec<Written> = fields.iter().map(|field| written(field)).collect();
                for (field, written) in fields.iter().zip(&written) {
                    let wire = written.wire.as_ref().unwrap_or(&written.rust);
                    self.say(format!("{name}.{wire}"), &field.attrs);
                }
                self.structs.insert(item.ident.to_string(), written);
            }
            Item::Enum(item) => self.say(self.called(&item.ident.to_string()), &item.attrs),
            Item::Type(item) => self.say(self.called(&item.ident.to_string()), &item.attrs),
            Item::Const(item) => {
                let (begin, _) = chain(&item.expr);
                if let (Expr::Call(call), syn::Type::Path(ty)) = (begin, &*item.ty)
                    && ty.path.is_ident("Parameter")
                {
                    self.parameters.insert(item.ident.to_string(), text(&call.args[0]));
                }
                self.say(item.ident.to_string(), &item.attrs);
            }
            Item::Static(item) => self.row(&item.ident.to_string(), &item.expr),
            Item::Trait(item) => {
                for function in &item.items {
                    if let TraitItem::Fn(function) = function {
                        self.say(function.sig.ident.to_string(), &function.attrs);
                    }
                }
            }
            Item::Fn(item) => self.handlers.extend(handler(&item.block)),
            item => {
                if let Some((rust, constants)) = value_impl(item)
                    && let Some(Expr::Call(shape)) = constants.get("SHAPE")
                    && let Expr::Reference(list) = &shape.args[0]
                    && let Expr::Array(fields) = &*list.expr
                    && !matches!(last(&shape.func).as_str(), "Listed" | "Union")
                {
                    self.shapes.insert(rust, fields.elems.iter().chain(shape.args.iter().nth(1)).map(read).collect());
                }
            }
        }
    }

    fn called(&self, rust: &str) -> String {
        self.names.get(rust).cloned().unwrap_or_else(|| rust.to_owned())
    }

    fn say(&mut self, name: String, attributes: &[Attribute]) {
        let lines = attributes.iter().filter(|attribute| attribute.path().is_ident("doc"));
        let comment: Vec<String> = lines.map(|line| text(&line.meta.require_name_value().unwrap().value)).collect();
        if attributes.iter().any(|attribute| attribute.path().is_ident("deprecated")) {
            self.deprecated.insert(name.clone());
        }
        if !comment.is_empty() {
            self.comments.insert(name, plain(&comment.join("\n")));
        }
    }

    fn row(&mut self, name: &str, expr: &Expr) {
        let (begin, calls) = chain(expr);
        let Expr::Call(begin) = begin else { return };
        let parameters = calls.into_iter().find(|(name, _)| name == "parameters").map(|(_, list)| members(list));
        let parameters = parameters.into_iter().flatten().map(last).collect();
        self.rows.insert(name.to_owned(), Row { id: text(&begin.args[0]), parameters });
    }
}

/// The type of an implementation of `Value`, and the constants in it.
fn value_impl(item: &Item) -> Option<(String, BTreeMap<String, &Expr>)> {
    let Item::Impl(item) = item else { return None };
    let (of, syn::Type::Path(ty)) = (&item.trait_.as_ref()?.0, &*item.self_ty) else { return None };
    (of.segments.last()?.ident == "Value").then_some(())?;
    let constants = item.items.iter().filter_map(|item| match item {
        ImplItem::Const(item) => Some((item.ident.to_string(), &item.expr)),
        _ => None,
    });
    Some((bare(&ty.path.segments.last()?.ident), constants.collect()))
}

/// How serde writes a field.
fn written(field: &syn::Field) -> Written {
    let rust = bare(field.ident.as_ref().unwrap());
    let (mut wire, mut optional) = (Some(rust.clone()), false);
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        let read = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                wire = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            } else if meta.path.is_ident("flatten") {
                wire = None;
            } else if meta.path.is_ident("skip_serializing_if") {
                optional = meta.value()?.parse::<syn::LitStr>()?.value() == "Option::is_none";
            } else {
                assert!(meta.path.is_ident("skip"), "serde does more than is compared");
            }
            Ok(())
        });
        read.unwrap();
    }
    Written { rust, wire, optional }
}

/// How a shape reads a field: `required("name", |it: &Self| &it.name).length(1, 5)`.
fn read(expr: &Expr) -> Written {
    let expr = if let Expr::Reference(inner) = expr { &*inner.expr } else { expr };
    let (Expr::Call(call), _) = chain(expr) else { panic!("a shape is a list of calls") };
    let closure = call.args.iter().find_map(|arg| if let Expr::Closure(closure) = arg { Some(closure) } else { None });
    let Expr::Reference(body) = &*closure.unwrap().body else { panic!("a field is borrowed") };
    let Expr::Field(field) = &*body.expr else { panic!("a field is named") };
    let syn::Member::Named(rust) = &field.member else { panic!("a field is named") };
    let how = last(&call.func);
    let wire = (how != "others").then(|| text(&call.args[0]));
    Written { rust: bare(rust), wire, optional: how == "optional" }
}

/// A handler, by the constant of the operation that it runs.
fn handler(block: &syn::Block) -> Option<(String, Handler)> {
    let Stmt::Expr(Expr::Await(run), _) = block.stmts.first()? else { return None };
    let Expr::Call(run) = &*run.base else { return None };
    let (Expr::Reference(row), Expr::Closure(body)) = (run.args.get(1)?, run.args.get(2)?) else { return None };
    let Expr::Block(body) = &*body.body else { return None };
    let input = body.block.stmts.iter().find_map(|stmt| match stmt {
        Stmt::Local(local) => match &*local.init.as_ref()?.expr {
            Expr::Struct(input) => Some(input),
            _ => None,
        },
        _ => None,
    })?;
    let taken = input.fields.iter().filter(|field| match &field.expr {
        Expr::Try(tried) => matches!(&*tried.expr, Expr::MethodCall(call) if call.method == "take"),
        _ => false,
    });
    let named = |field: &syn::FieldValue| match &field.member {
        syn::Member::Named(name) => bare(name),
        syn::Member::Unnamed(_) => panic!("an input has names"),
    };
    let (taken, input) = (taken.map(named).collect(), bare(&input.path.segments.last()?.ident));
    Some((last(&row.expr), Handler { input, taken }))
}

/// Where a chain of calls begins, and the calls with their first arguments.
fn chain(expr: &Expr) -> (&Expr, Vec<(String, &Expr)>) {
    let (mut begin, mut calls) = (expr, Vec::new());
    while let Expr::MethodCall(call) = begin {
        calls.extend(call.args.first().map(|arg| (call.method.to_string(), arg)));
        begin = &call.receiver;
    }
    (begin, calls)
}

/// The members of `&[a, b]`.
fn members(list: &Expr) -> Vec<&Expr> {
    match list {
        Expr::Reference(list) => members(&list.expr),
        Expr::Array(list) => list.elems.iter().collect(),
        _ => Vec::new(),
    }
}

/// The last name of a path.
fn last(expr: &Expr) -> String {
    let Expr::Path(path) = expr else { panic!("a path is expected") };
    bare(&path.path.segments.last().unwrap().ident)
}

fn text(expr: &Expr) -> String {
    match expr {
        Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => text.value(),
        _ => panic!("a text is expected"),
    }
}

fn bare(name: &syn::Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}

/// Prose without its layout.
pub fn plain(text: &str) -> String {
    text.replace("```text", "```").split_whitespace().collect::<Vec<_>>().join(" ")
}
