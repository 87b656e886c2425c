import { hash } from "node:crypto";
import { recovers } from "./recovery.ts";
import type { Config } from "./rules.ts";
import { INITIAL, type Invocation, ownerOf, type State } from "./state.ts";
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

/** How a state was reached: from which one, and by which of the steps from it. Stories are told by going the same way again. */
interface Course {
  readonly parents: number[];
  readonly choices: number[];
}

/** Explores everything that can happen, breadth first, so that the first counterexample is a shortest one. */
export function explore(config: Config): Exploration {
  const seen = new Set([keyOf(INITIAL)]);
  const locked = new Map<string, boolean>();
  const course: Course = { parents: [-1], choices: [0] };
  let frontier: State[] = [INITIAL];
  let at = 0;
  let steps = 0;
  let depth = 0;
  const found = (counterexample: Counterexample | undefined, isComplete: boolean): Exploration => ({
    states: seen.size,
    steps,
    depth,
    isComplete,
    counterexample,
  });
  while (frontier.length > 0) {
    const following: State[] = [];
    for (const state of frontier) {
      if (seen.size > (config.maxStates ?? Number.POSITIVE_INFINITY)) {
        return found(undefined, false);
      }
      for (const [choice, step] of stepsFrom(state, config).entries()) {
        steps += 1;
        const property = step.broken ?? lockedOut(step.next, config, locked);
        if (property !== undefined) {
          return found({ property, story: [...storyOf(course, at, config), step.what] }, false);
        }
        const key = keyOf(step.next);
        if (!seen.has(key)) {
          seen.add(key);
          following.push(step.next);
          course.parents.push(at);
          course.choices.push(choice);
        }
      }
      at += 1;
    }
    if (following.length > 0) {
      depth += 1;
    }
    frontier = following;
  }
  return found(undefined, true);
}

function lockedOut(
  { record, handled, commits, expired }: State,
  config: Config,
  known: Map<string, boolean>,
): string | undefined {
  const key = `${textOf(record)} ${handled || commits > 0} ${expired}`;
  let recovered = known.get(key);
  if (recovered === undefined) {
    recovered = recovers({ ...INITIAL, record, handled: handled || commits > 0, expired }, config);
    known.set(key, recovered);
  }
  return recovered ? undefined : "Nobody is locked out for ever.";
}

function storyOf({ parents, choices }: Course, end: number, config: Config): string[] {
  const way: number[] = [];
  for (let at = end; at > 0; at = parents[at] ?? 0) {
    way.unshift(choices[at] ?? 0);
  }
  let state = INITIAL;
  return way.map((choice) => {
    const step = stepsFrom(state, config)[choice];
    if (step === undefined) {
      throw new Error("the same state has other steps than before");
    }
    state = step.next;
    return step.what;
  });
}

/**
 * The same for states that differ only in the order in which late writes were sent, or in which worker is called which: a worker's
 * name is compared with others, and nothing else. 128 bits of a hash stand for the state.
 */
function keyOf({ workers, late, ended, record, ...rest }: State): string {
  const parts = [workers.map(textOf).sort(), late.map(textOf).sort(), ended.map(ownerOf).sort()];
  const text = `${JSON.stringify(rest)} ${textOf(record)} ${parts.map((part) => part.join()).join(" ")}`;
  const other = text.includes("w1") || text.includes("w2") ? renamed({ workers, late, ended, record, ...rest }) : text;
  return hash("md5", text < other ? text : other, "base64url");
}

/** The state with the first two workers called by each other's name. */
function renamed({ workers, late, ended, record, ...rest }: State): string {
  const parts = [workers.map(textOf), late.map(textOf), ended.map(ownerOf)].map((part) => part.map(swapped).sort());
  const first = swapped(`${JSON.stringify(rest)} ${textOf(record)}`);
  return `${first} ${parts.map((part) => part.join()).join(" ")}`;
}

const swapped = (text: string) => text.replace(/\bw[12]\b/g, (name) => (name === "w1" ? "w2" : "w1"));

/** Most parts of a state are those of the state before. */
const texts = new WeakMap<object, string>();

function textOf(part: Invocation | State["late"][number] | State["record"]): string {
  if (part === undefined) {
    return "none";
  }
  let text = texts.get(part);
  if (text === undefined) {
    text = JSON.stringify("id" in part ? { ...part, id: ownerOf(part.id) } : part);
    texts.set(part, text);
  }
  return text;
}
