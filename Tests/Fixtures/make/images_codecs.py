"""Synthetic pictures in every kind of file that Winnow reads, and what PIL and torchvision make of them.

Run from the checkout: python Tests/Fixtures/make/images_codecs.py
Writes Tests/Fixtures/images_codecs/: the picture files, NAME.rgb (raw RGB bytes as PIL decodes the file,
orientation applied), and index.json with sizes. Pillow, torchvision and NumPy are needed.
"""

import ctypes
import io
import json
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

OUT = pathlib.Path(__file__).parent.parent / "images_codecs"


def scene(width, height, seed=0):
    """A smooth colourful picture with edges and a little noise."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(float)
    planes = [
        127 + 120 * np.sin(x / 5 + seed),
        127 + 120 * np.cos(y / 4),
        255 * ((x + y) % 16 < 8),
    ]
    return np.clip(np.stack(planes, -1) + rng.normal(0, 4, (height, width, 3)), 0, 255).astype(np.uint8)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def insert_after_header(png, extra):
    """A PNG with one more chunk right behind IHDR (8 bytes signature, 25 bytes IHDR)."""
    return png[:33] + extra + png[33:]


def save(image, form, **options):
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def sixteen_bit(width, height, channels):
    """A 16-bit PNG written by hand (PIL writes no 16-bit RGB)."""
    values = (scene(width, height, 9).astype(np.uint16) * 257 + 55).clip(0, 65535)[:, :, :channels]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    header = struct.pack(">IIBBBBB", width, height, 16, 2 if channels == 3 else 0, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows))
    high = (values >> 8).astype(np.uint8)
    return png + chunk(b"IEND", b""), np.repeat(high, 3, 2) if channels == 1 else high


def exif(orientation, order):
    """A minimal TIFF block with only the orientation tag."""
    if order == "II":
        return b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x112, 3, 1, orientation, 0, 0)
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x112, 3, 1, orientation, 0, 0)


def jpegs():
    rgb = Image.fromarray(scene(45, 31))
    yield "ycc444.jpg", save(rgb, "JPEG", quality=90, subsampling=0)
    yield "ycc422.jpg", save(rgb, "JPEG", quality=90, subsampling=1)
    yield "ycc420.jpg", save(rgb, "JPEG", quality=90, subsampling=2)
    yield "progressive.jpg", save(rgb, "JPEG", quality=80, progressive=True)
    yield "grey.jpg", save(rgb.convert("L"), "JPEG", quality=90)
    yield "rgb.jpg", save(rgb, "JPEG", quality=90, keep_rgb=True)
    yield "cmyk.jpg", save(rgb.convert("CMYK"), "JPEG", quality=95)
    yield "ycck.jpg", ycck(np.asarray(rgb.convert("CMYK")))
    yield "restarts.jpg", save(rgb, "JPEG", quality=85, restart_marker_rows=1)
    for turn in range(1, 9):
        block = exif(turn, "II" if turn % 2 else "MM")
        yield f"exif{turn}.jpg", save(
            Image.fromarray(scene(24, 17)), "JPEG", quality=92, exif=b"Exif\0\0" + block)


def ycck(inks):
    """An Adobe YCCK file (PIL writes none), through TurboJPEG's C interface."""
    turbo = ctypes.CDLL("libturbojpeg.so.0")
    turbo.tjInitCompress.restype = ctypes.c_void_p
    turbo.tjBufSize.restype = ctypes.c_ulong
    height, width = inks.shape[:2]
    source = np.ascontiguousarray(255 - inks)
    out = (ctypes.c_ubyte * (1 << 16))()
    pointer = ctypes.cast(out, ctypes.POINTER(ctypes.c_ubyte))
    size = ctypes.c_ulong(len(out))
    handle = ctypes.c_void_p(turbo.tjInitCompress())
    cmyk, full_chroma, no_realloc = 11, 0, 1024
    failed = turbo.tjCompress2(
        handle, source.ctypes.data_as(ctypes.c_void_p), width, 0, height, cmyk, ctypes.byref(pointer),
        ctypes.byref(size), full_chroma, 95, no_realloc)
    assert not failed
    return bytes(out[: size.value])


def pngs():
    pixels = scene(37, 23, 3)
    rgb = Image.fromarray(pixels)
    alpha = Image.fromarray(np.dstack([pixels, scene(37, 23, 5)[:, :, 0]]))
    yield "rgb.png", save(rgb, "PNG")
    yield "rgba.png", save(alpha, "PNG")
    yield "grey.png", save(rgb.convert("L"), "PNG")
    yield "grey-alpha.png", save(alpha.convert("LA"), "PNG")
    yield "palette.png", save(rgb.quantize(40), "PNG")
    yield "palette-clear.png", save(rgb.quantize(7), "PNG", transparency=bytes([0, 128, 255]))
    yield "bilevel.png", save(rgb.convert("1"), "PNG")
    yield "rgb-clear.png", save(rgb, "PNG", transparency=tuple(int(v) for v in pixels[0, 0]))
    yield "gamma.png", insert_after_header(
        save(rgb, "PNG"), chunk(b"gAMA", struct.pack(">I", 100000)))
    yield "exif6.png", insert_after_header(save(rgb, "PNG"), chunk(b"eXIf", exif(6, "MM")))
    yield "interlaced.png", interlaced(pixels)


def webps():
    rgb = Image.fromarray(scene(37, 23, 3))
    alpha = Image.fromarray(np.dstack([scene(37, 23, 3), scene(37, 23, 5)[:, :, 0]]))
    yield "lossy.webp", save(rgb, "WEBP", quality=80)
    yield "lossless.webp", save(rgb, "WEBP", lossless=True)
    yield "alpha.webp", save(alpha, "WEBP", lossless=True, exact=True)
    yield "turned.webp", save(rgb, "WEBP", quality=60, exif=exif(6, "MM"))


def interlaced(pixels):
    """Adam7 by hand (PIL writes none)."""
    height, width = pixels.shape[:2]
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    rows = b""
    for x, y, dx, dy in passes:
        part = pixels[y::dy, x::dx]
        if part.size:
            rows += b"".join(b"\0" + row.tobytes() for row in part)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 1)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows))
    return png + chunk(b"IEND", b"")


def main():
    OUT.mkdir(exist_ok=True)
    index = []
    for name, data in [*jpegs(), *pngs(), *webps()]:
        image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
        index.append(record(name, data, np.asarray(image)))
    for name, channels in [("rgb16.png", 3), ("grey16.png", 1)]:
        data, expected = sixteen_bit(19, 11, channels)
        index.append(record(name, data, expected))
    (OUT / "index.json").write_text(json.dumps(index, indent=1) + "\n")


def record(name, data, rgb):
    (OUT / name).write_bytes(data)
    (OUT / (name + ".rgb")).write_bytes(np.ascontiguousarray(rgb).tobytes())
    return {"name": name, "width": rgb.shape[1], "height": rgb.shape[0]}


if __name__ == "__main__":
    main()
