/**
 * The invocations that are running in this process, by all observers together. What a handler publishes is written when one of them ends, also where
 * consumer and publisher have observers of their own.
 */
let running = 0;

/** Called once, when the next invocation has ended. */
const waiting = new Set<() => void>();

export function invocationStarts(): void {
  running += 1;
}

export function invocationEnds(): void {
  running -= 1;
  const all = [...waiting];
  waiting.clear();
  for (const callback of all) {
    callback();
  }
}

/** Has a callback called when an invocation ends. Returns `false`, and does nothing, if none is running. */
export function atEndOfInvocation(callback: () => void): boolean {
  if (running === 0) {
    return false;
  }
  waiting.add(callback);
  return true;
}
