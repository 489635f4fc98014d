//! How an entity is said: each field with its columns, as they are defined on Postgres; list, `put` and `get` follow.
//!
//! A forgotten field does not compile, and none can stand in another's column. What a newcomer gets wrong: a value of several
//! columns says them all beside its field, in the order of its own [`Columns`](super::Columns).

/// A row of a table: what it is known by, what else there is to say of the table ([`Definition`](crate::table::Definition)),
/// in brackets a field that is in no column with what it begins with, then all others; in braces methods of
/// [`Stored`](super::Stored) that are its own.
macro_rules! record {
    (
        $kind:ident $table:literal of $row:ty, by $($id:ident)+: $key:ty $(, $fact:ident: $value:expr)*;
        $([$skipped:ident: $empty:expr])?
        $first:ident: $columns:literal, $($field:ident: $more:literal,)*
        $({ $($own:item)+ })?
    ) => {
        impl $crate::record::Row for $row {
            fn table() -> &'static $crate::table::Table {
                use $crate::table::{Definition, Table};
                static TABLE: Table = Definition {
                    $($fact: $value,)*
                    ..Definition::$kind($table, concat!($columns, $(", ", $more),*))
                }
                .table();
                &TABLE
            }

            fn put<'a>(&'a self, row: &mut dyn $crate::record::Put<'a>) {
                let Self { $first, $($field,)* $($skipped: _)? } = self;
                row.put($first);
                $(row.put($field);)*
            }
        }

        impl $crate::record::Stored for $row {
            type Id = $key;

            fn id(&self) -> Self::Id {
                ($(self.$id),+)
            }

            fn get(row: &mut dyn $crate::record::Get) -> Result<Self, $crate::record::Malformed> {
                Ok(Self { $first: row.take()?, $($field: row.take()?,)* $($skipped: $empty)? })
            }

            $($($own)+)?
        }
    };
}

/// A value of several columns, one field after the other.
macro_rules! columns {
    ($($name:ident { $($field:ident),+ };)+) => {$(
        impl $crate::record::Columns for $name {
            fn put<'a>(&'a self, row: &mut (dyn $crate::record::Put<'a> + '_)) {
                let Self { $($field),+ } = self;
                $(row.put($field);)+
            }

            fn get(row: &mut (dyn $crate::record::Get + '_)) -> Result<Self, $crate::record::Malformed> {
                Ok(Self { $($field: row.take()?),+ })
            }
        }
    )+};
}

/// A value of two columns, both of them NULL without it.
macro_rules! pair {
    ($($name:ident { $first:ident, $second:ident };)+) => {$(
        impl $crate::record::Columns for Option<$name> {
            fn put<'a>(&'a self, row: &mut (dyn $crate::record::Put<'a> + '_)) {
                row.cell($crate::column::part(self.as_ref().map(|it| &it.$first)));
                row.cell($crate::column::part(self.as_ref().map(|it| &it.$second)));
            }

            fn get(row: &mut (dyn $crate::record::Get + '_)) -> Result<Self, $crate::record::Malformed> {
                let ($first, $second): (Option<_>, Option<_>) = (row.take()?, row.take()?);
                Ok($first.zip($second).map(|($first, $second)| $name { $first, $second }))
            }
        }
    )+};
}

pub(crate) use {columns, pair, record};
