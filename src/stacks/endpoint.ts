import type { Generation } from "../model/deployed.ts";

/**
 * One function as its code declares it: a wire endpoint of the firebase-functions SDK (`v1alpha1`) with all parameters
 * resolved. Null = the code leaves it open. Region, class, size and runtime are the manifest's business.
 */
export interface Endpoint {
  readonly name: string;
  readonly generation: Generation;
  /** Export path with dots. */
  readonly entryPoint: string;
  readonly trigger: EndpointTrigger;
  readonly memoryMiB: number | null;
  readonly cpu: number | "gcf_gen1" | null;
  readonly minInstances: number | null;
  readonly maxInstances: number | null;
  readonly concurrency: number | null;
  readonly timeoutSeconds: number | null;
  /** ALLOW_ALL, ALLOW_INTERNAL_ONLY or ALLOW_INTERNAL_AND_GCLB. */
  readonly ingress: string | null;
  readonly vpc: EndpointVpc | null;
  /** Email, or its first part with the "@". */
  readonly serviceAccount: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly secrets: readonly EndpointSecret[];
}

export interface EndpointVpc {
  /** Full name, or a short one that is meant in the function's own region. */
  readonly connector: string | null;
  readonly networkInterfaces: readonly {
    readonly network: string | null;
    readonly subnetwork: string | null;
    readonly tags: readonly string[];
  }[];
  /** PRIVATE_RANGES_ONLY or ALL_TRAFFIC. */
  readonly egress: string | null;
}

export interface EndpointSecret {
  /** Name of the variable. */
  readonly variable: string;
  /** Name of the secret in Secret Manager. */
  readonly secret: string;
}

export type EndpointTrigger =
  /** `invoker` null: open to everybody. */
  | { readonly kind: "https"; readonly invoker: readonly string[] | null }
  | { readonly kind: "callable"; readonly isGenkit: boolean }
  | {
      readonly kind: "event";
      readonly eventType: string;
      /** Attribute and value; generation 1 has `resource` alone. */
      readonly filters: Readonly<Record<string, string>>;
      readonly pathPatterns: Readonly<Record<string, string>>;
      readonly retry: boolean;
      readonly region: string | null;
      readonly channel: string | null;
    }
  | {
      readonly kind: "scheduled";
      readonly schedule: string;
      readonly timeZone: string | null;
      readonly retry: ScheduleRetry;
    }
  | {
      readonly kind: "task";
      readonly rateLimits: {
        readonly maxConcurrentDispatches: number | null;
        readonly maxDispatchesPerSecond: number | null;
      };
      readonly retry: TaskRetry;
      readonly invoker: readonly string[] | null;
    }
  /** What only the Firebase CLI sets up; `what` says it in words. */
  | { readonly kind: "blocking" | "other"; readonly what: string };

export interface ScheduleRetry {
  readonly retryCount: number | null;
  /** Durations as Google writes them: "30s". */
  readonly maxRetry: string | null;
  readonly minBackoff: string | null;
  readonly maxBackoff: string | null;
  readonly maxDoublings: number | null;
}

export interface TaskRetry {
  readonly maxAttempts: number | null;
  readonly maxRetry: string | null;
  readonly minBackoff: string | null;
  readonly maxBackoff: string | null;
  readonly maxDoublings: number | null;
}
