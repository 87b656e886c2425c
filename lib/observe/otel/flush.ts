/** Sends what waits in a provider, if its SDK can. The global provider stands in for one that is registered later. */
export async function forceFlush(registered: unknown): Promise<void> {
  const provider = hasMethod(registered, "getDelegate") ? registered.getDelegate() : registered;
  if (hasMethod(provider, "forceFlush")) {
    await provider.forceFlush();
  }
}

function hasMethod<Name extends string>(value: unknown, name: Name): value is Record<Name, () => unknown> {
  return typeof value === "object" && value !== null && typeof (value as Record<string, unknown>)[name] === "function";
}
