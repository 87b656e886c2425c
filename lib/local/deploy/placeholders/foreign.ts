import { hexId } from "./identifiers.ts";

/** The value of an export, or of a parameter of Systems Manager, that no stack of the app declares. */
export function placeholderImport(name: string): string {
  return `placeholder-${name
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .join("-")}`;
}

/** What a dynamic reference to a secret resolves to. The same for the same reference. */
export function placeholderSecret(reference: string): string {
  return `placeholder-secret-${hexId(reference, 12)}`;
}
