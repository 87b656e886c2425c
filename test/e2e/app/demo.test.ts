import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { SUBSCRIBER_NAMES } from "../../../infra/demo/stage/subscribers.ts";

async function demo(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ["--conditions=@fanfare/source", "infra/demo/main.ts", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

describe("the demo", () => {
  it("loses nothing, and says so as one JSON object", async () => {
    const { code, stdout, stderr } = await demo("--json", "--orders", "30");
    const report = JSON.parse(stdout);
    const { checks, subscribers } = report;
    expect(report, `${stderr}${JSON.stringify({ checks, subscribers }, null, 1)}`).toMatchObject({
      ok: true,
      problems: [],
    });
    expect(code).toBe(0);
    expect(report.subscribers.map(({ name }: { name: string }) => name)).toEqual(SUBSCRIBER_NAMES);
    for (const tally of report.subscribers) {
      const { published, filtered, processed, duplicates, deadLettered, expired, ignored, lost } = tally;
      expect(lost).toBe(0);
      expect(published).toBe(filtered + processed + duplicates + deadLettered + expired + ignored);
      expect(tally.delivered).toBe(published - filtered);
    }
    const billing = report.subscribers[0];
    expect(billing).toMatchObject({ duplicates: 20, deadLettered: 1 });
    expect(report.deadLetters.map(({ error }: { error: string }) => error).sort()).toEqual([
      "BodyMalformed",
      "Permanent",
      "Permanent",
      "Permanent",
      "PointerNotAllowed",
      "SchemaMismatch",
      "UnknownEvent",
      "UnknownVersion",
    ]);
  });

  it.each([["--orders", "1"], ["--orders", "many"], ["--colour"]])("refuses %s %s", async (...args) => {
    const { code, stdout, stderr } = await demo(...args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^.*demo:.* \(npm run demo -- --help lists the options\)\n$/);
  });
});
