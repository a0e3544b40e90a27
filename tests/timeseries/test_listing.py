# SPDX-License-Identifier: AGPL-3.0-or-later
"""The listing of an archive: brought up to date it is what a fresh one would be."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from terracite.raster.products import named
from terracite.timeseries.listing import Listing, refreshed
from terracite.timeseries.memory import Memory

OLD = time.time() - 3600
ID = "S2A_MSIL2A_20220103T062931_N0509_R120_T40KCB_20240101T000000"
NEXT = ID.replace("20220103", "20220108")


def touch(root: Path, relative: str, size: int = 3) -> Path:
    """A file, an hour old like the folders above it."""
    path = root / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    for aged in (path, *path.parents[: len(path.relative_to(root.parent).parts)]):
        os.utime(aged, (OLD, OLD))
    return path


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    for product in (ID, NEXT):
        for suffix in ("_NDVI.jp2", "_NDVI.jp2.aux.xml", "_NDVI_CM001.jp2"):
            touch(root, f"INDICES/NDVI/40KCB/{product}/{product}{suffix}")
    touch(root, f"CLOUDMASKS/40KCB/{ID}/{ID}_CM001.jp2")
    touch(root, "notes.txt")
    touch(root, f"L2A/40KCB/{ID}.SAFE/GRANULE/inside.jp2")
    return root


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory.load(tmp_path / "data", tmp_path / "out" / "state.sqlite", autosave=True)


def listing(memory: Memory, *roots: Path, settle_s: float = 0.0) -> Listing:
    with memory.writing() as connection:
        return refreshed(connection, roots, named("sen2chain"), settle_s=settle_s)


def content(found: Listing) -> list[object]:
    query = "select path, kind, index_name, mask, product_id, tile, sensed, bytes, modified_ns, note from images"
    return [
        sorted(found.connection.execute(query)),
        found.file_count,
        found.total_bytes,
        sorted(map(str, found.unknown())),
    ]


def test_everything_is_named_parsed_and_stored(tree: Path, memory: Memory) -> None:
    found = listing(memory, tree)
    assert found.file_count == 9
    rows = found.connection.execute("select kind, count(*) from images group by kind order by kind").fetchall()
    assert rows == [("", 1), ("index", 4), ("mask", 1), ("product", 1), ("sidecar", 2)]
    ((tile, files),) = found.tiles()
    assert (tile, len(files)) == ("40KCB", 7)
    assert {str(file.sensed_at) for file in files} == {"2022-01-03 06:29:31+00:00", "2022-01-08 06:29:31+00:00"}
    assert found.of_tile("40KCB") == files


def test_a_second_look_at_an_unchanged_tree_lists_nothing(tree: Path, memory: Memory) -> None:
    first = content(listing(memory, tree))
    again = listing(memory, tree)
    assert (again.listed, content(again)) == (0, first)


def add_a_file(tree: Path) -> None:
    (tree / f"INDICES/NDVI/40KCB/{ID}/{ID}_NDVI_QL.tif").write_bytes(b"q")


def grow_a_file_in_place(tree: Path) -> None:
    path = tree / f"INDICES/NDVI/40KCB/{ID}/{ID}_NDVI.jp2"
    path.write_bytes(b"longer than before")
    os.utime(path, (OLD, OLD))


def rewrite_a_file_in_place(tree: Path) -> None:
    (tree / f"INDICES/NDVI/40KCB/{ID}/{ID}_NDVI.jp2").write_bytes(b"yyy")


def add_products(tree: Path) -> None:
    for name in ("20220113", "20220118"):
        product = ID.replace("20220103", name)
        for index in ("NDVI", "NDWIGAO"):
            touch(tree, f"INDICES/{index}/40KCB/{product}/{product}_{index}.jp2")
    for changed in ("INDICES/NDVI/40KCB", "INDICES"):
        os.utime(tree / changed)


def remove_a_file(tree: Path) -> None:
    (tree / f"INDICES/NDVI/40KCB/{ID}/{ID}_NDVI.jp2.aux.xml").unlink()


def remove_a_product(tree: Path) -> None:
    shutil.rmtree(tree / f"INDICES/NDVI/40KCB/{NEXT}")


def rename_a_product(tree: Path) -> None:
    (tree / f"INDICES/NDVI/40KCB/{NEXT}").rename(tree / f"INDICES/NDVI/40KCB/{NEXT[:-1]}9")


def turn_a_folder_into_a_file(tree: Path) -> None:
    remove_a_product(tree)
    (tree / f"INDICES/NDVI/40KCB/{NEXT}").write_text("?")


def link_a_second_way(tree: Path) -> None:
    (tree / "again").symlink_to(tree / "INDICES")


CHANGES = [
    add_a_file, grow_a_file_in_place, rewrite_a_file_in_place, add_products, remove_a_file, remove_a_product,
    rename_a_product, turn_a_folder_into_a_file, link_a_second_way,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_brought_up_to_date_it_is_what_a_fresh_one_would_be(
    tree: Path, memory: Memory, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    listing(memory, tree)
    change(tree)
    fresh = Memory.load(tree, None)
    assert content(listing(memory, tree)) == content(listing(fresh, tree))
    listing(memory, tree)
    assert content(listing(memory, tree)) == content(listing(fresh, tree))


def test_what_was_behind_a_second_way_stays_when_the_first_goes(tree: Path, memory: Memory, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    (tree / "INDICES").rename(moved)
    for name in ("a", "b"):
        (tree / name).symlink_to(moved)
    assert listing(memory, tree).file_count == 9
    walked = next(
        iter(Path(path) for (path,) in memory.connection.execute("select path from folders where parent = 1"))
    )
    for name in ("a", "b"):
        if walked.is_relative_to(tree / name) or name == "a":
            (tree / name).unlink()
            assert listing(memory, tree).file_count == 9
            (tree / name).symlink_to(moved)


def test_several_roots_and_one_inside_another(tree: Path, memory: Memory, tmp_path: Path) -> None:
    other = tmp_path / "other"
    touch(other, f"{NEXT}_EVI.jp2")
    assert listing(memory, tree, other, tree / "INDICES").file_count == 10
    assert listing(memory, tree, other, tree / "INDICES").listed == 0


def test_another_type_of_product_begins_anew(tree: Path, memory: Memory) -> None:
    listing(memory, tree)
    with memory.writing() as connection:
        found = refreshed(connection, [tree], named("sits"))
    assert found.listed > 0
    assert list(found.tiles()) == []


def test_a_young_file_waits_and_is_taken_later(tree: Path, memory: Memory) -> None:
    path = tree / f"INDICES/NDVI/40KCB/{ID}/{ID}_NDVI.jp2"
    os.utime(path)
    assert [file.path for file in listing(memory, tree, settle_s=600).young()] == [path]
    os.utime(path, (OLD, OLD))
    found = listing(memory, tree, settle_s=600)
    assert (found.young(), found.listed) == ([], 1)


def test_a_name_that_is_not_utf_8(tree: Path, memory: Memory) -> None:
    folder = os.fsencode(tree) + b"/donn\xe9es"
    os.mkdir(folder)  # noqa: PTH102 - pathlib takes no bytes
    name = folder + b"/" + f"{NEXT}_EVI.jp2".encode()
    for path in (name, folder + b"/r\xe9sum\xe9.txt"):
        with open(path, "wb"):  # noqa: PTH123
            pass
    for path in (name, folder):
        os.utime(path, (OLD, OLD))
    os.utime(tree, (OLD, OLD))
    found = listing(memory, tree)
    assert os.fsdecode(name) in [str(file.path) for _, files in found.tiles() for file in files]
    assert os.fsdecode(folder + b"/r\xe9sum\xe9.txt") in [str(file.path) for file in found.unknown()]
    assert listing(memory, tree).listed == 0


def test_readers_see_the_last_listing_while_the_next_is_written(tree: Path, memory: Memory) -> None:
    listing(memory, tree)
    add_products(tree)
    with sqlite3.connect(f"file:{memory.path}?mode=ro", uri=True, timeout=0) as reader:
        with memory.writing() as connection:
            refreshed(connection, [tree], named("sen2chain"))
            assert reader.execute("select count(*) from images").fetchone() == (9,)
        assert reader.execute("select count(*) from images").fetchone() == (13,)
