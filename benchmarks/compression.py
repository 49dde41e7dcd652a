"""Measure the size law of photographs: ``python -m benchmarks.compression``.

A synthetic result sheet (ruled table, printed boxes for letters, uneven light, sensor noise) as
JPEG at the levels of the app, relative to the full picture. The table is what
``sim/client/batching/compression.py`` states.
"""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from sim.client.batching.compression import SETTINGS, SHARE, Level

WIDTH, HEIGHT = 3000, 4000


def sheet(seed: int = 1) -> Image.Image:
    """The picture of a filled-in form, as a phone takes it."""
    rng = np.random.default_rng(seed)
    paper = Image.new("RGB", (WIDTH, HEIGHT), (235, 232, 225))
    draw = ImageDraw.Draw(paper)
    for y in range(200, 3800, 60):
        draw.line((150, y, WIDTH - 150, y), fill=(60, 60, 70), width=3)
    for x in range(150, WIDTH, 300):
        draw.line((x, 200, x, 3740), fill=(60, 60, 70), width=3)
    for y in range(215, 3740, 60):
        x = 170
        while x < WIDTH - 220:
            width = int(rng.integers(8, 24))
            draw.rectangle((x, y + 8, x + width, y + 34), outline=(30, 30, 40), width=4)
            x += width + int(rng.integers(4, 30))
    pixels = np.asarray(paper.filter(ImageFilter.GaussianBlur(1.6))).astype(float)
    across = np.linspace(0.75, 1.05, WIDTH)[None, :, None]
    down = np.linspace(1.0, 0.85, HEIGHT)[:, None, None]
    noisy = pixels * across * down + rng.normal(0, 5, pixels.shape)
    return Image.fromarray(noisy.clip(0, 255).astype("uint8"))


def size(picture: Image.Image, edge: int, quality: int) -> int:
    """Bytes of the picture as JPEG, its longer edge cut to ``edge`` pixels."""
    if edge < HEIGHT:
        picture = picture.resize((WIDTH * edge // HEIGHT, edge), Image.Resampling.LANCZOS)
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.tell()


def shares() -> dict[Level, float]:
    """Bytes at each level, of the bytes at the first."""
    picture = sheet()
    sizes = {level: size(picture, *setting) for level, setting in SETTINGS.items()}
    return {level: bytes_ / sizes[Level.ORIGINAL] for level, bytes_ in sizes.items()}


if __name__ == "__main__":
    for level, share in shares().items():
        print(f"{level:10} measured {share:.3f}  stated {SHARE[level]:.3f}")
