/** What the console asks the process that loads the app's contracts. */
export type HostRequest = { readonly id: number } & (
  | { readonly kind: "contracts" }
  | { readonly kind: "example"; readonly target: string; readonly event: string }
  | {
      readonly kind: "check";
      readonly event: string;
      /** @default that of the contract */
      readonly version?: number | undefined;
      readonly data: unknown;
    }
  | { readonly kind: "send"; readonly target: string; readonly event: string; readonly data: unknown }
);

export interface HostResponse {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}
