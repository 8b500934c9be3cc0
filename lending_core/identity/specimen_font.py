"""The typeface of specimen cards: the first Chinese font that the machine has."""

import functools
import importlib.util
from pathlib import Path

from PIL import ImageFont

from lending_core.errors import InvalidInput

# Where Linux distributions, macOS and Windows keep one, free fonts first.
USUAL_PLACES = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/source-han-sans/SourceHanSansSC-Regular.otf",
    "/usr/share/fonts/adobe-source-han-sans/SourceHanSansCN-Regular.otf",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/Hiragino Sans GB.ttc",
    "C:/Windows/Fonts/msyh.ttc",
    "C:/Windows/Fonts/simsun.ttc",
)
# A package of nothing but this file (Open Font License 1.1), for machines without any of these.
FONT_PACKAGE = "noto_cjk_sans_otc"
NOTO_FILE = "NotoSansCJK-Regular.ttc"
# Noto's file holds one font per country; the third is for simplified Chinese.
NOTO_SIMPLIFIED = 2


@functools.cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font at a height in pixels. Raises `InvalidInput` (`font_missing`)."""
    path = font_file()
    if path is None:
        raise InvalidInput("font_missing")
    return ImageFont.truetype(path, size, index=NOTO_SIMPLIFIED if path.name == NOTO_FILE else 0)


def font_file() -> Path | None:
    """The first Chinese font found; None where there is none."""
    places = [Path(place) for place in USUAL_PLACES]
    package = importlib.util.find_spec(FONT_PACKAGE)
    if package is not None and package.origin is not None:
        places.append(Path(package.origin).with_name(NOTO_FILE))
    return next((place for place in places if place.is_file()), None)
