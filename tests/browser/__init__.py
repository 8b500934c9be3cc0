"""The console in a real browser. A package, so that its server and its browser end with its last
test: the loop that drives the browser would go on in the tests that follow."""
