import { useState } from "react";
import { Outcome } from "../Outcome.tsx";
import { RejectDialog } from "../RejectDialog.tsx";
import { adminListPendingProviders, adminPlatformStats, approveProfile, rejectProfile } from "../regions.ts";
import { useAction } from "../useAction.ts";
import { useLoaded } from "../useLoaded.ts";

interface Provider {
  id: string;
  displayName: string;
  barNumber: string;
}

const loadPending = async () => (await adminListPendingProviders({})).items as Provider[];
const loadStats = async () => (await adminPlatformStats({})).rows;

/** The back office's first page: figures of the platform, and lawyers who wait for their approval. */
export function AdminPage() {
  const pending = useLoaded(loadPending);
  const stats = useLoaded(loadStats);
  const [decided, setDecided] = useState<Readonly<Record<string, "Approved" | "Rejected">>>({});
  const [asked, setAsked] = useState<Provider | null>(null);
  const approve = useAction(async (id: string) => {
    await approveProfile({ id });
    setDecided((before) => ({ ...before, [id]: "Approved" }));
  });
  async function reject(id: string, reason: string) {
    await rejectProfile({ id, reason });
    setDecided((before) => ({ ...before, [id]: "Rejected" }));
  }
  return (
    <section>
      <h1>Back office</h1>
      <Outcome state={stats}>
        <dl className="figures">
          {stats.status === "loaded" &&
            stats.value.map((row) => (
              <div key={row.value}>
                <dt>{row.value}</dt>
                <dd>{row.count}</dd>
              </div>
            ))}
        </dl>
      </Outcome>
      <h2>Waiting for approval</h2>
      <Outcome state={pending}>
        {pending.status === "loaded" && pending.value.length === 0 && <p className="quiet">Nobody waits.</p>}
        <ul className="rows">
          {pending.status === "loaded" &&
            pending.value.map((provider) => (
              <li key={provider.id}>
                <span>
                  {provider.displayName} <span className="quiet">{provider.barNumber}</span>
                </span>
                {decided[provider.id] === undefined ? (
                  <span className="actions">
                    <button
                      type="button"
                      aria-label={`Approve ${provider.displayName}`}
                      disabled={approve.state.status === "busy"}
                      onClick={() => approve.run(provider.id)}
                    >
                      Approve
                    </button>
                    <button
                      type="button"
                      className="second"
                      aria-label={`Reject ${provider.displayName}`}
                      onClick={() => setAsked(provider)}
                    >
                      Reject
                    </button>
                  </span>
                ) : (
                  <strong>{decided[provider.id]}</strong>
                )}
              </li>
            ))}
        </ul>
      </Outcome>
      <Outcome state={approve.state} />
      {asked !== null && (
        <RejectDialog
          name={asked.displayName}
          onReject={(reason) => reject(asked.id, reason)}
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  );
}
