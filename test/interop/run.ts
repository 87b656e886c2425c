import { PeerUnavailable } from "./peer.ts";
import type { Cell, KnownLimit, Suite } from "./row.ts";
import type { World } from "./world.ts";

/** A cell of the matrix with what became of it. `limited`: red, and explained by the client's own limit. */
export interface Outcome extends Cell {
  readonly client: string;
  /** The client's package and its version. */
  readonly version: string;
  readonly status: "passed" | "failed" | "limited" | "skipped";
  /** Why it did not pass. */
  readonly reason: string;
}

/** The outcomes, and the versions of everything that took part. */
export interface Report {
  readonly outcomes: readonly Outcome[];
  readonly versions: Readonly<Record<string, string>>;
}

/** Runs suites one after another, each row on queues and topics of its own. */
export async function runSuites(
  world: World,
  suites: readonly Suite[],
  progress: (outcome: Outcome) => void,
): Promise<Report> {
  const outcomes: Outcome[] = [];
  const versions: Record<string, string> = {};
  for (const suite of suites) {
    for await (const outcome of runSuite(world, suite, versions)) {
      outcomes.push(outcome);
      progress(outcome);
    }
  }
  return { outcomes, versions };
}

async function* runSuite(world: World, suite: Suite, versions: Record<string, string>): AsyncGenerator<Outcome> {
  const { client, cells } = suite;
  const opened = await suite.open(world).catch((error: unknown) => {
    return error instanceof Error ? error : new Error(String(error));
  });
  if (opened instanceof Error) {
    // What the machine lacks is no failure of anybody; a client that is there and does not start is one.
    const status = opened instanceof PeerUnavailable ? "skipped" : "failed";
    for (const cell of cells) {
      yield { ...pick(cell), client, version: "", status, reason: opened.message };
    }
    return;
  }
  Object.assign(versions, opened.versions);
  const version = opened.versions[client.split(" ").at(-1) ?? ""] ?? opened.versions[client] ?? "";
  try {
    for (const row of opened.rows) {
      const failure = await row.run().then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      yield { ...pick(row), client, version, ...judge(failure, row.limit) };
    }
  } finally {
    await opened.close();
  }
}

function judge(failure: string | undefined, limit: KnownLimit | undefined): Pick<Outcome, "status" | "reason"> {
  if (limit === undefined) {
    return failure === undefined ? { status: "passed", reason: "" } : { status: "failed", reason: failure };
  }
  if (failure === undefined) {
    return { status: "failed", reason: `passed, though this limit is listed: ${limit.reason}` };
  }
  return limit.symptom.test(failure)
    ? { status: "limited", reason: limit.reason }
    : { status: "failed", reason: `not as the listed limit explains: ${failure}` };
}

function pick({ direction, via, fifo, payload }: Cell): Cell {
  return { direction, via, fifo, payload };
}
