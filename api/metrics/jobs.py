"""Figures of jobs and webhooks, read from the database at each scrape: any replica tells all."""

from collections.abc import Iterator, Mapping
from typing import Any

from prometheus_client.core import GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from store.figures import Figures


class JobCollector(Collector):
    """Shows figures that were read before."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Yield every family."""
        figures = self._figures
        jobs = _Gauge("tsloss_jobs", "Jobs by kind and status.", labels=["kind", "status"])
        yield jobs.of(figures.jobs)
        ages = _Gauge(
            "tsloss_queue_age_seconds", "Age of the oldest waiting job.", labels=["queue"]
        )
        yield ages.of({(queue,): age for queue, age in figures.queue_ages.items()})
        yield _run_seconds(figures)
        speed = "Training steps per second of all running jobs."
        yield _Gauge("tsloss_steps_per_second", speed, value=figures.steps_per_second)
        # No counter: a job that is deleted or retried takes its part with it.
        rescues = "Runs taken from lost or stuck workers, of the jobs that are stored."
        yield _Gauge("tsloss_rescues", rescues, value=figures.rescues)
        sent = _Gauge("tsloss_webhook_deliveries", "Deliveries by state.", labels=["state"])
        yield sent.of({(state,): count for state, count in figures.deliveries.items()})


class _Gauge(GaugeMetricFamily):
    def of(self, values: Mapping[Any, float]) -> "_Gauge":
        """Add a value for each tuple of labels."""
        for labels, value in values.items():
            self.add_metric(labels, value)
        return self


def _run_seconds(figures: Figures) -> Metric:
    text = "From the first start to the end, of the jobs that are stored."
    runs = SummaryMetricFamily("tsloss_run_seconds", text, labels=["kind", "status"])
    for labels, (count, seconds) in figures.runs.items():
        runs.add_metric(labels, count_value=count, sum_value=seconds)
    return runs
