from random import Random

from app.demo.names import NameBook


def test_a_name_book_gives_no_name_twice() -> None:
    book = NameBook(Random(1))
    names = [book.next_name() for _ in range(2_000)]

    assert len(set(names)) == 2_000
