import { httpsCallable } from "firebase/functions";
import { type Dashboard, DashboardView, type Leaderboard } from "../DashboardView.tsx";
import { functionsAffiliate } from "../firebase.ts";

const getInfluencerDashboard = httpsCallable<unknown, Dashboard>(functionsAffiliate, "getInfluencerDashboard");
const getInfluencerLeaderboard = httpsCallable<unknown, Leaderboard>(functionsAffiliate, "getInfluencerLeaderboard");

const load = async () => (await getInfluencerDashboard({})).data;
const loadBest = async () => (await getInfluencerLeaderboard({})).data;

export function InfluencerDashboard() {
  return <DashboardView title="Your audience" load={load} loadBest={loadBest} />;
}
