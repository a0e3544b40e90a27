# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files of an archive as tables of the memory: named, parsed, and brought up to date by looking at what changed.

A folder that is as it was (its time of change, and the sizes and times of its files) is not listed again. What does
not fit that simple picture, such as a folder that went away, makes the listing begin anew: it takes a few seconds
for 100,000 products.
"""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from sqlite3 import Connection
from sys import intern
from typing import Any

from terracite.raster.products import ProductFile, ProductType, UnknownFile
from terracite.raster.products.types import FIELDS, Parts, product_file
from terracite.raster.products.walking import ASTRAY, YOUNG, Folder, Walker, seconds

_BATCH = 5000  #: files written at a time
_RACY_NS = 2 * 10**9  #: a folder that changed this recently may change again without its time telling
_OF_FILE = ("kind", "index_name", "mask")  #: `Parts`, by the table that they are in
_OF_PRODUCT = FIELDS[2:]
_TABLES = f"""
drop view if exists images; drop table if exists files;
drop table if exists products; drop table if exists folders;
create table folders (
    number integer primary key, path text, root text, parent integer, modified_ns integer, device integer,
    inode integer, names text, stamp integer, reason text
);
create table products (number integer primary key, {", ".join(f"{name} text" for name in _OF_PRODUCT)});
create table files (
    folder integer, product integer, name text, {", ".join(f"{name} text" for name in _OF_FILE)},
    bytes integer, modified_ns integer, note text
);
create view images as
    select path || '/' || name as path, {", ".join((*_OF_FILE, *_OF_PRODUCT))}, bytes, files.modified_ns, note
    from files join folders on folders.number = folder left join products on products.number = product;
"""
_FOLDER = "insert or replace into folders values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PRODUCT = f"insert into products values (?, {', '.join('?' * len(_OF_PRODUCT))})"
_FILE = f"insert into files values (?, ?, ?, {', '.join('?' * len(_OF_FILE))}, ?, ?, ?)"
_JOINED = (
    f"select path, name, {', '.join((*_OF_FILE, *_OF_PRODUCT))}, bytes, files.modified_ns, note from files "
    "join folders on folders.number = folder left join products on products.number = product"
)
_KIND_COLUMN, _TILE_COLUMN = 2, 2 + len(_OF_FILE) + _OF_PRODUCT.index("tile")  # of a row of `_JOINED`
_OF_USE = "where kind in ('index', 'mask', 'sidecar') and note = ''"


@dataclass(frozen=True, slots=True)
class Used:
    """The files of one tile that are to be worked with."""

    tile: str
    files: list[ProductFile]  #: images and masks
    stamps: dict[str, tuple[int, float]]  #: size and time of change of these and of their sidecars, by path


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of an archive, as they were when `refreshed` looked; read from the memory when asked for."""

    connection: Connection
    kind: ProductType
    listed: int  #: folders that had to be listed this time

    @property
    def file_count(self) -> int:
        """Files, and folders that could not be read."""
        return self._number("select (select count(*) from files) + (select count(*) from folders where reason <> '')")

    @property
    def total_bytes(self) -> int:
        """Of all the files, known or not."""
        return self._number("select coalesce(sum(bytes), 0) from files")

    def tiles(self) -> Iterator[tuple[str, list[ProductFile]]]:
        """The images and masks to work with, and their sidecars, tile by tile."""
        rows = self.connection.execute(f"{_JOINED} {_OF_USE} order by tile, folder, files.rowid")
        files = (_file(row, self.kind) for row in rows)
        return ((tile, list(group)) for tile, group in groupby(files, key=lambda file: file.tile))

    def used(self, tile: str | None = None) -> Iterator[Used]:
        """What `tiles` gives, with sidecars as stamps alone: they are as many as the images, and never opened here."""
        only, given = ("", ()) if tile is None else ("and tile = ?", (tile,))
        rows = self.connection.execute(f"{_JOINED} {_OF_USE} {only} order by tile, folder, files.rowid", given)
        for name, group in groupby(rows, key=itemgetter(_TILE_COLUMN)):
            used = Used(name, [], {})
            for row in group:
                if row[_KIND_COLUMN] == "sidecar":
                    path, file, *_, size, modified, _ = row
                    used.stamps[os.path.join(_text(path), _text(file))] = (size, seconds(modified))  # noqa: PTH118
                else:
                    used.files.append(_file(row, self.kind))
            used.stamps.update((os.fspath(file.path), (file.bytes, file.modified)) for file in used.files)
            yield used

    def of_tile(self, tile: str) -> list[ProductFile]:
        """The same of one tile."""
        query = f"{_JOINED} {_OF_USE} and tile = ? order by folder, files.rowid"
        return [_file(row, self.kind) for row in self.connection.execute(query, (tile,))]

    def unknown(self) -> list[UnknownFile]:
        """Files that are no part of the product type or could not be reached, and folders that could not be read."""
        files = self.connection.execute(f"{_JOINED} where kind = ''")
        folders = self.connection.execute("select path, reason from folders where reason <> ''")
        found = [UnknownFile(Path(_text(path), _text(name)), note, size) for path, name, *_, size, _, note in files]
        return found + [UnknownFile(Path(_text(path)), reason) for path, reason in folders]

    def astray(self) -> list[ProductFile]:
        """Files whose folder says another product or tile than their name."""
        return self._noted(ASTRAY)

    def young(self) -> list[ProductFile]:
        """Files that changed too recently to be used."""
        return self._noted(YOUNG)

    def empty(self) -> list[ProductFile]:
        """Files of known kinds without a byte; images and masks among them cannot be read anyway."""
        query = f"{_JOINED} where bytes = 0 and kind not in ('', 'product', 'index', 'mask')"
        return [_file(row, self.kind) for row in self.connection.execute(query)]

    def _noted(self, note: str) -> list[ProductFile]:
        rows = self.connection.execute(f"{_JOINED} where note = ? and kind <> ''", (note,))
        return [_file(row, self.kind) for row in rows]

    def _number(self, query: str) -> int:
        number: int = self.connection.execute(query).fetchone()[0]
        return number


