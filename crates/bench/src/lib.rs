//! Measures the server against baselines on the same work, and prints the table of goals.
