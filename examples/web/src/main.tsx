import "./emulators.ts";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { AdminPage } from "./pages/AdminPage.tsx";
import { BloggerDashboard } from "./pages/BloggerDashboard.tsx";
import { BloggerRegister } from "./pages/BloggerRegister.tsx";
import { BookedCall } from "./pages/BookedCall.tsx";
import { CallCheckout } from "./pages/CallCheckout.tsx";
import { ChatterDashboard } from "./pages/ChatterDashboard.tsx";
import { ChatterRegister } from "./pages/ChatterRegister.tsx";
import { GroupAdminDashboard } from "./pages/GroupAdminDashboard.tsx";
import { GroupAdminRegister } from "./pages/GroupAdminRegister.tsx";
import { InfluencerDashboard } from "./pages/InfluencerDashboard.tsx";
import { InfluencerRegister } from "./pages/InfluencerRegister.tsx";
import { LawyerRegisterForm } from "./pages/LawyerRegisterForm.tsx";
import { SubscriptionPage } from "./pages/SubscriptionPage.tsx";
import { Shell } from "./Shell.tsx";
import { SignedIn } from "./SignedIn.tsx";
import "./styles.css";

const offer = { providerId: "demo", amountCents: 4900, currency: "eur" } as const;

function pageOf(path: string) {
  const [, paymentId] = /^\/booked\/([\w-]+)$/.exec(path) ?? [];
  if (paymentId !== undefined) return <BookedCall paymentId={paymentId} />;
  switch (path) {
    case "/subscribe":
      return <SubscriptionPage planId="monthly" />;
    case "/join/chatter":
      return <ChatterRegister />;
    case "/join/influencer":
      return <InfluencerRegister />;
    case "/join/blogger":
      return <BloggerRegister />;
    case "/join/groupAdmin":
      return <GroupAdminRegister />;
    case "/join/lawyer":
      return <LawyerRegisterForm />;
    case "/chatter":
      return <ChatterDashboard />;
    case "/influencer":
      return <InfluencerDashboard />;
    case "/blogger":
      return <BloggerDashboard />;
    case "/groupAdmin":
      return <GroupAdminDashboard />;
    case "/admin":
      return <AdminPage />;
    default:
      return <CallCheckout offer={offer} />;
  }
}

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
const path = window.location.pathname;
// A lawyer's account is made by the form itself.
const page = path === "/join/lawyer" ? pageOf(path) : <SignedIn>{pageOf(path)}</SignedIn>;
createRoot(root).render(
  <StrictMode>
    <Shell path={path}>{page}</Shell>
  </StrictMode>,
);
