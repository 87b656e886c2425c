import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { FaultPlan, FaultProxy } from "../../chaos/proxy/index.ts";
import { Shop, until } from "../../integration/ops/shop.ts";

const MAIN = resolve(import.meta.dirname, "../../../lib/cli/main.ts");

interface Case {
  readonly name: string;
  readonly fifo: boolean;
  readonly letters: number;
  readonly groups: number;
}

const CASES: readonly Case[] = [
  { name: "standard", fifo: false, letters: 10_000, groups: 1 },
  { name: "FIFO", fifo: true, letters: 1_000, groups: 40 },
];

test.each(CASES)(
  "a redrive of $letters letters ($name), killed in the middle and with faults: 0 lost, 0 twice, in order",
  { timeout: 900_000 },
  async ({ fifo, letters, groups }) => {
    await using shop = await Shop.start({ fifo });
    const folder = mkdtempSync(join(tmpdir(), "fanfare-redrive-"));
    const journal = join(folder, "move.ndjson");
    const proxy = new FaultProxy({ plan: new FaultPlan(`redrive-${fifo}`) });
    await proxy.start();
    proxy.connect(shop.runtime.endpoint, shop.runtime.dynamoDbEndpoint);
    const width = String(letters).length;
    const orders = Array.from({ length: letters }, (_, at) => `g${at % groups}-${String(at).padStart(width, "0")}`);
    await shop.send("Dead", orders);
    proxy.active = true;

    const left = () => depth(shop, "Dead");
    const moved = () => (existsSync(journal) ? (readFileSync(journal, "utf8").match(/"deleted"/g)?.length ?? 0) : 0);
    const first = redrive(proxy.endpoint, journal, await left());
    await until(() => moved() > letters / 40 || first.child.exitCode !== null, "a quarter has been moved", 300_000);
    first.child.kill("SIGKILL");
    const { text } = await first.ended;
    expect(first.child.signalCode, text).toBe("SIGKILL");
    expect(await left(), "it was killed in the middle").toBeGreaterThan(letters / 4);

    // What a killed process held comes back when its lease ends; a run that does not see it is repeated.
    for (let run = 0; run < 5 && (await left()) > 0; run++) {
      const { code, text } = await redrive(proxy.endpoint, journal, await left()).ended;
      expect(code === 0 || /off by more than 5 %/.test(text), text).toBe(true);
    }
    proxy.active = false;
    expect(await left()).toBe(0);
    await until(async () => (await depth(shop, "Work")) === 0, "all orders are charged", 300_000);

    const effects = shop.effects;
    expect(
      orders.filter((id) => !new Set(effects).has(id)),
      "lost",
    ).toEqual([]);
    expect(effects.length, "none is charged twice").toBe(letters);
    if (fifo) {
      for (let group = 0; group < groups; group++) {
        const own = effects.filter((id) => id.startsWith(`g${group}-`));
        expect(own, `the order of group ${group}`).toEqual([...own].sort());
      }
    }
    expect(Object.values(proxy.counts).length, "several kinds of faults happened").toBeGreaterThan(3);
    await proxy.close();
    rmSync(folder, { recursive: true });
  },
);

function redrive(endpoint: string, journal: string, expected: number) {
  const confirmation = ["--no-canary", "--yes", "--expect-count", String(expected), "--resume", journal];
  const child = spawn(
    process.execPath,
    [
      "--conditions=@fanfare/source",
      MAIN,
      "dlq",
      "redrive",
      "Billing",
      "--all",
      "--endpoint-url",
      endpoint,
      ...confirmation,
    ],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH, HOME: tmpdir(), FANFARE_HOME: join(journal, "../home") },
    },
  );
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      text += chunk;
    });
  }
  const ended = new Promise<{ code: number | null; text: string }>((done) =>
    child.once("close", (code) => done({ code, text })),
  );
  return { child, ended };
}

async function depth(shop: Shop, logicalId: string): Promise<number> {
  const { Attributes = {} } = await shop.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: shop.url(logicalId), AttributeNames: ["All"] }),
  );
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
}
