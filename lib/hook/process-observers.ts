import type { Observer } from "./observer.ts";

/**
 * The key of `globalThis` under which a process lists observers of all its publishers and consumers. The local runtime puts one there
 * before it loads a function, so that it knows what happened whatever the function logs. Bundles find it too, as it is no import.
 */
export const OBSERVERS = Symbol.for("fanfare.observers");

export function processObservers(): readonly Observer[] {
  return (globalThis as { [OBSERVERS]?: readonly Observer[] })[OBSERVERS] ?? [];
}
