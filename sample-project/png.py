import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SAMPLES = {0: 1, 2: 3, 4: 2, 6: 4}  # by color type: gray, RGB, gray and alpha, RGB and alpha


def read_png(data):
    """Returns width, height and the pixels, each as (red, green, blue), of a PNG with 8 bits a sample."""
    if not data.startswith(SIGNATURE):
        raise ValueError("this is not a PNG image")
    chunks = list(read_chunks(data))
    width, height, depth, color_type, _, _, interlace = struct.unpack(">IIBBBBB", chunks[0][1])
    if depth != 8 or color_type not in SAMPLES or interlace:
        raise ValueError("only gray and RGB images with 8 bits a sample, not interlaced, are supported")
    step = SAMPLES[color_type]
    raw = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    pixels = []
    above = bytearray(width * step)
    for y in range(height):
        start = y * (width * step + 1)
        line = unfilter(raw[start], bytearray(raw[start + 1 : start + 1 + width * step]), above, step)
        for x in range(0, width * step, step):
            pixels.append(tuple(line[x : x + 3]) if step >= 3 else (line[x],) * 3)
        above = line
    return width, height, pixels


def read_chunks(data):
    at = len(SIGNATURE)
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        yield kind, data[at + 8 : at + 8 + size]
        at += size + 12


def unfilter(kind, line, above, step):
    for i in range(len(line)):
        left = line[i - step] if i >= step else 0
        up = above[i]
        corner = above[i - step] if i >= step else 0
        line[i] = (line[i] + (0, left, up, (left + up) // 2, nearest(left, up, corner))[kind]) & 255
    return line


def nearest(left, up, corner):
    """Paeth's predictor: whichever neighbor is nearest to left + up - corner."""
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))
