"""How an experiment that was begun earlier differs from what its preset asks for now."""

import json
from collections.abc import Iterator
from typing import Any

from cli.experiments.request import completed
from tsloss_core.spec.experiments import ExperimentSpec

_OWN = {"tasks", "seeds", "extensions"}
"""What differs between the same experiment's runs of the command: files and seeds."""


def changed_settings(body: dict[str, Any], begun: ExperimentSpec) -> list[str]:
    """Return a phrase for each setting of `begun` that a request with `body` would not have now.

    A setting that changed alike in all arms is told once.
    """
    now, then = _flat(completed(body)), _flat(begun)
    changed = {key for key in now.keys() | then.keys() if now.get(key) != then.get(key)}
    phrases = {
        _phrase(key, then.get(key), now.get(key), len(begun.arms), changed) for key in changed
    }
    return sorted(phrases)


def _phrase(key: tuple[str, ...], then: Any, now: Any, arms: int, changed: set[Any]) -> str:
    place = key
    if key[0] == "arms" and sum(each[2:] == key[2:] for each in changed) == arms:
        place = key[2:]
    return f"{'.'.join(place)} is {json.dumps(then)} here, now {json.dumps(now)}"


def _flat(spec: ExperimentSpec) -> dict[tuple[str, ...], Any]:
    dumped = spec.model_dump(mode="json", exclude=_OWN)
    arms = {arm["name"]: arm for arm in dumped.pop("arms")}
    return dict(_leaves({**dumped, "arms": arms}))


def _leaves(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not isinstance(value, dict) or not value:
        yield place, value
        return
    for name, inner in value.items():
        yield from _leaves(inner, (*place, name))
