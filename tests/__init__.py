"""Tests mirror the package. Of their folders only those are packages that share what ends with
their last test."""
