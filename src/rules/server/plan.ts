/** Limits of a Worker, by Cloudflare plan (https://developers.cloudflare.com/d1/platform/limits/). */
export interface PlanLimits {
  /** Statements that one invocation may send to D1. */
  readonly queries: number
  /** Bytes of one database. */
  readonly databaseBytes: number
  /** Logout notices per scheduled run. Each is one outgoing request and two statements. */
  readonly notices: number
}

export const plans = ['free', 'paid'] as const
export type Plan = (typeof plans)[number]

export const planLimits: Readonly<Record<Plan, PlanLimits>> = {
  free: { queries: 50, databaseBytes: 500_000_000, notices: 5 },
  paid: { queries: 1000, databaseBytes: 10_000_000_000, notices: 20 },
}
