//! INSERT and UPDATE of many rows at once, made from one list of columns.
//!
//! The first column is the key and the last one is `version`. The parameters are one array for each column, in the
//! list's order; `version` is the one that was loaded. An UPDATE passes over a row that has another version by now.

pub struct Statements {
    pub insert: String,
    pub update: String,
}

impl Statements {
    /// From columns as in a table's definition: `id uuid, name text, version bigint`.
    pub fn of(table: &str, columns: &str) -> Self {
        Self::releasing(table, columns, "")
    }

    /// The same, with more to set in an UPDATE.
    pub fn releasing(table: &str, columns: &str, also: &str) -> Self {
        let columns: Vec<(&str, &str)> =
            columns.split(',').filter_map(|column| column.trim().split_once(' ')).collect();
        let list = |each: &dyn Fn(&str, &str) -> String| {
            columns.iter().map(|(name, kind)| each(name, kind)).collect::<Vec<_>>().join(", ")
        };
        let names = list(&|name, _| name.to_owned());
        let values = list(&value);
        let key = columns.first().map_or("id", |(name, _)| name);
        let set = list(&|name, kind| format!("{name} = {}", value(name, kind)));
        let arrays: Vec<String> =
            columns.iter().zip(1..).map(|((_, kind), place)| format!("${place}::{}[]", element(kind))).collect();
        let rows = format!("UNNEST({}) AS u({names})", arrays.join(", "));
        Self {
            insert: format!("INSERT INTO {table} ({names}) SELECT {values} FROM {rows}"),
            update: format!(
                "UPDATE {table} t SET {set}{also} FROM {rows} WHERE t.{key} = u.{key} AND t.version = u.version"
            ),
        }
    }
}

fn value(name: &str, kind: &str) -> String {
    match name {
        "version" => "u.version + 1".to_owned(),
        _ if kind == element(kind) => format!("u.{name}"),
        _ => format!("u.{name}::{kind}"),
    }
}

/// UNNEST flattens an array of arrays, so arrays travel as their text.
fn element(kind: &str) -> &str {
    if kind.ends_with("[]") { "text" } else { kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_statements_come_from_one_list_of_columns() {
        let statements = Statements::releasing("things", "id uuid, tags text[], version bigint", ", owner = NULL");
        let rows = "UNNEST($1::uuid[], $2::text[], $3::bigint[]) AS u(id, tags, version)";
        assert_eq!(
            statements.insert,
            format!("INSERT INTO things (id, tags, version) SELECT u.id, u.tags::text[], u.version + 1 FROM {rows}")
        );
        assert_eq!(
            statements.update,
            format!(
                "UPDATE things t SET id = u.id, tags = u.tags::text[], version = u.version + 1, owner = NULL \
                 FROM {rows} WHERE t.id = u.id AND t.version = u.version"
            )
        );
    }
}
