"""SQLAlchemy: rows ↔ domain, one file a noun. SQLite by default, PostgreSQL by the same code."""
