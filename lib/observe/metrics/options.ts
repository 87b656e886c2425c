import { FanfareError, numberInRange } from "../../errors/index.ts";
import {
  CONSUMER_METRICS,
  DEFAULT_METRIC_NAMESPACE,
  ENVIRONMENT,
  METRIC_DIMENSIONS,
  METRIC_NAMESPACE,
  PUBLISHER_METRICS,
} from "../../names/index.ts";
import type { EmfSettings } from "./emf-sink.ts";

/** Options of {@link metrics}. */
export interface MetricsOptions {
  /**
   * The CloudWatch namespace: 1 to 255 characters of `A-Z a-z 0-9 . - _ / # :`, not beginning with `AWS/` or a colon.
   * @default the variable `FANFARE_METRICS_NAMESPACE`, which the constructs set with `metrics`, else `Fanfare`
   */
  readonly namespace?: string;
  /**
   * Dimensions that each metric has besides its own, such as `{ Stage: "prod" }`: at most 28, names of 1 to 255 characters, values of 1 to
   * 1,024, printable ASCII. The alarms of the constructs watch metrics without them. @default none
   */
  readonly dimensions?: Readonly<Record<string, string>>;
  /** Names of errors that are told apart, 1 to 100, per process; all others are `other`. Each is a metric that CloudWatch bills. @default 20 */
  readonly maxErrors?: number;
  /** Where lines go, without a line feed. @default standard output: Lambda would wrap what `console` writes, and CloudWatch not read it */
  readonly write?: (line: string) => void;
}

/** Dimensions of a metric are at most 30, of which 2 are ours. Source: CloudWatch User Guide, "Specification: Embedded metric format". */
const MAX_DIMENSIONS = 28;

/** Members of a line that are not the user's. */
const RESERVED: ReadonlySet<string> = new Set([
  "_aws",
  "requestId",
  ...Object.keys(CONSUMER_METRICS),
  ...Object.keys(PUBLISHER_METRICS),
  ...Object.values(METRIC_DIMENSIONS),
]);

/** Fills in defaults and reads the environment. @throws FanfareError `ConfigurationInvalid` */
export function resolveOptions(options: MetricsOptions): EmfSettings & { readonly maxErrors: number } {
  const namespace = options.namespace ?? (process.env[ENVIRONMENT.metricsNamespace] || DEFAULT_METRIC_NAMESPACE);
  checkNamespace(namespace);
  const dimensions = options.dimensions ?? {};
  checkDimensions(dimensions);
  return {
    namespace,
    dimensions,
    maxErrors: numberInRange("maxErrors", options.maxErrors ?? 20, 1, 100),
    write: options.write ?? ((line) => void process.stdout.write(`${line}\n`)),
  };
}

function checkNamespace(namespace: unknown): void {
  const valid = typeof namespace === "string" && METRIC_NAMESPACE.test(namespace);
  refuseUnless(valid, "namespace", `the namespace ${JSON.stringify(namespace)} is not one that CloudWatch takes`, {
    limit: "1 to 255 characters of A-Z a-z 0-9 . - _ / # :",
    remedy: "use other characters, and begin with neither AWS/ nor a colon",
  });
}

/** Source: Amazon CloudWatch API Reference, `Dimension`. */
function checkDimensions(dimensions: Readonly<Record<string, unknown>>): void {
  const all = Object.entries(dimensions);
  refuseUnless(all.length <= MAX_DIMENSIONS, "dimensions", `there are ${all.length} dimensions`, {
    limit: `${MAX_DIMENSIONS} dimensions`,
    remedy: "leave some out: CloudWatch takes 30, of which 2 are Fanfare's",
  });
  for (const [name, value] of all) {
    const field = `dimensions.${name}`;
    refuseUnless(
      isPrintable(name, 255) && !name.startsWith(":"),
      field,
      `"${name}" cannot be the name of a dimension`,
      {
        limit: "1 to 255 characters of printable ASCII",
        remedy: "use other characters, and do not begin with a colon",
      },
    );
    refuseUnless(!RESERVED.has(name), field, `the dimension "${name}" has the name of something of Fanfare's`, {
      remedy: "use another name",
    });
    refuseUnless(isPrintable(value, 1_024), field, `the value of the dimension "${name}" cannot be one`, {
      limit: "a string of 1 to 1024 characters of printable ASCII, not only spaces",
      remedy: "pass such a string",
    });
  }
}

function isPrintable(text: unknown, maxCharacters: number): boolean {
  return typeof text === "string" && text.length <= maxCharacters && /^[ -~]*[!-~][ -~]*$/.test(text);
}

function refuseUnless(
  valid: boolean,
  field: string,
  message: string,
  { limit, remedy }: { readonly limit?: string; readonly remedy: string },
): void {
  if (!valid) {
    throw new FanfareError("ConfigurationInvalid", message, {
      field,
      remedy,
      ...(limit === undefined ? {} : { limit }),
    });
  }
}
