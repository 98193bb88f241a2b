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
          <dl className="figures">
            <div>
              <dt>Your code</dt>
              <dd>{dashboard.value.affiliateCode}</dd>
            </div>
            <div>
              <dt>Balance</dt>
              <dd>{(dashboard.value.balanceCents / 100).toFixed(2)} USD</dd>
            </div>
            <div>
              <dt>Referred clients</dt>
              <dd>{dashboard.value.referrals}</dd>
            </div>
            <div>
              <dt>Recruits</dt>
              <dd>{dashboard.value.recruits}</dd>
            </div>
          </dl>
        )}
      </Outcome>
      <h2>Best of the month</h2>
      <Outcome state={best}>
        {best.status === "loaded" && best.value.best.length === 0 && <p className="quiet">Nobody yet.</p>}
        <ol>
          {best.status === "loaded" &&
            best.value.best.map((one) => (
              <li key={one.rank}>
                {one.displayName} <span className="quiet">{one.points} points</span>
              </li>
            ))}
        </ol>
      </Outcome>
    </section>
  );
}
