//! What a description means, with nothing left to look up.
//!
//! Owns the shape between `lower` and `emit`. It must not know the document or Rust's syntax tree. The one thing a newcomer
//! gets wrong: what is not in here cannot be emitted; an emitter that needs more gets a field here, never a document.

/// One description: a family of operations.
#[derive(Debug, Default)]
pub struct Family {
    /// The name of the file without its ending.
    pub name: String,
    pub title: String,
    pub version: String,
    pub types: Vec<TypeDef>,
    pub schemes: Vec<Scheme>,
    pub tags: Vec<Tag>,
    pub operations: Vec<Operation>,
}

#[derive(Debug)]
pub struct Tag {
    pub name: String,
    pub module: String,
    pub trait_name: String,
    pub doc: String,
}

/// A named type.
#[derive(Debug)]
pub struct TypeDef {
    pub rust: String,
    /// The name in `components.schemas`; none for a type that was written in place.
    pub schema: Option<String>,
    pub doc: String,
    pub deprecated: bool,
    pub shape: Shape,
    /// True when values can be compared without exception, which floats cannot.
    pub eq: bool,
    /// True when a request can hold one; others are only ever sent.
    pub read: bool,
}

#[derive(Debug)]
pub enum Shape {
    Struct(Struct),
    Enum(Vec<Variant>),
    Union(Union),
    Alias(Box<Value>),
}

#[derive(Debug)]
pub struct Struct {
    pub fields: Vec<Field>,
    pub additional: AdditionalProperties,
    pub min_properties: Option<usize>,
    pub max_properties: Option<usize>,
}

/// What an object does with properties it does not name.
#[derive(Debug)]
pub enum AdditionalProperties {
    /// `additionalProperties: false`
    Refused,
    /// Nothing was said: they are let through and forgotten.
    Ignored,
    /// `additionalProperties: true` or a schema: they are kept in a map.
    Kept { rust: String, value: Box<Value> },
}

#[derive(Debug)]
pub struct Field {
    pub rust: String,
    pub wire: String,
    pub doc: String,
    pub deprecated: bool,
    pub required: bool,
    pub value: Value,
    pub default: Option<Literal>,
    /// True when the field would otherwise make its type infinitely large.
    pub boxed: bool,
}

#[derive(Debug)]
pub struct Variant {
    pub rust: String,
    pub wire: String,
}

/// `oneOf` with a discriminator.
#[derive(Debug)]
pub struct Union {
    pub property: String,
    pub variants: Vec<UnionVariant>,
}

#[derive(Debug)]
pub struct UnionVariant {
    pub rust: String,
    /// The values of the discriminator that choose it.
    pub tags: Vec<String>,
    /// The Rust type.
    pub target: String,
    pub boxed: bool,
}

/// A value at a place: its kind, whether it may be null, and what else must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    pub kind: Kind,
    /// The named schema it was taken from, where that is not a type of its own.
    pub alias: Option<String>,
    pub nullable: bool,
    pub checks: Checks,
    /// The `format` as written.
    pub format: Option<String>,
}

impl Value {
    pub fn new(kind: Kind) -> Self {
        Self { kind, alias: None, nullable: false, checks: Checks::default(), format: None }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Any,
    Bool,
    I32,
    I64,
    F64,
    Text,
    Decimal,
    DateTime,
    Date,
    Uuid,
    List(Box<Value>),
    Map(Box<Value>),
    /// A struct, an enum or a union, by its Rust name.
    Named(String),
}

impl Kind {
    /// What a list or a map holds.
    pub fn inner(&self) -> Option<&Value> {
        match self {
            Self::List(inner) | Self::Map(inner) => Some(inner),
            Self::Any
            | Self::Bool
            | Self::I32
            | Self::I64
            | Self::F64
            | Self::Text
            | Self::Decimal
            | Self::DateTime
            | Self::Date
            | Self::Uuid
            | Self::Named(_) => None,
        }
    }
}

/// The constraints of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checks {
    pub minimum: Option<Bound>,
    pub maximum: Option<Bound>,
    /// A number in JSON's syntax.
    pub multiple_of: Option<String>,
    pub min_length: Option<usize>,
    pub max_length: Option<usize>,
    pub pattern: Option<Pattern>,
    pub text_format: Option<TextFormat>,
    /// `enum` of numbers, in JSON's syntax.
    pub allowed: Vec<String>,
    pub min_items: Option<usize>,
    pub max_items: Option<usize>,
    pub unique_items: bool,
    pub min_properties: Option<usize>,
    pub max_properties: Option<usize>,
}

