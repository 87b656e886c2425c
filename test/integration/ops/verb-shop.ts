import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { showGroups } from "../../../lib/cli/ops/dlq-read.ts";
import type { Surroundings } from "../../../lib/cli/ops/surroundings.ts";
import { removeSession, sessionOf, writeSession } from "../../../lib/cli/session/index.ts";
import { Shop, type ShopOptions } from "./shop.ts";

const MAIN = resolve(import.meta.dirname, "../../../lib/cli/main.ts");

/** How a process ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Both, as they came. */
  readonly text: string;
}

/** A shop as the verbs find it: like a `fanfare dev` that runs in their folder. */
export class VerbShop implements AsyncDisposable {
  readonly shop: Shop;
  readonly directory: string;
  /** Lines that verbs wrote since {@link clear}. */
  out: string[] = [];
  err: string[] = [];

  private constructor(shop: Shop) {
    this.shop = shop;
    this.directory = mkdtempSync(join(tmpdir(), "fanfare-verbs-"));
    writeSession(this.directory, sessionOf(shop.runtime));
  }

  static async start(options: ShopOptions = {}): Promise<VerbShop> {
    return new VerbShop(await Shop.start(options));
  }

  /** What a verb gets here; with `ask`, a person is there who answers. */
  here(more: Partial<Surroundings> = {}): Surroundings {
    return {
      directory: this.directory,
      home: join(this.directory, "home"),
      signal: new AbortController().signal,
      terminal: { out: (line) => this.out.push(line), err: (line) => this.err.push(line) },
      ...more,
    };
  }

  /** A person is there, and types this whatever is asked. */
  typing(answer: string): Surroundings {
    return this.here({ ask: async () => answer });
  }

  clear(): void {
    this.out = [];
    this.err = [];
  }

  json() {
    return JSON.parse(this.out.join("\n"));
  }

  /** Letters of Billing's dead-letter queue. What verbs wrote stays. */
  async letters(options: { readonly id?: readonly string[]; readonly undelivered?: boolean } = {}): Promise<number> {
    const lines: string[] = [];
    const terminal = { out: (line: string) => lines.push(line), err: () => {} };
    await showGroups("Billing", { json: true, ...options }, this.here({ terminal }));
    const { groups } = JSON.parse(lines.join("\n"));
    return groups.reduce((sum: number, { count }: { readonly count: number }) => sum + count, 0);
  }

  /** Starts the command as a process. */
  start(args: readonly string[], environment: Readonly<Record<string, string>> = {}, imports: readonly string[] = []) {
    const own = imports.flatMap((module) => ["--import", module]);
    const child = spawn(process.execPath, ["--conditions=@fanfare/source", ...own, MAIN, ...args], {
      cwd: this.directory,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH,
        HOME: this.directory,
        NO_COLOR: "1",
        FANFARE_HOME: join(this.directory, "home"),
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? "",
        ...environment,
      },
    });
    const said = { out: "", err: "", text: "" };
    for (const name of ["out", "err"] as const) {
      child[`std${name}`].on("data", (chunk) => {
        said[name] += chunk;
        said.text += chunk;
      });
    }
    const ended = new Promise<Ended>((done) => child.once("close", (code) => done({ code, ...said })));
    return { child, said, ended };
  }

  /** Runs the command as a process. */
  async fanfare(...given: Parameters<VerbShop["start"]>): Promise<Ended> {
    return await this.start(...given).ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    removeSession(this.directory);
    rmSync(this.directory, { recursive: true, force: true });
    await this.shop[Symbol.asyncDispose]();
  }
}
