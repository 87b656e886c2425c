import { describe, expect, it } from "vitest";
import { CliError } from "../../../lib/cli/cli-error.ts";
import { planCommand } from "../../../lib/cli/commands/plan.ts";
import { planOf } from "../../../lib/plan/index.ts";

/** Runs the command in this process and answers what it printed. */
async function run(...args: string[]): Promise<string> {
  const lines: string[] = [];
  const terminal = { out: (line: string) => void lines.push(line), err: () => {} };
  const command = planCommand({ terminal })
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  await command.parseAsync(args, { from: "user" });
  return lines.join("\n");
}

describe("fanfare plan", () => {
  it("prints the plan as JSON", async () => {
    const args =
      "--rate 500 --size 4KiB --subscribers 3 --fifo --groups 1000 --handler-ms 50 --batch-size 10 --window 0 --memory 256";
    const printed = JSON.parse(await run(...args.split(" "), "--json"));
    const plan = planOf({ rate: 500, size: 4_096, subscribers: 3, fifo: true, groups: 1_000, memoryMb: 256 });
    expect(printed).toEqual(JSON.parse(JSON.stringify(plan)));
    expect(printed.limits[0].bindsAt).toBeGreaterThan(500);
  });

  it("prints tables: calls, concurrency, limits in their order, cost, and what is assumed", async () => {
    const text = await run("--rate", "2000", "--size", "300KiB", "--quota", "lambdaConcurrency=50");
    const places = [
      "SNS Publish",
      "S3 PutObject",
      "Concurrent invocations",
      "maxConcurrency is 10: set at least",
      "binds at",
    ].map((part) => text.indexOf(part));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    expect(text).toContain("Your maximum concurrency of a mapping is reached: raise maxConcurrency");
    expect(text).toMatch(/Lambda: invocations of the account\s*│ 50 invocations /);
    expect(text).toMatch(/S3 +│ payloads kept/);
    expect(text).toContain("* assumed");
  });

  it("takes prices and sizes in several units", async () => {
    const printed = JSON.parse(
      await run("--rate", "1", "--size", "10KB", "--price", "sqsStandard=2", "--price", "s3Gets=3", "--json"),
    );
    expect(printed.workload.size).toBe(10_000);
    const item = printed.cost.items.find(({ price }: { price: string }) => price === "sqsStandard");
    expect(item.usdPerUnit).toBe(2);
  });

  it.each([
    ["--rate -1", "rate is -1"],
    ["--rate 1 --batch-size 100", "without a batching window"],
    ["--rate 1 --price gold=1", "there is no price called gold"],
  ])("explains what is wrong with %s", async (args, message) => {
    const error = await run(...args.split(" ")).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CliError);
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining(message) });
  });

  it.each([
    ["", "required option '--rate <events>' not specified"],
    ["--rate many", "it must be a number"],
    ["--rate 1 --size 3QB", "it must be a size"],
    ["--rate 1 --quota 5", "it must be a name and a number"],
    ["--rate 1 --guarantee once", "Allowed choices are"],
  ])("refuses %s", async (args, message) => {
    await expect(run(...args.split(" ").filter((arg) => arg !== ""))).rejects.toThrow(message);
  });
});
