"""Which funders fund which approved loans: one model for a single loan and for a whole day."""

from lending_core.funding.answer import Matching
from lending_core.funding.batch import Batch


def fund(batch: Batch) -> Matching:
    """The best distribution of the batch's loans over its offers, within every limit."""
    raise NotImplementedError(batch.objective)
