/** Where the outside services are reached. */
export interface Endpoint {
  /** Null: the real services. Else a base such as "http://127.0.0.1:4100", under which each host is a folder. */
  readonly base: string | null;
}

/** URL prefix of a host, without a trailing slash: "https://run.googleapis.com" or "BASE/run.googleapis.com". */
export function originOf(endpoint: Endpoint, host: string): string {
  return endpoint.base === null ? `https://${host}` : `${endpoint.base.replace(/\/+$/, "")}/${host}`;
}
