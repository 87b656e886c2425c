/** JSON without surprises: what answers are reduced to before they are compared. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What a call came to: the answer, or the name of the error. */
export type Answer = { readonly ok: Json } | { readonly error: string };

/** The places at which two answers differ, as paths without places in lists, each once. */
export function differences(left: Json, right: Json, path = ""): readonly string[] {
  if (left === right || (isNothing(left) && isNothing(right))) {
    return [];
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length) {
      return [`${path}.length`];
    }
    return once(left.flatMap((item, place) => differences(item, right[place] ?? null, `${path}[]`)));
  }
  if (isObject(left) && isObject(right)) {
    const names = once([...Object.keys(left), ...Object.keys(right)]).toSorted();
    return once(names.flatMap((name) => differences(left[name] ?? null, right[name] ?? null, `${path}.${name}`)));
  }
  return [path];
}

/** To users of the SDK, an empty list or map and none at all are the same. */
function isNothing(value: Json): boolean {
  if (value === null) {
    return true;
  }
  if (Array.isArray(value)) {
    return value.length === 0;
  }
  return isObject(value) && Object.keys(value).length === 0;
}

/** Whether a JSON value is an object. */
export function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The name of the error, or `undefined` for a success. */
export function errorOf(answer: Answer): string | undefined {
  return "error" in answer ? answer.error : undefined;
}

function once(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
