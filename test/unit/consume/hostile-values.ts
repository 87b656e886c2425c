import { createContext, runInContext } from "node:vm";

const refuse = (): never => {
  throw new Error("not readable");
};

const THEN = "then";

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** An error one of whose properties throws when it is read. */
const withGetter = (name: string) => Object.defineProperty(new Error("x"), name, { get: refuse });

function circular(): Error {
  const error = new Error("x");
  error.cause = error;
  return error;
}

/** Values that JavaScript can throw and that code about errors likes to trip over, by what they are. */
export const HOSTILE_VALUES: readonly (readonly [name: string, make: () => unknown])[] = [
  ["a string", () => "text"],
  ["undefined", () => undefined],
  ["null", () => null],
  ["a bigint", () => 5n],
  ["a symbol", () => Symbol("s")],
  ["a function", () => () => {}],
  ["an object without prototype", () => Object.create(null)],
  ["a frozen error", () => Object.freeze(new Error("x"))],
  ["an error of another realm", () => runInContext("new TypeError('other')", createContext({}))],
  ["a revoked proxy", revoked],
  ["a proxy whose properties throw", () => new Proxy(new Error("x"), { get: refuse })],
  ["a proxy whose prototype throws", () => new Proxy({}, { getPrototypeOf: refuse })],
  ["a proxy that throws when it is asked for names", () => new Proxy({}, { has: refuse })],
  ["an object whose message throws", () => Object.defineProperty({}, "message", { get: refuse })],
  ["an object whose conversions throw", () => ({ toString: refuse, toJSON: refuse })],
  ["a thenable whose then throws", () => Object.defineProperty({}, THEN, { get: refuse })],
  ["an error whose stack throws", () => withGetter("stack")],
  ["an error whose cause throws", () => withGetter("cause")],
  ["an error whose code throws", () => withGetter("code")],
  ["an error whose name is a symbol", () => Object.assign(new Error("x"), { name: Symbol("s") })],
  ["an error whose message is an object", () => Object.assign(new Error("x"), { message: { deep: 1 } })],
  ["an error that is its own cause", circular],
  ["an aggregate with a revoked list", () => Object.assign(new AggregateError([], "x"), { errors: revoked() })],
  ["an aggregate with holes", () => Object.assign(new AggregateError([], "x"), { errors: new Array(3) })],
  ["something that says it is Fanfare's", () => ({ [Symbol.for("fanfare.error")]: true, code: Symbol("s") })],
];
