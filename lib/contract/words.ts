/** Objects of a schema that are looked at: large schemas have thousands, and some refer to their whole library. */
const MAX_OBJECTS = 20_000;

/** Longer strings in a schema are no names. */
const MAX_WORD = 128;

const wordsBySchema = new WeakMap<object, ReadonlySet<string>>();

/**
 * The words that a schema holds: names of fields, and what it expects of them. Schema libraries describe themselves in different
 * ways, so every object that is reachable from the schema counts. A word that is not among them may come from a payload.
 */
export function wordsOf(schema: object): ReadonlySet<string> {
  const known = wordsBySchema.get(schema) ?? collectWords(schema);
  wordsBySchema.set(schema, known);
  return known;
}

function collectWords(schema: object): ReadonlySet<string> {
  const words = new Set<string>();
  const found = new Set<object>([schema]);
  const note = (value: unknown) => {
    if (typeof value === "string" && value.length <= MAX_WORD) {
      words.add(value);
    } else if (isObject(value) && found.size < MAX_OBJECTS) {
      found.add(value);
    }
  };
  // The set grows while it is walked: what is nearest to the schema comes first.
  for (const object of found) {
    for (const value of partsOf(object)) {
      note(value);
    }
  }
  return words;
}

/** Names and values of an object's fields, or the entries of a map or set. */
function* partsOf(object: object): Iterable<unknown> {
  if (object instanceof Map || object instanceof Set) {
    yield* [...object.entries()].flat();
    return;
  }
  const isPlain = Object.getPrototypeOf(object) === Object.prototype;
  for (const [key, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
    yield key;
    // Getters of plain objects compute a part of the schema when it is first needed; those of others may do anything.
    yield get !== undefined && isPlain ? read(object, get) : value;
  }
}

function read(object: object, get: () => unknown): unknown {
  try {
    return get.call(object);
  } catch {
    return undefined;
  }
}

/** Functions are left out: what they refer to is the library. */
function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
