"""The report of a job: one page that loads nothing and says what is known."""

import re

import pytest
from sqlalchemy import select

from api.reports.job import flattened
from api.reports.page import inline_svg
from store import lifecycle
from store.analyses import add_evolution, add_figure
from store.jobs import ANALYSIS_QUEUE, insert_job
from store.runs import Run
from store.schema import Evolution, Job
from tests.api.analyses.test_analyses import EVOLUTION
from tests.api.reports.reader import Reader
from tests.api.support import JOBS, Door, refused
from tests.tsloss_core.analysis.clouds import subject

SVG = b"""<?xml version="1.0"?><!DOCTYPE svg><svg width="9pt" height="9pt" viewBox="0 0 9 9">
<metadata>made by</metadata>
<g id="axes_1"><use href="#axes_1" clip-path="url(#axes_1)"/></g></svg>"""
RUN = {
    "input": 0, "label": "x", "steps": [0, 2], "from_previous": {}, "from_first": {},
    "settling": [], "null_settling": None, "performance": None, "null_trajectories": 0,
    "relations": [],
    "vocabulary": {
        "steps": [0, 2], "mean_distance": [0.0, 1.0], "changed": [None, 1.0],
        "tokens": [{
            "index": 0, "first": " <b>the", "last": "end", "first_distance": 0.0,
            "last_distance": 1.0, "changes": 1,
        }],
    },
}  # fmt: skip


@pytest.fixture
def run(door: Door) -> Run:
    """A job that succeeded and was analysed, with a figure."""
    metadata = {"team": "<script>alert(1)</script>"}
    run = door.run(door.job(metadata=metadata)["id"])
    run.record_event("Computing in <bf16>", level="warn")
    run.record_event("Epoch 1 begins", key="epoch:1")
    door.succeed(run)
    key = f"{door.project_id}/figure.svg"
    door.service.artifacts.put(key, SVG)
    spec = {"inputs": [{"fine_tuning_job": run.key.job_id}], "settings": {}}
    analysis = Job(queue=ANALYSIS_QUEUE, source_job_id=run.key.job_id, metadata_={}, spec=spec)
    with door.service.database.transaction() as session:
        insert_job(session, analysis, door.project_id, "analysis")
    with door.run(analysis.id).transaction() as (session, job):
        related = {**RUN, "relations": subject().relations}
        evolution = {**EVOLUTION, "inputs": [related], "words": ["a < b & c"]}
        add_evolution(session, job.id, evolution)
        for name in ("diagram", "barcode"):
            add_figure(session, job.id, name, "svg", key)
        lifecycle.succeed(session, job, {"clouds": 2})
    return run


class TestJobReport:
    def _page(self, door: Door, run: Run) -> str:
        answer = door.client.get(f"{JOBS}/{run.key.job_id}/report")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("text/html")
        assert "sandbox" in answer.headers["content-security-policy"]
        return answer.text

    def test_it_says_what_is_known(self, door: Door, run: Run) -> None:
        page = self._page(door, run)
        for told in (
            run.key.job_id, "0.25", "0.75", "hyperparameters.learning_rate", "0.005", "numpy",
            "a &lt; b &amp; c", "Persistence diagram of the last snapshot",
        ):  # fmt: skip
            assert told in page

    def test_every_coefficient_stands_beside_its_interval(self, door: Door, run: Run) -> None:
        page = self._page(door, run)
        relation = subject().relations[1]
        groups = relation["mann_whitney"]
        for found in (
            (relation["rho"], relation["interval"]),
            (relation["partial_rho"], relation["partial_interval"]),
            (groups["rank_biserial"], groups["interval"]),
            (groups["given_step"]["rank_biserial"], groups["given_step"]["interval"]),
        ):
            value, interval = f"{found[0]:.3g}", "{low:.2f} to {high:.2f}".format(**found[1])
            assert re.search(rf">{value}</td>\s*<td>{interval}</td>", page)

    def test_relations_of_before_there_were_intervals_are_shown(self, door: Door, run: Run) -> None:
        older = dict(subject().relations[1])
        older["mann_whitney"] = {"u": 1.0, "p_value": 0.25, "rank_biserial": 0.125}
        with door.service.database.transaction() as session:
            analysis = select(Job.id).where(Job.source_job_id == run.key.job_id)
            row = session.get_one(Evolution, session.scalars(analysis).one())
            row.values = {**row.values, "inputs": [{**RUN, "relations": [older]}]}
        assert ">0.125</td>" in self._page(door, run)

    def test_it_loads_and_runs_nothing(self, door: Door, run: Run) -> None:
        page = Reader(self._page(door, run))
        assert {"script", "link", "iframe", "img", "object"}.isdisjoint(page.tags)
        assert all(reference.startswith("#") for reference in page.references)
        assert page.tags.count("svg") == 2

    def test_what_others_wrote_is_text(self, door: Door, run: Run) -> None:
        page = self._page(door, run)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
        assert "Computing in &lt;bf16&gt;" in page
        assert "&lt;b&gt;the" in page

    def test_figures_do_not_share_their_parts(self, door: Door, run: Run) -> None:
        page = Reader(self._page(door, run))
        assert len(set(page.ids)) == len(page.ids)
        assert {reference[1:] for reference in page.references} <= set(page.ids)

    def test_epochs_are_not_of_note(self, door: Door, run: Run) -> None:
        assert "Epoch 1 begins" not in self._page(door, run)

    def test_a_figure_that_is_gone_is_left_out(self, door: Door, run: Run) -> None:
        door.service.artifacts.delete(f"{door.project_id}/figure.svg")
        assert "<svg" not in self._page(door, run)

    def test_a_failed_job_says_why(self, door: Door) -> None:
        run = door.run(door.job()["id"])
        run.fail("diverged", "step 3: loss <nan>")
        page = self._page(door, run)
        assert "diverged" in page
        assert "loss &lt;nan&gt;" in page
        assert "No analysis of this run was made." in page

    def test_an_unfinished_job_has_none_yet(self, door: Door) -> None:
        message = refused(door.client.get(f"{JOBS}/{door.job()['id']}/report"), 409)
        assert "is queued" in message

    def test_an_unknown_job_is_not_found(self, door: Door) -> None:
        refused(door.client.get(f"{JOBS}/ftjob-x/report"), 404)


class TestInlineSvg:
    def test_only_the_element_is_left(self) -> None:
        made = str(inline_svg(SVG, "diagram", 'say "x"'))
        assert made.startswith('<svg role="img" aria-label="say &#34;x&#34;" viewBox="0 0 9 9">')
        assert "metadata" not in made

    def test_every_part_carries_the_name(self) -> None:
        made = str(inline_svg(SVG, "diagram", ""))
        assert re.findall(r"axes_1", made) == re.findall(r"(?<=diagram-)axes_1", made)


class TestFlattened:
    def test_names_are_dotted(self) -> None:
        assert flattened({"a": {"b": 1, "c": {"d": None}}, "e": [1]}) == [
            ("a.b", 1), ("a.c.d", None), ("e", [1]),
        ]  # fmt: skip
