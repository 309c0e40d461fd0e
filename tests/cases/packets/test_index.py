"""The index and the figures that a packet prints."""

import pytest

from tests.cases.packets.cast import built, pages_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_index_names_the_pages_on_which_each_exhibit_lies(language: str) -> None:
    packet = built(language)
    reader = pages_of(packet)
    labels = reader.page_labels
    for entry in packet.exhibits:
        first = labels.index(entry["pages"].partition("–")[0])
        assert entry["title"] in reader.pages[first].extract_text().replace("\n", "")
    last = packet.exhibits[-1]["pages"].rpartition("–")[2]
    assert labels[-1] == last
    titles = [str(item["/Title"]) for item in reader.outline if not isinstance(item, list)]
    assert len([t for t in titles if packet.exhibits[1]["title"] in t]) == 1


def test_the_figures_are_those_of_the_ledger_and_names_are_text() -> None:
    text = "".join(page.extract_text() for page in pages_of(built()).pages)
    assert "<b>Far East</b>" in text
    assert "850.00" in text  # 600 left of the first invoice and 250 of the second
    assert "INV-A" in text
    assert "12% a year" in text