def refreshed(connection: Connection, roots: Sequence[Path], kind: ProductType, *, settle_s: float = 0.0) -> Listing:
    """The listing of ``roots`` in the memory, brought up to date; the caller has begun a transaction and ends it.

    ``settle_s``: files that changed less than so many seconds ago are noted as young.
    """
    identity = _identity(kind, roots, settle_s)
    known = connection.execute("select value from state where name = 'listing'").fetchone()
    walker = Walker(kind, settle_s=settle_s)
    listed = None
    if known == (identity,):
        changed = _changed(connection, walker)
        if changed is not None:
            listed = _list_again(connection, walker, changed) if changed else 0
    if listed is None:
        listed = _list_all(connection, Walker(kind, settle_s=settle_s), roots)
        connection.execute("insert or replace into state values ('listing', ?)", (identity,))
    return Listing(connection, kind, listed)


def _identity(kind: ProductType, roots: Sequence[Path], settle_s: float) -> str:
    """All that the listing depends on, beside the archive: another one makes it begin anew."""
    patterns = [entry.pattern.pattern for entry in (*kind.patterns, *kind.holders)]
    products = [pattern.pattern for pattern in kind.products]
    return repr((kind, patterns, products, [os.fspath(root.absolute()) for root in roots], settle_s, _TABLES))


def _list_all(connection: Connection, walker: Walker, roots: Sequence[Path]) -> int:
    for statement in filter(str.strip, _TABLES.split(";")):
        connection.execute(statement)
    store = _Store(connection)
    for folder in walker.below([(os.fspath(root), os.fspath(root), 0) for root in reversed(roots)]):
        store.add(folder)
    return store.flush()


def _changed(connection: Connection, walker: Walker) -> list[int] | None:
    """The folders to list again, by number; None when everything has to be."""
    changed = []
    query = "select number, path, modified_ns, device, inode, names, stamp from folders"
    for number, path, modified, device, inode, names, stamp in connection.execute(query):
        try:
            found = _stamp(_text(path), modified, device, inode, names)
        except OSError:
            return None
        walker.meet(device, inode)
        if found != stamp:
            changed.append(number)
    return changed


