"""Specimen cards: made-up holders on a plain layout of our own, and photographs of them.

Nothing here imitates an official card: no emblem, no portrait, SPECIMEN and 样本 across it, and
numbers of a region that no place has. Ethnicity is not printed, because it may not become data.
"""

import io
import math
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFilter

from lending_core.identity.id_number import SPECIMEN_REGION, check_digit
from lending_core.identity.specimen_font import font

# An ID-1 card (85.6 x 54.0 mm) at about 11.7 pixels a millimetre.
WIDTH, HEIGHT = 1_000, 630

PAPER, LINE, INK, LABEL, MARK = "#f4f8fb", "#c7d7e2", "#17212b", "#3f6a8c", "#cfdee8"
SEX_ON_CARD = {"male": "男", "female": "女"}
LABEL_X, VALUE_X = 60, 170
ADDRESS_COLUMNS = 12
ADDRESS_LINES = 3

# The table that the card lies on, and how much of it is seen, as a share of the card's width.
TABLE = (92, 84, 74)
MARGIN = 0.12


@dataclass(frozen=True)
class CardFacts:
    """What a specimen says. Sex and birth date follow from the number, unless a forged card is
    wanted: `printed_birth_on` then replaces the birth date."""

    name: str
    id_number: str
    address: str
    printed_birth_on: date | None = None

    def __post_init__(self) -> None:
        digits = self.id_number
        if not digits.startswith(SPECIMEN_REGION) or digits[17:] != check_digit(digits[:17]):
            raise ValueError("a specimen carries a valid number of the unassigned region")
        if len(self.address) > ADDRESS_COLUMNS * ADDRESS_LINES:
            raise ValueError("the address does not fit the card")

    @property
    def birth_on(self) -> date:
        digits = self.id_number
        own = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
        return self.printed_birth_on or own

    @property
    def sex(self) -> str:
        return "male" if int(self.id_number[16]) % 2 else "female"


def draw_card(card: CardFacts) -> Image.Image:
    """The front of the card, 1,000 x 630 pixels."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((8, 8, WIDTH - 9, HEIGHT - 9), 28, outline=LINE, width=4)
    _mark(image)
    _field(draw, 70, "姓名", card.name)
    _field(draw, 150, "性别", SEX_ON_CARD[card.sex])
    born = card.birth_on
    _field(draw, 230, "出生", f"{born.year}年{born.month}月{born.day}日")
    _field(draw, 310, "住址", "")
    for row in range(ADDRESS_LINES):
        part = card.address[row * ADDRESS_COLUMNS : (row + 1) * ADDRESS_COLUMNS]
        draw.text((VALUE_X, 308 + row * 54), part, INK, font(38))
    draw.text((LABEL_X, 514), "公民身份号码", LABEL, font(34))
    draw.text((330, 504), card.id_number, INK, font(48))
    return image


@dataclass(frozen=True)
class BackFacts:
    """What the back of a specimen says; without `valid_to` it is valid for life."""

    authority: str
    valid_from: date
    valid_to: date | None


def draw_back(card: BackFacts) -> Image.Image:
    """The back of the card, 1,000 x 630 pixels."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((8, 8, WIDTH - 9, HEIGHT - 9), 28, outline=LINE, width=4)
    _mark(image)
    draw.text((WIDTH / 2, 120), "居民身份证样本", LABEL, font(64), "mm")
    valid_to = f"{card.valid_to:%Y.%m.%d}" if card.valid_to else "长期"
    for top, label, value in (
        (430, "签发机关", card.authority),
        (512, "有效期限", f"{card.valid_from:%Y.%m.%d}-{valid_to}"),
    ):
        draw.text((230, top), label, LABEL, font(34))
        draw.text((400, top - 4), value, INK, font(40))
    return image


def _field(draw: ImageDraw.ImageDraw, top: int, label: str, value: str) -> None:
    draw.text((LABEL_X, top), label, LABEL, font(34))
    draw.text((VALUE_X, top - 6), value, INK, font(42))


def _mark(image: Image.Image) -> None:
    """SPECIMEN and 样本, slanted, paler than the ink that is drawn over them."""
    layer = Image.new("L", image.size)
    ImageDraw.Draw(layer).text((WIDTH / 2, HEIGHT / 2), "SPECIMEN 样本", 255, font(118), "mm")
    image.paste(MARK, mask=layer.rotate(24, Image.Resampling.BICUBIC))


