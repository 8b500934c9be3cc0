"""Text in a picture, as rows from top to bottom: what the recogniser saw, set upright."""

import functools
import logging
import threading
import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

# The machine that decides loans reads other cards at the same time: a second thread saves a card a
# twentieth of its time, and costs half as much again.
THREADS = 1
# The longer side at which text is looked for: twice as fast as the recogniser's own size, and a
# hundred badly photographed cards are read as well.
DETECTION_SIDE = 736
# Pieces of one row lie at about the same height; marks across the card stand at another angle.
ROW_SHARE = 0.6
SLANT_DEGREES_MAX = 9

_reading = threading.Lock()


@dataclass(frozen=True)
class Piece:
    """One run of text: where its middle lies once the picture is upright, how tall it is, how
    sure the recogniser is (0 to 1)."""

    text: str
    x: float
    y: float
    height: float
    confidence: float


@dataclass(frozen=True)
class Row:
    """Pieces side by side, read from left to right; as sure as the least sure of them."""

    text: str
    confidence: float


def read_rows(image: Image.Image) -> list[Row]:
    """The rows of text from top to bottom, spaces removed and widths made one."""
    pieces = _pieces(image)
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.y):
        if rows and piece.y - rows[-1][-1].y < ROW_SHARE * piece.height:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [_joined(row) for row in rows]


def _joined(pieces: list[Piece]) -> Row:
    text = "".join(piece.text for piece in sorted(pieces, key=lambda piece: piece.x))
    return Row(text, min(piece.confidence for piece in pieces))


def _pieces(image: Image.Image) -> list[Piece]:
    # The recogniser takes pictures as OpenCV does, blue first.
    pixels = np.asarray(image)[:, :, ::-1]
    with _reading:
        found = _recogniser()(pixels)
    if found.boxes is None:
        return []
    boxes = np.asarray(found.boxes, dtype=float)
    tops = boxes[:, 1] - boxes[:, 0]
    angles = np.arctan2(tops[:, 1], tops[:, 0])
    widths = np.linalg.norm(tops, axis=1)
    tilt = _tilt(angles, widths)
    middles = boxes.mean(axis=1) @ np.array(
        [[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]]
    )
    heights = np.linalg.norm(boxes[:, 3] - boxes[:, 0], axis=1)
    is_straight = np.abs(np.degrees(angles - tilt)) < SLANT_DEGREES_MAX
    return [
        Piece(
            text=_plain(found.txts[n]),
            x=float(middles[n, 0]),
            y=float(middles[n, 1]),
            height=float(heights[n]),
            confidence=float(found.scores[n]),
        )
        for n in np.flatnonzero(is_straight)
    ]


def _tilt(angles: np.ndarray, widths: np.ndarray) -> float:
    """The angle of most of the text: the median weighted by length, as long lines tell it best."""
    order = np.argsort(angles)
    reached = np.cumsum(widths[order])
    return float(angles[order][np.searchsorted(reached, reached[-1] / 2)])


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


@functools.cache
def _recogniser() -> Any:
    """One for all sessions; its models come with the package, nothing is fetched."""
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "error",
            # A card on its head is turned as a whole, not line by line.
            "Global.use_cls": False,
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTION_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
