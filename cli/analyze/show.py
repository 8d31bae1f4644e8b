"""Prints the measures of clouds."""

from cli.analyze.run import Analysis, FileAnalysis
from cli.output import print_rows

MEASURES = {
    "count": "bars",
    "essential_count": "never die",
    "mean_lifetime": "mean lifetime",
    "max_lifetime": "max lifetime",
    "persistent_entropy": "entropy",
}


def show_analysis(analysis: Analysis) -> None:
    """Print a row per cloud and homology dimension; lengths are in units of the coordinates."""
    moved = ["bottleneck", "wasserstein"] if len(analysis.files) > 1 else []
    headers = ["cloud", "points", "", *MEASURES.values(), *moved]
    print_rows(headers, [row for file in analysis.files for row in _rows(file, moved)])


def _rows(file: FileAnalysis, moved: list[str]) -> list[list[object]]:
    return [
        [
            file.path.name,
            len(file.cloud.points),
            name.upper(),
            *(file.analysis.measures[name][measure] for measure in MEASURES),
            *(file.distances.get(f"{distance}_{name}") for distance in moved),
        ]
        for name in (f"h{diagram.dimension}" for diagram in file.analysis.diagrams)
    ]