@dataclass(frozen=True)
class Distortion:
    """How bad a photograph may get; each photograph draws its own within these bounds."""

    tilt_degrees: float
    # How far a corner may move, as a share of the card's width.
    perspective: float
    # Of the card at 1,000 pixels.
    blur_pixels: float
    # Standard deviation of brightness, of 255.
    noise: float
    # How much of the way to white the brightest spot goes, 0 to 1.
    glare: float
    scale_min: float
    jpeg_quality_min: int


GOOD_LIGHT = Distortion(
    tilt_degrees=4,
    perspective=0.01,
    blur_pixels=0.8,
    noise=4,
    glare=0,
    scale_min=0.9,
    jpeg_quality_min=80,
)
HARSH = Distortion(
    tilt_degrees=15,
    perspective=0.05,
    blur_pixels=2,
    noise=16,
    glare=0.5,
    scale_min=0.5,
    jpeg_quality_min=40,
)


def photograph(image: Image.Image, generator: Generator, distortion: Distortion) -> bytes:
    """A JPEG of the card on a table: turned, seen at an angle, lit, blurred, noisy, scaled."""
    seen = _seen_at_an_angle(image, generator, distortion)
    seen = seen.filter(ImageFilter.GaussianBlur(generator.uniform(0, distortion.blur_pixels)))
    scale = generator.uniform(distortion.scale_min, 1)
    seen = seen.resize((round(seen.width * scale), round(seen.height * scale)))
    lit = _lit(np.asarray(seen, dtype=np.float32), generator, distortion)
    quality = int(generator.integers(distortion.jpeg_quality_min, 95))
    stream = io.BytesIO()
    Image.fromarray(lit).save(stream, "JPEG", quality=quality)
    return stream.getvalue()


def _seen_at_an_angle(
    image: Image.Image, generator: Generator, distortion: Distortion
) -> Image.Image:
    corners = _corners(image, generator, distortion)
    margin = MARGIN * image.width
    low, high = corners.min(axis=0) - margin, corners.max(axis=0) + margin
    width, height = (int(side) for side in high - low)
    flat = np.array([(0, 0), (image.width, 0), (image.width, image.height), (0, image.height)])
    coefficients = _homography(corners - low, flat.astype(float))
    # The corners of the card are round; where the transform leaves the card there is table.
    card = image.convert("RGBA").transform(
        (width, height),
        Image.Transform.PERSPECTIVE,
        coefficients.tolist(),
        Image.Resampling.BICUBIC,
    )
    table = Image.new("RGB", (width, height), TABLE)
    table.paste(card, mask=card.getchannel("A"))
    return table


def _corners(image: Image.Image, generator: Generator, distortion: Distortion) -> np.ndarray:
    """Where the four corners come to lie, clockwise from the top left."""
    across, down = image.width / 2, image.height / 2
    corners = np.array([(-across, -down), (across, -down), (across, down), (-across, down)])
    angle = math.radians(generator.uniform(-distortion.tilt_degrees, distortion.tilt_degrees))
    turn = np.array([(math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))])
    reach = distortion.perspective * image.width
    return corners @ turn + generator.uniform(-reach, reach, (4, 2))


def _homography(seen: np.ndarray, flat: np.ndarray) -> np.ndarray:
    """The eight numbers that lead from a seen point back to its point of the flat card."""
    rows = []
    for (x, y), (u, v) in zip(seen, flat, strict=True):
        rows.append((x, y, 1, 0, 0, 0, -u * x, -u * y))
        rows.append((0, 0, 0, x, y, 1, -v * x, -v * y))
    return np.linalg.solve(np.array(rows), flat.reshape(8))


def _lit(pixels: np.ndarray, generator: Generator, distortion: Distortion) -> np.ndarray:
    """With a bright spot somewhere, and the grain of a small sensor."""
    height, width, _ = pixels.shape
    centre_x, centre_y = generator.uniform(0, width), generator.uniform(0, height)
    # The spot is as bright as its row times its column: two short exponentials, not one per pixel.
    reach = 0.25 * width
    row = np.exp(-(((np.arange(height) - centre_y) / reach) ** 2))
    column = np.exp(-(((np.arange(width) - centre_x) / reach) ** 2))
    share = generator.uniform(0, distortion.glare) * np.outer(row, column)[..., None]
    lit = generator.normal(0, distortion.noise, pixels.shape)
    lit += pixels
    lit += (255 - pixels) * share
    return np.clip(lit, 0, 255, out=lit).astype(np.uint8)
