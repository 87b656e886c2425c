import { inspect } from "node:util";
import type { z } from "zod";
import type { Answer, Request } from "./contender-messages.ts";
import type { Sample } from "./interleave.ts";

/** What one contender does in one case. */
export interface Measurement {
  /** What comes before each sample and is not measured. */
  prepare?(): Promise<void>;
  /** One sample. */
  measure(): Promise<Sample>;
}

/** The contenders of a benchmark. */
export interface Registry<Settings> {
  /** What tells one case from another. It comes as JSON. */
  readonly settings: z.ZodType<Settings>;
  /** By name, in the order of the report. Each imports its own code only, as a function does. */
  readonly contenders: Readonly<Record<string, (settings: Settings) => Promise<Measurement>>>;
}

/**
 * Makes this process that of one contender in one case, with the contender's name and the settings as its arguments.
 * Requests come over IPC; between them it waits. It ends with the process that started it.
 */
export async function serveContender<Settings>(registry: Registry<Settings>): Promise<void> {
  process.once("disconnect", () => process.exit());
  const [name = "", settings = "null"] = process.argv.slice(2);
  await answering(async () => {
    const make = Object.hasOwn(registry.contenders, name) ? registry.contenders[name] : undefined;
    if (make === undefined) {
      throw new RangeError(`no contender "${name}": there are ${Object.keys(registry.contenders).join("; ")}`);
    }
    const measurement = await make(registry.settings.parse(JSON.parse(settings)));
    process.on("message", (request: Request) => void answering(() => run(request, measurement)));
    return {};
  });
}

async function run(request: Request, measurement: Measurement): Promise<Sample> {
  if (request === "measure") {
    return await measurement.measure();
  }
  // The garbage of the sample before is not the next one's. Only young objects, for the reason that `interleave` gives.
  globalThis.gc?.({ type: "minor" });
  await measurement.prepare?.();
  return {};
}

async function answering(work: () => Promise<Sample>): Promise<void> {
  const answer = await work().then(
    (sample): Answer => ({ kind: "done", sample }),
    (error: unknown): Answer => ({ kind: "failed", error: inspect(error) }),
  );
  process.send?.(answer);
}
