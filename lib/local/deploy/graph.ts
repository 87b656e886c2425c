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
  const onPath = new Set<string>();
  const visit = (key: string): void => {
    if (finished.has(key)) {
      return;
    }
    if (onPath.has(key)) {
      const cycle = [...path.slice(path.indexOf(key)), key].join(" -> ");
      throw new LocalError("TemplateInvalid", `circular dependency between resources: ${cycle}`, {
        remedy: "break it, for example with a physical name in place of a reference",
      });
    }
    path.push(key);
    onPath.add(key);
    for (const next of graph.get(key) ?? []) {
      visit(next);
    }
    onPath.delete(key);
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
  let failed = false;
  let failure: unknown;
  const run = (key: string): Promise<void> => {
    const known = running.get(key);
    if (known !== undefined) {
      return known;
    }
    const promise = (async () => {
      await Promise.all([...(graph.get(key) ?? [])].map(run));
      try {
        await work(key);
      } catch (error) {
        if (!failed) {
          failed = true;
          failure = error;
        }
        throw error;
      }
    })();
    running.set(key, promise);
    return promise;
  };
  await Promise.allSettled([...graph.keys()].map(run));
  if (failed) {
    throw failure;
  }
}
