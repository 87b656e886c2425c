/** Limits of filter policies. Source: Amazon SNS Developer Guide, "Filter policy constraints in Amazon SNS". */
export const FILTER_LIMITS = {
  /** Keys: every key with scope MessageAttributes, only the top-level keys with scope MessageBody. */
  keys: 5,
  /** Sum over the alternatives of `$or` of the product of (values x nesting level) of each key. */
  combinations: 150,
  /** `*` of one pattern (Developer Guide, "String value matching"). */
  wildcards: 3,
  /** Points of all patterns with `*`: see `wildcard-complexity.ts` (same page). */
  wildcardPoints: 100,
  /** Bytes of the policy's JSON (256 KB). */
  bytes: 262_144,
  /** Numbers lie within -10^9 and 10^9. */
  magnitude: 1_000_000_000,
  /** Digits of accuracy after the decimal point. */
  decimals: 5,
} as const;
