"""What staff do. Each function asks for its permission, takes a step of an area, saves rows and
appends to the ledger in one transaction. Imports areas, the store and the simulation."""
