import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const run = promisify(execFile);

/** One compiler run over all documents. */
const COMPILER_MS = 120_000;

/** The fence of a block that is complete and has to compile. A block whose first line is `// file: path` becomes that file. */
const FENCE = "ts compile";

interface Block {
  /** Path of the document from the root. */
  readonly document: string;
  /** Line of the block's first line in the document, from 1. */
  readonly line: number;
  /** Path that the block gives itself, if it does. */
  readonly file: string | undefined;
  readonly code: string;
}

function documents(): string[] {
  const docs = existsSync(join(ROOT, "docs"))
    ? readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    : [];
  return ["README.md", ...docs.filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)].filter((name) =>
    existsSync(join(ROOT, name)),
  );
}

function blocksOf(document: string, text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const fence = /^(`{3,})\s*(.*?)\s*$/.exec(lines[at] ?? "");
    if (fence === null) {
      continue;
    }
    const [, ticks = "```", info = ""] = fence;
    const start = at + 1;
    while (at + 1 < lines.length && lines[at + 1]?.trimEnd() !== ticks) {
      at += 1;
    }
    const code = lines.slice(start, at + 1);
    if (info === FENCE) {
      const file = /^\/\/ file: (\S+)/.exec(code[0] ?? "")?.[1];
      blocks.push({ document, line: start + 1, file, code: code.join("\n") });
    }
    // The closing fence.
    at += 1;
  }
  return blocks;
}

/** A folder for each document, where its blocks are files that can import each other; lines are those of the document. */
async function writeBlocks(home: string, blocks: readonly Block[]): Promise<void> {
  const files = new Map<string, string>();
  for (const { document, line, file, code } of blocks) {
    const path = join(document.replace(/\.md$/, ""), file ?? `block-at-line-${line}.ts`);
    const before = files.get(path) ?? "";
    files.set(path, `${before}${"\n".repeat(Math.max(0, line - before.split("\n").length))}${code}\n`);
  }
  for (const [path, text] of files) {
    const target = join(home, path);
    if (relative(home, target).startsWith("..")) {
      throw new Error(`a block names a file outside its document: ${path}`);
    }
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
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
    const wrong = `\`\`\`ts\nnot compiled\n\`\`\`\n\n\`\`\`ts compile\nimport { event } from "fanfare";\nevent({});\n\`\`\`\n`;
    await writeBlocks(home, [...blocks, ...blocksOf("wrong.md", wrong)]);
    // What is wrong in the sources themselves is the type check's to say.
    const complaints = (await compile()).split("\n").filter((line) => line !== "" && !line.startsWith(".."));
    const expected = complaints.filter((line) => line.startsWith("wrong/block-at-line-6.ts(7,"));
    expect(expected.length, `the compiler did not notice the wrong example:\n${complaints.join("\n")}`).toBeGreaterThan(
      0,
    );
    const first = complaints.findIndex((line) => !line.startsWith("wrong/") && !line.startsWith(" "));
    expect(first === -1 ? "" : complaints.slice(first).join("\n")).toBe("");
  });
});
