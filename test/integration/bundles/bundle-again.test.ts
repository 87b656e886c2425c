import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundleEntry, EntryBundler } from "../../../infra/constructs/bundling/bundle-entry.ts";
import { LEFT_OUT } from "../../../lib/names/index.ts";

const SETTINGS = {
  target: "node24",
  conditions: ["@fanfare/source"],
  external: ["zod"],
  define: { [`process.env.${LEFT_OUT.sdk}`]: '"1"' },
};

let folder: string;
let bundler: EntryBundler;

beforeEach(async () => {
  // Within the repository, so that the handler finds the packages.
  folder = mkdtempSync(join(import.meta.dirname, ".again-"));
  copyFileSync(join(import.meta.dirname, "handlers/contract.ts"), join(folder, "contract.ts"));
  write("other.ts", 'export const word = "first";');
  write("handler.ts", HANDLER);
  bundler = await EntryBundler.create(join(folder, "handler.ts"), SETTINGS);
});

afterEach(async () => {
  await bundler.dispose();
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

const HANDLER = `
import { consume } from "fanfare";
import { contract } from "./contract.ts";
import { word } from "./other.ts";
export const handler = consume(contract, { Placed: async () => { console.log(word); } });`;

const WITH_CLIENT = `
import { S3Client } from "@aws-sdk/client-s3";
${HANDLER}
export const s3 = new S3Client({});`;

const WITH_PUBLISHER = `
import { createPublisher } from "fanfare";
${HANDLER}
export const publisher = createPublisher(contract, { target: "arn:aws:sns:eu-central-1:111122223333:orders" });`;

async function newBundle() {
  const { files } = await bundleEntry(join(folder, "handler.ts"), SETTINGS);
  return files.map(({ name, contents }) => [name, Buffer.from(contents).toString()]);
}

async function madeAgain() {
  const { files } = await bundler.bundle();
  return files.map(({ name, contents }) => [name, Buffer.from(contents).toString()]);
}

test("after each change, a bundle that is made again is as a new one", { timeout: 60_000 }, async () => {
  const changes: readonly (readonly [what: string, handler: string])[] = [
    ["a first handler", HANDLER],
    ["a changed module", HANDLER],
    ["an AWS client that the handler did not import before", WITH_CLIENT],
    ["a changed module beside an AWS client", WITH_CLIENT],
    ["a publisher in place of an AWS client", WITH_PUBLISHER],
    ["a changed module beside a publisher", WITH_PUBLISHER],
    ["no publisher any more", HANDLER],
    ["a publisher that was not there before", WITH_PUBLISHER],
    ["an AWS client in place of a publisher", WITH_CLIENT],
    ["no AWS client any more", HANDLER],
  ];
  for (const [what, handler] of changes) {
    write("handler.ts", handler);
    write("other.ts", `export const word = "after ${what}";`);
    const again = await madeAgain();
    expect(again.map(([, text]) => text).join(), what).toContain(`after ${what}`);
    expect(again, what).toEqual(await newBundle());
  }
});

test("a mistake is an error, and what is made after it is as a new bundle", async () => {
  await bundler.bundle();
  write("other.ts", "export const word = ;");
  await expect(bundler.bundle()).rejects.toThrow('Unexpected ";"');
  write("other.ts", 'export const word = "third";');
  expect(await madeAgain()).toEqual(await newBundle());
});
