import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** The fence of a block that is complete and has to compile. A block whose first line is `// file: path` becomes that file. */
const FENCE = "ts compile";

/** The fence of a block of statements, which use what `fragments.ts` declares. */
const FRAGMENT = "ts fragment";

export interface Block {
  /** Path of the document from the root. */
  readonly document: string;
  /** Line of the block's first line in the document, from 1. */
  readonly line: number;
  /** Path that the block gives itself, if it does. */
  readonly file: string | undefined;
  readonly code: string;
}

/** The complete blocks of a document. */
export function blocksOf(document: string, text: string): Block[] {
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
    } else if (info === FRAGMENT) {
      blocks.push({ document, line: start + 1, file: undefined, code: enclose(code.join("\n")) });
    }
    // The closing fence.
    at += 1;
  }
  return blocks;
}

/** Makes a module of statements, on the same lines: a function of a construct, unless they import something. */
function enclose(code: string): string {
  return /^import /m.test(code)
    ? code
    : `export async function fragment(this: import("constructs").Construct) { ${code}\n}`;
}

/** A folder for each document, where its blocks are files that can import each other; lines are those of the document. */
export async function writeBlocks(home: string, blocks: readonly Block[]): Promise<void> {
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
