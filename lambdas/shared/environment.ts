/** The value of a variable that the stack sets. A function without it is deployed wrongly and says so at its start. */
export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set: the stack sets it on this function`);
  return value;
}
