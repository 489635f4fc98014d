//! Default values, as the JSON that stands for what was left out.

use crate::ir::Literal;

pub fn json(literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".to_owned(),
        Literal::Bool(value) => value.to_string(),
        Literal::Number(text) => text.clone(),
        Literal::Text(text) | Literal::Decimal(text) => serde_json::Value::from(text.as_str()).to_string(),
        Literal::Variant { wire } => serde_json::Value::from(wire.as_str()).to_string(),
        Literal::List(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        Literal::EmptyMap => "{}".to_owned(),
    }
}
