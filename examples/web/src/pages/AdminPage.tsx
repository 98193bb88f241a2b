import { httpsCallable } from "firebase/functions";
import { functions } from "../firebase.ts";
import { Outcome } from "../Outcome.tsx";
import { useAction } from "../useAction.ts";
import { useLoaded } from "../useLoaded.ts";

interface Provider {
  id: string;
  displayName: string;
  barNumber: string;
}

const adminListPendingProviders = httpsCallable<unknown, { items: Provider[] }>(functions, "adminListPendingProviders");
const adminPlatformStats = httpsCallable<unknown, { rows: { value: string; count: number }[] }>(
  functions,
  "adminPlatformStats",
);
const approveProfile = httpsCallable<{ id: string }, unknown>(functions, "approveProfile");
const rejectProfile = httpsCallable<{ id: string; reason: string }, unknown>(functions, "rejectProfile");

const loadPending = async () => (await adminListPendingProviders({})).data.items;
const loadStats = async () => (await adminPlatformStats({})).data.rows;

/** The back office's first page: figures of the platform, and lawyers who wait for their approval. */
export function AdminPage() {
  const pending = useLoaded(loadPending);
  const stats = useLoaded(loadStats);
  const approve = useAction(async (id: string) => {
    await approveProfile({ id });
  });
  const reject = useAction(async (id: string) => {
    await rejectProfile({ id, reason: window.prompt("Why?") ?? "no reason given" });
  });
  return (
    <section>
      <h1>Back office</h1>
      <Outcome state={stats}>
        <ul>
          {stats.status === "loaded" &&
            stats.value.map((row) => (
              <li key={row.value}>
                {row.value}: {row.count}
              </li>
            ))}
        </ul>
      </Outcome>
      <Outcome state={pending}>
        <ul>
          {pending.status === "loaded" &&
            pending.value.map((provider) => (
              <li key={provider.id}>
                {provider.displayName}, {provider.barNumber}
                <button type="button" onClick={() => approve.run(provider.id)}>
                  Approve
                </button>
                <button type="button" onClick={() => reject.run(provider.id)}>
                  Reject
                </button>
              </li>
            ))}
        </ul>
      </Outcome>
      <Outcome state={approve.state} />
      <Outcome state={reject.state} />
    </section>
  );
}
