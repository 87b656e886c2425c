import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SynthesisRecord } from "../../../../lib/local/synthesis/index.ts";
import { type BundleRecord, LOCAL_SYNTHESIS } from "../../../../lib/names/index.ts";

let directory: string;

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "fanfare-record-")));
  mkdirSync(join(directory, "handlers"));
  mkdirSync(join(directory, "dist"));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const at = (name: string): string => join(directory, name);

/** The record of an app that loads app.ts, contract.ts and dist/filters.js, with two bundles. */
async function recorded(options: { appSources?: readonly string[]; withBundles?: boolean } = {}) {
  const { appSources = ["app.ts", "contract.ts", "dist/filters.js"], withBundles = true } = options;
  const record = new SynthesisRecord({ directory, output: at("cdk.out") });
  await record.begin();
  const { environment } = record;
  const bundles: BundleRecord = {
    program: at("program.mjs"),
    bundles: [
      { job: {}, asset: "asset.1", sources: ["handlers/a.ts", "handlers/shared.ts", "contract.ts"].map(at) },
      { job: {}, asset: "asset.2", sources: ["handlers/b.ts", "handlers/shared.ts", "handlers/filters.ts"].map(at) },
    ],
  };
  for (const name of [...appSources, "handlers/a.ts", "handlers/b.ts", "handlers/shared.ts", "handlers/filters.ts"]) {
    writeFileSync(at(name), "");
  }
  if (withBundles) {
    writeFileSync(environment[LOCAL_SYNTHESIS.record] ?? "", JSON.stringify(bundles));
  }
  writeFileSync(
    environment.FANFARE_SOURCES_FILE ?? "",
    appSources.map((name) => `${pathToFileURL(at(name)).href}\n`).join(""),
  );
  record.end({});
  return record;
}

test.each([
  ["a handler", ["handlers/a.ts"], ["asset.1"], false],
  ["what two handlers share", ["handlers/shared.ts"], ["asset.1", "asset.2"], false],
  ["two handlers", ["handlers/b.ts", "handlers/a.ts"], ["asset.1", "asset.2"], false],
  ["a module that the app loads too", ["contract.ts"], ["asset.1"], true],
  ["a handler and a module of the app", ["handlers/b.ts", "app.ts"], ["asset.2"], true],
  ["a module of the app", ["app.ts"], [], true],
  ["a module whose compiled form the app loads", ["handlers/filters.ts"], ["asset.2"], true],
  ["a file that nothing is known of", ["handlers/c.ts"], [], true],
  ["a file that is read by other means", ["cdk.json"], [], true],
])("a change of %s", async (_what, changed, expected, synthesis) => {
  const work = (await recorded()).workFor(changed.map(at));
  expect(work.bundles.map(({ asset }) => asset)).toEqual(expected);
  expect(work.synthesis).toBe(synthesis);
});

test("a handler that is reached through a symbolic link", async () => {
  const record = await recorded();
  symlinkSync(at("handlers"), at("linked"));
  expect(record.workFor([at("linked/a.ts")])).toMatchObject({ bundles: [{ asset: "asset.1" }], synthesis: false });
});

const NO_BUNDLES = { bundles: [], synthesis: true };

test("an app that does not tell what it loads is synthesised after any change", async () => {
  const record = await recorded({ appSources: [] });
  expect(record.workFor([at("handlers/a.ts")])).toEqual(NO_BUNDLES);
});

test("so is an app without bundles of Fanfare's constructs", async () => {
  const record = await recorded({ withBundles: false });
  expect(record.workFor([at("handlers/a.ts")])).toEqual(NO_BUNDLES);
});

test("so is an app whose last synthesis failed", async () => {
  const record = await recorded();
  await record.begin();
  expect(record.workFor([at("handlers/a.ts")])).toEqual(NO_BUNDLES);
});

test("the options of Node.js that the user has set stay", async () => {
  const before = process.env.NODE_OPTIONS;
  process.env.NODE_OPTIONS = "--max-old-space-size=512";
  try {
    const { NODE_OPTIONS } = new SynthesisRecord({ directory, output: at("cdk.out") }).environment;
    expect(NODE_OPTIONS).toMatch(/^--max-old-space-size=512 --import=file:\/\/\/\S+record-sources-main\.ts$/);
  } finally {
    if (before === undefined) {
      delete process.env.NODE_OPTIONS;
    } else {
      process.env.NODE_OPTIONS = before;
    }
  }
});

test("the record is in the assembly's folder, and a new synthesis empties it", async () => {
  const record = await recorded();
  expect(readFileSync(at("cdk.out/.fanfare/sources"), "utf8")).toContain("app.ts");
  await record.begin();
  expect(readFileSync(at("cdk.out/.fanfare/sources"), "utf8")).toBe("");
});

describe("the assembly of an earlier run", () => {
  const COMMAND = { app: "node app.ts", context: { stage: "dev" } };

  /** The record of a new run, after an earlier one with this record. */
  async function later(options: Parameters<typeof recorded>[0] = {}): Promise<SynthesisRecord> {
    const earlier = await recorded(options);
    mkdirSync(at("cdk.out/asset.1"), { recursive: true });
    for (const [name, text] of [
      ["cdk.out/manifest.json", "{}"],
      ["library.js", ""],
    ] as const) {
      writeFileSync(at(name), text);
    }
    writeFileSync(at("cdk.out/.fanfare/libraries"), `${at("library.js")}\n`);
    earlier.end(COMMAND);
    return new SynthesisRecord({ directory, output: at("cdk.out") });
  }

  test("is that of its sources while none has changed, and changes are known from it", async () => {
    const record = await later();
    expect(record.recall(COMMAND)).toBe(true);
    expect(record.workFor([at("handlers/b.ts")])).toMatchObject({ bundles: [{ asset: "asset.2" }], synthesis: false });
  });

  test.each(["app.ts", "handlers/shared.ts", "library.js", "cdk.out/manifest.json"])(
    "is not after a change of %s",
    async (name) => {
      const record = await later();
      writeFileSync(at(name), "changed");
      expect(record.recall(COMMAND)).toBe(false);
    },
  );

  test("is not if an asset is gone", async () => {
    const record = await later();
    rmSync(at("cdk.out/asset.1"), { recursive: true });
    expect(record.recall(COMMAND)).toBe(false);
  });

  test("is not where the app is run in another way", async () => {
    const record = await later();
    expect(record.recall({ ...COMMAND, context: { stage: "test" } })).toBe(false);
  });

  test.each([{ appSources: [] }, { withBundles: false }])("is not if %j", async (options) => {
    expect((await later(options)).recall(COMMAND)).toBe(false);
  });

  test("is not after a synthesis that failed, or if the list of its sources is damaged", async () => {
    await (await later()).begin();
    expect(new SynthesisRecord({ directory, output: at("cdk.out") }).recall(COMMAND)).toBe(false);
    const record = await later();
    writeFileSync(at("cdk.out/.fanfare/inputs.json"), "{");
    expect(record.recall(COMMAND)).toBe(false);
  });
});
