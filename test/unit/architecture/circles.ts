export interface Arrow {
  readonly from: string;
  readonly to: string;
}

function nextOf(arrows: readonly Arrow[]): Map<string, Set<string>> {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of arrows) {
    if (from !== to) {
      next.set(from, (next.get(from) ?? new Set()).add(to));
    }
  }
  return next;
}

/** The shortest way along the arrows from `start` back to it, `start` at both ends; undefined where there is none. */
function shortestCircle(start: string, next: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const node of queue) {
    for (const neighbour of next.get(node) ?? []) {
      if (neighbour === start) {
        return pathTo(node, start, cameFrom);
      }
      if (!cameFrom.has(neighbour)) {
        cameFrom.set(neighbour, node);
        queue.push(neighbour);
      }
    }
  }
  return undefined;
}

function pathTo(end: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const path = [start];
  for (let node: string | undefined = end; node !== undefined && node !== start; node = cameFrom.get(node)) {
    path.unshift(node);
  }
  return [start, ...path];
}

/** The shortest circle through each node that is in one, each circle once. */
export function circles(arrows: readonly Arrow[]): string[][] {
  const next = nextOf(arrows);
  const found = new Map<string, string[]>();
  for (const start of [...next.keys()].sort()) {
    const circle = shortestCircle(start, next);
    if (circle !== undefined) {
      const key = [...new Set(circle)].sort().join(", ");
      found.set(key, found.get(key) ?? circle);
    }
  }
  return [...found.values()];
}
