import { spawn } from "node:child_process";
import { createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBackend } from "../../../lib/console/index.ts";
import { type LocalServer, startServer } from "../../../lib/local/server/index.ts";
import { type Cloud, checkUp, connect, discoverFleet, snapshotOf } from "../../../lib/ops/index.ts";
import { CAUSES, createFleet, placeOf } from "./large-fleet.ts";

const MAIN = resolve(import.meta.dirname, "../../../lib/cli/main.ts");
const QUEUES = 200;
/** 100,000 is the promise; fewer show a trend sooner. */
const LETTERS = Number(process.env.LETTERS ?? 100_000);
/** Large letters: 200 MB of them, more than the command may use. */
const LARGE = 800;
const LARGE_BYTES = 250_000;

/** MiB of heap that the command may use: it fails with more. */
const HEAP_MIB = 112;

/** MiB that the console may keep. */
const CONSOLE_MIB = 150;

let server: LocalServer;
let cloud: Cloud;
const folder = mkdtempSync(join(tmpdir(), "fanfare-speed-"));
const measured: string[] = [];
setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** Runs it once, and notes how long it took. */
async function timed<Result>(what: string, run: () => Result | Promise<Result>): Promise<Result> {
  const start = performance.now();
  const result = await run();
  measured.push(`${what}: ${Math.round(performance.now() - start)} ms`);
  return result;
}

/** Tells on the error stream how much memory the process had, its code included. */
const TELL_MEMORY = `process.on("exit", () => console.error("memory", Math.round(process.resourceUsage().maxRSS / 1_024)))`;

/** Runs the command in a process that ends if it needs more heap than it may use. @returns what it wrote to its output */
async function fanfare(what: string, ...args: readonly string[]): Promise<string> {
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${HEAP_MIB}`,
      "--conditions=@fanfare/source",
      "--import",
      `data:text/javascript,${encodeURIComponent(TELL_MEMORY)}`,
      MAIN,
      ...args,
      "--endpoint-url",
      server.endpoint,
    ],
    {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH, HOME: folder, FANFARE_HOME: join(folder, "home") },
    },
  );
  const text = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    text.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    text.err += chunk;
  });
  const code = await timed(what, () => new Promise<number | null>((done) => child.once("close", done)));
  expect(code, text.err.slice(-2_000)).toBe(0);
  measured.push(`${what}, memory of the process: ${/memory (\d+)/.exec(text.err)?.[1]} MiB`);
  return text.out;
}

async function linesOf(file: string): Promise<number> {
  let lines = 0;
  for await (const chunk of createReadStream(file, "latin1")) {
    lines += String(chunk).split("\n").length - 1;
  }
  return lines;
}

/** What is in use after a collection. */
const heapMiB = () => {
  collect();
  return process.memoryUsage().heapUsed / 1_048_576;
};

beforeAll(async () => {
  server = await startServer();
  cloud = connect(placeOf(server));
  await timed(`${LETTERS} letters made`, () =>
    createFleet(server, {
      queues: QUEUES,
      letters: [
        { count: LETTERS, bytes: 1_800 },
        { count: LARGE, bytes: LARGE_BYTES },
      ],
    }),
  );
}, 600_000);

afterAll(async () => {
  console.log(measured.join("\n"));
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a fleet of 200 queues is found, counted and checked", { timeout: 300_000 }, async () => {
  const fleet = await timed("fleet", () => discoverFleet(cloud, { stacks: [] }));
  expect(fleet.subscribers).toHaveLength(QUEUES);
  const first = await timed("ps", () => snapshotOf(cloud, fleet));
  await timed("ps --watch, each further look", () => snapshotOf(cloud, fleet, first));
  const { findings } = await timed("doctor", () => checkUp(cloud, fleet));
  expect(findings.length).toBeGreaterThan(0);
});

test("all letters are grouped, with memory for their ids only", { timeout: 1_800_000 }, async () => {
  const survey = JSON.parse(await fanfare(`dlq groups, ${LETTERS} letters`, "dlq", "groups", "s0", "--json"));
  expect(survey).toMatchObject({ seen: LETTERS, complete: true });
  expect(survey.groups).toHaveLength(CAUSES);
});

test("letters are exported, archived and restored in parts: 200 MB of them, with less memory", {
  timeout: 600_000,
}, async () => {
  const [exported, archived] = [join(folder, "letters.ndjson"), join(folder, "archive.ndjson")];
  await fanfare(`dlq export, ${LARGE} letters of 250 KB`, "dlq", "export", "s1", "--to", exported);
  expect(statSync(exported).size).toBeGreaterThan(LARGE * LARGE_BYTES);
  expect(await linesOf(exported)).toBe(LARGE);
  const confirmed = ["--yes", "--expect-count", String(LARGE), "--json"];
  const put = await fanfare("dlq archive, the same", "dlq", "archive", "s1", "--all", "--to", archived, ...confirmed);
  expect(JSON.parse(put)).toMatchObject({ count: LARGE });
  const back = await fanfare("dlq restore, the same", "dlq", "restore", "s1", archived, ...confirmed);
  expect(JSON.parse(back)).toEqual({ count: LARGE, unreadable: 0 });
});

test("the console shows both, and reads a bounded part of the letters", { timeout: 300_000 }, async () => {
  const backend = createBackend({ cloud, title: "test", place: "here", local: true, journals: folder });
  const before = heapMiB();
  const map = await timed("console, first map", () => backend.sample());
  expect(Object.keys(map.queues)).toHaveLength(QUEUES);
  await timed("console, each further map", () => backend.sample());
  measured.push(`console, bytes of a map: ${JSON.stringify(map).length}`);
  const queues = await timed("console, dead-letter queues", () => backend.deadLetterQueues());
  const queue = queues.find(({ count }) => count === LETTERS)?.id ?? "";
  const groups = await timed("console, groups", async () => backend.failures?.groups(queue));
  expect(groups).toMatchObject({ seen: 5_000, about: LETTERS });
  const [group] = groups?.groups ?? [];
  const letters = await timed("console, letters of a group", async () =>
    backend.failures?.letters(queue, group?.fingerprint ?? ""),
  );
  await timed("console, one letter", async () => backend.failures?.letter(queue, letters?.letters[0]?.id ?? "", true));
  const plan = await timed("console, plan of a redrive of all", async () => backend.failures?.plan({ queue }));
  expect(plan).toMatchObject({ count: LETTERS });
  measured.push(`console, memory: ${Math.round(heapMiB() - before)} MiB`);
  expect(heapMiB() - before, "MiB").toBeLessThan(CONSOLE_MIB);
});
