/** Values of one key that are shown; the rest is counted. */
const MAX_VALUES = 4;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * A filter policy of SNS for people, one condition per line: `region: eu, us`, `total >= 100`. All lines must hold, and one value of each. Lines are sorted
 * as the policy has them; conditions that are not known are shown as JSON.
 */
export function filterText(policy: unknown): string[] {
  return isObject(policy) ? linesOf(policy, "") : [];
}

function linesOf(policy: Readonly<Record<string, unknown>>, path: string): string[] {
  return Object.entries(policy).flatMap(([key, value]) => {
    if (key === "$or" && Array.isArray(value)) {
      return [value.map((each) => `(${filterLines(each, path).join(" and ")})`).join(" or ")];
    }
    const name = path === "" ? key : `${path}.${key}`;
    return isObject(value) ? linesOf(value, name) : [lineOf(name, Array.isArray(value) ? value : [value])];
  });
}

function filterLines(policy: unknown, path: string): string[] {
  return isObject(policy) ? linesOf(policy, path) : [];
}

function lineOf(name: string, conditions: readonly unknown[]): string {
  const [only] = conditions;
  if (conditions.length === 1 && isObject(only) && Array.isArray(only.numeric)) {
    return `${name} ${numericText(only.numeric)}`;
  }
  const texts = withoutSharedPrefix(name, conditions.map(conditionText));
  const shown = texts.slice(0, MAX_VALUES);
  const more = texts.length - shown.length;
  return `${name}: ${shown.join(", ")}${more > 0 ? `, ${more} more` : ""}`;
}

/** Types of one contract begin with its name, `orders.`, which says nothing where all do. */
function withoutSharedPrefix(name: string, texts: readonly string[]): readonly string[] {
  const prefix = name === "type" ? /^[\w-]+\./.exec(texts[0] ?? "")?.[0] : undefined;
  return prefix !== undefined && texts.every((text) => text.startsWith(prefix))
    ? texts.map((text) => text.slice(prefix.length))
    : texts;
}

function conditionText(condition: unknown): string {
  if (!isObject(condition)) {
    return typeof condition === "string" ? condition : JSON.stringify(condition);
  }
  const [[operator, value] = ["", undefined], ...others] = Object.entries(condition);
  if (others.length > 0) {
    return JSON.stringify(condition);
  }
  switch (operator) {
    case "prefix":
      return `${partText(value)}*`;
    case "suffix":
      return `*${partText(value)}`;
    case "wildcard":
      return String(value);
    case "exists":
      return value === true ? "any value" : "absent";
    case "equals-ignore-case":
      return `${String(value)} (any case)`;
    case "anything-but":
      return `not ${(Array.isArray(value) ? value : [value]).map(conditionText).join(", ")}`;
    case "numeric":
      return Array.isArray(value) ? numericText(value) : JSON.stringify(condition);
    case "cidr":
      return `in ${String(value)}`;
    default:
      return JSON.stringify(condition);
  }
}

/** `prefix` and `suffix` take a string, or an object that ignores the case. */
function partText(value: unknown): string {
  return isObject(value) ? Object.values(value).map(String).join("") : String(value);
}

/** `[">=", 100, "<", 200]` */
function numericText(numeric: readonly unknown[]): string {
  const pairs: string[] = [];
  for (let index = 0; index < numeric.length; index += 2) {
    pairs.push(`${String(numeric[index])} ${String(numeric[index + 1])}`);
  }
  return pairs.join(" and ");
}
