# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tables of a recipe: which keys there are, of which type, within which range, and what they mean.

The page of the documentation is made from the comments of this module.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from terracite.record.model import Discipline, Text

PRODUCT_CRATES = "terracite-series"  #: the time-series crates that `terracite timeseries run` makes
PRODUCT_STILL = "still"  #: GeoTIFF images of what does not change in time
PRODUCT_STACK = "stack"  #: one file with a band a date
PRODUCT_STAC = "stac"  #: a folder of STAC items whose assets are products


class Part(BaseModel):
    """One table of a recipe; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class ImageSource(Part):
    """``[[images]]``: where the series of some indices or bands are, or layers that do not change in time."""

    folder: Path  #: an image tree, a folder of time-series crates or of STAC items; or one file of "still" and "stack"
    product: str = "auto"  #: type of the tree, product file, path pattern, "terracite-series", "stac", "still", "stack"
    indices: tuple[str, ...] = ()  #: indices, bands ("B4"), polarisations ("VV", "VH/VV"); () = every one that is there
    tile: str = ""  #: "" = all tiles of the folder, each pixel from one of them
    tiles: tuple[str, ...] = ()  #: several of them
    mask: str = "auto"  #: cloud mask to use, or "none"
    snow: Literal["keep", "mask"] = "keep"  #: whether snow is ground, or hides it
    reflectance: Literal["FRE", "SRE"] = "FRE"  #: Theia Level-2A: corrected for the slope of the ground, or not
    orbits: Literal["apart", "directions", "together"] = "apart"  #: radar: a channel each, one for each way, or one
    prefix: str = ""  #: before the names of the channels: "L8" makes "L8.B4", beside the "B4" of another sensor
    scale: float = 1.0  #: "still" and "stack": value = number x scale + offset, where the file does not say
    offset: float = 0.0  #: "still" and "stack"
    nodata: float | None = None  #: "still" and "stack": the number that means no value, besides the file's own
    dates: Path | None = None  #: "stack": a text file with the date of each band, one a line; None = the file says them


class AreaPart(Part):
    """``[area]``: what is mapped, on which grid; without it, the tiles and the grid of the first images."""

    bbox: Annotated[tuple[float, ...], Field(max_length=4)] = ()  #: west, south, east, north, in degrees
    file: Path | None = None  #: polygons: cells whose centre lies outside are not mapped
    layer: str = ""  #: of a file with several layers
    crs: str = ""  #: reference system of the map, "EPSG:2154"; "" = that of the first images
    cell_size_m: Annotated[float, Field(ge=0)] = 0  #: 0 = that of the first images

    @model_validator(mode="after")
    def _is_a_box(self) -> Self:
        if not self.bbox:
            return self
        if len(self.bbox) != 4:
            raise ValueError("bbox needs four numbers: west, south, east, north")
        west, south, east, north = self.bbox
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise ValueError("bbox has to be west, south, east, north in degrees, west below east, south below north")
        return self


class PeriodPart(Part):
    """``[period]``: which dates are used, and the regular dates that the gaps are filled on."""

    start: dt.date | None = None  #: None = the first image
    end: dt.date | None = None  #: None = the last image
    step_days: Annotated[int, Field(ge=0, le=366)] = 10  #: 0 = the images' own dates
    fill: Literal["linear", "whittaker", "composite"] = "linear"  #: straight lines, smooth curves, medians of a step
    stiffness: Annotated[float, Field(gt=0)] = 100  #: of smooth curves: 10000 follows seasons only

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start and self.end and self.start > self.end:
            raise ValueError("start comes after end")
        if self.fill != "linear" and self.step_days == 0:
            raise ValueError(f'fill = "{self.fill}" needs regular dates: step_days is above 0')
        return self


Statistic = Literal["mean", "sd", "min", "max", "range", "median", "p05", "p10", "p25", "p75", "p90", "p95"]


class IndexPart(Part):
    """One index of ``[features]``: the name of a usual one, or ``{ name = "X", formula = "(B8 - B4) / B2" }``."""

    name: str
    formula: str = ""  #: "" = the usual one of that name

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, given: object) -> object:
        return {"name": given} if isinstance(given, str) else given


class ObjectsPart(Part):
    """``[features.objects]``: neighbouring cells that are alike (SLIC): a cell is described by its field, too."""

    size: Annotated[int, Field(ge=4, le=10000)] = 100  #: cells of an object, about
    of: tuple[str, ...] = ()  #: bands or indices that objects are told apart by; () = NDVI, or every feature without it
    components: Annotated[int, Field(ge=1, le=10)] = 3  #: principal components of these on all dates that are looked at
    compactness: Annotated[float, Field(gt=0)] = 0.1  #: more makes rounder objects, less follows the image
    channels: tuple[str, ...] | None = (
        None  #: what is said of an object; absent = every band and index that is a feature
    )
    statistics: tuple[Literal["mean", "sd"], ...] = ("mean",)  #: of the cells of an object

    @field_validator("of", "channels", mode="before")
    @classmethod
    def _listed(cls, given: object) -> object:
        return (given,) if isinstance(given, str) else given


class FeaturesPart(Part):
    """``[features]``: what a cell is described by. Without this table: every image on every date."""

    bands: tuple[str, ...] | None = None  #: images whose dates are features; absent = all, [] = none
    static: tuple[str, ...] | None = None  #: images without dates that are features; absent = all, [] = none
    indices: tuple[IndexPart, ...] = ()  #: "NDVI", or { name = "X", formula = "(B8 - B4) / B2" }
    dates: bool = True  #: whether the value on every date is a feature, beside what follows
    statistics: tuple[Statistic, ...] = ()  #: over all dates, of every band and index: "mean", "sd", "p90"...
    seasons: dict[str, tuple[Annotated[int, Field(ge=1, le=12)], ...]] = {}  #: { wet = [11, 12, 1] }: their medians
    phenology: tuple[str, ...] = ()  #: bands or indices whose growing seasons are features
    terrain: tuple[Literal["slope", "aspect"], ...] = ()  #: computed from the heights of ``dem``
    dem: str = "DEM"  #: the image that holds heights in metres
    texture: tuple[Literal["mean", "sd", "min", "max"], ...] = ()  #: of images finer than the map, within each cell
    function: Path | None = None  #: "my_features.py:name"
    objects: ObjectsPart | None = None  #: { size = 100, of = "NDVI" }; needs terracite[objects]


class ReferencePart(Part):
    """``[reference]``: what is known on the ground, to train with."""

    file: Path
    kind: Literal["features", "series"] = "features"  #: polygons or points on the images; or labelled series
    layer: str = ""  #: of a file with several layers
    class_column: str = "class"
    group_column: str = ""  #: what is never split between training and test; "" = each feature
    id_column: str = "sample_id"  #: series: one value per sample
    date_column: str = "date"  #: series
    x_column: str = "longitude"  #: series
    y_column: str = "latitude"  #: series


class StrataPart(Part):
    """``[strata]``: regions, such as eco-climatic ones, each with a model of its own."""

    file: Path  #: polygons, in any format and reference system that GDAL reads
    column: str  #: name of each region
    layer: str = ""  #: of a file with several layers
    models: Literal["each", "all"] = "each"  #: one model per region, or one for all, and regions only counted apart
    blend_m: Annotated[float, Field(ge=0)] = 2000  #: width over which one region's model gives way to the next one's
    buffer_m: Annotated[float | None, Field(ge=0)] = None  #: how far around it a region learns; absent = blend_m
    min_samples: Annotated[int, Field(ge=2)] = 50  #: a region with fewer is mapped by the model of all regions

    @property
    def buffer(self) -> float:
        """Metres around a region whose samples it learns from, too."""
        return self.blend_m if self.buffer_m is None else self.buffer_m


class ClassPart(Part):
    """One class of the map. ``reference``: how the reference calls it; "" = its code, or its name."""

    code: Annotated[int, Field(ge=1, le=255)]
    fr: str = ""
    en: str = ""
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = ""
    parent: Annotated[int, Field(ge=1, le=255)] | None = None  #: code of the class above it
    reference: str = ""

    @property
    def label(self) -> Text:
        return Text(fr=self.fr or self.en, en=self.en or self.fr)


class NomenclaturePart(Part):
    """``[nomenclature]``: the classes, listed here or in a CSV file with columns code, fr, en, colour, reference."""

    id: str = ""
    file: Path | None = None
    classes: tuple[ClassPart, ...] = ()


class SamplesPart(Part):
    """``[samples]``: how many cells to train with, and what is done about doubtful ones."""

    per_class: Annotated[int, Field(ge=2)] = 1000  #: cells of each class, at most; in each region of ``[strata]``
    per_polygon: Annotated[int, Field(ge=0)] = 0  #: cells of each polygon, at most; 0 = all
    caps: dict[str, Annotated[int, Field(ge=2)]] = {}  #: per_class of some classes: { maize = 500 }; by name or code
    minimum: Annotated[int, Field(ge=0)] = 10  #: samples of a class, below which there is a warning
    balance: Literal["none", "even", "sqrt"] = "none"  #: classes count by their samples, alike, or by the root of them
    overlaps: Literal["leave_out", "last"] = "leave_out"  #: cells under polygons of different classes
    clean: Literal["report", "leave_out"] = "report"  #: reference that looks mislabelled: listed, or not learnt from
    seed: int = 1


class ClassifierPart(Part):
    """``[classifier]``"""

    name: Literal[
        "random_forest", "extra_trees", "boosting", "intervals", "kernel", "temporal", "ensemble", "stacking"
    ] = "ensemble"
    trees: Annotated[int, Field(ge=1, le=2000)] = 100
    depth: Annotated[int, Field(ge=1, le=60)] = 25
    min_leaf: Annotated[int, Field(ge=1)] = 5
    epochs: Annotated[int, Field(ge=1, le=1000)] = 100  #: temporal: how often it sees each sample
    hierarchical: bool = False  #: first the parents of the classes, then the classes of each parent
    seed: int = 1


class ModelPart(Part):
    """``[model]``: a model or a map of somewhere else, to be adapted to these classes and samples."""

    start: Path | None = None  #: crate of a map, or folder of model.npz and model.json
    map: Path | None = None  #: GeoTIFF of classes that covers the images: where it has each class is a feature


SampleDesign = Literal["strata", "map", "random", "cluster", "two-stage", "none"]


class SamplePart(Part):
    """``[validation.sample]``: a probability sample of points, independent of the training data."""

    file: Path
    layer: str = ""
    class_column: str = "class"
    design: SampleDesign = "strata"  #: map: its classes are the strata; none: not drawn by chance
    stratum_column: str = "stratum"
    strata_file: Path | None = None  #: CSV: stratum, area_ha; needed for design "strata"
    cluster_column: str = "cluster"  #: what points were drawn together (cluster, two-stage)
    inclusion_column: str = "inclusion"  #: chance of each point to be drawn, up to a factor
    interpreted_by: str = ""


class ValidationPart(Part):
    """``[validation]``"""

    scores: tuple[Literal["polygon", "block", "random"], ...] = ()  #: () = near the samples and, in 3 runs, by block
    runs: Annotated[int, Field(ge=1, le=50)] = 5
    train_share: Annotated[float, Field(gt=0, lt=1)] = 0.7  #: of the polygons of each class
    block_degrees: Annotated[float | None, Field(gt=0, le=90)] = None  #: absent = 0.5, less where the samples lie close
    sample: SamplePart | None = None


class AreasPart(Part):
    """``[areas]``: administrative units, or other polygons, whose areas are written beside the map."""

    units: Path  #: polygons, in any format and reference system that GDAL reads
    name: str = ""  #: column that names them; "" = one that is called so ("nom", "name")
    unit: Literal["ha", "km2"] = "ha"
    strata: Path | None = None  #: shapes of the strata of ``[validation.sample]``: intervals are shorter
    strata_name: str = ""  #: column that names them, as the sample does; "" = one that is called so


class CreatorPart(Part):
    """``[[record.creators]]``"""

    family_name: str = ""
    given_name: str = ""
    orcid: str = ""
    organisation: str = ""
    affiliation: str = ""
    ror: str = ""

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not (self.family_name or self.organisation):
            raise ValueError("a creator needs a family_name or an organisation")
        return self


class RecordPart(Part):
    """``[record]``: what the record says and no program can know."""

    title: Text = Text()
    abstract: Text = Text()
    purpose: Text = Text()
    place: Text = Text()  #: "La Réunion", "Western Bahia": for the title
    creators: tuple[CreatorPart, ...] = ()
    licence: str = "CC-BY-4.0"
    disciplines: tuple[Discipline, ...] = (Discipline.CONTINENTAL_SURFACES,)
    keywords: tuple[str, ...] = ()
    notice: Text = Text()  #: said at the head of abstract and report, such as "simulated data"
    references: tuple[str, ...] = ()  #: DOIs or addresses of what the map rests on
    language: Literal["en", "fr"] = "en"  #: that the report opens in; it holds both


class PriorsPart(Part):
    """``[priors]``: what is known of the classes before the images are looked at, taken in by Bayes' rule."""

    classes: dict[str, Annotated[float, Field(gt=0, le=1)]] = {}  #: { maize = 0.3 }: expected shares; others: the rest
    map: Path | None = None  #: an existing map of the same or other classes, on any grid
    trust: Annotated[float | None, Field(gt=0, lt=1)] = None  #: how often that map is right; absent = 0.8
    confusion: Path | None = None  #: instead of trust, its confusion matrix: CSV map_code, reference_code, count
    crosswalk: dict[str, str | int] = {}  #: { 12 = "maize" }: classes that its values stand for; {} = the same codes


