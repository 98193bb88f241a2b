import { useEffect, useId, useRef } from "react";
import { Outcome } from "./Outcome.tsx";
import { submitted } from "./submitted.ts";
import { useAction } from "./useAction.ts";

/** Asks why somebody is turned away. It closes itself when that is done, with Escape, and with its second button. */
export function RejectDialog(props: {
  name: string;
  onReject: (reason: string) => Promise<void>;
  onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  const reject = useAction(async (form: FormData) => {
    await props.onReject(String(form.get("reason")).trim());
    dialog.current?.close();
  });
  return (
    <dialog ref={dialog} aria-labelledby={title} onClose={props.onClose}>
      <form onSubmit={submitted(reject.run)}>
        <h2 id={title}>Reject {props.name}</h2>
        <label className="field">
          <span>Reason</span>
          <textarea name="reason" rows={4} maxLength={2_000} required />
        </label>
        <Outcome state={reject.state} />
        <div className="actions">
          <button type="submit" disabled={reject.state.status === "busy"}>
            Reject
          </button>
          <button type="button" className="second" onClick={() => dialog.current?.close()}>
            Keep waiting
          </button>
        </div>
      </form>
    </dialog>
  );
}
