"""Class folders of a million pictures, and the time torchvision takes to list them.

Run: python listing.py make DIR   (1000 folders of 1000 names; hard links, so a few megabytes)
     python listing.py list DIR   (torchvision 0.26)
"""

import json
import os
import pathlib
import sys
import time

CLASSES, EACH = 1000, 1000


def make(root):
    for label in range(CLASSES):
        folder = root / f"n{label:08d}"
        folder.mkdir(parents=True)
        first = folder / f"{folder.name}_0.JPEG"
        first.write_bytes(b"no picture: a listing opens no file")
        for index in range(1, EACH):
            os.link(first, folder / f"{folder.name}_{index}.JPEG")


def listed(root):
    from torchvision.datasets import ImageFolder

    start = time.perf_counter()
    pictures = len(ImageFolder(root).samples)
    return {"seconds": time.perf_counter() - start, "pictures": pictures}


if __name__ == "__main__":
    action, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    if action == "make":
        make(folder)
    else:
        print(json.dumps(listed(folder)))
