import { isJsonObject, type Json, type JsonObject } from "../../std/index.ts";

/**
 * A template with its variables replaced by values. Inside quotation marks a string is only escaped; elsewhere it gets its own.
 *
 * @param variable finds variables; its first group is the name
 * @param valueFor `null` for what is not there; `undefined` for what is no variable
 */
export function fillTemplate(template: string, variable: RegExp, valueFor: (name: string) => Json | undefined): string {
  const isText = template.trimStart().startsWith('"');
  return template.replaceAll(variable, (whole, name: string, offset: number) => {
    const found = valueFor(name);
    if (found === undefined) {
      return whole;
    }
    const value = found === null && isText ? "" : found;
    return typeof value === "string" && isQuoted(template, offset)
      ? JSON.stringify(value).slice(1, -1)
      : JSON.stringify(value);
  });
}

/** Whether the place is inside a string of the template: after an odd number of quotation marks. */
function isQuoted(template: string, offset: number): boolean {
  return (template.slice(0, offset).replaceAll(/\\./g, "").split('"').length - 1) % 2 === 1;
}

/** The value at `$.detail.items[0].id`. */
export function valueAt(event: JsonObject, path: string): Json | undefined {
  const steps = path.replace(/^\$\.?/, "").match(/[^.[\]]+/g) ?? [];
  let current: Json | undefined = event;
  for (const step of steps) {
    if (Array.isArray(current)) {
      current = current[Number(step)];
    } else {
      current = isJsonObject(current) && Object.hasOwn(current, step) ? current[step] : undefined;
    }
  }
  return current;
}
