import { httpsCallable } from "firebase/functions";
import { type Dashboard, DashboardView, type Leaderboard } from "../DashboardView.tsx";
import { functionsAffiliate } from "../firebase.ts";

const getBloggerDashboard = httpsCallable<unknown, Dashboard>(functionsAffiliate, "getBloggerDashboard");
const getBloggerLeaderboard = httpsCallable<unknown, Leaderboard>(functionsAffiliate, "getBloggerLeaderboard");

const load = async () => (await getBloggerDashboard({})).data;
const loadBest = async () => (await getBloggerLeaderboard({})).data;

export function BloggerDashboard() {
  return <DashboardView title="Your articles" load={load} loadBest={loadBest} />;
}
