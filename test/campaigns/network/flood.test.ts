import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const MIB = 1_048_576;

/** Floods a publisher whose topic does not respond, in a process of its own, and returns what waits and what it takes. */
async function flood(bytes: number, maxBufferedBytes: number, kind: string): Promise<{ taken: number; bytes: number }> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--expose-gc",
    "--conditions=@fanfare/source",
    fileURLToPath(new URL("./flood.ts", import.meta.url)),
    String(bytes),
    String(maxBufferedBytes),
    kind,
  ]);
  return JSON.parse(stdout);
}

describe("a flood into a topic that does not respond", () => {
  test.each([
    [10, "standard"],
    [10, "fifo"],
    [4_000, "standard"],
    [100_000, "standard"],
  ])("of events of %i bytes takes at most three times maxBufferedBytes of memory: %s", async (bytes, kind) => {
    const limit = 16 * MIB;
    const flooded = await flood(bytes, limit, kind);
    expect(flooded.taken).toBeGreaterThan(100);
    // What the SDK and a hundred calls take by themselves comes on top.
    expect(flooded.bytes, `${flooded.taken} events wait`).toBeLessThan(3 * limit + 16 * MIB);
  });
});
