import type { World } from "./world.ts";

/** How messages get from the one to the other. */
export type Via = "queue" | "topic" | "wrapped";

/** What distinguishes one cell of the matrix from the others. */
export interface Cell {
  /** From the client's point of view: it `writes` what Fanfare reads, or `reads` what Fanfare wrote. */
  readonly direction: "writes" | "reads";
  readonly via: Via;
  readonly fifo: boolean;
  /** `small`, `large`, and how, where there is more than one way. */
  readonly payload: string;
}

/** A limit of the other client, known and explained, because of which a cell is red. */
export interface KnownLimit {
  readonly reason: string;
  /** What the failure must look like, so that the limit explains no other one. */
  readonly symptom: RegExp;
}

/** One cell of the matrix with its check. */
export interface Row<Context> extends Cell {
  /** When given, the check must fail with its symptom: a limit that is gone has to leave this list. */
  readonly limit?: KnownLimit;
  /** @throws Error saying what did not arrive as it was sent */
  run(world: World, context: Context): Promise<void>;
}

/** The rows of one client. */
export interface Suite {
  readonly client: string;
  /** Rows by name of what they need, ready to run. @throws PeerUnavailable */
  open(world: World): Promise<OpenSuite>;
  /** The cells, known without the client, for rows that are skipped. */
  readonly cells: readonly Cell[];
}

export interface OpenSuite {
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly (Cell & { readonly limit?: KnownLimit; run(): Promise<void> })[];
  close(): Promise<void>;
}

/** A suite whose rows share one context: a started client, or nothing. */
export function suite<Context>(
  client: string,
  rows: readonly Row<Context>[],
  start: (world: World) => Promise<{
    context: Context;
    versions: Readonly<Record<string, string>>;
    close(): Promise<void>;
  }>,
): Suite {
  return {
    client,
    cells: rows,
    async open(world) {
      const { context, versions, close } = await start(world);
      return { versions, close, rows: rows.map((row) => ({ ...row, run: () => row.run(world, context) })) };
    },
  };
}

export const STANDARD_AND_FIFO = [false, true] as const;
