import { LocalError } from "../common/index.ts";

/** Keys, each with the keys that have to come before it. */
export type DependencyGraph = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Refuses a graph that cannot be put in order.
 *
 * @throws LocalError `TemplateInvalid` that names the keys of one cycle, in order.
 */
export function refuseCycles(graph: DependencyGraph): void {
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (key: string): void => {
    if (finished.has(key)) {
      return;
    }
    if (path.includes(key)) {
      const cycle = [...path.slice(path.indexOf(key)), key].join(" -> ");
      throw new LocalError("TemplateInvalid", `circular dependency between resources: ${cycle}`, {
        remedy: "break it, for example with a physical name in place of a reference",
      });
    }
    path.push(key);
    for (const next of graph.get(key) ?? []) {
      visit(next);
    }
    path.pop();
    finished.add(key);
  };
  for (const key of graph.keys()) {
    visit(key);
  }
}

/**
 * Runs work for every key, each as soon as all before it are done, independent ones at the same time. When some fail,
 * nothing that depends on them is run, the others finish, and the first failure is thrown.
 */
export async function runInOrder(graph: DependencyGraph, work: (key: string) => Promise<void>): Promise<void> {
  const running = new Map<string, Promise<void>>();
  const run = (key: string): Promise<void> => {
    const known = running.get(key);
    if (known !== undefined) {
      return known;
    }
    const before = Promise.all([...(graph.get(key) ?? [])].map(run));
    const promise = before.then(() => work(key));
    running.set(key, promise);
    return promise;
  };
  const all = [...graph.keys()].map(run);
  // Rejects with the failure that came first.
  const outcome = Promise.all(all);
  await Promise.allSettled([outcome, ...all]);
  await outcome;
}
