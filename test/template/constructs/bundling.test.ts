import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Stack, Stage } from "aws-cdk-lib";
import { afterAll, describe, expect, test, vi } from "vitest";
import { conditionsOf } from "../../../infra/constructs/bundling/conditions.ts";
import { FanoutTopic, type HandlerOptions } from "../../../infra/constructs/index.ts";
import { orders } from "../fixtures/contract.ts";
import { BILLING, newApp, refusal, removeAssemblies, SHIPPING } from "./support.ts";

const runs = vi.hoisted(() => ({ entries: [] as number[] }));

vi.mock("../../../infra/constructs/bundling/bundle-process.ts", async (original) => {
  const esbuild = await original<typeof import("../../../infra/constructs/bundling/bundle-process.ts")>();
  return {
    ...esbuild,
    bundle: (jobs: Parameters<typeof esbuild.bundle>[0]) => {
      runs.entries.push(jobs.length);
      return esbuild.bundle(jobs);
    },
  };
});

afterAll(removeAssemblies);

const LAZY = { entry: "test/template/fixtures/lazy.ts" };

/** Synthesises an app of one topic and gives the bundles by the function's logical id. */
function bundles(handlers: Record<string, HandlerOptions>, context: Record<string, unknown> = {}) {
  const app = newApp({ "aws:cdk:enable-asset-metadata": true, ...context });
  const stack = new Stack(app, "Shop");
  const topic = new FanoutTopic(stack, "Orders", { contract: orders, alarms: false, dashboard: false });
  for (const [id, handler] of Object.entries(handlers)) {
    topic.fanOut(id, { handler });
  }
  runs.entries = [];
  const assembly = app.synth();
  const { Resources } = assembly.getStackByName("Shop").template;
  const found = Object.entries<{ Type: string; Metadata: Record<string, string>; Properties: Record<string, never> }>(
    Resources,
  ).filter(([, resource]) => resource.Type === "AWS::Lambda::Function");
  return Object.fromEntries(
    found.map(([id, resource]) => {
      const path = join(assembly.directory, resource.Metadata["aws:asset:path"] ?? "nowhere");
      const key = (resource.Properties.Code as { S3Key: string } | undefined)?.S3Key ?? "";
      return [
        id.replace(/^Orders(\w+)Handler.*$/, "$1"),
        { path, key, property: resource.Metadata["aws:asset:property"] },
      ];
    }),
  );
}

function sourceOf(bundle: { path: string } | undefined): string {
  return readFileSync(join(bundle?.path ?? "nowhere", "index.mjs"), "utf8");
}

/** What a bundle's handler answers in a Node of its own: the test runner would lend a module its `require`. */
function run(bundle: { path: string } | undefined): string {
  const url = pathToFileURL(join(bundle?.path ?? "nowhere", "index.mjs")).href;
  const script = `console.log(await (await import(${JSON.stringify(url)})).handler())`;
  return execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" }).trim();
}

