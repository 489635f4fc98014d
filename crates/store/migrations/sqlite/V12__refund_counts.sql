-- How many refunds are in each status, kept by every batch that touches one: counting rows would read them all.

CREATE TABLE refund_counts (
    status TEXT PRIMARY KEY,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO refund_counts (status, count) SELECT status, count(*) FROM refunds GROUP BY status;
