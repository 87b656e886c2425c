import { randomInt } from "node:crypto";

/** Seeds up to this leave room for a series that counts on from them. */
const SEEDS = 1_000_000_000;

/** A new seed for each run of a test. Tests put it into what they print when they fail, so that the run can be repeated. */
export function freeSeed(): number {
  return randomInt(1, SEEDS);
}
