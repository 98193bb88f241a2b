import { Outcome } from "./Outcome.tsx";
import { useLoaded } from "./useLoaded.ts";

export interface Dashboard {
  affiliateCode: string;
  status: string;
  balanceCents: number;
  referrals: number;
  recruits: number;
}

export interface Leaderboard {
  best: readonly { rank: number; displayName: string; points: number }[];
}

/** What the dashboards of the affiliate programmes show; each page says where it comes from. */
export function DashboardView(props: {
  title: string;
  load: () => Promise<Dashboard>;
  loadBest: () => Promise<Leaderboard>;
}) {
  const dashboard = useLoaded(props.load);
  const best = useLoaded(props.loadBest);
  return (
    <section>
      <h1>{props.title}</h1>
      <Outcome state={dashboard}>
        {dashboard.status === "loaded" && (
          <dl>
            <dt>Code</dt>
            <dd>{dashboard.value.affiliateCode}</dd>
            <dt>Balance</dt>
            <dd>{(dashboard.value.balanceCents / 100).toFixed(2)} USD</dd>
            <dt>Referred clients</dt>
            <dd>{dashboard.value.referrals}</dd>
            <dt>Recruits</dt>
            <dd>{dashboard.value.recruits}</dd>
          </dl>
        )}
      </Outcome>
      <Outcome state={best}>
        <ol>{best.status === "loaded" && best.value.best.map((one) => <li key={one.rank}>{one.displayName}</li>)}</ol>
      </Outcome>
    </section>
  );
}
