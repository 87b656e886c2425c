import pc from "picocolors";
import { isJsonObject, parseJson } from "../../../std/index.ts";

/** One line that a handler printed. A JSON object with a `message` becomes text: `WARN backoff not set messageId=m1`. */
export function logText(line: string, stream: "stdout" | "stderr"): string {
  const fields = line.startsWith("{") ? parseJson(line) : undefined;
  if (!isJsonObject(fields) || typeof fields.message !== "string") {
    return stream === "stderr" ? pc.red(line) : line;
  }
  const { level, message, ...rest } = fields;
  const shown = Object.entries(rest).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return [typeof level === "string" ? levelText(level) : [], message, pc.dim(shown.join(" "))]
    .flat()
    .join(" ")
    .trimEnd();
}

function levelText(level: string): string {
  const name = level.toUpperCase();
  return name === "ERROR" ? pc.red(name) : name === "WARN" ? pc.yellow(name) : pc.dim(name);
}
