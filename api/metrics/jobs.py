"""Figures of jobs and webhooks, read from the database at each scrape: any replica tells all."""

from collections.abc import Iterator

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
        jobs = GaugeMetricFamily(
            "tsloss_jobs", "Jobs by kind and status.", labels=["kind", "status"]
        )
        for (kind, status), count in figures.jobs.items():
            jobs.add_metric([kind, status], count)
        yield jobs
        age = GaugeMetricFamily(
            "tsloss_queue_age_seconds", "Age of the oldest waiting job.", labels=["queue"]
        )
        for queue, seconds in figures.queue_ages.items():
            age.add_metric([queue], seconds)
        yield age
        runs = SummaryMetricFamily(
            "tsloss_run_seconds",
            "From the first start to the end, of the jobs that are stored.",
            labels=["kind", "status"],
        )
        for (kind, status), (count, seconds) in figures.runs.items():
            runs.add_metric([kind, status], count_value=count, sum_value=seconds)
        yield runs
        speed = GaugeMetricFamily(
            "tsloss_steps_per_second", "Training steps per second of all running jobs."
        )
        speed.add_metric([], figures.steps_per_second)
        yield speed
        # No counter: a job that is deleted or retried takes its part with it.
        rescues = GaugeMetricFamily(
            "tsloss_rescues", "Runs taken from lost or stuck workers, of the jobs that are stored."
        )
        rescues.add_metric([], figures.rescues)
        yield rescues
        sent = GaugeMetricFamily(
            "tsloss_webhook_deliveries", "Deliveries by state.", labels=["state"]
        )
        for state, count in figures.deliveries.items():
            sent.add_metric([state], count)
        yield sent
