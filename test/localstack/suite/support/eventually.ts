import { setTimeout as delay } from "node:timers/promises";

/** Milliseconds between two looks. */
const INTERVAL_MS = 250;

/** Milliseconds until something that should happen has not happened. moto takes the longest. */
const DEADLINE_MS = 45_000;

/**
 * Looks again and again until `look` gives something.
 *
 * @throws Error at the deadline, with what was waited for and what the last look found
 */
export async function eventually<Found>(
  what: string,
  look: () => Promise<Found | undefined>,
  options: { readonly timeoutMs?: number; readonly state?: () => Promise<unknown> } = {},
): Promise<Found> {
  const timeoutMs = options.timeoutMs ?? DEADLINE_MS;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) {
      return found;
    }
    if (Date.now() >= deadline) {
      const state = options.state === undefined ? "" : `; now: ${JSON.stringify(await options.state())}`;
      throw new Error(`${what}: not within ${timeoutMs / 1_000} s${state}`);
    }
    await delay(INTERVAL_MS);
  }
}
