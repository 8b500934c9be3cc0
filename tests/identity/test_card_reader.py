"""Cards are read off photographs as people take them; what is no readable card is refused."""

import io
import os
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from lending_core.errors import InvalidInput
from lending_core.identity.card_reader import CardBack, CardReading, read_card, read_card_back
from lending_core.identity.photo import BYTES_MAX
from lending_core.identity.specimen import GOOD_LIGHT, HARSH, draw_back, draw_card, photograph
from lending_core.identity.specimen_font import font
from tests.identity.cards import a_back, a_card, a_photo

ON = date(2026, 10, 31)
# One with bytes changed; `make soak` asks for more, and for some with a piece missing.
DAMAGED = int(os.environ.get("TEST_DAMAGED", "1"))


def png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def refused(photo: bytes, read: Callable[..., object] = read_card) -> str:
    with pytest.raises(InvalidInput) as refusal:
        read(photo, on=ON)
    return refusal.value.reason


@pytest.mark.parametrize("number", range(2))
def test_a_harsh_photograph_is_read_exactly(number: int) -> None:
    card = a_card(number)

    reading = read_card(a_photo(card, HARSH, seed=number), on=ON)

    assert (reading.name, reading.identity.number) == (card.name, card.id_number)
    assert (reading.birth_on, reading.sex) == (card.birth_on, card.sex)


@pytest.mark.parametrize("degrees", [90, 180])
def test_a_card_on_its_side_or_head_is_read(degrees: int) -> None:
    card = a_card(5)
    turned = draw_card(card).rotate(degrees, expand=True)

    assert read_card(png(turned), on=ON).identity.number == card.id_number


def test_a_forged_birth_date_is_read_as_printed() -> None:
    forged = replace(a_card(1), printed_birth_on=date(1969, 4, 2))

    reading = read_card(a_photo(forged, GOOD_LIGHT), on=ON)

    assert reading.birth_on == date(1969, 4, 2)
    assert reading.identity.birth_on == a_card(1).birth_on


def test_a_number_that_fails_its_check_digit_is_never_taken() -> None:
    image = draw_card(a_card(2))
    draw = ImageDraw.Draw(image)
    draw.rectangle((320, 495, 980, 570), fill="#f4f8fb")
    draw.text((330, 504), "999999199001010017", "#17212b", font(48))

    assert refused(png(image)) == "card_number_doubtful"


HIDDEN = {
    # A finger over the number, a lamp's reflection on it, the number out of the picture.
    "a finger": ((320, 490, 990, 580), "#c68d6f", "card_field_missing"),
    "a reflection": ((320, 490, 990, 580), "#ffffff", "photo_glare"),
    "a finger on the name": ((160, 50, 600, 130), "#c68d6f", "card_field_missing"),
}


@pytest.mark.parametrize(("area", "colour", "reason"), HIDDEN.values(), ids=HIDDEN)
def test_what_hides_a_field_is_said(
    area: tuple[int, int, int, int], colour: str, reason: str
) -> None:
    image = draw_card(a_card(2))
    ImageDraw.Draw(image).rectangle(area, fill=colour)

    assert refused(png(image)) == reason


def test_a_card_that_is_cut_off_is_asked_for_whole() -> None:
    upper_part = draw_card(a_card(2)).crop((0, 0, 1000, 480))

    assert refused(png(upper_part)) == "card_cut_off"


def test_a_back_photographed_badly_is_read_exactly() -> None:
    facts = a_back()
    photo = photograph(draw_back(facts), np.random.default_rng(2), HARSH)

    back = read_card_back(photo, on=ON)

    assert back == CardBack(facts.authority, facts.valid_from, facts.valid_to, back.confidence)
    assert back.confidence.keys() == {"authority", "validity"}


def test_a_card_for_life_has_no_last_day() -> None:
    assert read_card_back(png(draw_back(replace(a_back(), valid_to=None))), on=ON).valid_to is None


BACKS = {
    "expired the day before": ({"valid_to": date(2026, 10, 30)}, "card_expired"),
    "over before it begins": ({"valid_to": date(2019, 3, 2)}, "card_validity_impossible"),
    "not begun": ({"valid_from": date(2026, 11, 1)}, "card_validity_impossible"),
}


@pytest.mark.parametrize(("changes", "reason"), BACKS.values(), ids=BACKS)
def test_a_back_with_impossible_days_is_refused(changes: dict[str, date], reason: str) -> None:
    facts = replace(a_back(), **changes)

    assert refused(png(draw_back(facts)), read_card_back) == reason


def test_a_card_is_valid_through_its_last_day() -> None:
    facts = replace(a_back(), valid_to=ON)

    assert read_card_back(png(draw_back(facts)), on=ON).valid_to == ON


def test_the_other_side_is_asked_to_be_turned_over() -> None:
    assert refused(png(draw_back(a_back()))) == "card_wrong_side"
    assert refused(png(draw_card(a_card(2))), read_card_back) == "card_wrong_side"


def test_a_blurred_card_is_refused_as_blurred() -> None:
    blurred = draw_card(a_card(3)).filter(ImageFilter.GaussianBlur(14))

    assert refused(png(blurred)) == "photo_blurred"


def test_a_blank_picture_is_refused() -> None:
    assert refused(png(Image.new("RGB", (800, 500), "white"))) == "photo_blurred"


def test_a_picture_of_noise_is_no_card() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (500, 800, 3), dtype=np.uint8)

    assert refused(png(Image.fromarray(noise))) == "not_an_id_card"


def test_another_document_is_no_card() -> None:
    letter = Image.new("RGB", (900, 600), "white")
    draw = ImageDraw.Draw(letter)
    draw.text((60, 80), "尊敬的客户：您的快递已到达", "black", font(44))
    draw.text((60, 180), "订单编号 20261031 请及时领取", "black", font(44))

    assert refused(png(letter)) == "not_an_id_card"


def test_a_file_that_is_no_picture_is_refused() -> None:
    assert refused(b"%PDF-1.7 not a photo") == "photo_unreadable"


def test_a_truncated_photo_is_refused() -> None:
    whole = a_photo(a_card(1), GOOD_LIGHT)

    assert refused(whole[: len(whole) // 2]) == "photo_unreadable"


def test_a_huge_file_is_refused_before_it_is_opened() -> None:
    assert refused(b"\xff" * (BYTES_MAX + 1)) == "photo_too_large"


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    assert refused(png(Image.new("1", (20_000, 20_000)))) == "photo_too_large"


def test_a_stamp_sized_picture_is_refused() -> None:
    assert refused(png(Image.new("RGB", (200, 120), "white"))) == "photo_too_small"


def test_damaged_files_are_refused_or_read_and_nothing_else() -> None:
    whole = a_photo(a_card(1), replace(GOOD_LIGHT, scale_min=0.3))

    outcomes = {outcome(damaged(whole, seed)) for seed in range(DAMAGED)}

    assert outcomes <= {CardReading, InvalidInput}


def damaged(whole: bytes, seed: int) -> bytes:
    """Some bytes changed, or a piece missing."""
    chance = random.Random(seed)
    start = chance.randrange(len(whole))
    if seed % 2:
        return whole[:start] + whole[start + chance.randrange(1, 400) :]
    return whole[:start] + chance.randbytes(30) + whole[start + 30 :]


def outcome(photo: bytes) -> type:
    try:
        return type(read_card(photo, on=ON))
    except InvalidInput as refusal:
        return type(refusal)
