import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { showGroups } from "../../../lib/cli/ops/dlq-read.ts";
import type { Surroundings } from "../../../lib/cli/ops/surroundings.ts";
import { removeSession, sessionOf, writeSession } from "../../../lib/cli/session/index.ts";
import { type Ended, startCommand } from "./command.ts";
import { Shop, type ShopOptions } from "./shop.ts";

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
    return startCommand(args, { directory: this.directory, environment, imports });
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
