/** The name in a function's name, ARN or partial ARN, with or without an alias or version. */
export function functionNameOf(reference: string): string {
  const parts = reference.split(":");
  const at = parts.indexOf("function");
  return (at >= 0 ? parts[at + 1] : parts[0]) ?? reference;
}
