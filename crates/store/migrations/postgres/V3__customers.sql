-- Customers, which so far were any text on a payment or payment method, and the keys that client tokens are signed with.

CREATE TABLE customers (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    email text COLLATE "C" NOT NULL,
    name text,
    phone text,
    description text,
    metadata text, -- a JSON object of strings; NULL when empty
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX customers_by_account ON customers (account_id, id);
CREATE INDEX customers_by_email ON customers (account_id, email, id);

-- A text that payments name becomes a customer, known by the bits of the first such payment's id. What only a payment
-- method names has no email to make a customer of, and is nobody's from here on.
INSERT INTO customers (id, account_id, email, metadata, created_at, updated_at, version)
SELECT DISTINCT ON (account_id, customer)
    id, account_id, customer_email, json_build_object('previous_id', customer)::text, created_at, created_at, 1
FROM payments WHERE customer IS NOT NULL ORDER BY account_id, customer, id;

ALTER TABLE payments ADD COLUMN customer_id uuid;
UPDATE payments SET customer_id = customers.id FROM customers
WHERE customers.account_id = payments.account_id AND customers.metadata::json ->> 'previous_id' = payments.customer;
DROP INDEX payments_by_customer;
ALTER TABLE payments DROP COLUMN customer;
-- Without it the list of one customer would read the account's whole history.
CREATE INDEX payments_by_customer ON payments (account_id, customer_id, id) WHERE customer_id IS NOT NULL;

ALTER TABLE payment_methods ADD COLUMN customer_id uuid;
UPDATE payment_methods SET customer_id = customers.id FROM customers
WHERE customers.account_id = payment_methods.account_id
    AND customers.metadata::json ->> 'previous_id' = payment_methods.customer;
ALTER TABLE payment_methods DROP COLUMN customer;
CREATE INDEX payment_methods_by_customer ON payment_methods (account_id, customer_id, id) WHERE customer_id IS NOT NULL;

CREATE TABLE signing_keys (
    id uuid PRIMARY KEY,
    public bytea NOT NULL,
    sealed bytea NOT NULL, -- the private half, encrypted under the server secret
    created_at bigint NOT NULL,
    activates_at bigint NOT NULL,
    retires_at bigint,
    version bigint NOT NULL
);
