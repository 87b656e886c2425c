import { recovers } from "./recovery.ts";
import type { Config } from "./rules.ts";
import { INITIAL, type State } from "./state.ts";
import { stepsFrom } from "./steps.ts";

/** A property that does not hold, with the shortest course of things that shows it. */
export interface Counterexample {
  readonly property: string;
  readonly story: readonly string[];
}

/** What an exploration found. */
export interface Exploration {
  readonly states: number;
  readonly steps: number;
  /** Steps of the longest course that was needed to reach a state. */
  readonly depth: number;
  /** Whether every reachable state was explored. */
  readonly isComplete: boolean;
  readonly counterexample: Counterexample | undefined;
}

interface Node {
  readonly state: State;
  readonly parent: Node | undefined;
  readonly what: string;
  readonly depth: number;
}

/** Explores everything that can happen, breadth first, so that the first counterexample is a shortest one. */
export function explore(config: Config): Exploration {
  const seen = new Set([keyOf(INITIAL)]);
  const locked = new Map<string, boolean>();
  const queue: Node[] = [{ state: INITIAL, parent: undefined, what: "", depth: 0 }];
  let steps = 0;
  let depth = 0;
  const found = (counterexample: Counterexample | undefined, isComplete: boolean): Exploration => ({
    states: seen.size,
    steps,
    depth,
    isComplete,
    counterexample,
  });
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at];
    if (node === undefined || seen.size > (config.maxStates ?? Number.POSITIVE_INFINITY)) {
      return found(undefined, false);
    }
    ({ depth } = node);
    for (const step of stepsFrom(node.state, config)) {
      steps += 1;
      const property = step.broken ?? lockedOut(step.next, config, locked);
      if (property !== undefined) {
        return found({ property, story: [...storyOf(node), step.what] }, false);
      }
      const key = keyOf(step.next);
      if (!seen.has(key)) {
        seen.add(key);
        queue.push({ state: step.next, parent: node, what: step.what, depth: node.depth + 1 });
      }
    }
  }
  return found(undefined, true);
}

function lockedOut(
  { record, handled, commits, expired }: State,
  config: Config,
  known: Map<string, boolean>,
): string | undefined {
  const key = JSON.stringify([record, handled || commits > 0, expired]);
  let recovered = known.get(key);
  if (recovered === undefined) {
    recovered = recovers({ ...INITIAL, record, handled: handled || commits > 0, expired }, config);
    known.set(key, recovered);
  }
  return recovered ? undefined : "Nobody is locked out for ever.";
}

function storyOf(node: Node): string[] {
  return node.parent === undefined ? [] : [...storyOf(node.parent), node.what];
}

/** States are equal whatever the order in which late writes were sent. */
function keyOf(state: State): string {
  return JSON.stringify(
    state.late.length < 2 ? state : { ...state, late: state.late.map((write) => JSON.stringify(write)).sort() },
  );
}
