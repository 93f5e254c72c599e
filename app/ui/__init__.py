"""The pages that people see. Server-rendered; they work without a script."""