class SmoothPart(Part):
    """``[output.smooth]``: Bayesian smoothing, each cell hearing its neighbours as far as they agree."""

    window: Annotated[int, Field(ge=3, le=25)] = 7  #: side of the neighbourhood in cells, an odd number
    weight: Annotated[float, Field(ge=0)] = 20  #: of the neighbours: more is smoother; 0 = none
    neighbours: Annotated[float, Field(gt=0, le=1)] = 0.5  #: share of the window that is heard, its surest cells

    @model_validator(mode="after")
    def _has_a_middle(self) -> Self:
        if self.window % 2 == 0:
            raise ValueError(f"window is {self.window}; it has to be odd, so that a cell is in its middle")
        return self


class OutputPart(Part):
    """``[output]``"""

    name: str = ""  #: of the crate; "" = the recipe file's name
    block: Annotated[int, Field(ge=64, le=4096)] = 512  #: side of the blocks, in cells
    tiles_of: Annotated[int | None, Field(ge=0)] = None  #: side of files in cells; 0 = one; absent = only above 40,000
    probabilities: bool = False  #: also write the share of every class, in %
    alternatives: Annotated[int, Field(ge=1, le=9)] = 1  #: classes kept per cell: 2 = also the second and its share
    certainty: tuple[Literal["margin", "entropy"], ...] = ()  #: also write the lead over the second class, the entropy
    smooth: SmoothPart | None = None  #: { window = 7, weight = 20 }
    calibrate: bool = True  #: whether confidence and shares are made probabilities, learnt from polygons held back
    sets: Annotated[float | None, Field(ge=0.5, lt=1)] = None  #: 0.9 = also sets that hold the true class so often
    dissimilarity: bool = False  #: also write how unlike the training data each cell is

    @field_validator("tiles_of")
    @classmethod
    def _on_block_lines(cls, given: int | None, others: ValidationInfo) -> int | None:
        block = others.data.get("block")
        if given and block and given % block:
            near = max(1, round(given / block)) * block
            raise ValueError(f"has to be a multiple of block, {block}: {near} is one")
        return given


