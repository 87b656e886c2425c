/**
 * What may be there at once. Most records need no waiting until their handler runs; a promise each, several times over, would
 * cost more than all of decoding.
 */
export type MaybePromise<Value> = Value | Promise<Value>;

/** Goes on with a value now if it is there, else when it is. What `next` throws is thrown, or rejects. */
export function soon<Value, Next>(
  value: MaybePromise<Value>,
  next: (value: Value) => MaybePromise<Next>,
): MaybePromise<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}
