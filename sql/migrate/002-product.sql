-- From version 1 to version 2, whole or not at all. What it makes is what
-- schema.sql makes: test_migrate.c compares the two.

PRAGMA user_version = 2;