class EnginePart(Part):
    """``[engine]``: who maps the blocks. The map is the same to the byte, whoever does."""

    kind: Literal["local", "processes", "dask", "slurm", "pbs"] = "local"  #: this process, others here, or a cluster
    workers: Annotated[int, Field(ge=0, le=4096)] = 0  #: processes; 0 = one a core here, 4 on a cluster
    threads: Annotated[int, Field(ge=0, le=256)] = 0  #: of each worker; 0 = its share of the cores, 2 on a cluster
    memory_gb: Annotated[float, Field(ge=0)] = 0  #: of all workers here, or of each job of a cluster; 0 = no limit, 8
    learn_memory_gb: Annotated[float, Field(ge=0)] = 0  #: of the job that reads samples and trains; 0 = memory_gb
    hours: Annotated[float, Field(gt=0, le=8760)] = 12  #: that a job of a cluster may last
    scheduler: str = ""  #: of a Dask that runs already, "tcp://node12:8786"; "" = one of our own
    queue: str = ""  #: partition (SLURM) or queue (PBS); "" = the cluster's own
    account: str = ""  #: project that the hours are counted for
    options: tuple[str, ...] = ()  #: more lines for each job, without their #SBATCH or #PBS
    setup: tuple[str, ...] = ()  #: commands before each job, such as "module load python"


#: Tables that a recipe has at most once. ``[[images]]`` is the other one.
SECTIONS: dict[str, type[Part]] = {
    "area": AreaPart,
    "period": PeriodPart,
    "features": FeaturesPart,
    "reference": ReferencePart,
    "strata": StrataPart,
    "nomenclature": NomenclaturePart,
    "samples": SamplesPart,
    "classifier": ClassifierPart,
    "model": ModelPart,
    "priors": PriorsPart,
    "validation": ValidationPart,
    "areas": AreasPart,
    "record": RecordPart,
    "output": OutputPart,
    "engine": EnginePart,
}
