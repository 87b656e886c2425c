/** The house as data: who may import whom. `docs/architecture.md` explains it; the tests beside this file hold it. */

export type Package = "runtime" | "constructs" | "tools" | "app";

/**
 * The packages that this repository will be published as, each with those that it may import. `constructs` takes only what the
 * table of folders gives it. `app` is the reference app and the demo, which are not published.
 */
export const PACKAGES: Readonly<Record<Package, readonly Package[]>> = {
  runtime: [],
  constructs: ["runtime"],
  tools: ["runtime"],
  app: ["runtime", "constructs", "tools"],
};

const LEAVES = ["lib/std", "lib/errors", "lib/names", "lib/clock"];
const MESSAGES = [...LEAVES, "lib/contract", "lib/wire"];
const PUBLISH = [...MESSAGES, "lib/hook", "lib/aws", "lib/payload", "lib/batch"];
const CONSUME = [...MESSAGES, "lib/hook", "lib/aws", "lib/payload", "lib/idempotency", "lib/circuit", "lib/batch"];
const OPS = [...MESSAGES, "lib/hook", "lib/aws", "lib/payload", "lib/batch", "lib/idempotency"];

export interface Folder {
  readonly package: Package;
  /** Folders whose `index.ts` it may import. */
  readonly imports: readonly string[];
}

const folder = (name: Package, ...imports: string[]): Folder => ({ package: name, imports });

/** One row per folder. The order is that of the arrows: what stands lower imports what stands higher. */
export const FOLDERS: Readonly<Record<string, Folder>> = {
  "lib/std": folder("runtime"),
  "lib/errors": folder("runtime"),
  "lib/names": folder("runtime"),
  "lib/clock": folder("runtime"),
  "lib/regions": folder("runtime"),
  "lib/batch": folder("runtime", "lib/std", "lib/clock"),
  "lib/contract": folder("runtime", ...LEAVES),
  "lib/wire": folder("runtime", ...LEAVES, "lib/contract"),
  "lib/hook": folder("runtime", ...LEAVES),
  "lib/aws": folder("runtime", ...LEAVES),
  "lib/payload": folder("runtime", ...MESSAGES, "lib/aws"),
  "lib/idempotency": folder("runtime", ...LEAVES, "lib/aws"),
  "lib/circuit": folder("runtime", ...LEAVES, "lib/aws"),
  "lib/publish": folder("runtime", ...PUBLISH),
  "lib/consume": folder("runtime", ...CONSUME),
  "lib/sns": folder("runtime", "lib/errors"),
  "lib/step-functions": folder("runtime", ...LEAVES, "lib/wire", "lib/aws"),
  "lib/observe": folder("runtime", ...LEAVES, "lib/hook"),
  /** lib/index.ts, the door of the runtime. */
  lib: folder("runtime", ...CONSUME, "lib/publish", "lib/consume"),

  "infra/constructs": folder("constructs", "lib/contract", "lib/names", "lib/errors", "lib/regions"),

  "lib/plan": folder("tools", "lib/errors"),
  "lib/ops": folder("tools", ...OPS),
  "lib/local": folder("tools", ...LEAVES, "lib/regions", "lib/hook"),
  "lib/testing": folder("tools", ...CONSUME, "lib/publish", "lib/consume", "lib/local"),
  /** Pure: the page is bundled with it. */
  "lib/graph": folder("tools"),
  "lib/assembly": folder("tools", ...LEAVES, "lib/graph", "lib/local"),
  "lib/console": folder("tools", ...OPS, "lib/ops", "lib/local", "lib/graph"),
  "lib/cli": folder(
    "tools",
    ...OPS,
    "lib/publish",
    "lib/ops",
    "lib/plan",
    "lib/local",
    "lib/graph",
    "lib/assembly",
    "lib/console",
  ),

  lambdas: folder("app", "lib"),
  "infra/stacks": folder("app", "infra/constructs", "lambdas"),
  /** infra/app.ts. */
  infra: folder("app", "infra/constructs", "infra/stacks"),
  "infra/examples": folder("app", "infra/constructs", "infra/stacks", "lambdas"),
  "infra/demo": folder(
    "app",
    "infra/constructs",
    "infra/stacks",
    "lambdas",
    "lib",
    "lib/local",
    "lib/testing",
    "lib/ops",
  ),
};

/** Folders of entry points: each file is one, so there is no door. */
export const WITHOUT_DOOR = ["lambdas", "infra/stacks", "infra/examples"];

/** Folders whose rooms other folders may enter by the room's own door. */
export const WITH_SIDE_DOORS = ["lib/local", "lib/aws"];

export interface House {
  /** Rooms, each with the rooms that it may import: "any" where only circles are forbidden. */
  readonly rooms: Readonly<Record<string, readonly string[] | "any">>;
  /** Files beside the rooms: the only ones. Undefined where there may be others. */
  readonly doors?: readonly string[];
  /** Files and folders at the top of the house. */
  readonly maxEntries?: number;
}

/**
 * Houses: folders divided into rooms, a room being a folder with an `index.ts`. Rooms never import the files beside them.
 * No house has a circle of rooms, those that are not listed here included.
 */
export const HOUSES: Readonly<Record<string, House>> = {
  "lib/aws": { rooms: { lean: [] } },
  "lib/observe": { rooms: { metrics: ["measure"], otel: ["measure"], measure: [] } },
  "lib/consume": {
    rooms: {
      receive: ["schedule", "settle", "claim", "handle", "decode", "record"],
      schedule: ["settle", "claim", "handle", "decode", "breaker", "record"],
      settle: ["claim", "handle", "decode", "record"],
      claim: ["record"],
      handle: ["record"],
      decode: ["record"],
      breaker: ["record"],
      settings: ["receive", "handle", "decode", "breaker", "record"],
      record: [],
    },
    doors: ["index.ts", "consume.ts", "consume-batch.ts", "poll.ts"],
    maxEntries: 14,
  },
  "lib/ops": {
    rooms: {
      doctor: ["tail", "letters", "fleet", "cloud"],
      tail: ["letters", "fleet", "cloud"],
      canary: ["move", "letters", "fleet", "cloud"],
      edit: ["archive", "letters", "fleet", "cloud"],
      archive: ["letters", "fleet", "files", "cloud"],
      move: ["letters", "fleet", "files", "cloud"],
      trace: ["letters", "fleet", "cloud"],
      letters: ["fleet", "cloud"],
      fleet: ["cloud"],
      cloud: [],
      files: [],
    },
    doors: ["index.ts"],
  },
  "infra/constructs": {
    rooms: {
      topic: "any",
      queue: "any",
      consumer: "any",
      stores: "any",
      bundling: "any",
      observability: "any",
      access: "any",
      places: "any",
      manifest: "any",
      checks: "any",
    },
  },
};

/** Longest source in lines, in lib, infra and lambdas. A longer file has more than one job. */
export const MAX_LINES = 250;

/** Documents whose paths in backticks must exist. */
export const DOCUMENTS = ["docs/architecture.md"];