impl Checks {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// A number in JSON's syntax.
    pub limit: String,
    pub exclusive: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// As the description has it.
    pub written: String,
    /// As the `regex` crate wants it.
    pub regex: String,
}

/// Formats that stay texts and are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFormat {
    Email,
    Uri,
}

/// A default value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    Null,
    Bool(bool),
    /// In JSON's syntax; the kind says which type.
    Number(String),
    Text(String),
    Decimal(String),
    /// A variant of an enum, by its wire value.
    Variant {
        wire: String,
    },
    List(Vec<Self>),
    EmptyMap,
}

#[derive(Debug)]
pub struct Operation {
    /// The `operationId`.
    pub id: String,
    /// The same, as a function and as the beginning of type names.
    pub rust: String,
    pub pascal: String,
    /// Upper case.
    pub method: String,
    pub path: String,
    /// The path with its parameters named by position.
    pub route: String,
    /// Position in [`Family::tags`].
    pub tag: usize,
    pub doc: String,
    pub deprecated: bool,
    pub idempotent: bool,
    pub rate_limit: Option<RateLimit>,
    pub security: Security,
    pub parameters: Vec<Parameter>,
    pub body: Option<Body>,
    /// The answers a handler chooses from: 2xx and 3xx.
    pub successes: Vec<Response>,
    pub errors: Vec<Response>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    pub requests: u32,
    pub per_seconds: u32,
}

/// Who may call.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Security {
    /// Tried in order; empty when anybody may.
    pub alternatives: Vec<Requirement>,
    /// True when no credential is an alternative too.
    pub optional: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Position in [`Family::schemes`].
    pub scheme: usize,
    pub scopes: Vec<String>,
}

#[derive(Debug)]
pub struct Scheme {
    pub name: String,
    pub rust: String,
    pub doc: String,
    pub carrier: Carrier,
}

/// Where a credential travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// `Authorization`, with this scheme.
    Authorization(String),
    Header(String),
    Query(String),
}

#[derive(Debug)]
pub struct Parameter {
    pub name: String,
    pub rust: String,
    pub doc: String,
    pub deprecated: bool,
    pub location: Location,
    pub style: Style,
    pub required: bool,
    pub value: Value,
    pub default: Option<Literal>,
    /// False for the idempotency key, which is no part of what is asked for.
    pub fingerprint: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// The position among the parameters of the path.
    Path(usize),
    Query,
    Header,
}

/// How a list is written in a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// One value, or a list that repeats its name.
    Repeated,
    /// A list in one value, with this between the members.
    Joined(&'static str),
}

#[derive(Debug)]
pub struct Body {
    pub required: bool,
    pub value: Value,
}

/// What a request without a body means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// It is refused.
    Refused,
    /// The body is optional, and leaving it out says something of its own.
    None,
    /// The body is optional and `{}` would do: leaving it out is the same, defaults included.
    Empty,
}

impl Family {
    #[must_use]
    pub fn absent(&self, body: &Body) -> Absent {
        if body.required {
            return Absent::Refused;
        }
        let shape = if let (Kind::Named(name), false) = (&body.value.kind, body.value.nullable) {
            self.types.iter().find(|def| def.rust == *name)
        } else {
            None
        };
        match shape.map(|def| &def.shape) {
            Some(Shape::Struct(object))
                if object.min_properties.is_none() && object.fields.iter().all(|field| !field.required) =>
            {
                Absent::Empty
            }
            _ => Absent::None,
        }
    }
}

#[derive(Debug)]
pub struct Response {
    pub status: u16,
    /// The Rust variant; empty for errors, which are the server's own type.
    pub variant: String,
    pub description: String,
    pub body: Option<Value>,
    pub headers: Vec<Header>,
}

#[derive(Debug)]
pub struct Header {
    pub name: String,
    pub rust: String,
    pub description: Option<String>,
    pub required: bool,
    /// True when something around the handlers sets it, so that no handler has to.
    pub by_middleware: bool,
    pub value: Value,
}
