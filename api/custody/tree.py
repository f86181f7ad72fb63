"""The Merkle tree of RFC 9162: append to it, prove that an entry is in it, prove that it only ever grew.

A node is named by its level (a leaf's is 0) and its position among the nodes of that level. It stands for 2^level
leaves and never changes once they are all there. So it is kept with the last of them: the row of a leaf has its own
hash and those of the nodes that it completes, lowest first. What a proof needs beyond those is worked out from them: a
`Part` is some leaves in a row, as the nodes that cover them, and its hash is theirs, joined from the right.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

SIZE = 32
EMPTY = hashlib.sha256(b"").digest()


class Node(NamedTuple):
    """A complete subtree of 2^level leaves."""

    level: int
    position: int

    @property
    def last_leaf(self) -> int:
        """Return the index of the leaf that completes it."""
        return ((self.position + 1) << self.level) - 1


Part = tuple[Node, ...]


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash what stands above two nodes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def joined(hashes: Sequence[bytes]) -> bytes:
    """Return the hash above complete subtrees of falling size, given theirs from left to right; `EMPTY` of none."""
    if not hashes:
        return EMPTY
    above = hashes[-1]
    for left in reversed(hashes[:-1]):
        above = node_hash(left, above)
    return above


def peaks(size: int) -> Part:
    """List the complete subtrees that a tree is made of, from left to right."""
    return _covering(0, size)


def appended(size: int, hashes: Sequence[bytes], leaf: bytes) -> tuple[bytes, ...]:
    """Return the hashes of the nodes that the next leaf completes, itself first, given those of `peaks(size)`."""
    completed = [leaf]
    while size >> (len(completed) - 1) & 1:
        completed.append(node_hash(hashes[-len(completed)], completed[-1]))
    return tuple(completed)


def peaks_after(hashes: Sequence[bytes], completed: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the hashes of the peaks once a leaf has completed these nodes."""
    return (*hashes[: len(hashes) - len(completed) + 1], completed[-1])


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes: the Merkle Tree Hash of RFC 9162."""
    hashes: tuple[bytes, ...] = ()
    for size, leaf in enumerate(leaves):
        hashes = peaks_after(hashes, appended(size, hashes, leaf))
    return joined(hashes)


def inclusion_path(index: int, size: int) -> list[Part]:
    """List what the proof that a leaf is in a tree of this size consists of. Raises `ValueError` where it is not."""
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} has no leaf {index}: the first is 0.")
    path: list[Part] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _left(end - start)
        if index < middle:
            path.append(_covering(middle, end))
            end = middle
        else:
            path.append(_covering(start, middle))
            start = middle
    return path[::-1]


def consistency_path(first: int, second: int) -> list[Part]:
    """List what the proof that the second tree begins with the first consists of; nothing where they are one.

    Raises `ValueError` where the first is empty, since nothing follows from that, or larger than the second.
    """
    if not 0 < first <= second:
        raise ValueError(f"A tree of {second} cannot be proved to begin with one of {first}: give 0 < first <= second.")
    path: list[Part] = []
    start, end = 0, second
    while end != first:
        middle = start + _left(end - start)
        if first <= middle:
            path.append(_covering(middle, end))
            end = middle
        else:
            path.append(_covering(start, middle))
            start = middle
    if start:  # else it is the first tree itself, whose root whoever asks has
        path.append(_covering(start, end))
    return path[::-1]


def proof(path: Iterable[Part], hashes: Mapping[Node, bytes]) -> list[bytes]:
    """Put a proof together from the hashes of the nodes in its path."""
    return [joined([hashes[node] for node in part]) for part in path]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether a proof shows that a leaf is in the tree with this size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        return False
    at, last, above = index, size - 1, leaf
    for hashed in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            above = node_hash(hashed, above)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            above = node_hash(above, hashed)
        at, last = at >> 1, last >> 1
    return last == 0 and above == root


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Say whether a proof shows that the second tree begins with the first (RFC 9162, 2.1.4.2).

    Trees of one size must have one root and take no proof. Of an empty first tree nothing is ever shown.
    """
    if not 0 < first <= second or not _are_hashes(first_root, second_root, *proof):
        return False
    if first == second:
        return not proof and first_root == second_root
    hashes = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not proof:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    one = other = hashes[0]
    for hashed in hashes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            one, other = node_hash(hashed, one), node_hash(hashed, other)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            other = node_hash(other, hashed)
        at, last = at >> 1, last >> 1
    return last == 0 and one == first_root and other == second_root


def _left(size: int) -> int:
    """Return the largest power of two below a size: how many leaves stand on the left."""
    return 1 << (size - 1).bit_length() - 1


def _covering(start: int, end: int) -> Part:
    """List the complete subtrees that cover these leaves; `start` is where a subtree as large as all of them begins."""
    nodes: list[Node] = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return tuple(nodes)


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == SIZE for value in values)
