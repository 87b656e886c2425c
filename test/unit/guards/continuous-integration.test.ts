import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../docs/pages.ts";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

test("continuous integration runs the campaigns, among them the oldest and the newest aws-cdk-lib", () => {
  const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: Readonly<Record<string, string>> };
  expect(read(".ci/run").split("\n")).toEqual(expect.arrayContaining(["npm test", "npm run test:campaigns"]));
  expect(scripts["test:campaigns"]).toBe("vitest run --project=campaigns");
  for (const campaign of ["cdk-versions", "strict", "working-directory", "package"]) {
    expect(existsSync(join(ROOT, `test/campaigns/${campaign}.test.ts`)), campaign).toBe(true);
  }
});
