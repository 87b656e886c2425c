import type { Json } from "../../../std/index.ts";
import { hexId } from "./identifiers.ts";

/** How the values begin that stand for unknown texts. */
const START = "placeholder-";

/** Parts of a list whose length is not known. Templates rarely select a later one. */
const MANY = 12;
const FEW = 3;

/** Whether a value has a placeholder anywhere. */
export function hasPlaceholder(value: Json): boolean {
  return JSON.stringify(value).includes(START);
}

/**
 * The parts of a placeholder that a template splits: those of an ARN by `:`, a few equal ones by `,`, many by anything else; undefined
 * for a text that is known, or has the delimiter.
 */
export function splitPlaceholder(text: string, delimiter: string, region: string): readonly string[] | undefined {
  if (!text.startsWith(START) || text.includes(delimiter)) {
    return undefined;
  }
  if (delimiter === ":") {
    return ["arn", "aws", "placeholder", region, "000000000000", text, text, text];
  }
  return Array.from({ length: delimiter === "," ? FEW : MANY }, () => text);
}

/** The value of an export, or of a parameter of Systems Manager, that no stack of the app declares. */
export function placeholderImport(name: string): string {
  return `${START}${name
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .join("-")}`;
}

/** What a dynamic reference to a secret resolves to. The same for the same reference. */
export function placeholderSecret(reference: string): string {
  return `placeholder-secret-${hexId(reference, 12)}`;
}
