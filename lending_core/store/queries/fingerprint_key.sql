-- One row: the key of this book's fingerprints, or none before the first application.
select key_hex
from fingerprint_key
