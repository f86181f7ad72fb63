"""The Merkle tree: what is appended is the tree of RFC 9162, and a proof shows what it should and nothing else."""

import hashlib
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.custody import tree

LARGEST = 300
LEAVES = [tree.leaf_hash(b"entry %d" % number) for number in range(LARGEST)]
CONSISTENT = 96  # every pair of sizes up to here


@cache
def defined(start: int, end: int) -> bytes:
    """Give the Merkle Tree Hash of some leaves, as RFC 9162 defines it (2.1.1)."""
    if start == end:
        return hashlib.sha256().digest()
    if end - start == 1:
        return LEAVES[start]
    middle = start + split(end - start)
    return hashlib.sha256(b"\x01" + defined(start, middle) + defined(middle, end)).digest()


def split(count: int) -> int:
    """Give the largest power of two below a count."""
    half = 1
    while half * 2 < count:
        half *= 2
    return half


def path(index: int, start: int, end: int) -> list[bytes]:
    """Give the inclusion proof, as RFC 9162 defines it (2.1.3.1)."""
    if end - start == 1:
        return []
    middle = start + split(end - start)
    if index < middle:
        return [*path(index, start, middle), defined(middle, end)]
    return [*path(index, middle, end), defined(start, middle)]


def subproof(first: int, start: int, end: int, *, whole: bool) -> list[bytes]:
    """Give the consistency proof, as RFC 9162 defines it (2.1.4.1)."""
    if first == end:
        return [] if whole else [defined(start, end)]
    middle = start + split(end - start)
    if first <= middle:
        return [*subproof(first, start, middle, whole=whole), defined(middle, end)]
    return [*subproof(first, middle, end, whole=False), defined(start, middle)]


@cache
def kept() -> dict[tree.Node, bytes]:
    """Append all leaves one by one, and give every node as it is kept: with the leaf that completes it."""
    nodes: dict[tree.Node, bytes] = {}
    for size, leaf in enumerate(LEAVES):
        for level, value in enumerate(tree.appended(size, [nodes[node] for node in tree.peaks(size)], leaf)):
            node = tree.Node(level, size >> level)
            assert node.last_leaf == size
            nodes[node] = value
    return nodes


def included(index: int, size: int) -> list[bytes]:
    return tree.proof(tree.inclusion_path(index, size), kept())


def consistent(first: int, second: int) -> list[bytes]:
    return tree.proof(tree.consistency_path(first, second), kept())


# The tree ----------------------------------------------------------------------------------------------------------


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert tree.root([]) == tree.joined([]) == tree.EMPTY == hashlib.sha256(b"").digest()


def test_a_tree_of_one_is_its_leaf() -> None:
    assert tree.root(LEAVES[:1]) == LEAVES[0] == hashlib.sha256(b"\x00entry 0").digest()


def test_the_published_roots_come_out() -> None:
    # The test vectors of Certificate Transparency (RFC 6962, whose trees RFC 9162 keeps).
    entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [tree.leaf_hash(bytes.fromhex(entry)) for entry in entries]

    assert tree.root(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert tree.root(leaves[:7]).hex() == "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
    assert tree.root(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_roots_are_those_that_the_rfc_defines() -> None:
    for size in range(LARGEST + 1):
        assert tree.root(LEAVES[:size]) == defined(0, size)
        assert tree.joined([kept()[node] for node in tree.peaks(size)]) == defined(0, size)


def test_every_node_is_kept_once_and_is_what_the_rfc_defines() -> None:
    for node, value in kept().items():
        assert value == defined(node.position << node.level, (node.position + 1) << node.level)
    assert len(kept()) == sum(LARGEST >> level for level in range(LARGEST.bit_length()))


# Proofs ------------------------------------------------------------------------------------------------------------


def test_every_leaf_of_every_tree_is_proved_to_be_in_it() -> None:
    for size in range(1, LARGEST + 1):
        root = defined(0, size)
        for index in range(size):
            found = included(index, size)
            assert found == path(index, 0, size)
            assert tree.verify_inclusion(LEAVES[index], index, size, found, root)


def test_every_tree_is_proved_to_begin_with_every_earlier_one() -> None:
    for second in range(1, CONSISTENT + 1):
        for first in range(1, second + 1):
            found = consistent(first, second)
            assert found == subproof(first, 0, second, whole=True)
            assert tree.verify_consistency(first, second, defined(0, first), defined(0, second), found)


@given(st.data())
def test_larger_trees_are_proved_to_begin_with_earlier_ones(data: st.DataObject) -> None:
    second = data.draw(st.integers(CONSISTENT, LARGEST))
    first = data.draw(st.integers(1, second))

    found = consistent(first, second)

    assert found == subproof(first, 0, second, whole=True)
    assert tree.verify_consistency(first, second, defined(0, first), defined(0, second), found)


def test_proofs_read_few_nodes_however_large_the_tree_is() -> None:
    size = 2**40 + 2**20 + 12_345
    for found in (tree.inclusion_path(2**39 + 1, size), tree.consistency_path(2**39 + 1, size)):
        assert sum(len(part) for part in found) <= 2 * size.bit_length()
        assert all(node.last_leaf < size for part in found for node in part)


# Proofs that are none ----------------------------------------------------------------------------------------------


def flipped(value: bytes, bit: int) -> bytes:
    return (int.from_bytes(value) ^ 1 << bit).to_bytes(len(value))


def spoilt(found: Sequence[bytes], bit: int) -> list[list[bytes]]:
    """Give proofs that are not this one: changed, shorter, longer, in another order, and cut from other bytes."""
    changed = [[*found[:at], flipped(one, bit), *found[at + 1 :]] for at, one in enumerate(found)]
    shorter = [[*found[:at], *found[at + 1 :]] for at in range(len(found))]
    longer = [[*found[:at], bytes(tree.SIZE), *found[at:]] for at in range(len(found) + 1)]
    doubled = [[*found, found[-1]]] if found else []
    turned = [list(reversed(found))] if len(found) > 1 else []
    cut = [[one[:-1], *found[1:]] for one in found[:1]] + [[one + b"\0", *found[1:]] for one in found[:1]]
    return changed + shorter + longer + doubled + turned + cut


@given(st.data())
def test_a_spoilt_inclusion_proof_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, LARGEST))
    index = data.draw(st.integers(0, size - 1))
    bit = data.draw(st.integers(0, 255))
    found, leaf, root = included(index, size), LEAVES[index], defined(0, size)

    for wrong in spoilt(found, bit):
        assert not tree.verify_inclusion(leaf, index, size, wrong, root)
    assert not tree.verify_inclusion(flipped(leaf, bit), index, size, found, root)
    assert not tree.verify_inclusion(leaf, index, size, found, flipped(root, bit))
    for other in {data.draw(st.integers(0, size + 2)), index - 1, index + 1} - {index}:
        assert not tree.verify_inclusion(leaf, other, size, found, root)
    assert not tree.verify_inclusion(leaf[:-1], index, size, found, root)


