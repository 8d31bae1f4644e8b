// The figures that one looks for first.

import { NONE, count, figure, percent } from "../../../core/format.js";
import { figures } from "../../../parts/facts.js";

export function tiles(job, rows) {
  const last = rows.at(-1);
  const { outcome } = job;
  return figures([
    [
      "Accuracy",
      percent(outcome?.accuracy_after),
      outcome && `from ${percent(outcome.accuracy_before)}`,
    ],
    [
      "Loss",
      figure(outcome?.loss_after ?? last?.loss),
      outcome ? `from ${figure(outcome.loss_before)}` : "training",
    ],
    [
      "Steps",
      count(outcome?.steps ?? last?.step),
      job.progress?.of ? `of ${count(job.progress.of)}` : null,
    ],
    [
      "Converged at",
      outcome?.converged_at ? count(outcome.converged_at) : NONE,
      outcome?.converged_at ? "steps" : null,
    ],
    ["Trained tokens", count(job.trained_tokens)],
    [
      "Virtual tokens",
      count(job.method.soft_prompt.num_virtual_tokens),
      job.method.soft_prompt.placement,
    ],
  ]);
}
