"""A search takes no more statements for a crowd than for a few, and recording words takes one."""

from tests.newsroom import Newsroom
from tests.storage.test_statements import counted


def statements(newsroom: Newsroom) -> tuple[int, int]:
    with counted() as searching:
        newsroom.ask("/v1/search", q="arms north", limit=200)
    with counted() as comparing:
        assert newsroom.post("/v1/claims/similar", {"text": "Arms went north"}).json()["items"]
    return len(searching), len(comparing)


def test_a_search_takes_no_more_statements_for_many_than_for_few(newsroom: Newsroom) -> None:
    def record(numbers: range) -> None:
        newsroom.bundle(
            *(
                {
                    "kind": "attribution",
                    "claim": {"text": f"Arms went north {number}"},
                    "source": {"name": f"Arms north {number}"},
                    "document": {"title": f"Arms {number}", "text": f"The arms went north {number}."},
                    "quote": {"exact": "The arms went north"},
                    "stance": "affirms",
                }
                for number in numbers
            )
        )

    record(range(10))
    few = statements(newsroom)
    record(range(10, 150))

    many = statements(newsroom)

    assert many[0] <= few[0] <= 25
    assert many[1] <= few[1] <= 25


def test_what_records_are_found_by_is_kept_in_two_statements(newsroom: Newsroom) -> None:
    def recording(size: int) -> int:
        with counted() as found:
            newsroom.bundle(
                *({"kind": "document", "title": f"T {size}", "text": f"T {one} {size}"} for one in range(size))
            )
        return len([one for one in found if "search_entry" in one])

    assert recording(5) == recording(100) == 2
