"""The picture by which a page is shared."""

import io

import pytest
from PIL import Image, ImageChops

from scsreport.book import share

BOOK = "Connecting systems of secondary cities: an executable report"


def picture(title="Gaps", answer="They went up in 45 of 73 countries."):
    return share.draw(title, answer, BOOK)


def test_the_same_words_give_the_same_bytes_and_others_do_not():
    assert picture() == picture() != picture(answer="They went down.")


@pytest.mark.parametrize("words", [1, 12, 26])
def test_all_text_stays_within_the_margins(words):
    content = picture(" ".join(["Infrastructure"] * min(words, 9)), " ".join(["évidence"] * words))
    image = Image.open(io.BytesIO(content)).convert("RGB")
    assert image.size == (share.WIDTH, share.HEIGHT) and len(content) < 30_000
    below_the_stripe = image.crop((0, 20, *image.size))
    paper = Image.new("RGB", below_the_stripe.size, below_the_stripe.getpixel((0, 0)))
    left, top, right, bottom = ImageChops.difference(below_the_stripe, paper).getbbox()
    assert left >= share.MARGIN - 4 and right <= share.WIDTH - share.MARGIN + 4
    assert top >= share.MARGIN - 40 and bottom <= below_the_stripe.height - 40
