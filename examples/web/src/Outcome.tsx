import type { ReactNode } from "react";

/** What came of an action or of loading: a line while it runs, the message when it failed, else the content. */
export function Outcome(props: { state: { status: string; message?: string }; children?: ReactNode }) {
  const { status, message } = props.state;
  return (
    <div aria-live="polite">
      {(status === "busy" || status === "loading") && <p className="quiet">One moment…</p>}
      {status === "failed" && (
        <p role="alert" className="failure">
          {message}
        </p>
      )}
      {status !== "busy" && status !== "loading" && status !== "failed" && props.children}
    </div>
  );
}
