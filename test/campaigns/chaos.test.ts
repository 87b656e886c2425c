import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";

async function chaos(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ["--conditions=@fanfare/source", "test/chaos/main.ts", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

describe("chaos, a small one", () => {
  // A killed batch is hidden for 12 s, on a busy machine more than once in a row.
  it("loses nothing and does nothing twice", { timeout: 300_000 }, async () => {
    const { code, stdout, stderr } = await chaos("--json", "--events", "500", "--kills", "1", "--seed", "small");
    expect(code, `${stderr}\n${stdout}`).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.ok).toBe(true);
    const [run] = report.runs;
    expect(run.checks.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
    expect(run).toMatchObject({ seed: "small", kills: [{ restartMs: expect.any(Number) }] });
    expect(run.events).toBeGreaterThanOrEqual(500);
    expect(Object.keys(run.faults).length, "several kinds of faults happened").toBeGreaterThan(4);
  });

  it.each([["--events", "1"], ["--events", "many"], ["--runs", "0"], ["--seed", "a b"], ["--colour"]])(
    "refuses %s %s",
    async (...args) => {
      const { code, stdout, stderr } = await chaos(...args);
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toMatch(/^.*chaos:.*\n$/);
    },
  );
});
