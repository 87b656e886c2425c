import { type DeliveryInfo, type EventInfo, type Hook, traceIdOf } from "../../hook/index.ts";
import type { Delivery } from "./delivery.ts";
import { cut, type LogFields, loggable } from "./log-fields.ts";

/** Where a consumer writes its log. Powertools' Logger fits, and so does `console`. Bodies and payloads are never passed. */
export interface Logger {
  debug(message: string, fields: Readonly<Record<string, unknown>>): void;
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** The lines that are written: those of this level and above. `silent` writes none. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error", "silent"];

export function isLogLevel(level: unknown): level is LogLevel {
  return LEVELS.some((each) => each === level);
}

/** Names of levels, those of Lambda's advanced logging controls among them. */
const LEVEL_NAMES: ReadonlyMap<string, LogLevel> = new Map([
  ["trace", "debug"],
  ["debug", "debug"],
  ["info", "info"],
  ["warn", "warn"],
  ["error", "error"],
  ["fatal", "error"],
  ["silent", "silent"],
]);

/** The level that the environment names: `FANFARE_LOG_LEVEL`, else Lambda's `AWS_LAMBDA_LOG_LEVEL`, else `info`. */
export function levelOfEnvironment(): LogLevel {
  const named = [process.env.FANFARE_LOG_LEVEL, process.env.AWS_LAMBDA_LOG_LEVEL].map((name) =>
    LEVEL_NAMES.get((name ?? "").toLowerCase()),
  );
  return named.find((level) => level !== undefined) ?? "info";
}

/** Writes one JSON object per line, of at most about 20,000 characters before JSON escapes them, whatever the fields are. */
export const consoleLogger: Logger = {
  debug: (message, fields) => console.debug(line("DEBUG", message, fields)),
  info: (message, fields) => console.info(line("INFO", message, fields)),
  warn: (message, fields) => console.warn(line("WARN", message, fields)),
  error: (message, fields) => console.error(line("ERROR", message, fields)),
};

/**
 * The same logger, which leaves out lines below a level, and never throws: what a log line costs is not worth a message.
 */
export function safeLogger(logger: Logger, level: LogLevel): Logger {
  const lowest = LEVELS.indexOf(level);
  const safe =
    (name: keyof Logger): Logger["info"] =>
    (message, fields) => {
      if (LEVELS.indexOf(name) >= lowest) {
        write(logger, name, message, fields);
      }
    };
  return { debug: safe("debug"), info: safe("info"), warn: safe("warn"), error: safe("error") };
}

/** A logger of the user may also be async, and reject. Nowhere to report it. */
function write(logger: Logger, level: keyof Logger, message: string, fields: LogFields): void {
  try {
    const written: unknown = logger[level](message, fields);
    if (typeof written === "object" && written !== null && "then" in written) {
      Promise.resolve(written).catch(() => undefined);
    }
  } catch {
    // As above.
  }
}

/**
 * A logger whose lines name an event, its message and its trace. A field of the same name is kept, with an underscore. Most handlers write
 * no line, so nothing is prepared for one.
 */
export function eventLogger(logger: Logger, delivery: Delivery, event: EventInfo, hook: Hook | undefined): Logger {
  const fieldsOfEvent = (): LogFields => {
    const own = hook?.ask((observer) => observer.logFields?.(delivery)) ?? [];
    return Object.assign({}, idsOf(delivery, event), ...own);
  };
  const named =
    (level: keyof Logger): Logger["info"] =>
    (message, fields) => {
      const ids = fieldsOfEvent();
      logger[level](message, { ...ids, ...renamed(fields, Object.keys(ids)) });
    };
  return { debug: named("debug"), info: named("info"), warn: named("warn"), error: named("error") };
}

/** The ids of a delivery and its event. They are the sender's: cut where they are too long. */
export function idsOf(delivery: DeliveryInfo, event: EventInfo | undefined): LogFields {
  return {
    event: event === undefined ? undefined : cut(event.name, 300),
    eventId: event === undefined ? undefined : cut(event.id, 300),
    messageId: cut(delivery.messageId, 300),
    correlationId: event?.correlationId === undefined ? undefined : cut(event.correlationId, 300),
    causationId: event?.causationId === undefined ? undefined : cut(event.causationId, 300),
    traceId: traceIdOf(event?.traceparent),
  };
}

function line(level: string, message: unknown, fields: unknown): string {
  try {
    return JSON.stringify({ level, message: loggable(message), ...fieldsOfLine(fields) });
  } catch {
    return JSON.stringify({ level, message: "a log line could not be written" });
  }
}

function fieldsOfLine(fields: unknown): LogFields {
  return renamed(loggable(fields instanceof Error ? { error: fields } : fields), ["level", "message"]);
}

/** Fields with other names where theirs are taken. Never throws, whatever the handler passed. */
function renamed(fields: unknown, taken: readonly string[]): LogFields {
  try {
    const entries = Object.entries(fieldsFrom(fields));
    return Object.fromEntries(entries.map(([name, value]) => [taken.includes(name) ? `${name}_` : name, value]));
  } catch {
    return { fields: "[not readable]" };
  }
}

function fieldsFrom(given: unknown): object {
  if (given instanceof Error) {
    return { error: given };
  }
  if (typeof given === "object" && given !== null && !Array.isArray(given)) {
    return given;
  }
  return given === undefined || given === null ? {} : { value: given };
}
