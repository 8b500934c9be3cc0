"""From the bytes of an upload to an upright picture of a readable size, or a refusal."""

import io
import warnings

import numpy as np
from PIL import Image, ImageOps

from lending_core.errors import InvalidInput

BYTES_MAX = 10_000_000
# Phones of 2026 take up to 200 megapixels, but send about 12; more is an attack on memory.
PIXELS_MAX = 50_000_000
# A card of this many pixels across still has characters of 10 pixels.
SIDE_MIN = 240
# Longer sides are scaled down: a card this wide still has characters of 40 pixels.
SIDE_MAX = 1_200
# A reflection is a patch as bright as the sensor goes, this large a share of the picture, that does
# not reach its border (assumption; the white of a scanner's lid does).
GLARE_BRIGHTNESS = 250
GLARE_SHARE_MIN = 0.005
FORMATS = ("JPEG", "PNG", "WEBP")


def open_photo(photo: bytes) -> Image.Image:
    """The picture, upright as its EXIF says, RGB, no side longer than `SIDE_MAX`.

    Raises `InvalidInput`: `photo_too_large`, `photo_unreadable`, `photo_too_small`.
    """
    if len(photo) > BYTES_MAX:
        raise _too_large()
    image = _decoded(photo)
    if min(image.size) < SIDE_MIN:
        raise InvalidInput("photo_too_small", pixels=SIDE_MIN)
    return image


def sharpness(image: Image.Image) -> float:
    """Variance of the second derivative (Laplacian) of brightness: low where nothing is sharp."""
    grey = np.asarray(image.convert("L"), dtype=np.float32)
    centre = grey[1:-1, 1:-1]
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float((around - 4 * centre).var())


def has_glare(image: Image.Image) -> bool:
    """Whether light is reflected so that a part of the picture shows nothing but white."""
    # Takes a tenth of a second to import, and only photos that could not be read need it.
    from scipy import ndimage

    patches, _ = ndimage.label(np.asarray(image.convert("L")) >= GLARE_BRIGHTNESS)
    border = np.unique(np.concatenate([patches[0], patches[-1], patches[:, 0], patches[:, -1]]))
    sizes = np.bincount(patches.ravel())
    sizes[0] = 0
    sizes[border] = 0
    return bool(sizes.max() >= GLARE_SHARE_MIN * patches.size)


def _decoded(photo: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            # The cap below is ours, and lower than the library's own warning.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(photo), formats=FORMATS) as opened:
                if opened.width * opened.height > PIXELS_MAX:
                    raise _too_large()
                # JPEG can be decoded at a fraction of its size, which saves most of the time.
                opened.draft("RGB", (SIDE_MAX, SIDE_MAX))
                upright = ImageOps.exif_transpose(opened)
                upright.thumbnail((SIDE_MAX, SIDE_MAX), Image.Resampling.LANCZOS)
                return _on_white(upright)
    except InvalidInput:
        raise
    except Image.DecompressionBombError:
        raise _too_large() from None
    except Exception as broken:
        # Decoders raise whatever the damage led them to: OSError, SyntaxError, struct.error.
        raise InvalidInput("photo_unreadable") from broken


def _on_white(image: Image.Image) -> Image.Image:
    """RGB; what is transparent becomes paper."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    paper = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(paper, layered).convert("RGB")


def _too_large() -> InvalidInput:
    return InvalidInput(
        "photo_too_large",
        megabytes=BYTES_MAX // 1_000_000,
        megapixels=PIXELS_MAX // 1_000_000,
    )