describe("bundling", () => {
  test("bundles each entry once, all together, and into one file where nothing is loaded later", () => {
    const made = bundles({ Billing: BILLING, Shipping: SHIPPING, Audit: BILLING });
    expect(runs.entries).toEqual([2]);
    for (const id of ["Billing", "Shipping", "Audit"]) {
      expect(readdirSync(made[id]?.path ?? "nowhere")).toEqual(["index.mjs"]);
      expect(made[id]?.property).toBe("Code");
    }
    expect(made.Audit?.key).toBe(made.Billing?.key);
    expect(made.Shipping?.key).not.toBe(made.Billing?.key);
  });

  test("makes modules that run", () => {
    const made = bundles({ Billing: BILLING, Shipping: SHIPPING });
    expect(run(made.Billing)).toBe("handled by billing");
    expect(run(made.Shipping)).toBe("handled by shipping");
  });

  test("takes CommonJS dependencies, even where a source has a require of its own", () => {
    const made = bundles({ Old: { entry: "test/template/fixtures/uses-commonjs.ts" } });
    expect(run(made.Old)).toBe("b.txt function");
  });

  test("shakes off what is not used, and minifies", () => {
    const source = sourceOf(bundles({ Billing: BILLING }).Billing);
    expect(source).not.toContain("shaken off");
    expect(source.trim().split("\n").length).toBeLessThanOrEqual(2);
    const readable = sourceOf(bundles({ Billing: { ...BILLING, bundling: { minify: false } } }).Billing);
    expect(readable.split("\n").length).toBeGreaterThan(5);
  });

  test("gives the same asset whatever is bundled beside it", () => {
    const alone = bundles({ Billing: BILLING }).Billing?.key;
    expect(bundles({ Shipping: SHIPPING, Billing: BILLING }).Billing?.key).toBe(alone);
  });

  test("works with and without the stabilisation of aspects", () => {
    for (const on of [true, false]) {
      const made = bundles({ Billing: BILLING, Shipping: SHIPPING }, { "@aws-cdk/core:aspectStabilization": on });
      expect(runs.entries).toEqual([2]);
      expect(made.Billing?.key).toMatch(/^[0-9a-f]{64}\.zip$/);
    }
  });

  test("bundles the handlers of all stages of an app together", () => {
    const app = newApp();
    for (const [name, handler] of [["Test", BILLING] as const, ["Live", SHIPPING] as const]) {
      const stack = new Stack(new Stage(app, name), "Shop");
      new FanoutTopic(stack, "Orders", { contract: orders, alarms: false }).fanOut("Billing", { handler });
    }
    runs.entries = [];
    app.synth();
    expect(runs.entries).toEqual([2]);
  });

  test("bundles a source again for other options", () => {
    const made = bundles({ Billing: BILLING, Audit: { ...BILLING, bundling: { minify: false } } });
    expect(runs.entries).toEqual([2]);
    expect(made.Audit?.key).not.toBe(made.Billing?.key);
  });

  test("puts what is loaded later into files of its own, which need no other asset", () => {
    const lazy = bundles({ Lazy: LAZY }).Lazy;
    const names = readdirSync(lazy?.path ?? "nowhere");
    expect(names).toContain("index.mjs");
    expect(names.filter((name) => /^(shared|legacy)-\w+\.mjs$/.test(name))).toHaveLength(2);
    expect(sourceOf(lazy)).not.toContain("handled by");
    expect(run(lazy)).toBe("handled by lazy b.txt");
  });

  test("gives a function the same files whatever another function shares with it", () => {
    const alone = bundles({ Lazy: LAZY });
    const beside = bundles({ Billing: BILLING, Lazy: LAZY, Old: { entry: "test/template/fixtures/uses-commonjs.ts" } });
    expect(readdirSync(beside.Lazy?.path ?? "nowhere")).toEqual(readdirSync(alone.Lazy?.path ?? "somewhere"));
    expect(beside.Lazy?.key).toBe(alone.Lazy?.key);
  });

  test("leaves out the files of what is shaken off", () => {
    // The package's publishers load SNS, of which a consumer has nothing.
    const made = bundles({
      Consumer: { entry: "test/template/fixtures/consumer.ts", bundling: { conditions: ["@fanfare/source"] } },
    });
    const names = readdirSync(made.Consumer?.path ?? "nowhere").join(" ");
    expect(names).toContain("lean-");
    expect(names).not.toContain(".sdk");
  });

  test("keeps names, and files that are imported as files", () => {
    const bundling = { keepNames: true, loader: { ".txt": "file" } } as const;
    const made = bundles({ Reader: { entry: "test/template/fixtures/uses-file.ts", bundling } });
    expect(run(made.Reader)).toBe("a file beside the bundle, Reader");
  });

  test("writes a source map when asked to, and has Node use it", () => {
    const made = bundles({ Billing: { ...BILLING, bundling: { sourceMap: true } } });
    expect(readdirSync(made.Billing?.path ?? "nowhere").sort()).toEqual(["index.mjs", "index.mjs.map"]);
    const lazy = readdirSync(bundles({ Lazy: { ...LAZY, bundling: { sourceMap: true } } }).Lazy?.path ?? "nowhere");
    const modules = lazy.filter((name) => name.endsWith(".mjs"));
    expect(modules.length).toBeGreaterThan(2);
    expect(lazy).toHaveLength(2 * modules.length);
    for (const name of modules) {
      expect(lazy).toContain(`${name}.map`);
    }
    const app = newApp();
    const topic = new FanoutTopic(new Stack(app, "Shop"), "Orders", { contract: orders });
    const { handler } = topic.fanOut("Billing", { handler: { ...BILLING, bundling: { sourceMap: true } } });
    const assembly = app.synth();
    expect(handler).toBeDefined();
    expect(JSON.stringify(assembly.getStackByName("Shop").template)).toContain('"NODE_OPTIONS":"--enable-source-maps"');
  });

  test("leaves out what is external, and replaces what is defined", () => {
    const handler = {
      entry: "test/template/fixtures/broken.ts",
      bundling: { external: ["a-package-that-is-not-installed"], define: { missing: '"defined"' } },
    };
    expect(sourceOf(bundles({ Broken: handler }).Broken)).toContain('from"a-package-that-is-not-installed"');
  });

  test("resolves export conditions that are given", () => {
    const conditional = { entry: "test/template/fixtures/conditional/entry.ts" };
    expect(sourceOf(bundles({ C: { ...conditional, bundling: { conditions: ["fixture"] } } }).C)).toContain(
      "by condition",
    );
    expect(sourceOf(bundles({ C: { ...conditional, bundling: { conditions: [] } } }).C)).toContain("by default");
  });

  test("names the entry, the place and the fix when it fails, and only the entries at fault", () => {
    const message = refusal(() => bundles({ Billing: BILLING, Broken: { entry: "test/template/fixtures/broken.ts" } }));
    expect(message).toMatch(/^cannot bundle .*test\/template\/fixtures\/broken\.ts: /);
    expect(message).toContain('broken.ts:2:24: Could not resolve "a-package-that-is-not-installed"');
    expect(message).toContain("install the package, or list it in bundling.external");
    expect(message).not.toContain("billing.ts");
  });
});

describe("export conditions of a process", () => {
  test.each([
    [["--conditions=a"], undefined, ["a"]],
    [["--conditions", "a", "-C", "b", "-C=c"], undefined, ["a", "b", "c"]],
    [["--inspect"], "--max-old-space-size=512 --conditions=d -C e", ["d", "e"]],
    [["-C", "a"], "-C a", ["a"]],
    [[], undefined, []],
    [["--conditions"], undefined, []],
  ])("%j with NODE_OPTIONS %j are %j", (execArgv, nodeOptions, expected) => {
    expect(conditionsOf(execArgv, nodeOptions)).toEqual(expected);
  });
});
