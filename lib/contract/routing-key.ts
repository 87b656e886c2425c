import { FanfareError } from "../errors/index.ts";

/** The attributes that {@link routingKey} declares. */
export interface RoutingKeyAttributes {
  /** The key: words between dots, as in `de.orders.created`. */
  readonly routingKey: string;
  /** Number of its words. */
  readonly routingWords: number;
}

/** Conditions on the attributes of {@link routingKey}, for `where`. */
export interface RoutingConditions {
  readonly routingKey?: readonly (
    | string
    | { readonly prefix: string }
    | { readonly suffix: string }
    | { readonly wildcard: string }
  )[];
  readonly routingWords?: readonly (number | { readonly numeric: readonly [">=", number] })[];
}

const WORD = /^[A-Za-z0-9_-]+$/;

/** Source: Amazon SNS Developer Guide, "Filter policy constraints": most wildcards of one pattern. */
const MAX_WILDCARDS = 3;

/**
 * Declares two attributes for routing by the words of a key: `routingKey`, and `routingWords`, their number. Spread it into the `attributes`
 * of an event.
 *
 * ```ts
 * event({ schema, attributes: { ...routingKey((order: Order) => `${order.country}.orders.${order.state}`) } });
 * ```
 *
 * @param keyOf returns words between dots
 */
export function routingKey<Data>(keyOf: (data: Data) => string): {
  readonly [Name in keyof RoutingKeyAttributes]: (data: Data) => RoutingKeyAttributes[Name];
} {
  return { routingKey: keyOf, routingWords: (data) => keyOf(data).split(".").length };
}

/**
 * Returns the conditions for a binding pattern as topic exchanges of RabbitMQ have it: `*` stands for one word, `#` for any number of
 * words, none included.
 *
 * ```ts
 * topic.fanOut("Germany", { where: matching("de.*") });
 * ```
 *
 * A filter of SNS has no words, and its wildcard also matches dots. With the number of words given, each `*` has only one word left.
 *
 * @throws FanfareError `ConfigurationInvalid` for a pattern that cannot be told exactly: several `#`, a `*` that is not next to the `#`,
 *   more than 3 `*`, or an empty word
 */
export function matching(pattern: string): RoutingConditions {
  const words = pattern.split(".");
  const strange = words.find((word) => word !== "*" && word !== "#" && !WORD.test(word));
  refuseIf(strange !== undefined, pattern, `"${strange}" is not a word`);
  const stars = words.filter((word) => word === "*").length;
  refuseIf(stars > MAX_WILDCARDS, pattern, `SNS allows ${MAX_WILDCARDS} wildcards in a pattern`);
  const hashes = words.filter((word) => word === "#").length;
  refuseIf(hashes > 1, pattern, "more than one # cannot be told by a filter");
  if (hashes === 0) {
    return stars === 0
      ? { routingKey: [pattern] }
      : { routingKey: [{ wildcard: pattern }], routingWords: [words.length] };
  }
  return stars === 0 ? anyWords(words) : someWords(pattern, words);
}

/** `a.#`, `#.b`, `a.#.b`: no word at the place of `#`, or any words. */
function anyWords(words: readonly string[]): RoutingConditions {
  const at = words.indexOf("#");
  const [before, after] = [words.slice(0, at).join("."), words.slice(at + 1).join(".")];
  if (before === "" && after === "") {
    return {};
  }
  if (after === "") {
    return { routingKey: [before, { prefix: `${before}.` }] };
  }
  return before === ""
    ? { routingKey: [after, { suffix: `.${after}` }] }
    : { routingKey: [`${before}.${after}`, { wildcard: `${before}.*.${after}` }] };
}

/** `a.*.#` or `#.*.b`: at least as many words as stand there beside `#`. */
function someWords(pattern: string, words: readonly string[]): RoutingConditions {
  const fixed = words.filter((word) => word !== "*" && word !== "#");
  const open = words.length - fixed.length;
  const atEnd = words.slice(fixed.length).every((word) => word === "*" || word === "#");
  const atStart = words.slice(0, open).every((word) => word === "*" || word === "#");
  refuseIf(!atEnd && !atStart, pattern, "with #, a * can only stand beside it, after or before all other words");
  const text = fixed.join(".");
  const condition = atEnd ? { prefix: `${text}.` } : { suffix: `.${text}` };
  return {
    ...(fixed.length === 0 ? {} : { routingKey: [condition] }),
    routingWords: [{ numeric: [">=", words.length - 1] }],
  };
}

function refuseIf(condition: boolean, pattern: string, why: string): void {
  if (condition) {
    const error = new FanfareError(
      "ConfigurationInvalid",
      `the routing pattern "${pattern}" cannot be compiled: ${why}`,
      {
        field: "where.routingKey",
        remedy: "use words of letters, digits, - and _, with * or one #, or declare an attribute for the word",
      },
    );
    Error.captureStackTrace(error, matching);
    throw error; // node-do-not-add-exception-line
  }
}
