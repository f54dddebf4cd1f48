"""Writes the zip fixtures of FormatsTests with Python's zipfile: deflate and zip64."""
import pathlib
import zipfile

HERE = pathlib.Path(__file__).resolve().parent.parent / "formats"


def entry(name):
    return zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))


with zipfile.ZipFile(HERE / "deflated.zip", "w", zipfile.ZIP_DEFLATED) as archive:
    info = entry("zeros")
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, bytes(1 << 20))

# force_zip64 only widens the local header; the directory's zip64 fields are written by hand below.
with zipfile.ZipFile(HERE / "zip64.zip", "w") as archive:
    with archive.open(entry("wide"), "w", force_zip64=True) as stream:
        stream.write(b"sixty-four")

data = (HERE / "zip64.zip").read_bytes()
end = len(data) - 22
offset = int.from_bytes(data[end + 16:end + 20], "little")
directory = bytearray(data[offset:end])
extra = b"\x01\x00\x18\x00" + (10).to_bytes(8, "little") * 2 + (0).to_bytes(8, "little")
directory[20:28] = b"\xff" * 8
directory[30:32] = len(extra).to_bytes(2, "little")
directory[42:46] = b"\xff" * 4
directory += extra
place = offset + len(directory)
record = (b"PK\x06\x06" + (44).to_bytes(8, "little") + b"\x2d\0\x2d\0" + bytes(8)
          + (1).to_bytes(8, "little") * 2 + len(directory).to_bytes(8, "little")
          + offset.to_bytes(8, "little"))
locator = b"PK\x06\x07" + bytes(4) + place.to_bytes(8, "little") + (1).to_bytes(4, "little")
tail = b"PK\x05\x06" + bytes(4) + b"\xff" * 12 + bytes(2)
(HERE / "zip64.zip").write_bytes(data[:offset] + directory + record + locator + tail)
with zipfile.ZipFile(HERE / "zip64.zip") as archive:
    assert archive.read("wide") == b"sixty-four"
