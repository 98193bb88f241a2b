import type { ReactNode } from "react";

/** What came of an action or of loading: a line while it runs, the message when it failed, else the content. */
export function Outcome(props: { state: { status: string; message?: string }; children?: ReactNode }) {
  if (props.state.status === "busy" || props.state.status === "loading") return <p>One moment…</p>;
  if (props.state.status === "failed") return <p role="alert">{props.state.message}</p>;
  return <>{props.children}</>;
}