@given(st.data())
def test_a_spoilt_consistency_proof_is_refused(data: st.DataObject) -> None:
    second = data.draw(st.integers(1, LARGEST))
    first = data.draw(st.integers(1, second))
    bit = data.draw(st.integers(0, 255))
    found, old, new = consistent(first, second), defined(0, first), defined(0, second)

    for wrong in spoilt(found, bit):
        assert not tree.verify_consistency(first, second, old, new, wrong)
    assert not tree.verify_consistency(first, second, flipped(old, bit), new, found)
    assert not tree.verify_consistency(first, second, old, flipped(new, bit), found)


def test_nothing_is_in_an_empty_tree() -> None:
    assert not tree.verify_inclusion(LEAVES[0], 0, 0, [], tree.EMPTY)
    assert not tree.verify_inclusion(tree.EMPTY, 0, 0, [], tree.EMPTY)
    with pytest.raises(ValueError, match="has no leaf 0"):
        tree.inclusion_path(0, 0)


def test_a_tree_of_one_takes_an_empty_proof_and_no_other() -> None:
    assert included(0, 1) == []
    assert tree.verify_inclusion(LEAVES[0], 0, 1, [], LEAVES[0])
    assert not tree.verify_inclusion(LEAVES[0], 0, 1, [LEAVES[0]], LEAVES[0])
    assert not tree.verify_inclusion(LEAVES[1], 0, 1, [], LEAVES[0])


@pytest.mark.parametrize(("index", "size"), [(-1, 1), (1, 1), (7, 7), (8, 7), (300, 7), (0, -1), (2**64, 7)])
def test_an_index_past_the_end_is_refused(index: int, size: int) -> None:
    assert not tree.verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])
    assert not tree.verify_inclusion(LEAVES[0], index, size, included(0, 7), defined(0, 7))
    with pytest.raises(ValueError, match="has no leaf"):
        tree.inclusion_path(index, size)


def test_trees_of_one_size_are_one_tree_and_take_no_proof() -> None:
    for size in (1, 2, 7, 8):
        root = defined(0, size)
        assert tree.consistency_path(size, size) == []
        assert tree.verify_consistency(size, size, root, root, [])
        assert not tree.verify_consistency(size, size, root, defined(0, size + 1), [])
        assert not tree.verify_consistency(size, size, root, root, [root])


def test_of_an_empty_first_tree_nothing_is_proved() -> None:
    assert not tree.verify_consistency(0, 7, tree.EMPTY, defined(0, 7), [])
    assert not tree.verify_consistency(0, 0, tree.EMPTY, tree.EMPTY, [])
    assert not tree.verify_consistency(0, 7, LEAVES[0], defined(0, 7), [])
    with pytest.raises(ValueError, match="0 < first <= second"):
        tree.consistency_path(0, 7)


@pytest.mark.parametrize(("first", "second"), [(8, 7), (-1, 7), (1, 0), (1, -1)])
def test_a_tree_does_not_begin_with_a_larger_one(first: int, second: int) -> None:
    assert not tree.verify_consistency(first, second, defined(0, 7), defined(0, 7), [])
    with pytest.raises(ValueError, match="cannot be proved"):
        tree.consistency_path(first, second)


def test_a_larger_tree_is_not_shown_by_an_empty_proof() -> None:
    for first in (1, 2, 3, 4):
        assert not tree.verify_consistency(first, 7, defined(0, first), defined(0, first), [])
