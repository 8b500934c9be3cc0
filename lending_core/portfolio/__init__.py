"""The book as a whole: how much is late, how lateness flows. May import servicing and products."""
