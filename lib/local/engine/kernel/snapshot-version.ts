/** @throws Error for a snapshot of another version: the engine reads only what it writes */
export function checkSnapshotVersion(service: string, given: number, supported: number): void {
  if (given !== supported) {
    throw new Error(
      `The snapshot of ${service} has version ${given}, but this engine reads version ${supported}. Start without the stored state.`,
    );
  }
}
