import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundlePage } from "../../../lib/console/index.ts";

/** KiB of the whole page, compressed: script and style sheet. */
const LIMIT_KIB = 40;

test("the page has at most 40 KiB compressed, and loads nothing from elsewhere", async () => {
  const { script, style } = await bundlePage();
  const kib = (gzipSync(script).length + gzipSync(style).length) / 1_024;
  expect(kib, "KiB compressed").toBeLessThan(LIMIT_KIB);
  expect(script).toContain("/api/live");
  expect(style).not.toMatch(/url\(|@import/);
  const hosts = [...script.matchAll(/https?:\/\/[\w.-]+/g)].map(([found]) => found);
  expect(hosts.filter((host) => host !== "http://www.w3.org")).toEqual([]);
});
