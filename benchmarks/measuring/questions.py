"""What benchmarks ask about a claim."""

from uuid import UUID

PATHS = {"provenance": "/v1/claims/{claim}/provenance", "claim": "/v1/claims/{claim}"}


def paths(claim: str) -> dict[str, str]:
    """Return the paths of what is asked about a claim, by its name."""
    return {name: path.format(claim=UUID(claim)) for name, path in PATHS.items()}
