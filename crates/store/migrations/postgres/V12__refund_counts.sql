-- How many refunds are in each status, kept by every batch that touches one: counting rows would read them all. The count
-- is the sum over the slots, as it is for payments.

CREATE TABLE refund_counts (
    status text COLLATE "C" NOT NULL,
    slot integer NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (status, slot)
) WITH (fillfactor = 50);
INSERT INTO refund_counts (status, slot, count) SELECT status, 0, count(*) FROM refunds GROUP BY status;
