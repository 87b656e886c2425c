import type { Endpoints } from "./endpoints.ts";
import { Scenario } from "./scenario.ts";
import type { Feature, Wrapper } from "./wrapper.ts";

/** One promise to users of a handler wrapper, and how to find out whether it is kept. */
export interface Property {
  /** A sentence that a user understands. */
  readonly name: string;
  /** Features without which the question does not arise. */
  readonly needs: readonly Feature[];
  /**
   * Whether it needs a machine that keeps pace. A busy one can make it fail and never make it hold, so it counts as failed only after
   * three failures. @default false
   */
  readonly isTimed: boolean;
  run(scenario: Scenario): Promise<void>;
}

/** What came of a property for a wrapper. */
export type Outcome =
  | { readonly status: "passed" }
  | { readonly status: "failed"; readonly reason: string }
  | { readonly status: "n/a"; readonly reason: string };

/** A property that does not hold. The message says what was observed. */
export class Broken extends Error {
  override readonly name = "Broken";
}

export function property(definition: {
  name: string;
  needs?: readonly Feature[];
  isTimed?: boolean;
  run: (scenario: Scenario) => Promise<void>;
}): Property {
  return { needs: [], isTimed: false, ...definition };
}

/** @param observed what is said of the wrapper when it does not hold */
export function check(holds: boolean, observed: string | (() => string)): asserts holds {
  if (!holds) {
    throw new Broken(typeof observed === "string" ? observed : observed());
  }
}

/** Two lists are the same. */
export function same(actual: readonly unknown[], expected: readonly unknown[], what: string): void {
  check(
    JSON.stringify(actual) === JSON.stringify(expected),
    () => `${what}: ${brief(actual)}, expected ${brief(expected)}`,
  );
}

function brief(list: readonly unknown[]): string {
  if (list.length === 0) {
    return "none";
  }
  return list.length > 8 ? `${list.slice(0, 8).join(" ")} ... (${list.length})` : list.join(" ");
}

/** Waits until something holds. */
export async function until(what: string, holds: () => boolean, deadlineMs = 5_000): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!holds()) {
    if (performance.now() > deadline) {
      throw new Broken(`waited ${deadlineMs} ms in vain until ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Longest that one property may take with one wrapper. */
const DEADLINE_MS = 20_000;

/** Times that a property may fail which needs a machine that keeps pace. */
const TIMED_ATTEMPTS = 3;

/** Tries a property with a wrapper. */
export async function tryProperty(tried: Property, wrapper: Wrapper, endpoints: Endpoints): Promise<Outcome> {
  for (const feature of tried.needs) {
    const why = wrapper.lacks[feature];
    if (why !== undefined) {
      return { status: "n/a", reason: why };
    }
  }
  let outcome = await tryOnce(tried, wrapper, endpoints);
  for (let attempt = 2; tried.isTimed && outcome.status === "failed" && attempt <= TIMED_ATTEMPTS; attempt++) {
    outcome = await tryOnce(tried, wrapper, endpoints);
  }
  return outcome;
}

/** Tries a property once, in a scenario of its own. */
async function tryOnce(tried: Property, wrapper: Wrapper, endpoints: Endpoints): Promise<Outcome> {
  const scenario = new Scenario(wrapper, endpoints);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Broken(`not over after ${DEADLINE_MS / 1_000} s`)), DEADLINE_MS);
  });
  try {
    await Promise.race([tried.run(scenario), late]);
    return { status: "passed" };
  } catch (error) {
    const reason =
      error instanceof Broken ? error.message : `unexpected: ${error instanceof Error ? error.stack : error}`;
    return { status: "failed", reason };
  } finally {
    clearTimeout(timer);
    scenario.close();
  }
}
