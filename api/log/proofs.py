"""Check what was downloaded of a log, as the API answers it, with no store and nothing but the log's public key."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from api.custody import envelope, tree
from api.custody.notes import Checkpoint, Verifier, opened

NAMED = ("kind", "id", "version")  # what an entry is about


def verify_entry(
    entry: Mapping[str, Any],
    proof: Mapping[str, Any],
    note: str,
    verifiers: Sequence[Verifier],
    disclosed: Mapping[str, Any] | None = None,
) -> list[str]:
    """Check that an entry is in the log that a note signs, and that what was disclosed of it is what it commits to.

    Everything is as the API answers it. Raises `ValueError` where something is not even of that form.
    """
    try:
        said, index, size = entry["envelope"], int(proof["index"]), int(proof["size"])
        leaf = tree.leaf_hash(envelope.written(said))
        hashes = [envelope.read_base64(one) for one in proof["hashes"]]
        sequence, commitments = said["sequence"], {**said["commitments"]}
        openings = {
            name: envelope.commitment(envelope.read_base64(one["salt"]), one["value"])
            for name, one in (disclosed or {}).get("openings", {}).items()
        }
    except (AttributeError, KeyError, TypeError) as missing:
        raise ValueError(
            f"This is no entry, no proof or no disclosure of the log: {missing} is missing or wrong."
        ) from None
    signed = Checkpoint.read(opened(note, verifiers))
    problems = []
    if sequence != index + 1:
        problems.append(f"The proof is for the entry with number {index + 1}, and this one has {sequence}.")
    if signed.size != size:
        problems.append(f"The proof is for a tree of {size}, and the checkpoint signs one of {signed.size}.")
    if not tree.verify_inclusion(leaf, index, size, hashes, signed.root):
        problems.append("The proof does not lead from this entry to the root that was signed.")
    about = {"index": index, "leaf_hash": b64encode(leaf).decode(), **{name: said.get(name) for name in NAMED}}
    for what, one in {"entry": entry, "proof": proof, "disclosure": disclosed or {}}.items():
        wrong = [name for name, true_one in about.items() if one.get(name, true_one) != true_one]
        problems += [f"The {what} names another {name} than what was signed." for name in wrong]
    for name, opened_as in openings.items():
        if commitments.get(name) != opened_as:
            problems.append(f"The value disclosed for {name} is not what the entry commits to.")
    return problems


def verify_growth(earlier: str, proof: Mapping[str, Any], later: str, verifiers: Sequence[Verifier]) -> list[str]:
    """Check that the log of a later checkpoint begins with that of an earlier one. Raises `ValueError`."""
    first, second = (Checkpoint.read(opened(note, verifiers)) for note in (earlier, later))
    try:
        hashes = [envelope.read_base64(one) for one in proof["hashes"]]
        sizes = (int(proof["first"]), int(proof["second"]))
    except (KeyError, TypeError) as missing:
        raise ValueError(f"This is no proof of consistency: {missing} is missing or wrong.") from None
    if sizes != (first.size, second.size):
        return [f"The proof is for {sizes[0]} and {sizes[1]}, the checkpoints sign {first.size} and {second.size}."]
    if not tree.verify_consistency(*sizes, first.root, second.root, hashes):
        return ["The later log does not begin with the earlier one: something in it was altered or removed."]
    return []


def read_json(text: str) -> Mapping[str, Any]:
    """Read what the API answered. Raises `ValueError`."""
    read = json.loads(text)
    if not isinstance(read, dict):
        raise ValueError("This is not what the API answers: a JSON object is needed.")
    return read
