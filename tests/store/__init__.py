"""The store and its engines. A package, so that Spark ends with its last test."""
