//! The server side of each spec: wire types, one trait per tag, the router.