def _stamp(path: str, modified: int, device: int, inode: int, names: str | bytes) -> int | None:
    """The stamp of a folder and its known files as they are now; None when other files are in it.

    Raises `OSError` when the folder is gone, or another one has its path.
    """
    stat = os.stat
    status = stat(path)
    if status.st_ino != inode or status.st_dev != device:
        raise FileNotFoundError(path)
    if status.st_mtime_ns != modified:
        return None
    stamp = 0
    if names:
        try:
            for name in _text(names).split("/"):
                status = stat(f"{path}/{name}")
                stamp = hash((stamp, status.st_size, status.st_mtime_ns))
        except OSError:
            return None
    return stamp


def _list_again(connection: Connection, walker: Walker, changed: list[int]) -> int | None:
    """List the ``changed`` folders and what is new below them; None when everything has to be listed."""
    numbers, inside, rows = set(changed), defaultdict[int, set[str]](set), {}
    for number, path, root, parent in connection.execute("select number, path, root, parent from folders"):
        inside[parent].add(_text(path)) if parent in numbers else None
        if number in numbers:
            rows[number] = (_text(path), _text(root), parent)
        walker.last = max(walker.last, number)
    # one pass over all files: an index would cost every first scan more than it saves any other
    connection.execute("delete from files where folder in (select value from json_each(?))", (json.dumps(changed),))
    connection.execute("delete from products where number not in (select product from files)")
    (last,) = connection.execute("select coalesce(max(number), 0) from products").fetchone()
    store = _Store(connection, last_product=last)
    for number, (path, root, parent) in rows.items():
        folder = walker.listed(path, root, again=True)
        if not inside[number] <= set(folder.inside):
            return None
        folder.number, folder.parent = number, parent
        store.add(folder)
        for new in walker.below([(one, root, number) for one in folder.inside if one not in inside[number]]):
            store.add(new)
    return store.flush()


class _Store:
    """Writes folders into the memory, some thousands of files at a time."""

    def __init__(self, connection: Connection, *, last_product: int = 0) -> None:
        self._connection = connection
        self._settled_before = time.time_ns() - _RACY_NS
        self._folders: list[tuple[object, ...]] = []
        self._products: list[tuple[object, ...]] = []
        self._files: list[tuple[object, ...]] = []
        self._product: Parts = ()
        self._number = last_product
        self._count = 0

    def add(self, folder: Folder) -> None:
        """Take a folder and its files."""
        names = "/".join([file[0] for file in folder.files])
        settled = folder.is_whole and folder.modified_ns < self._settled_before
        self._folders.append(
            (
                *(folder.number, _stored(folder.path), _stored(folder.root), folder.parent),
                *(folder.modified_ns if settled else 0, folder.device, folder.inode),
                *(_stored(names), folder.stamp, folder.reason),
            )
        )
        for name, parts, *facts in folder.files:
            product = self._product_number(parts[len(_OF_FILE) :]) if parts[0] else 0
            self._files.append((folder.number, product, _stored(name), *parts[: len(_OF_FILE)], *facts))
        if len(self._files) > _BATCH or len(self._folders) > _BATCH:
            self.flush()

    def flush(self) -> int:
        """Write what is left; the number of folders so far."""
        self._connection.executemany(_FOLDER, self._folders)
        self._connection.executemany(_PRODUCT, self._products)
        self._connection.executemany(_FILE, self._files)
        self._count += len(self._folders)
        self._folders, self._products, self._files = [], [], []
        return self._count

    def _product_number(self, product: Parts) -> int:
        """The files of a product come one after the other, so that looking at the last one finds most."""
        if product != self._product:
            self._product = product
            self._number += 1
            self._products.append((self._number, *product))
        return self._number


def _file(row: tuple[Any, ...], kind: ProductType) -> ProductFile:
    path, name, *parts, size, modified, _ = row
    # the files of a tree say few different things: each is kept once
    return product_file(Path(_text(path), _text(name)), kind, tuple(map(intern, parts)), size, seconds(modified))


def _stored(text: str) -> str | bytes:
    """A path as SQLite takes it: text, or bytes where it is not UTF-8."""
    if text.isascii():
        return text
    raw = os.fsencode(text)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw


def _text(stored: str | bytes) -> str:
    return stored if isinstance(stored, str) else os.fsdecode(stored)
