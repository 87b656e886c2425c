import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blocksOf, ROOT, writeBlocks } from "./blocks.ts";

const run = promisify(execFile);

/** One compiler run over all documents. */
const COMPILER_MS = 120_000;

function documents(): string[] {
  const docs = existsSync(join(ROOT, "docs"))
    ? readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    : [];
  return ["README.md", ...docs.filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)].filter((name) =>
    existsSync(join(ROOT, name)),
  );
}

let home: string;

beforeAll(async () => {
  // Inside the repository, so that the package finds itself by its name; ignored by git.
  await mkdir(join(ROOT, ".fanfare"), { recursive: true });
  home = await mkdtemp(join(ROOT, ".fanfare", "documents-"));
});

afterAll(async () => {
  await rm(home, { recursive: true, force: true });
});

/** What the compiler says of the files in the folder, without the folder's name. */
async function compile(): Promise<string> {
  const tsconfig = {
    extends: relative(home, join(ROOT, "tsconfig.json")),
    // Examples declare things to show them.
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false, types: ["node"] },
    include: ["."],
  };
  await writeFile(join(home, "tsconfig.json"), JSON.stringify(tsconfig));
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  try {
    await run(process.execPath, [tsc, "-p", home, "--pretty", "false"], { cwd: home, maxBuffer: 16 * 1_048_576 });
    return "";
  } catch (error) {
    return (error as { stdout?: string }).stdout || String(error);
  }
}

describe("the documents", () => {
  it("have a README with examples that are marked as complete", () => {
    expect(
      existsSync(join(ROOT, "README.md")),
      "README.md is missing: write it, with its examples in ```ts compile",
    ).toBe(true);
    const blocks = blocksOf("README.md", readFileSync(join(ROOT, "README.md"), "utf8"));
    expect(blocks.length, "README.md has no block marked ```ts compile: mark those that are complete").toBeGreaterThan(
      0,
    );
  });

  it("hold only examples that compile, and a wrong one would be noticed", { timeout: COMPILER_MS }, async () => {
    const blocks = documents().flatMap((document) => blocksOf(document, readFileSync(join(ROOT, document), "utf8")));
    const wrong = `\`\`\`ts\nnot compiled\n\`\`\`\n\n\`\`\`ts compile\nimport { event } from "fanfare";\nevent({});\n\`\`\`\n\n\`\`\`ts fragment\ntopic.fanOut("Billing", { events: ["NoSuchEvent"] });\n\`\`\`\n`;
    await writeBlocks(home, [...blocks, ...blocksOf("wrong.md", wrong)]);
    await copyFile(join(import.meta.dirname, "fragments.ts"), join(home, "fragments.ts"));
    // What is wrong in the sources themselves is the type check's to say.
    const complaints = (await compile()).split("\n").filter((line) => line !== "" && !line.startsWith(".."));
    const expected = complaints.filter((line) => line.startsWith("wrong/block-at-line-6.ts(7,"));
    expect(expected.length, `the compiler did not notice the wrong example:\n${complaints.join("\n")}`).toBeGreaterThan(
      0,
    );
    expect(
      complaints.some((line) => line.startsWith("wrong/block-at-line-11.ts(11,")),
      complaints.join("\n"),
    ).toBe(true);
    const first = complaints.findIndex((line) => !line.startsWith("wrong/") && !line.startsWith(" "));
    expect(first === -1 ? "" : complaints.slice(first).join("\n")).toBe("");
  });
});
