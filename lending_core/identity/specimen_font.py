"""The typeface of specimen cards: Noto Sans, carried by a package, so every machine draws alike."""

import functools

from noto_cjk_sans_otc import FONT_PATH
from PIL import ImageFont

# The file holds one font per country; the third is for simplified Chinese.
SIMPLIFIED = 2


@functools.cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font at a height in pixels."""
    return ImageFont.truetype(str(FONT_PATH), size, index=SIMPLIFIED)
