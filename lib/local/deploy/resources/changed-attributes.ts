import type { PropertyReader } from "../properties.ts";

/** Properties of a resource type that are attributes of the same name in the API. */
export interface AttributeRules {
  /** In the order in which they are set. */
  readonly names: readonly string[];
  /** What an attribute goes back to when the template no longer sets it. */
  readonly defaults: Readonly<Record<string, string>>;
}

/** The attributes to set: those with another value than before, and those that go back to their default. */
export function changedAttributes(
  { names, defaults }: AttributeRules,
  wanted: Readonly<Record<string, string>>,
  previous?: PropertyReader,
): Record<string, string> {
  const before = previous?.attributes(names) ?? {};
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = wanted[name] ?? (before[name] === undefined ? undefined : defaults[name]);
      return value === undefined || value === before[name] ? [] : [[name, value]];
    }),
  );
}
