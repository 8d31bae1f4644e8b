// All that an analysis found of each snapshot, by step.

import { getAll, jobPath, path } from "../../core/api.js";

const CLOUDS_AT_ONCE = 1000;
const afterCloud = ({ input, step }) => ({ after_input: input, after_step: step });

// Returns, for each input of the analysis, [{ step, values, map, diagrams, snapshot }], ordered by
// step. An uploaded cloud has no snapshots.
export async function readEvolution({ id, inputs }, signal) {
  const [statistics, diagrams, ...snapshots] = await Promise.all([
    getAll(path("analyses", id, "statistics"), { limit: CLOUDS_AT_ONCE }, signal, afterCloud),
    getAll(path("analyses", id, "diagrams"), {}, signal),
    ...inputs.map((input) =>
      input.fine_tuning_job
        ? getAll(jobPath(input.fine_tuning_job, "checkpoints"), {}, signal)
        : [],
    ),
  ]);
  return inputs.map((_, at) =>
    clouds(statistics.filter(of(at)), diagrams.filter(of(at)), snapshots[at]),
  );
}

const of = (at) => (each) => each.input === at;

function clouds(statistics, diagrams, snapshots) {
  const diagramsAt = new Map();
  for (const diagram of diagrams)
    diagramsAt.set(diagram.step, [...(diagramsAt.get(diagram.step) ?? []), diagram]);
  const snapshotAt = new Map(snapshots.map((each) => [each.step_number, each]));
  return statistics.map(({ step, values, token_map }) => ({
    step,
    values,
    map: token_map,
    diagrams: (diagramsAt.get(step) ?? []).sort((a, b) => a.dimension - b.dimension),
    snapshot: snapshotAt.get(step) ?? null,
  }));
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
      for (const [name, value] of Object.entries(measures ?? {}))
        if (typeof value === "number") names.add(`${group}.${name}`);
    }
  }
  return [...names];
}

export function measure({ values }, name) {
  const [group, key] = name.split(".");
  return values[group]?.[key] ?? null;
}
