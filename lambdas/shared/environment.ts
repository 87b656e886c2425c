/** Returns the value of a variable that the stack sets. Throws if it is missing, so that a wrong deployment fails at start-up. */
export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`${name} is not set, although the stack should set it: set it in the environment of this function`);
  }
  return value;
}
