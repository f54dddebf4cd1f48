#!/usr/bin/env bash
# Makes the embedded table of ten features a picture from the embedded scenes: faces cropped (a
# picture without a face is kept whole), LPQ and PHOG, five principal components of each.
#
#   Tools/scenes/features.sh                 remakes Data/scenes/features.csv (half a minute)
#   Tools/scenes/features.sh FILE.csv        writes FILE.csv instead
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
table="${1:-$root/Data/scenes/features.csv}"
crops="$(mktemp -d)"
trap 'rm -rf "$crops"' EXIT
"$root/winnow" faces "$root/Data/scenes" "$crops"
"$root/winnow" features "$crops" "$table"
