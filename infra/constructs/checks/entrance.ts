/** A class or function of this package that users call. */
type Entrance = ((...args: never[]) => unknown) | (abstract new (...args: never[]) => unknown);

const entrances = new Set<Entrance>();

/** Names the constructors and methods of classes as calls of the user, for {@link atEntrance}. */
export function addEntrances(...classes: readonly (Entrance & { readonly prototype: object })[]): void {
  for (const entrance of classes.flatMap((each) => [each, ...functionsOf(each.prototype), ...functionsOf(each)])) {
    entrances.add(entrance);
  }
}

function functionsOf(owner: object): Entrance[] {
  return Object.values(Object.getOwnPropertyDescriptors(owner))
    .map(({ value }) => value)
    .filter((value): value is Entrance => typeof value === "function");
}

/**
 * Cuts the frames of this package off the stack of a new error, so that it begins at the user's call. Node.js prints the first
 * line of the stack above an uncaught error: it is then the user's, where it would be ours. Leaves the stack as it is where the
 * user called nothing that was named.
 */
export function atEntrance<Thrown extends Error>(error: Thrown): Thrown {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  const framesBelow = [...entrances].map((entrance) => ({ entrance, frames: framesAfter(entrance) }));
  Error.stackTraceLimit = stackTraceLimit;
  // A construct that creates others has several of them in the stack: the user's call is below all.
  const [outermost] = framesBelow.filter(({ frames }) => frames > 0).sort((a, b) => a.frames - b.frames);
  if (outermost !== undefined) {
    Error.captureStackTrace(error, outermost.entrance);
  }
  return error;
}

/**
 * Throws an error. Node.js prints the line that throws above an uncaught error, which would be ours, unless it has the comment with which
 * Node.js marks its own lines.
 */
export function throwWithoutLine(error: unknown): never {
  throw error; // node-do-not-add-exception-line
}

/** Returns the number of frames below a function in the current stack; 0 if it is not there. */
function framesAfter(entrance: Entrance): number {
  const probe: { stack?: string } = {};
  Error.captureStackTrace(probe, entrance);
  return (probe.stack ?? "").split("\n").length - 1;
}
