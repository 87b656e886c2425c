const METHODS = ["debug", "info", "log", "warn", "error"] as const;

/** Keeps wrappers from writing into the report. @returns what gives the console back */
export function silenceConsole(): () => void {
  const saved = METHODS.map((method) => [method, console[method]] as const);
  for (const method of METHODS) {
    console[method] = () => {};
  }
  return () => {
    for (const [method, write] of saved) {
      console[method] = write;
    }
  };
}
