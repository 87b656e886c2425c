import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { z } from "zod";

const template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});

const folder = inject("assembly");

async function texts(suffix: RegExp): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => suffix.test(name));
  return await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
}

async function resources(type: string): Promise<Record<string, unknown>[]> {
  const templates = (await texts(/\.template\.json$/)).map((text) => template.parse(JSON.parse(text)));
  return templates.flatMap(({ Resources }) =>
    Object.values(Resources).flatMap(({ Type, Properties = {} }) => (Type === type ? [Properties] : [])),
  );
}

describe("the reference app", () => {
  it("synthesises without a warning or an error of any construct", async () => {
    const metadata = await texts(/(^manifest|\.metadata)\.json$/);
    expect(metadata.length).toBeGreaterThan(1);
    for (const text of metadata) {
      expect(text).not.toMatch(/aws:cdk:(warning|error)/);
    }
  });

  it("has three stacks", async () => {
    expect(await texts(/\.template\.json$/)).toHaveLength(3);
  });

  it("gives each handler a bundle of its own, for the current Node on ARM", async () => {
    const functions = (await resources("AWS::Lambda::Function")).filter(({ Handler }) => Handler === "index.handler");
    const ours = functions.filter(({ Architectures }) => Architectures !== undefined);
    expect(ours).toHaveLength(9);
    for (const each of ours) {
      expect(each).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"] });
    }
    expect(new Set(ours.map(({ Code }) => JSON.stringify(Code))).size).toBe(9);
  });

  it("sends every message that cannot be processed or delivered to a dead-letter queue", async () => {
    for (const { RawMessageDelivery, RedrivePolicy } of await resources("AWS::SNS::Subscription")) {
      expect(RawMessageDelivery).toBe(true);
      expect(RedrivePolicy).toBeDefined();
    }
    const queues = await resources("AWS::SQS::Queue");
    expect(queues.filter(({ RedrivePolicy }) => RedrivePolicy !== undefined)).toHaveLength(8);
  });
});
