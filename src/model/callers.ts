import type { Place } from "./place.ts";

export type CallHow = "callable" | "url" | "rewrite" | "env" | "enqueuer";

/** One function in one region that a site can reach. `region` null: the form carries none (a plain name). */
export interface CallerTarget {
  /** Function ID as written; for run.app URLs the service name as written. */
  readonly function: string;
  readonly region: string | null;
  /** Condition under which this target is the one, for people ("VITE_X unset"); null = always. */
  readonly when: string | null;
}

/** What a site reaches where a committed variable is not set when it is built: the code's own fallback. */
export interface CallerFallback {
  readonly function: string;
  readonly region: string;
  /** Name of the variable. */
  readonly variable: string;
  /** Where the fallback is written; null where that cannot be told. */
  readonly place: Place | null;
}

/** `literal | constant | env:NAME | env-fallback:NAME | default | url`; of declared functions also `discovered`. */
export type RegionSource =
  | "literal"
  | "constant"
  | "default"
  | "url"
  | "discovered"
  | `env:${string}`
  | `env-fallback:${string}`;

/** A place that reaches one or more functions by region. The row stands where the function's name is bound. */
export interface Caller extends Place {
  readonly column: number;
  readonly endLine: number;
  readonly how: CallHow;
  readonly targets: readonly CallerTarget[];
  /** The set of targets is complete and right, given the committed env files. */
  readonly certain: boolean;
  readonly regionSource: RegionSource;
  /** Where the region's value is written (the literal, the constant, the line of the env file); null if nowhere. */
  readonly regionPlace: Place | null;
  /** Project the site names (app argument, URL); null = the environment's. */
  readonly project: string | null;
  /** Places the values came through, from the call inwards. */
  readonly via: readonly Place[];
  /** Left out where there are none; never the same as a target. */
  readonly fallbacks?: readonly CallerFallback[];
  /** A request by URL with a body of the callable protocol (`{ data: … }`) near it; left out where there is none. */
  readonly callableBody?: boolean;
  /** Name of the function, component or variable around the site; null at top level. Part of the fingerprint. */
  readonly symbol: string | null;
  /** The site's own text with white space folded, at most 200 characters. Part of the fingerprint. */
  readonly snippet: string;
  /** Manifest key of the front end or codebase the file belongs to ("web"); null without one. */
  readonly owner: string | null;
}

/** A site that reaches some function in some region, and the reader cannot tell which. Never guessed. */
export interface UnresolvedCaller extends Place {
  readonly endLine: number;
  readonly reason: string;
  readonly symbol: string | null;
  readonly snippet: string;
  readonly owner: string | null;
}

/** A `.env` value that names a region or a function URL. */
export interface EnvValue {
  readonly place: Place;
  readonly name: string;
  /** Region id or URL; a value of any other kind is never kept. */
  readonly value: string;
  readonly owner: string | null;
}

export interface CallerFacts {
  readonly callers: readonly Caller[];
  readonly unresolved: readonly UnresolvedCaller[];
  readonly env: readonly EnvValue[];
  /** Files that were looked at, for "checked". */
  readonly files: number;
}
