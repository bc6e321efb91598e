"""Pure decisions of imports, on Arrow columns and NumPy arrays: no files, no database, no clock."""
