/** Where a consumer writes its log. Powertools' Logger fits, and so does `console`. Bodies and payloads are never passed. */
export interface Logger {
  debug(message: string, fields: Readonly<Record<string, unknown>>): void;
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** Writes one JSON object per line. Debug lines are left out unless `FANFARE_LOG_LEVEL` is `debug`. */
export const consoleLogger: Logger = {
  debug: (message, fields) => {
    if (process.env.FANFARE_LOG_LEVEL === "debug") {
      console.debug(line("DEBUG", message, fields));
    }
  },
  info: (message, fields) => console.info(line("INFO", message, fields)),
  warn: (message, fields) => console.warn(line("WARN", message, fields)),
  error: (message, fields) => console.error(line("ERROR", message, fields)),
};

/** The same logger, which never throws: what a log line costs is not worth a message. */
export function safeLogger(logger: Logger): Logger {
  const safe =
    (level: keyof Logger): Logger["info"] =>
    (message, fields) => {
      try {
        logger[level](message, fields);
      } catch {
        // Nowhere to report it.
      }
    };
  return { debug: safe("debug"), info: safe("info"), warn: safe("warn"), error: safe("error") };
}

function line(level: string, message: string, fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ level, message, ...fields });
}
