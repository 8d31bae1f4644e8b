// All that an analysis found of each snapshot, by step.

import { get, getAll, jobPath, path } from "../../core/api.js";

// Returns [{ step, values, map, diagrams, snapshot }], ordered by step. `jobId` is null for an
// uploaded cloud, which has no snapshots.
export async function readEvolution(analysisId, jobId, signal) {
  const [statistics, diagrams, snapshots] = await Promise.all([
    get(path("analyses", analysisId, "statistics"), {}, signal),
    getAll(path("analyses", analysisId, "diagrams"), {}, signal),
    jobId ? getAll(jobPath(jobId, "checkpoints"), {}, signal) : [],
  ]);
  const byStep = Map.groupBy ? Map.groupBy(diagrams, (each) => each.step) : grouped(diagrams);
  const snapshotAt = new Map(snapshots.map((each) => [each.step_number, each]));
  return statistics.data.map(({ step, values, token_map }) => ({
    step,
    values,
    map: token_map,
    diagrams: (byStep.get(step) ?? []).sort((a, b) => a.dimension - b.dimension),
    snapshot: snapshotAt.get(step) ?? null,
  }));
}

function grouped(diagrams) {
  const groups = new Map();
  for (const diagram of diagrams) groups.set(diagram.step, [...(groups.get(diagram.step) ?? []), diagram]);
  return groups;
}

// The earliest and the latest death of any bar of the run.
export function deathRange(clouds) {
  let [low, high] = [Infinity, 0];
  for (const { diagrams } of clouds) {
    for (const { deaths } of diagrams) {
      for (const death of deaths) {
        low = Math.min(low, death);
        high = Math.max(high, death);
      }
    }
  }
  return [Math.min(low, high), high];
}

export function accuracyAt({ snapshot }) {
  return snapshot?.metrics.full_valid_accuracy ?? null;
}

// The measures that every cloud has, as ["h0.mean_lifetime", …].
export function measureNames(clouds) {
  const names = new Set();
  for (const { values } of clouds) {
    for (const [group, measures] of Object.entries(values)) {
      for (const [name, value] of Object.entries(measures ?? {})) if (typeof value === "number") names.add(`${group}.${name}`);
    }
  }
  return [...names];
}

export function measure({ values }, name) {
  const [group, key] = name.split(".");
  return values[group]?.[key] ?? null;
}

export function measureText(name) {
  const [group, key] = name.split(".");
  const text = key.replaceAll("_", " ");
  return group === "geometry" ? text : `${group.toUpperCase()} ${text}`;
}
