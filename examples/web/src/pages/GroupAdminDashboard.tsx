import { httpsCallable } from "firebase/functions";
import { type Dashboard, DashboardView, type Leaderboard } from "../DashboardView.tsx";
import { functionsAffiliate } from "../firebase.ts";

const getGroupAdminDashboard = httpsCallable<unknown, Dashboard>(functionsAffiliate, "getGroupAdminDashboard");
const getGroupAdminLeaderboard = httpsCallable<unknown, Leaderboard>(functionsAffiliate, "getGroupAdminLeaderboard");

const load = async () => (await getGroupAdminDashboard({})).data;
const loadBest = async () => (await getGroupAdminLeaderboard({})).data;

export function GroupAdminDashboard() {
  return <DashboardView title="Your groups" load={load} loadBest={loadBest} />;
}
