-- Prices that will count from some moment on.

ALTER TABLE merchants ADD COLUMN next_prices TEXT; -- JSON: from when, and three times share, fixed part and ceiling
