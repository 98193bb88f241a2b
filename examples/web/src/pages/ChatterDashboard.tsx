import { httpsCallable } from "firebase/functions";
import { type Dashboard, DashboardView, type Leaderboard } from "../DashboardView.tsx";
import { functionsAffiliate } from "../firebase.ts";

const getChatterDashboard = httpsCallable<unknown, Dashboard>(functionsAffiliate, "getChatterDashboard");
const getChatterLeaderboard = httpsCallable<unknown, Leaderboard>(functionsAffiliate, "getChatterLeaderboard");

const load = async () => (await getChatterDashboard({})).data;
const loadBest = async () => (await getChatterLeaderboard({})).data;

export function ChatterDashboard() {
  return <DashboardView title="Your chats" load={load} loadBest={loadBest} />;
}
