"""One example of everything that is sent and answered about analyses."""

from typing import Any

from tsloss_core.spec import AnalysisSettings

Example = dict[str, Any]

_AT = 1_767_225_600
_ID = "ana-Qw8NfJt5KsZb3VyGdRc7XpLm"
_JOB = "ftjob-Hs6PbQeK2fUvTn9rCwXzMa4L"
_H0: Example = {
    "count": 20,
    "essential_count": 1,
    "mean_lifetime": 1.31,
    "max_lifetime": 1.62,
    "total_lifetime": 24.9,
    "lifetime_variance": 0.021,
    "persistent_entropy": 2.93,
    "normalized_persistent_entropy": 0.996,
}

CREATE_ANALYSIS: Example = {"fine_tuning_job": _JOB}
ANALYSIS: Example = {
    "id": _ID,
    "object": "analysis",
    "created_at": _AT + 130,
    "started_at": _AT + 131,
    "finished_at": _AT + 134,
    "status": "succeeded",
    "error": None,
    "organization_id": "proj-3mDJqVxkXGJHZwLvNc5hTyRb",
    "inputs": [{"point_cloud_file": None, "fine_tuning_job": _JOB, "checkpoints": None}],
    "point_cloud_file": None,
    "fine_tuning_job": _JOB,
    "settings": AnalysisSettings().model_dump(mode="json"),
    "progress": {"phase": "persistence", "step": 21, "of": 21, "percent": 100.0},
    "outcome": {"clouds": 21},
}
DIAGRAM: Example = {
    "id": "dgm-Kv5TqWz8NxRb2GmYsLd7JhPc",
    "object": "diagram",
    "created_at": _AT + 132,
    "analysis": _ID,
    "input": 0,
    "step": 10,
    "dimension": 1,
    "births": [1.52, 1.58],
    "deaths": [1.61, 1.6],
    "essential": [],
}
EVOLUTION: Example = {
    "object": "analysis.evolution",
    "analysis": _ID,
    "inputs": [
        {
            "input": 0,
            "label": _JOB,
            "steps": [0, 10, 20],
            "from_previous": {"bottleneck_h0": [None, 0.031, 0.012]},
            "from_first": {"bottleneck_h0": [None, 0.031, 0.04]},
            "settling": [],
            "null_settling": None,
            "vocabulary": None,
            "performance": None,
            "null_trajectories": 0,
            "relations": [],
        }
    ],
    "between": [],
    "across_runs": [],
    "words": [],
    "versions": {"tsloss": "0.1.0"},
}
STATISTICS: Example = {
    "object": "statistics",
    "input": 0,
    "step": 10,
    "values": {
        "h0": _H0,
        "geometry": {
            "mean_norm": 1.02,
            "max_norm": 1.19,
            "mean_cosine": 0.08,
            "mean_displacement": 0.05,
        },
    },
    "token_map": [[-0.42, 0.11], [0.37, -0.05], [0.05, -0.06]],
}
FIGURE: Example = {
    "object": "figure",
    "name": "barcode",
    "format": "svg",
    "url": f"/v1/analyses/{_ID}/figures/barcode.svg",
}

EXAMPLES: dict[str, Example] = {
    "AnalysisObject": ANALYSIS,
    "CreateAnalysis": CREATE_ANALYSIS,
    "DiagramObject": DIAGRAM,
    "EvolutionObject": EVOLUTION,
    "FigureObject": FIGURE,
    "StatisticsObject": STATISTICS,
}
