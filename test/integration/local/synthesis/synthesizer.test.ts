import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isAlive } from "../../../../lib/local/index.ts";
import { Synthesizer } from "../../../../lib/local/synthesis/index.ts";

/** A library that tells when it was loaded, and lists the processes that have loaded it. */
const LIBRARY = `import { appendFileSync } from "node:fs";
  export const loadedAt = Date.now();
  appendFileSync(new URL("./processes", import.meta.url), process.pid + "\\n");`;

const SYNTHESIS = pathToFileURL(join(import.meta.dirname, "../../../../lib/local/synthesis/index.ts")).href;

let directory: string;
let stop: AbortController;
let synthesizer: Synthesizer;

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "fanfare-standby-")));
  stop = new AbortController();
  write("node_modules/constructs/package.json", '{ "type": "module", "exports": "./index.js" }');
  write("node_modules/constructs/index.js", LIBRARY);
  writeApp("first");
});

afterEach(() => {
  synthesizer.close();
  stop.abort();
  rmSync(directory, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  mkdirSync(dirname(join(directory, name)), { recursive: true });
  writeFileSync(join(directory, name), text);
}

/** An app that writes when the library was loaded, and what it knows itself. */
function writeApp(version: string, end = ""): void {
  write(
    "app.mjs",
    `import { writeFileSync } from "node:fs";
     import { loadedAt } from "constructs";
     const { CDK_CONTEXT_JSON, CDK_DEFAULT_REGION: region } = process.env;
     const { stage } = JSON.parse(CDK_CONTEXT_JSON);
     ${end}
     writeFileSync(process.env.CDK_OUTDIR + "/manifest.json", JSON.stringify({ loadedAt, version: "${version}", stage, region }));`,
  );
}

/** Synthesises for the first time, and has a process wait for the next change. */
async function prepared(command = "node app.mjs"): Promise<void> {
  write("cdk.json", JSON.stringify({ app: command, context: { stage: "dev" } }));
  const environment = { CDK_DEFAULT_REGION: "eu-west-1" };
  synthesizer = new Synthesizer({ directory, app: undefined, environment, signal: stop.signal });
  await synthesizer.run();
  synthesizer.prepare();
}

function assembly(): { readonly loadedAt: number; readonly version: string; readonly stage: string; region: string } {
  return JSON.parse(readFileSync(join(directory, "cdk.out/manifest.json"), "utf8"));
}

/** The processes that have loaded the library. */
function processes(): readonly number[] {
  const list = readFileSync(join(directory, "node_modules/constructs/processes"), "utf8");
  return list.split("\n").filter(Boolean).map(Number);
}

/** Waits until the process that waits has loaded the library, too. Returns the time. */
async function loaded(): Promise<number> {
  await expect.poll(() => processes().length, { timeout: 30_000 }).toBe(2);
  return Date.now();
}

describe("after a change", () => {
  test("the app runs in a process that had loaded the library before it", async () => {
    await prepared();
    const changedAt = await loaded();
    writeApp("second");
    await synthesizer.run();
    expect(assembly()).toMatchObject({ version: "second", stage: "dev", region: "eu-west-1" });
    expect(assembly().loadedAt).toBeLessThanOrEqual(changedAt);
  });

  test("what the app printed is in the error, and the next change is synthesised", async () => {
    await prepared();
    writeApp("second", 'console.error("Boom"); process.exit(7);');
    await expect(synthesizer.run()).rejects.toThrow(/the app "node app.mjs" ended with exit code 7:\nBoom/);
    synthesizer.prepare();
    writeApp("third");
    await synthesizer.run();
    expect(assembly()).toMatchObject({ version: "third" });
  });

  test("of the context in cdk.json, the app has the new one", async () => {
    await prepared();
    write("cdk.json", JSON.stringify({ app: "node app.mjs", context: { stage: "test" } }));
    await synthesizer.run();
    expect(assembly()).toMatchObject({ stage: "test" });
  });

  test("of the command in cdk.json, the new one runs", async () => {
    await prepared();
    write("other.mjs", readFileSync(join(directory, "app.mjs"), "utf8").replace("first", "other"));
    write("cdk.json", JSON.stringify({ app: "node other.mjs", context: { stage: "dev" } }));
    const commands: string[] = [];
    await synthesizer.run((app) => commands.push(app));
    expect(commands).toEqual(["node other.mjs"]);
    expect(assembly()).toMatchObject({ version: "other" });
    // The next process that waits runs it, too: a third one, after the first synthesis and the one that was given up.
    const before = processes().length;
    synthesizer.prepare();
    await expect.poll(() => processes().length, { timeout: 30_000 }).toBe(before + 1);
    const changedAt = Date.now();
    await synthesizer.run();
    expect(assembly().version).toBe("other");
    expect(assembly().loadedAt).toBeLessThanOrEqual(changedAt);
  });

  test("of the library, the app runs with the new one", async () => {
    await prepared();
    const changedAt = await loaded();
    write("node_modules/constructs/index.js", `${LIBRARY} // another version`);
    writeApp("second");
    await synthesizer.run();
    expect(assembly()).toMatchObject({ version: "second" });
    expect(assembly().loadedAt).toBeGreaterThanOrEqual(changedAt);
  });

  test("the app runs in such a process also where a launcher starts it", async () => {
    write(
      "node_modules/tsx/dist/cli.mjs",
      `import { spawnSync } from "node:child_process";
       process.exit(spawnSync(process.execPath, process.argv.slice(2), { stdio: "inherit" }).status);`,
    );
    script(
      "node_modules/.bin/tsx",
      `#!/bin/sh\nexec node "${join(directory, "node_modules/tsx/dist/cli.mjs")}" "$@"\n`,
    );
    await prepared("tsx app.mjs");
    const changedAt = await loaded();
    writeApp("second");
    await synthesizer.run();
    expect(assembly()).toMatchObject({ version: "second" });
    expect(assembly().loadedAt).toBeLessThanOrEqual(changedAt);
  });

  test.each([
    ["a compiler", "node compile.mjs && node compiled.mjs"],
    ["a script", "./synth.sh"],
  ])("no process has waited where %s may make the app first", async (_what, command) => {
    write("compile.mjs", `import { copyFileSync } from "node:fs"; copyFileSync("app.mjs", "compiled.mjs");`);
    script("synth.sh", "#!/bin/sh\nnode compile.mjs\nnode compiled.mjs\n");
    await prepared(command);
    writeApp("second");
    const changedAt = Date.now();
    await synthesizer.run();
    expect(assembly()).toMatchObject({ version: "second" });
    expect(assembly().loadedAt).toBeGreaterThanOrEqual(changedAt);
    expect(processes()).toHaveLength(2);
  });
});

function script(name: string, text: string): void {
  write(name, text);
  chmodSync(join(directory, name), 0o755);
}

test("what the app starts does not wait", async () => {
  await prepared();
  const start = `import { execFileSync } from "node:child_process";
     const version = execFileSync(process.execPath, ["-p", "'of another process'"], { encoding: "utf8" }).trim();`;
  const app = readFileSync(join(directory, "app.mjs"), "utf8");
  write("app.mjs", `${start}\n${app.replace('version: "first"', "version")}`);
  await synthesizer.run();
  expect(assembly()).toMatchObject({ version: "of another process" });
});

test.each(["SIGKILL", "SIGTERM"] as const)(
  "a process that waits ends when what started it ends by %s",
  async (kill) => {
    await prepared();
    const [own] = processes();
    synthesizer.close();
    write(
      "start.mjs",
      `import { Synthesizer } from "${SYNTHESIS}";
     const { signal } = new AbortController();
     const synthesizer = new Synthesizer({ directory: ${JSON.stringify(directory)}, environment: {}, signal });
     await synthesizer.run();
     synthesizer.prepare();
     setInterval(() => {}, 1_000);`,
    );
    rmSync(join(directory, "node_modules/constructs/processes"));
    const starter = spawn(process.execPath, ["--conditions=@fanfare/source", "start.mjs"], { cwd: directory });
    await loaded();
    const [, waiting = Number.NaN] = processes();
    expect(waiting).not.toBe(own);
    expect(isAlive(waiting)).toBe(true);
    rmSync(join(directory, "cdk.out/manifest.json"));
    starter.kill(kill);
    await expect.poll(() => isAlive(waiting), { timeout: 30_000 }).toBe(false);
    expect(() => assembly()).toThrow(/ENOENT/);
  },
);

test("a process that waits ends when it is not needed any more", async () => {
  await prepared();
  await loaded();
  const [, waiting = Number.NaN] = processes();
  synthesizer.close();
  await expect.poll(() => isAlive(waiting), { timeout: 30_000 }).toBe(false);
});

test("the signal ends the app in a process that has waited", async () => {
  await prepared();
  writeApp("second", "setInterval(() => {}, 1_000); await new Promise(() => {});");
  const run = synthesizer.run();
  setImmediate(() => stop.abort());
  await expect(run).rejects.toThrow(/SynthesisFailed|ended with exit code null/);
});
